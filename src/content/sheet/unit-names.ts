import { createHash } from 'node:crypto';
import { distance } from '../../engine/readers/distance.ts';
import { fold } from '../../engine/readers/fold.ts';
import { foldCode } from '../codes.ts';
import { MAX_SHORT } from '../unit-checks.ts';
import type { UnitRow } from '../unit-rows.ts';
import { nameParts, placeForms } from '../unit-words.ts';

const MAX_CODE = 12;
/** Digits and capitals that are not taken for one another on paper. */
const CODE_LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
/** Four of them tell a million units apart; below one unit there are some thousands. */
const OWN_LETTERS = 4;
/** Names shorter than this are alike by chance. */
const NEAR_LENGTH = 8;
/** Among more than so many siblings nobody is warned of a name that is nearly another's. */
const MAX_COMPARED = 1000;

/** Units by their names and by what is above them; the same names as people and offices write them. */
export type NameBook = {
  add(unit: Pick<UnitRow, 'code' | 'name' | 'short' | 'aliases' | 'parent'>): void;
  /** Codes of those named so: whole names first; where none is, names without their kind. Below `parent` only, undefined = anywhere. */
  find(text: string, parent?: string | null): string[];
  /** The same, with or without their kind: who names the unit above does not mean a young one that is called so by chance. */
  findAny(text: string): string[];
  /** One below `parent` whose name differs by a letter or a few, null without. */
  near(text: string, parent: string | null): { code: string; name: string } | null;
};

export function nameBook(): NameBook {
  const whole = new Map<string, Map<string, string | null>>();
  const bare = new Map<string, Map<string, string | null>>();
  const siblings = new Map<string | null, { code: string; name: string; key: string; digits: string }[]>();
  /** Sheets say the same few names above thousands of rows, and folding is what costs. */
  const read = new Map<string, { keys: string[]; own: string; hasKind: boolean }>();
  const partsOf = (text: string) => {
    const known = read.get(text);
    if (known) return known;
    const { bare: own, kind } = nameParts(text);
    const parts = { keys: wholeKeys(text), own, hasKind: kind !== null };
    read.set(text, parts);
    return parts;
  };
  const put = (into: typeof whole, key: string, code: string, parent: string | null) => {
    if (key === '') return;
    const known = into.get(key);
    if (known) known.set(code, parent);
    else into.set(key, new Map([[code, parent]]));
  };
  const among = (from: typeof whole, key: string, parent: string | null | undefined): string[] =>
    [...(from.get(key) ?? [])].filter(([, above]) => parent === undefined || above === parent).map(([code]) => code);
  return {
    add({ code, name, short, aliases, parent }) {
      const { keys, own } = partsOf(name);
      for (const key of keys) put(whole, key, code, parent);
      for (const key of [own, ...[short, ...aliases].map(fold)]) put(bare, key, code, parent);
      const list = siblings.get(parent) ?? [];
      siblings.set(parent, list);
      const key = (keys.at(-1) ?? '').replaceAll(' ', '');
      list.push({ code, name, key, digits: digitsOf(key) });
    },
    find(text, parent) {
      const { keys, own, hasKind } = partsOf(text);
      const found = [...new Set(keys.flatMap((key) => among(whole, key, parent)))];
      if (found.length > 0) return found;
      // `Huyện Càng Long` is not found as `Càng Long` where that is a town too: a kind that was written must be the unit's own
      return hasKind ? [] : among(bare, own, parent);
    },
    findAny(text) {
      const { keys, own, hasKind } = partsOf(text);
      const found = keys.flatMap((key) => among(whole, key, undefined));
      return [...new Set([...found, ...(hasKind ? [] : among(bare, own, undefined))])];
    },
    near(text, parent) {
      const key = (partsOf(text).keys.at(-1) ?? '').replaceAll(' ', '');
      const list = siblings.get(parent) ?? [];
      if (key.length < NEAR_LENGTH || list.length > MAX_COMPARED) return null;
      const limit = key.length > 16 ? 2 : 1;
      const digits = digitsOf(key);
      const like = list.find(
        (other) =>
          other.digits === digits &&
          Math.abs(other.key.length - key.length) <= limit &&
          distance(other.key, key, limit) <= limit,
      );
      return like ? { code: like.code, name: like.name } : null;
    },
  };
}

/** `LĐLĐ huyện Càng Long` and `Liên đoàn Lao động huyện Càng Long` are one name, and so is `Huyện Càng Long`. */
const wholeKeys = (name: string): string[] => [...new Set([fold(name), placeForms(name)[0] ?? ''])].filter(Boolean);
/** `Quận 1` is not `Quận 4`. */
const digitsOf = (key: string): string => key.replace(/\D/g, '');

/** For buttons: the name without its kind, else its first words, at most 20 characters. */
export function shortOf(name: string): string {
  const words = name.split(' ');
  const kept = nameParts(name).bare.split(' ').length;
  const own = kept < words.length && kept > 0 ? words.slice(words.length - kept).join(' ') : name;
  if ([...own].length <= MAX_SHORT) return own;
  const cut = [...own].slice(0, MAX_SHORT + 1).join('');
  const end = cut.lastIndexOf(' ');
  return end > 0 ? cut.slice(0, end) : [...own].slice(0, MAX_SHORT).join('');
}

/**
 * A code for a unit that has none: the same for the same name below the same unit, whenever and however often it is imported, unless
 * `isTaken` by another unit. Codes that look alike count as the same.
 */
export function makeCode(parent: string | null, name: string, isTaken: (folded: string) => boolean): string {
  const start = (parent ?? '').slice(0, MAX_CODE - OWN_LETTERS);
  for (let again = 0; ; again += 1) {
    const digest = createHash('sha256')
      .update(JSON.stringify([parent, wholeKeys(name)[0] ?? '', again]))
      .digest();
    const own = Array.from(
      { length: OWN_LETTERS },
      (_, at) => CODE_LETTERS[(digest[at] ?? 0) % CODE_LETTERS.length],
    ).join('');
    if (!isTaken(foldCode(start + own))) return start + own;
  }
}
