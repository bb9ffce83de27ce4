import type { Unit, UnitMatch, UnitTree } from '../core/unit.ts';
import { distance, misspellingLimit } from '../engine/readers/distance.ts';
import { fold } from '../engine/readers/fold.ts';

/** Words that tell the kind of a unit, at the beginning of its name; and the country at the end. Dropped where something is left. */
const KIND =
  /^(?:(?:lien doan lao dong|ldld|cong doan|tong cong ty|tct|nganh|cd|cap|tinh|thanh pho|tp|t p|thi xa|tx|huyen|quan|so|bo) )+/;
const COUNTRY = / (?:viet nam|vn)$/;
const MAX_HITS = 30;
/** Two letters find places by the beginning of their names; unions of an industry want three, or they would drown the places. */
const MIN_PREFIX_UNION = 3;
/** A lone beginning this long leaves no doubt. */
const SURE_PREFIX = 3;
const MAX_QUERY = 200;
const MAX_WORDS = 14;

/** Entries sorted by key, for lookups by beginning. */
type Sorted = readonly { key: string; at: number }[];

/** The children of one unit, ready to be searched. */
type Index = {
  units: readonly Unit[];
  exact: ReadonlyMap<string, readonly number[]>;
  /** Beginnings of names. */
  heads: Sorted;
  /** Beginnings of the later words of names. */
  words: Sorted;
  keys: readonly { key: string; at: number }[];
  trigrams: ReadonlyMap<string, readonly number[]>;
};

export function compileUnits(units: readonly Unit[]): UnitTree {
  const byCode = new Map(units.map((unit) => [unit.code, unit]));
  const children = new Map<string | null, Unit[]>();
  for (const unit of units) {
    const siblings = children.get(unit.parent);
    if (siblings) siblings.push(unit);
    else children.set(unit.parent, [unit]);
  }
  const indexes = new Map<string | null, Index>();
  for (const [parent, list] of children) indexes.set(parent, makeIndex(list));
  return {
    size: units.length,
    byCode: (code) => byCode.get(code) ?? null,
    childrenOf: (parent) => children.get(parent) ?? [],
    search(text, parent) {
      const index = indexes.get(parent);
      return index && text.length <= MAX_QUERY ? search(index, fold(text)) : { type: 'none' };
    },
  };
}

/** A name without the words for its kind: `ldld tinh tra vinh` → `tra vinh`. */
function bare(folded: string): string {
  return folded.replace(COUNTRY, '').replace(KIND, '');
}

function keysOf(unit: Unit): string[] {
  const full = fold(unit.name);
  const typed = full.replace(/^(?:ldld|cong doan) /, '');
  const own = bare(full);
  const initials =
    own.split(' ').length > 1
      ? [
          own
            .split(' ')
            .map((word) => word[0])
            .join(''),
        ]
      : [];
  const aliases = unit.aliases.map(fold);
  const all = [full, typed, own, fold(unit.short), ...aliases, ...initials];
  return [...new Set([...all, ...all.map((key) => key.replaceAll(' ', ''))])].filter((key) => key !== '');
}

function makeIndex(units: readonly Unit[]): Index {
  const exact = new Map<string, number[]>();
  const heads: { key: string; at: number }[] = [];
  const words: { key: string; at: number }[] = [];
  const keys: { key: string; at: number }[] = [];
  const trigrams = new Map<string, number[]>();
  for (const [at, unit] of units.entries()) {
    for (const key of keysOf(unit)) push(exact, key, at);
    const names = new Set([
      bare(fold(unit.name)),
      fold(unit.name).replace(/^(?:ldld|cong doan) /, ''),
      ...unit.aliases.map(fold),
    ]);
    for (const key of names) {
      heads.push({ key, at });
      for (let space = key.indexOf(' '); space > 0; space = key.indexOf(' ', space + 1)) {
        words.push({ key: key.slice(space + 1), at });
      }
      const joined = key.replaceAll(' ', '');
      for (const gram of gramsOf(joined)) push(trigrams, gram, keys.length);
      keys.push({ key: joined, at });
    }
  }
  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  return { units, exact, heads: heads.toSorted(byKey), words: words.toSorted(byKey), keys, trigrams };
}

