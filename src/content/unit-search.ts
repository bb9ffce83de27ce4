import type { Unit, UnitMatch, UnitTree } from '../core/unit.ts';
import { distance, misspellingLimit } from '../engine/readers/distance.ts';
import { fold } from '../engine/readers/fold.ts';
import { gramsOf, makeIndex, startingWith, type Index } from './unit-index.ts';
import { kindAlone, readings, saysOnlyKind, type Kind, type Reading } from './unit-words.ts';

const MAX_HITS = 30;
/** A person does not read further than this among names that are only near. */
const MAX_NEAR = 8;
/** What is typed beyond this is a story, not a name. */
const MAX_QUERY_CHARS = 200;
const MAX_QUERY_WORDS = 14;
/** What stands between a district and its province: `quan 1 tp hcm`. */
const KIND_AT_END = / (?:tinh|thanh pho|tp|thuoc)$/;
/** A beginning of so many letters that fits one name only leaves no doubt. */
const SURE_PREFIX = 3;
/** Shorter beginnings find places first: `ha` is the seven provinces, not aviation too. */
const UNION_PREFIX = 3;
/** One mistake in so many letters, and nothing else near, leaves no doubt. */
const SURE_MISSPELT = 5;
/** Entries looked at by one prefix, and keys measured for a misspelling: bounds the time over any tree. */
const MAX_WALK = 400;
const MAX_MEASURED = 120;
const MAX_COUNTED = 3000;

/**
 * A search costs the same over ten units and ten thousand, nearly. What is folded and indexed for it is made once, when it is first
 * needed or by `prepare`: for ten thousand units that takes too long for one go.
 * @param moved code of a unit that is no more → code of the one that took its place
 */
export function compileUnits(units: readonly Unit[], moved: ReadonlyMap<string, string> = new Map()): UnitTree {
  const byCode = new Map(units.map((unit) => [unit.code, unit]));
  const replaced = new Map<string, string[]>();
  for (const [old, now] of moved) {
    const unit = byCode.get(now);
    if (!unit) continue;
    byCode.set(old, unit);
    const known = replaced.get(now);
    if (known) known.push(old);
    else replaced.set(now, [old]);
  }
  const children = new Map<string | null, Unit[]>();
  for (const unit of units) {
    const siblings = children.get(unit.parent);
    if (siblings) siblings.push(unit);
    else children.set(unit.parent, [unit]);
  }
  const indexes = new Map<string | null, Index>();
  const indexOf = (parent: string | null): Index | null => {
    const known = indexes.get(parent);
    const list = children.get(parent);
    if (known || !list) return known ?? null;
    const made = makeIndex(list, indexOf);
    indexes.set(parent, made);
    return made;
  };
  return {
    size: units.length,
    byCode: (code) => byCode.get(code) ?? null,
    childrenOf: (parent) => children.get(parent) ?? [],
    reach(code) {
      const now = byCode.get(code)?.code ?? code;
      return [now, ...(replaced.get(now) ?? [])];
    },
    pathOf(code) {
      const path: string[] = [];
      let unit = byCode.get(code);
      while (unit) {
        path.unshift(unit.code);
        unit = unit.parent === null ? undefined : byCode.get(unit.parent);
      }
      return path;
    },
    moved,
    *prepare() {
      for (const parent of children.keys()) {
        indexOf(parent);
        yield;
      }
    },
    search(text, parent) {
      const index = indexOf(parent);
      if (!index || text.length > MAX_QUERY_CHARS) return { type: 'none' };
      return search(index, fold(text));
    },
  };
}

/** The units above one that is called so. */
const aboveOf = ({ units, below }: Index, text: string): number[] =>
  units.flatMap((_, at) => (below(at)?.exact.has(text) ? at : []));

/** Exact, then by beginning, by beginnings of words, inside a sentence, misspelt. Several hits are a choice, never a guess. */
function search(index: Index, query: string): UnitMatch {
  if (query === '') return { type: 'none' };
  for (const { text, kind } of [...readings(query, false), ...readings(query, true)]) {
    const hits = index.exact.get(text) ?? index.exact.get(text.replaceAll(' ', ''));
    if (hits) return answer(index, ofKind(index, hits, kind), true);
  }
  const listed = allOf(index, kindAlone(query));
  if (listed.length > 0) return answer(index, listed, false);
  const ways = readings(query, false);
  for (const way of ways) {
    const found = begun(index, way);
    if (found) return found;
  }
  for (const way of ways) {
    const hits = ofKind(index, wordByWord(index, way.text.split(' ')), way.kind);
    if (hits.length > 0) return answer(index, hits, hits.length === 1 && way.text.length > SURE_MISSPELT);
  }
  return mentioned(index, query) ?? withAbove(index, ways, misspelt(index, ways));
}

/** Who types a district first is shown what it may lie in, before what is only spelt alike. */
function withAbove(index: Index, ways: readonly Reading[], near: UnitMatch): UnitMatch {
  const places = ways.flatMap(({ text }) => (/\p{L}/u.test(text) ? aboveOf(index, text) : []));
  if (places.length === 0) return near;
  const also = near.type === 'none' ? [] : near.type === 'one' ? [near.unit] : near.units;
  const found = [...new Set(places)].flatMap((at) => index.units[at] ?? []);
  return { type: 'some', units: [...new Set([...found, ...also])].slice(0, MAX_HITS) };
}

