import type { Doc } from './bytes.ts';
import { EMPTY_ARRAY_KEY, encode } from './key.ts';
import { isDoc } from './values.ts';

/**
 * Index keys of one field: one for a plain value, one per element for arrays on the way or at the end (then `many` is
 * true, also for arrays with one element). Never empty: a missing field has the key of null.
 */
export function fieldKeys(doc: Doc, path: readonly string[]): { keys: string[]; many: boolean } {
  let value: unknown = doc;
  for (let depth = 0; depth < path.length; depth += 1) {
    if (Array.isArray(value)) return arrayKeys(value, path, depth);
    value = isDoc(value) ? ownField(value, path[depth] ?? '') : undefined;
  }
  if (Array.isArray(value)) return arrayKeys(value, path, path.length);
  return { keys: [encode(value)], many: false };
}

function arrayKeys(items: unknown[], path: readonly string[], depth: number): { keys: string[]; many: true } {
  const keys = new Set<string>();
  if (depth === path.length) for (const item of items) keys.add(encode(item));
  else {
    const rest = path.slice(depth);
    const position = rest[0] ?? '';
    if (/^\d+$/.test(position) && rest.length === 1) keys.add(encode(items[Number(position)]));
    else if (/^\d+$/.test(position)) {
      const item = items[Number(position)];
      for (const key of isDoc(item) || Array.isArray(item) ? insideKeys(item, rest.slice(1)) : [encode(undefined)])
        keys.add(key);
    }
    for (const item of items) {
      // An array straight inside an array is not walked into, as on a real server.
      if (isDoc(item)) for (const key of fieldKeys(item, rest).keys) keys.add(key);
      else keys.add(encode(undefined));
    }
  }
  if (keys.size === 0) keys.add(depth === path.length ? EMPTY_ARRAY_KEY : encode(undefined));
  return { keys: [...keys], many: true };
}

function insideKeys(item: Doc | unknown[], rest: string[]): string[] {
  return Array.isArray(item) ? arrayKeys(item, rest, 0).keys : fieldKeys(item, rest).keys;
}

/** The value of an own field; names like `constructor` must not reach the prototype. */
export function ownField(doc: Doc, name: string): unknown {
  return Object.hasOwn(doc, name) ? doc[name] : undefined;
}

/** The value at a path without walking into arrays, undefined when there is none. */
export function valueAt(doc: Doc, path: readonly string[]): unknown {
  let value: unknown = doc;
  for (const name of path) {
    if (Array.isArray(value)) value = value[Number(name)];
    else if (isDoc(value)) value = ownField(value, name);
    else return undefined;
  }
  return value;
}

/** All values at a path, those of arrays one by one; none when the field is missing. For `distinct`. */
export function fieldValues(value: unknown, path: readonly string[]): unknown[] {
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined ? [] : Array.isArray(value) ? value : [value];
  if (Array.isArray(value)) return value.flatMap((item) => (isDoc(item) ? fieldValues(item, path) : []));
  return isDoc(value) ? fieldValues(ownField(value, name), rest) : [];
}
