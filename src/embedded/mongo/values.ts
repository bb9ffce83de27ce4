import { BSONRegExp, Double, Int32, Long } from 'bson';
import type { Doc } from './bytes.ts';

/** A sub-document: not an array, not a date, not a BSON value such as an ObjectId. */
export function isDoc(value: unknown): value is Doc {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A typed reading turned into the plain one: wrapped numbers become numbers (a Long beyond 2^53 stays one). */
export function promote(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (value instanceof Long) return isSafe(value) ? value.toNumber() : value;
  if (Array.isArray(value)) return value.map(promote);
  if (!isDoc(value)) return value;
  const plain: Doc = {};
  for (const key of Object.keys(value)) put(plain, key, promote(value[key]));
  return plain;
}

export function promoteDoc(doc: Doc): Doc {
  return promote(doc) as Doc; // a document promotes to a document
}

/** Sets an own field; plain assignment of `__proto__` would not. */
export function put(doc: Doc, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(doc, key, { value, enumerable: true, writable: true, configurable: true });
  else doc[key] = value;
}

function isSafe(long: Long): boolean {
  const number = long.toNumber();
  return Number.isSafeInteger(number);
}

/** The number in a plain or wrapped value, or null for anything else. */
export function readNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (value instanceof Long) return value.toNumber();
  return null;
}

/** As servers read flags: true, or a number other than zero. */
export function isTrue(value: unknown): boolean {
  return value === true || (readNumber(value) ?? 0) !== 0;
}

/** A filter as mingo wants it: BSON regular expressions become JavaScript ones, at any depth. */
export function withRegExps(value: unknown): unknown {
  if (value instanceof BSONRegExp) return toRegExp(value);
  if (Array.isArray(value)) return value.map(withRegExps);
  if (!isDoc(value)) return value;
  const plain: Doc = {};
  for (const key of Object.keys(value)) {
    const inner = value[key];
    // mingo reads a `$regex` that is already compiled without its flags when `$options` stands beside it.
    if (key === '$regex' && inner instanceof BSONRegExp) {
      plain['$regex'] = inner.pattern;
      plain['$options'] ??= flagsOf(inner.options);
    } else if (key === '$options' && typeof inner === 'string') plain['$options'] = flagsOf(inner);
    else put(plain, key, withRegExps(inner));
  }
  return plain;
}

function toRegExp(value: BSONRegExp): RegExp {
  return new RegExp(value.pattern, flagsOf(value.options));
}

/** JavaScript knows i, m, s and u; x (comments) and l (locale) have no counterpart and are dropped. */
function flagsOf(options: string): string {
  return ['i', 'm', 's', 'u'].filter((flag) => options.includes(flag)).join('');
}
