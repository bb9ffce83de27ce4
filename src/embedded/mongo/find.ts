import { Query } from 'mingo';
import { parse, type Doc } from './bytes.ts';
import type { Collection } from './collection.ts';
import type { StoredDoc } from './index-tree.ts';
import { descending, encode } from './key.ts';
import { fieldKeys } from './paths.ts';
import { makePlan, type Plan, type SortSpec } from './plan.ts';
import { isDoc, readNumber, withRegExps } from './values.ts';
import { CommandError } from './errors.ts';

/** What was looked at since the start, shown by serverStatus like a real server's `metrics.queryExecutor`. */
export type Counters = { keysExamined: number; docsExamined: number };

export type Search = { filter: Doc; sort: SortSpec; skip: number; limit: number };
export type Found = { docs: StoredDoc[]; plan: Plan; keysExamined: number; docsExamined: number };

export const MATCHER = { scriptEnabled: false } as const;

/** The documents a search gives, in its order. `limit` 0 = all. The filter is a plain reading. */
export function search(collection: Collection, { filter, sort, skip, limit }: Search, counters: Counters): Found {
  const plan = makePlan(collection, filter, sort);
  const test = matcher(filter, plan.type === 'index' ? plan.answered : new Set());
  const inOrder = sort.length === 0 || (plan.type === 'index' && plan.sorted);
  const enough = inOrder && limit > 0 ? skip + limit : Infinity;
  let keysExamined = 0;
  let docsExamined = 0;
  let docs: StoredDoc[] = [];
  const take = (stored: StoredDoc): boolean => {
    docsExamined += 1;
    if (test === null || test(stored)) docs.push(stored);
    return docs.length < enough;
  };
  if (plan.type === 'scan') {
    for (const stored of collection.docs.values()) if (!take(stored)) break;
  } else {
    const seen = plan.index.hasArrays ? new Set<StoredDoc>() : null;
    const single = idOf(collection, plan);
    if (single !== null) {
      keysExamined = 1;
      const stored = collection.docs.get(single);
      if (stored !== undefined) take(stored);
    } else {
      const visit = (_key: string, stored: StoredDoc): boolean => {
        keysExamined += 1;
        if (seen?.has(stored)) return true;
        seen?.add(stored);
        return take(stored);
      };
      for (const { low, high } of plan.ranges) if (!plan.index.tree.scan(low, high, plan.reverse, visit)) break;
    }
  }
  if (!inOrder) docs = sortDocs(docs, sort);
  if (skip > 0 || (limit > 0 && docs.length > limit)) docs = docs.slice(skip, limit > 0 ? skip + limit : undefined);
  counters.keysExamined += keysExamined;
  counters.docsExamined += docsExamined;
  return { docs, plan, keysExamined, docsExamined };
}

/** The key of the one `_id` that is asked for, if it is just that. */
function idOf(collection: Collection, plan: Plan): string | null {
  if (plan.type !== 'index' || plan.index !== collection.indexes[0] || plan.ranges.length !== 1) return null;
  const range = plan.ranges[0];
  return range !== undefined && range.high === `${range.low}\uffff` && range.low.length > 1 ? range.low : null;
}

/** Checks what no index has answered; null when nothing is left to check. */
function matcher(filter: Doc, answered: ReadonlySet<string>): ((stored: StoredDoc) => boolean) | null {
  const rest: Doc = {};
  for (const path of Object.keys(filter)) if (!answered.has(path)) rest[path] = filter[path];
  if (Object.keys(rest).length === 0) return null;
  const query = makeQuery(rest);
  return (stored) => query.test(parse(stored.bytes));
}

/** A filter (plain reading) as something to test plain documents with. Throws BadValue for what mingo does not know. */
export function makeQuery(filter: Doc): Query<Doc> {
  return new Query<Doc>(withRegExps(filter) as Doc, MATCHER);
}

function sortDocs(docs: StoredDoc[], sort: SortSpec): StoredDoc[] {
  const fields = sort.map(([path, way]) => ({ parts: path.split('.'), way }));
  return docs
    .map((stored) => {
      const doc = parse(stored.bytes);
      return { stored, keys: fields.map(({ parts, way }) => sortKey(doc, parts, way)) };
    })
    .sort((a, b) => {
      for (let at = 0; at < a.keys.length; at += 1) {
        const left = a.keys[at] ?? '';
        const right = b.keys[at] ?? '';
        if (left !== right) return left < right ? -1 : 1;
      }
      return 0;
    })
    .map(({ stored }) => stored);
}

/** An array sorts by its smallest element upwards and by its largest downwards. */
function sortKey(doc: Doc, parts: readonly string[], way: 1 | -1): string {
  const { keys } = fieldKeys(doc, parts);
  const turned = way === 1 ? keys : keys.map(descending);
  return turned.reduce((least, key) => (key < least ? key : least));
}

/** Reads `sort` of a command. Throws BadValue for another direction than 1 or -1. */
export function readSort(value: unknown): SortSpec {
  if (!isDoc(value)) return [];
  return Object.entries(value).map(([path, way]) => {
    const number = readNumber(way);
    if (number !== 1 && number !== -1)
      throw new CommandError(2, `$sort key ordering must be 1 (for ascending) or -1 (for descending)`);
    return [path, number] as const;
  });
}

/** Whether two values are equal to MongoDB. */
export function isSame(left: unknown, right: unknown): boolean {
  return encode(left) === encode(right);
}
