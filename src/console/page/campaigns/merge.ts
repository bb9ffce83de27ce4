/** What comes of two people's changes to the same thing; `overlaps` = where both changed it, and mine was kept. */
export type Merged<T> = { value: T; overlaps: string[] };

type Json = unknown;
type Keyed = Readonly<Record<string, Json>>;

/** Puts what I changed since `base` on top of what they changed since `base`. Items of lists are told apart by id or code. */
export function merge<T>(base: T, mine: T, theirs: T): Merged<T> {
  const overlaps: string[] = [];
  const value = mergeAt('', base, mine, theirs, overlaps) as T; // made of parts of the three, in their places
  return { value, overlaps };
}

function mergeAt(path: string, base: Json, mine: Json, theirs: Json, overlaps: string[]): Json {
  if (isSame(mine, base)) return theirs;
  if (isSame(theirs, base) || isSame(mine, theirs)) return mine;
  const [b, m, t] = [toKeyed(base), toKeyed(mine), toKeyed(theirs)];
  if (!b || !m || !t || Array.isArray(mine) !== Array.isArray(theirs)) {
    overlaps.push(path);
    return mine;
  }
  // as they have them, then what I added
  const keys = [...new Set([...Object.keys(t), ...Object.keys(m)])];
  const merged = keys.flatMap((key): [string, Json][] => {
    const at = path === '' ? key : `${path}.${key}`;
    const value = mergeAt(at, b[key], m[key], t[key], overlaps);
    return value === undefined ? [] : [[key, value]];
  });
  return Array.isArray(mine) ? merged.map(([, item]) => item) : Object.fromEntries(merged);
}

/** An object, or a list whose items all have a name; null = one value, which two people cannot share. */
function toKeyed(value: Json): Keyed | null {
  if (value === null || typeof value !== 'object') return null;
  if (!Array.isArray(value)) return value as Keyed;
  const named = value.map((item: Json): [string | null, Json] => [keyOf(item), item]);
  if (named.some(([key]) => key === null) || new Set(named.map(([key]) => key)).size < named.length) return null;
  return Object.fromEntries(named as [string, Json][]);
}

function keyOf(item: Json): string | null {
  if (item === null || typeof item !== 'object') return null;
  const { id, code, unit, phase } = item as Record<string, Json>;
  if (typeof id === 'string') return id;
  if (typeof code === 'string') return code;
  return typeof unit === 'string' && typeof phase === 'string' ? `${unit}/${phase}` : null;
}

/** As JSON would have it; the order of fields tells nothing. */
export function isSame(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [a as Keyed, b as Keyed];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => isSame(one[key], other[key]));
}