/** The first hits, as one beyond doubt or as choices. */
function answer(index: Index, hits: readonly number[], sure: boolean): UnitMatch {
  const units = hits.slice(0, MAX_HITS).flatMap((at) => index.units[at] ?? []);
  const [only] = units;
  if (only === undefined) return { type: 'none' };
  return units.length === 1 && sure ? { type: 'one', unit: only } : { type: 'some', units };
}

/** Those of the kind that was named, when there are any: `huyện Cao Lãnh` is not the city. */
function ofKind(index: Index, hits: readonly number[], kind: Kind | null): readonly number[] {
  const same = kind === null ? [] : hits.filter((at) => index.kinds[at] === kind);
  return same.length > 0 ? same : hits;
}

const allOf = (index: Index, kind: Kind | null): number[] =>
  kind === null ? [] : index.kinds.flatMap((other, at) => (other === kind ? at : []));

/** Names that begin so, then names with such a later word; for a few letters also those with these initials. */
function begun(index: Index, { text, kind }: Reading): UnitMatch | null {
  const heads = unique(startingWith(index.heads, text, MAX_WALK));
  const words = unique(startingWith(index.words, text, MAX_WALK));
  const initials = index.initials.get(text) ?? [];
  const begun = placesFirst(index, text, [...new Set([...heads, ...words])]);
  const hits = [...new Set([...begun, ...initials])];
  if (hits.length === 0) return null;
  const sure = text.length >= SURE_PREFIX && hits.length === begun.length && !saysOnlyKind(text);
  return answer(index, ofKind(index, hits, kind), sure);
}

/** In the order of the file, each once. */
const unique = (entries: readonly { at: number }[]): number[] =>
  [...new Set(entries.map(({ at }) => at))].sort((a, b) => a - b);

function placesFirst(index: Index, text: string, hits: number[]): number[] {
  if (text.length >= UNION_PREFIX) return hits;
  const places = hits.filter((at) => index.kinds[at] !== 'union');
  return places.length > 0 ? places : hits;
}

/** Names whose words, in their order, begin with the words typed: `giao van tai`. */
function wordByWord(index: Index, typed: readonly string[]): number[] {
  const [first] = typed;
  if (first === undefined || first.length < 2 || typed.length < 2 || typed.length > MAX_QUERY_WORDS) return [];
  const candidates = [...startingWith(index.heads, first, MAX_WALK), ...startingWith(index.words, first, MAX_WALK)];
  return unique(
    candidates.filter(({ key }) => {
      let at = 0;
      for (const word of key.split(' ')) if (at < typed.length && word.startsWith(typed[at] ?? '')) at += 1;
      return at === typed.length;
    }),
  );
}

/**
 * Names that stand whole inside a longer sentence, the longest: "công ty may ở Trà Vinh". One is beyond doubt only when
 * the rest names a unit below it: "huyện Càng Long tỉnh Trà Vinh".
 */
function mentioned(index: Index, query: string): UnitMatch | null {
  const words = query.split(' ').slice(0, MAX_QUERY_WORDS);
  for (let length = words.length - 1; length >= 1; length -= 1) {
    const hits = new Set<number>();
    let sure = false;
    for (let from = 0; from + length <= words.length; from += 1) {
      const part = words.slice(from, from + length).join(' ');
      const last = from + length === words.length && part.length > 2;
      if ((part.length < 5 && !last) || saysOnlyKind(part)) continue;
      const rest = words.toSpliced(from, length).join(' ').replace(KIND_AT_END, '');
      for (const at of index.exact.get(part) ?? []) {
        hits.add(at);
        sure = readings(rest, false).some(({ text }) => index.below(at)?.exact.has(text));
      }
    }
    if (hits.size > 0)
      return answer(
        index,
        [...hits].sort((a, b) => a - b),
        sure && hits.size === 1,
      );
  }
  return null;
}

/** The nearest names within the limit; one only when it is a single mistake away and no other name is. */
function misspelt(index: Index, ways: readonly Reading[]): UnitMatch {
  const query = ways.at(-1)?.text.replaceAll(' ', '') ?? '';
  const limit = misspellingLimit(query.length);
  if (limit === 0 || !/\p{L}/u.test(query)) return { type: 'none' };
  const shared = new Map<number, number>();
  // Rare letters first: what half the names share tells little and costs most.
  const lists = [...gramsOf(query)].flatMap((gram) => [index.trigrams.get(gram) ?? []]);
  let counted = 0;
  for (const places of lists.toSorted((a, b) => a.length - b.length)) {
    if (counted > 0 && counted + places.length > MAX_COUNTED) break;
    counted += places.length;
    for (const place of places) shared.set(place, (shared.get(place) ?? 0) + 1);
  }
  const likely = [...shared].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MAX_MEASURED);
  const near = new Map<number, number>();
  const alike = new Set<number>();
  for (const [place] of likely) {
    const entry = index.joined[place];
    if (!entry) continue;
    const far = distance(query, entry.key, limit + 1);
    if (far <= 1 && entry.key[0] === query[0]) alike.add(entry.at);
    if (far <= limit + 1) near.set(entry.at, Math.min(far, near.get(entry.at) ?? far));
  }
  const ranked = [...near].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  const [best, second] = ranked;
  if (!best || best[1] > limit) return { type: 'none' };
  // Another first letter is rather another word: “công nghiệp” is not “nông nghiệp”.
  const sure = alike.has(best[0]) && query.length >= SURE_MISSPELT && (second === undefined || second[1] > 1);
  const close = ranked.filter(([, far]) => far <= limit).slice(0, MAX_NEAR);
  return answer(index, sure ? [best[0]] : close.map(([at]) => at), sure);
}
