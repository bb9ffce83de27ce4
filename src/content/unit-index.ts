import type { Unit } from '../core/unit.ts';
import { fold } from '../engine/readers/fold.ts';
import { nameParts, placeForms, type Kind } from './unit-words.ts';

/** A folded key and the place of its unit among the siblings. */
export type Entry = { key: string; at: number };

/** The children of one unit, folded once and ready to be searched. */
export type Index = {
  units: readonly Unit[];
  kinds: readonly (Kind | null)[];
  /** Names in all their forms, short names, aliases, codes with a letter; also without spaces. */
  exact: ReadonlyMap<string, readonly number[]>;
  /** First letters of names of several words: a hint, never a proof. */
  initials: ReadonlyMap<string, readonly number[]>;
  /** Of what is below the unit at this place, for who types the district first; null = nothing is. */
  below(at: number): Index | null;
  /** Bare names and aliases, sorted. */
  heads: readonly Entry[];
  /** The same from each of their later words on, sorted. */
  words: readonly Entry[];
  /** What misspellings are measured against, without spaces. */
  joined: readonly Entry[];
  /** Three letters → places in `joined`. */
  trigrams: ReadonlyMap<string, readonly number[]>;
};

/** @param indexOf the index of what is below a unit */
export function makeIndex(units: readonly Unit[], indexOf: (code: string) => Index | null): Index {
  const exact = new Map<string, number[]>();
  const initials = new Map<string, number[]>();
  const heads: Entry[] = [];
  const words: Entry[] = [];
  const joined: Entry[] = [];
  const trigrams = new Map<string, number[]>();
  const kinds: (Kind | null)[] = [];
  for (const [at, unit] of units.entries()) {
    const { bare, kind } = nameParts(unit.name);
    kinds.push(kind);
    const names = namesOf(unit);
    for (const form of formsOf(unit, names)) {
      push(exact, form, at);
      push(exact, form.replaceAll(' ', ''), at);
    }
    if (bare.includes(' ')) push(initials, bare.replace(/(\S)\S* ?/g, '$1'), at);
    for (const key of names) {
      heads.push({ key, at });
      for (let space = key.indexOf(' '); space > 0; space = key.indexOf(' ', space + 1)) {
        words.push({ key: key.slice(space + 1), at });
      }
      const whole = key.replaceAll(' ', '');
      for (const gram of gramsOf(whole)) push(trigrams, gram, joined.length);
      joined.push({ key: whole, at });
    }
  }
  heads.sort(byKey);
  words.sort(byKey);
  const below = (at: number): Index | null => indexOf(units[at]?.code ?? '');
  return { units, kinds, exact, initials, below, heads, words, joined, trigrams };
}

/** The bare name and the aliases, folded. */
const namesOf = (unit: Unit): Set<string> =>
  new Set([nameParts(unit.name).bare, ...unit.aliases.map((alias) => fold(alias))].filter((key) => key !== ''));

/** All that names a unit beyond doubt, `huyen cau ke` and `h cau ke` too. */
function formsOf(unit: Unit, names: ReadonlySet<string>): string[] {
  const code = /[A-Z]/.test(unit.code) ? [fold(unit.code)] : [];
  return [...new Set([...names, fold(unit.name), ...placeForms(unit.name), fold(unit.short), ...code])];
}

const byKey = (a: Entry, b: Entry): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.at - b.at);

function push(map: Map<string, number[]>, key: string, at: number): void {
  const list = map.get(key);
  if (!list) map.set(key, [at]);
  else if (list.at(-1) !== at) list.push(at);
}

/** Runs of three letters, the ends marked. */
export function gramsOf(key: string): Set<string> {
  const padded = `^${key}$`;
  const grams = new Set<string>();
  for (let i = 0; i + 3 <= padded.length; i += 1) grams.add(padded.slice(i, i + 3));
  return grams;
}

/** Entries whose key begins with `start`, at most `most`; a binary search and a walk. */
export function startingWith(sorted: readonly Entry[], start: string, most: number): Entry[] {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.key ?? '') < start) low = middle + 1;
    else high = middle;
  }
  const hits: Entry[] = [];
  for (let i = low; i < sorted.length && hits.length < most; i += 1) {
    const entry = sorted[i];
    if (!entry?.key.startsWith(start)) break;
    hits.push(entry);
  }
  return hits;
}
