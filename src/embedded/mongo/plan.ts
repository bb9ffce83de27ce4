import type { Doc } from './bytes.ts';
import type { Collection } from './collection.ts';
import type { CollectionIndex } from './collection-index.ts';
import { descending, encode } from './key.ts';
import { readPredicates, type Predicate } from './predicates.ts';

/** Part of an index: from `low` (included) to `high` (not included). */
export type Range = { low: string; high: string };
export type SortSpec = readonly (readonly [path: string, way: 1 | -1])[];

/** How the documents of a query are found. `answered`: top-level fields of the filter that need no second look. */
export type Plan =
  | { type: 'scan' }
  | {
      type: 'index';
      index: CollectionIndex;
      ranges: Range[];
      sorted: boolean;
      reverse: boolean;
      answered: Set<string>;
    };

/** Above every key that starts like this. */
const END = '\uffff';
/** More combinations of `$in` lists than this are not spelled out. */
const MAX_RANGES = 1000;

/**
 * The index that fits best: the most fields met by equality, then a range, then an order that saves sorting. The filter
 * is a plain reading. Without a fitting index: a scan.
 */
export function makePlan(collection: Collection, filter: Doc, sort: SortSpec): Plan {
  const predicates = readPredicates(filter);
  let best: Plan = { type: 'scan' };
  let bestScore = 0;
  for (const index of collection.indexes) {
    if (!mayUse(index, predicates, filter)) continue;
    const { plan, score } = planWith(index, predicates, sort);
    if (score > bestScore) [best, bestScore] = [plan, score];
  }
  return best;
}

/** A sparse or partial index may answer only what it is certain to hold in full. */
function mayUse(index: CollectionIndex, predicates: Map<string, Predicate>, filter: Doc): boolean {
  const { partialFilterExpression: partial, sparse } = index.spec;
  if (sparse && !index.fields.some((field) => excludesMissing(predicates.get(field.path)))) return false;
  if (partial === undefined) return true;
  return Object.entries(partial).every(([path, condition]) => {
    const asked = predicates.get(path);
    if (isExistsTrue(condition)) return excludesMissing(asked);
    // Anything cleverer than the same condition word for word is left to a scan.
    return Object.hasOwn(filter, path) && encode(filter[path]) === encode(condition);
  });
}

function excludesMissing(predicate: Predicate | undefined): boolean {
  return predicate !== undefined && !(predicate.points?.some((point) => point.value === null) ?? false);
}

function isExistsTrue(condition: unknown): boolean {
  return encode(condition) === encode({ $exists: true });
}

function planWith(
  index: CollectionIndex,
  predicates: Map<string, Predicate>,
  sort: SortSpec,
): { plan: Plan; score: number } {
  let starts = [''];
  let score = 0;
  let depth = 0;
  const answered = new Set<string>();
  for (; depth < index.fields.length; depth += 1) {
    const field = index.fields[depth];
    const predicate = field === undefined ? undefined : predicates.get(field.path);
    if (field === undefined || predicate?.points === undefined || starts.length * predicate.points.length > MAX_RANGES)
      break;
    const keys = predicate.points.map(({ key }) => (field.reverse ? descending(key) : key));
    starts = starts.flatMap((start) => keys.map((key) => start + key));
    score += index.spec.unique || depth === 0 ? 10 : 9;
    if (predicate.exact) answered.add(field.path);
  }
  const { sorted, reverse } = givesOrder(index, depth, starts.length, sort, predicates);
  const field = index.fields[depth];
  const bounds = field === undefined ? undefined : predicates.get(field.path)?.bounds;
  let ranges = starts.map((start) => ({ low: start, high: start + END }));
  if (field !== undefined && bounds !== undefined) {
    // With arrays one element may meet the lower bound and another the upper: only one of them narrows the walk.
    const { low, high } = index.hasArrays ? { low: bounds.low, high: bounds.highest } : bounds;
    // Turned round, what was just above all keys (`V + END`) has to become just below them, and the other way about.
    const turned = field.reverse ? { low: turnEdge(high), high: turnEdge(low) } : { low, high };
    ranges = starts.map((start) => ({ low: start + turned.low, high: start + turned.high }));
    score += 5;
    if (bounds.exact && !index.hasArrays) answered.add(field.path);
  }
  ranges = dedupe(ranges);
  if (sorted && sort.length > 0) score += score > 0 ? 3 : 1;
  return { plan: { type: 'index', index, ranges, sorted, reverse, answered }, score };
}

/** An edge of a range in a descending field. Edges are a key, a key followed by END, or a lone tag (an open end). */
function turnEdge(edge: string): string {
  if (edge.length === 1) return String.fromCharCode(0x10000 - edge.charCodeAt(0));
  return edge.endsWith(END) ? descending(edge.slice(0, -1)) : descending(edge) + END;
}

function dedupe(ranges: Range[]): Range[] {
  if (ranges.length < 2) return ranges;
  const sorted = ranges.toSorted((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0));
  return sorted.filter((range, at) => range.low !== sorted[at - 1]?.low);
}

/** Whether walking the index gives the wanted order: fields met by one value may be left out of it. */
function givesOrder(
  index: CollectionIndex,
  depth: number,
  starts: number,
  sort: SortSpec,
  predicates: Map<string, Predicate>,
): { sorted: boolean; reverse: boolean } {
  const fixed = (path: string): boolean => {
    const at = index.fields.findIndex((field) => field.path === path);
    return at >= 0 && at < depth && predicates.get(path)?.points?.length === 1;
  };
  const wanted = sort.filter(([path]) => !fixed(path));
  if (wanted.length === 0 && !index.hasArrays) return { sorted: true, reverse: false };
  // An array has several keys; which one sorts depends on the way, so such an index never saves sorting.
  if (index.hasArrays || starts !== 1) return { sorted: false, reverse: false };
  let reverse: boolean | null = null;
  for (const [at, [path, way]] of wanted.entries()) {
    const field = index.fields[depth + at];
    if (field?.path !== path) return { sorted: false, reverse: false };
    const opposite = (way === -1) !== field.reverse;
    if (reverse !== null && reverse !== opposite) return { sorted: false, reverse: false };
    reverse = opposite;
  }
  return { sorted: true, reverse: reverse ?? false };
}
