import { Query } from 'mingo';
import { Timestamp } from 'bson';
import type { Doc } from '../bytes.ts';
import { CommandError } from '../errors.ts';
import { isSame, MATCHER } from '../find.ts';
import { encode } from '../key.ts';
import { valueAt } from '../paths.ts';
import { isDoc, promote, readNumber, withRegExps } from '../values.ts';
import { calculate } from './numbers.ts';
import { getPath, setPath, unsetPath } from './paths.ts';

export type Operator = (doc: Doc, path: string[], argument: unknown, nowMs: number) => void;

/** Each changes the document (a typed reading) at one real path. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  $set: (doc, path, value) => setPath(doc, path, value),
  $setOnInsert: (doc, path, value) => setPath(doc, path, value),
  $unset: (doc, path) => unsetPath(doc, path),
  $inc: (doc, path, by) => setPath(doc, path, calculate('$inc', path.join('.'), getPath(doc, path), by)),
  $mul: (doc, path, by) => setPath(doc, path, calculate('$mul', path.join('.'), getPath(doc, path), by)),
  $min: (doc, path, value) => setExtreme(doc, path, value, -1),
  $max: (doc, path, value) => setExtreme(doc, path, value, 1),
  $rename: (doc, path, to) => {
    const value = getPath(doc, path);
    if (value === undefined) return;
    unsetPath(doc, path);
    setPath(doc, String(to).split('.'), value);
  },
  $currentDate: (doc, path, kind, nowMs) => {
    const stamp = isDoc(kind) && kind['$type'] === 'timestamp';
    setPath(doc, path, stamp ? new Timestamp({ t: Math.floor(nowMs / 1000), i: 1 }) : new Date(nowMs));
  },
  $push: (doc, path, argument) => push(doc, path, argument),
  $addToSet: (doc, path, argument) => {
    const items = arrayAt(doc, path, '$addToSet');
    const present = new Set(items.map(encode));
    for (const item of eachOf(argument)) {
      if (present.has(encode(item))) continue;
      present.add(encode(item));
      items.push(item);
    }
    setPath(doc, path, items);
  },
  $pull: (doc, path, condition) => {
    const items = getPath(doc, path);
    if (items === undefined) return;
    if (!Array.isArray(items)) throw new CommandError(2, 'Cannot apply $pull to a non-array value');
    const fits = pullTest(condition);
    setPath(
      doc,
      path,
      items.filter((item) => !fits(item)),
    );
  },
  $pullAll: (doc, path, values) => {
    const items = getPath(doc, path);
    if (!Array.isArray(items) || !Array.isArray(values)) return;
    setPath(
      doc,
      path,
      items.filter((item) => !values.some((value) => isSame(item, value))),
    );
  },
  $pop: (doc, path, end) => {
    const items = getPath(doc, path);
    if (Array.isArray(items)) setPath(doc, path, readNumber(end) === -1 ? items.slice(1) : items.slice(0, -1));
  },
};

function setExtreme(doc: Doc, path: string[], value: unknown, sign: 1 | -1): void {
  const present = getPath(doc, path);
  if (present === undefined) return setPath(doc, path, value);
  const [left, right] = [encode(value), encode(present)];
  if (sign === 1 ? left > right : left < right) setPath(doc, path, value);
}

/** A copy of the array there; an empty one for a missing field. */
function arrayAt(doc: Doc, path: string[], operator: string): unknown[] {
  const items = getPath(doc, path);
  if (items === undefined) return [];
  if (Array.isArray(items)) return [...items];
  if (operator === '$addToSet')
    throw new CommandError(
      2,
      `Cannot apply $addToSet to non-array field. Field named '${path.at(-1) ?? ''}' has non-array type`,
    );
  throw new CommandError(2, `The field '${path.join('.')}' must be an array but is of type ${typeof promote(items)}`);
}

function eachOf(argument: unknown): unknown[] {
  const each = isDoc(argument) ? argument['$each'] : undefined;
  return Array.isArray(each) ? each : [argument];
}

function push(doc: Doc, path: string[], argument: unknown): void {
  let items = arrayAt(doc, path, '$push');
  if (!isDoc(argument) || !Array.isArray(argument['$each'])) {
    items.push(argument);
    return setPath(doc, path, items);
  }
  const at = readNumber(argument['$position']) ?? items.length;
  items.splice(at, 0, ...(argument['$each'] as unknown[]));
  const sort = argument['$sort'];
  if (isDoc(sort)) items.sort((a, b) => compareBy(sort, a, b));
  else if (readNumber(sort) !== null) items.sort((a, b) => order(a, b) * (readNumber(sort) ?? 1));
  const slice = readNumber(argument['$slice']);
  if (slice !== null) items = slice >= 0 ? items.slice(0, slice) : items.slice(slice);
  setPath(doc, path, items);
}

function compareBy(sort: Doc, a: unknown, b: unknown): number {
  for (const [path, way] of Object.entries(sort)) {
    const parts = path.split('.');
    const found = order(isDoc(a) ? valueAt(a, parts) : undefined, isDoc(b) ? valueAt(b, parts) : undefined);
    if (found !== 0) return found * (readNumber(way) ?? 1);
  }
  return 0;
}

function order(a: unknown, b: unknown): number {
  const [left, right] = [encode(a), encode(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A document is a condition on the fields of elements, operators are a condition on the element, else equality. */
function pullTest(condition: unknown): (item: unknown) => boolean {
  const plain = withRegExps(promote(condition));
  if (plain instanceof RegExp) return (item) => typeof item === 'string' && plain.test(item);
  if (!isDoc(plain)) return (item) => isSame(item, condition);
  if (Object.keys(plain).some((name) => name.startsWith('$') && !['$and', '$or', '$nor'].includes(name))) {
    const query = new Query<Doc>({ item: plain }, MATCHER);
    return (item) => query.test({ item: promote(item) });
  }
  const query = new Query<Doc>(plain, MATCHER);
  return (item) => isDoc(item) && query.test(promote(item) as Doc);
}
