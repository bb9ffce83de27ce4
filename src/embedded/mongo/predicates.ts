import { ObjectId } from 'bson';
import type { Doc } from './bytes.ts';
import { encode } from './key.ts';
import { isDoc } from './values.ts';

/** What a filter asks of one field, as far as an index can use it. */
export type Predicate = {
  /** Equal to one of these; `exact` when nothing else has to be checked. */
  points?: { key: string; value: unknown }[];
  exact?: boolean;
  /** Keys from `low` to below `high`; `highest` is the end of the values of that type. */
  bounds?: { low: string; high: string; highest: string; exact: boolean };
};

const END = '\uffff';

/** The usable conditions of a filter (plain reading), those inside `$and` included. The rest is for the matcher. */
export function readPredicates(filter: Doc): Map<string, Predicate> {
  const found = new Map<string, Predicate>();
  collect(filter, true, found);
  return found;
}

function collect(filter: Doc, top: boolean, found: Map<string, Predicate>): void {
  for (const path of Object.keys(filter)) {
    const condition = filter[path];
    if (path === '$and' && Array.isArray(condition))
      for (const part of condition) if (isDoc(part)) collect(part, false, found);
    if (path.startsWith('$')) continue;
    const predicate = readCondition(condition);
    if (predicate === null) continue;
    const earlier = found.get(path);
    // Of two conditions on a field one is used and the other left to the matcher.
    if (earlier === undefined) found.set(path, top ? predicate : inexact(predicate));
    else if (earlier.points === undefined && predicate.points !== undefined) found.set(path, inexact(predicate));
    else found.set(path, inexact(earlier));
  }
}

function inexact(predicate: Predicate): Predicate {
  return {
    ...predicate,
    exact: false,
    ...(predicate.bounds === undefined ? {} : { bounds: { ...predicate.bounds, exact: false } }),
  };
}

function readCondition(condition: unknown): Predicate | null {
  if (!isDoc(condition) || !Object.keys(condition).some((name) => name.startsWith('$')))
    return points([condition], true);
  const operators = Object.keys(condition);
  const alone = operators.length === 1;
  if ('$eq' in condition) return points([condition['$eq']], alone);
  const list = condition['$in'];
  if (Array.isArray(list)) return points(list, alone);
  return range(condition, operators);
}

function points(values: readonly unknown[], exact: boolean): Predicate | null {
  if (values.some((value) => !isPoint(value))) return null;
  return { points: values.map((value) => ({ key: encode(value), value })), exact: exact && values.every(isExact) };
}

/** Values whose equality is that of their keys. Null also finds missing fields; documents are compared by the matcher. */
function isExact(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || isOrdered(value) || value instanceof ObjectId;
}

/** An array is equal both to itself and to an element, which the keys of an index do not tell: no use of it. */
function isPoint(value: unknown): boolean {
  return value === null || isExact(value) || isDoc(value);
}

function isOrdered(value: unknown): value is number | Date {
  return (
    (typeof value === 'number' && !Number.isNaN(value)) || (value instanceof Date && !Number.isNaN(value.getTime()))
  );
}

function range(condition: Doc, operators: string[]): Predicate | null {
  let low: string | undefined;
  let high: string | undefined;
  let tag: string | undefined;
  for (const operator of operators) {
    const limit = condition[operator];
    if (!RANGE_OPERATORS.has(operator)) continue;
    if (!(typeof limit === 'string' || isOrdered(limit) || limit instanceof ObjectId)) return null;
    const key = encode(limit);
    if (tag !== undefined && tag !== key[0]) return null;
    tag = key[0];
    if (operator === '$gte') low = key;
    else if (operator === '$gt') low = key + END;
    else if (operator === '$lt') high = key;
    else high = key + END;
  }
  if (tag === undefined) return null;
  const highest = String.fromCharCode(tag.charCodeAt(0) + 1);
  const exact =
    operators.every((operator) => RANGE_OPERATORS.has(operator)) && operators.length <= 2 && !repeats(operators);
  return { bounds: { low: low ?? tag, high: high ?? highest, highest, exact } };
}

function repeats(operators: string[]): boolean {
  return (
    operators.filter((operator) => operator.startsWith('$g')).length > 1 ||
    operators.filter((operator) => operator.startsWith('$l')).length > 1
  );
}

const RANGE_OPERATORS: ReadonlySet<string> = new Set(['$gt', '$gte', '$lt', '$lte']);