function push(map: Map<string, number[]>, key: string, at: number): void {
  const list = map.get(key);
  if (!list) map.set(key, [at]);
  else if (list.at(-1) !== at) list.push(at);
}

function gramsOf(key: string): Set<string> {
  const padded = `^${key}$`;
  const grams = new Set<string>();
  for (let i = 0; i + 3 <= padded.length; i++) grams.add(padded.slice(i, i + 3));
  return grams;
}

/** Exact, then by beginning, then the name inside a sentence, then misspelt. More than one hit is a choice, never a guess. */
function search(index: Index, query: string): UnitMatch {
  if (query === '') return { type: 'none' };
  const own = bare(query);
  for (const key of [
    query,
    query.replace(/^(?:ldld|lien doan lao dong|cong doan|cd) /, ''),
    own,
    own.replaceAll(' ', ''),
  ]) {
    const hits = index.exact.get(key);
    if (hits) return among(index, hits, true);
  }
  const begun = [...new Set([...beginning(index, index.heads, own), ...beginning(index, index.words, own)])];
  if (begun.length > 0) return among(index, begun, own.length >= SURE_PREFIX);
  const inside = mentioned(index, query);
  if (inside.length > 0) return among(index, inside, false);
  return misspelt(index, own.replaceAll(' ', ''));
}

function among(index: Index, hits: readonly number[], sure: boolean): UnitMatch {
  const units = hits.slice(0, MAX_HITS).flatMap((at) => index.units[at] ?? []);
  const [only] = units;
  if (only === undefined) return { type: 'none' };
  return units.length === 1 && sure ? { type: 'one', unit: only } : { type: 'some', units };
}

/** In the order of the file. */
function beginning(index: Index, sorted: Sorted, start: string): number[] {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.key ?? '') < start) low = middle + 1;
    else high = middle;
  }
  const hits = new Set<number>();
  for (let i = low; i < sorted.length && hits.size < MAX_HITS * 2; i++) {
    const entry = sorted[i];
    if (!entry?.key.startsWith(start)) break;
    if (start.length >= MIN_PREFIX_UNION || !isUnion(index.units[entry.at])) hits.add(entry.at);
  }
  return [...hits].toSorted((a, b) => a - b);
}

const isUnion = (unit: Unit | undefined): boolean => unit !== undefined && fold(unit.name).startsWith('cong doan ');

/** Names that stand whole inside a longer sentence, longest first: "công ty may ở trà vinh". */
function mentioned(index: Index, query: string): number[] {
  const words = query.split(' ').slice(0, MAX_WORDS);
  for (let length = words.length - 1; length >= 1; length--) {
    const hits = new Set<number>();
    for (let from = 0; from + length <= words.length; from++) {
      const part = words.slice(from, from + length).join(' ');
      if (length === 1 && part.length < 5) continue;
      for (const at of index.exact.get(part) ?? []) hits.add(at);
    }
    if (hits.size > 0) return [...hits];
  }
  return [];
}

function misspelt(index: Index, query: string): UnitMatch {
  const allowed = misspellingLimit(query.length);
  if (allowed === 0) return { type: 'none' };
  const shared = new Map<number, number>();
  for (const gram of gramsOf(query)) {
    for (const at of index.trigrams.get(gram) ?? []) shared.set(at, (shared.get(at) ?? 0) + 1);
  }
  const near = new Map<number, number>();
  for (const at of shared.keys()) {
    const entry = index.keys[at];
    if (!entry) continue;
    const far = distance(query, entry.key, allowed);
    if (far <= allowed) near.set(entry.at, Math.min(far, near.get(entry.at) ?? far));
  }
  const ranked = [...near].toSorted((a, b) => a[1] - b[1] || a[0] - b[0]);
  const [best, second] = ranked;
  if (!best) return { type: 'none' };
  const clear = best[1] === 1 && query.length >= 5 && (second === undefined || second[1] > 1);
  return among(index, clear ? [best[0]] : ranked.map(([at]) => at), clear);
}
