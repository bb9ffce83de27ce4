import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { isDoc } from './values.ts';

/**
 * Values as strings whose plain order (`<`) is the order of MongoDB, and which are equal when the values are equal
 * there: 1, 1.0 and Long(1) give one key. No key is the beginning of another, so keys can be joined into compound ones.
 * Source: MongoDB manual, "Comparison/Sort Order". Strings compare by UTF-16 unit, which differs from the server's
 * byte order only between U+E000..U+FFFF and the characters beyond; Decimal128 counts as the nearest double.
 */
export const TAG = {
  min: 1,
  undefined: 2,
  null: 3,
  number: 4,
  string: 5,
  object: 6,
  array: 7,
  binary: 8,
  objectId: 9,
  boolean: 10,
  date: 11,
  timestamp: 12,
  regex: 13,
  code: 14,
  max: 15,
} as const;

const T = Object.fromEntries(Object.entries(TAG).map(([name, tag]) => [name, String.fromCharCode(tag)])) as Record<
  keyof typeof TAG,
  string
>;
/** What an empty array counts as in an index and in a sort. */
export const EMPTY_ARRAY_KEY = T.undefined;

const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);
const NO_OFFSET = '\u0080\u0000';

/** The key of a plain or typed value. A missing field (undefined) counts as null, as in indexes and sorts. */
export function encode(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return T.string + terminated(value);
    case 'number':
      return T.number + orderedDouble(value) + NO_OFFSET;
    case 'boolean':
      return T.boolean + (value ? '1' : '0');
    case 'bigint':
      return encodeLong(Long.fromBigInt(value));
    case 'undefined':
      return T.null;
    default:
      return encodeObject(value);
  }
}

function encodeObject(value: unknown): string {
  if (value === null) return T.null;
  if (value instanceof ObjectId) return T.objectId + value.toHexString();
  if (value instanceof Date) return T.date + orderedDouble(value.getTime());
  if (value instanceof Int32 || value instanceof Double) return encode(value.value);
  if (value instanceof Timestamp)
    return T.timestamp + orderedDouble(value.getHighBitsUnsigned()) + orderedDouble(value.getLowBitsUnsigned());
  if (value instanceof Long) return encodeLong(value);
  if (Array.isArray(value)) return `${T.array}${value.map(encode).join('')}\0`;
  if (isDoc(value)) {
    let key = T.object;
    for (const name of Object.keys(value)) {
      const inner = encode(value[name]);
      key += `${inner[0] ?? ''}${terminated(name)}${inner}`;
    }
    return `${key}\0`;
  }
  return encodeRare(value);
}

function encodeRare(value: unknown): string {
  if (value instanceof Binary) return encodeBytes(value.value(), value.sub_type);
  if (value instanceof Uint8Array) return encodeBytes(value, 0);
  if (value instanceof Decimal128) return encode(Number(value.toString()));
  if (value instanceof BSONSymbol) return encode(value.value);
  if (value instanceof MinKey) return T.min;
  if (value instanceof MaxKey) return T.max;
  if (value instanceof BSONRegExp) return T.regex + terminated(value.pattern) + terminated(value.options);
  if (value instanceof RegExp) return T.regex + terminated(value.source) + terminated(value.flags);
  if (value instanceof Code) return T.code + terminated(String(value.code));
  return T.code + terminated(JSON.stringify(value));
}

function encodeBytes(bytes: Uint8Array, subtype: number): string {
  return `${T.binary}${orderedDouble(bytes.length)}${String.fromCharCode(subtype)}${Buffer.from(bytes).toString('latin1')}`;
}

/** A zero inside is doubled by 1, two zeros end it: shorter sorts first and no text can look like the end of another. */
function terminated(text: string): string {
  return `${text.includes('\0') ? text.replaceAll('\0', '\0\u0001') : text}\0\0`;
}

function encodeLong(long: Long): string {
  const nearest = long.toNumber();
  if (Number.isSafeInteger(nearest)) return encode(nearest);
  // Two longs may share a double; how far each is from it tells them apart, in order.
  const offset = Number(long.toBigInt() - BigInt(nearest)) + 0x8000;
  return T.number + orderedDouble(nearest) + String.fromCharCode(offset >> 8, offset & 0xff);
}

/** Eight characters 0..255 in the order of the numbers; NaN first, -0 as 0. */
function orderedDouble(number: number): string {
  if (Number.isNaN(number)) return '\0\0\0\0\0\0\0\0';
  float[0] = number === 0 ? 0 : number;
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0, b7 = 0] = floatBytes; // little-endian everywhere Node runs
  if (b7 < 0x80) return String.fromCharCode(b7 | 0x80, b6, b5, b4, b3, b2, b1, b0);
  return String.fromCharCode(b7 ^ 255, b6 ^ 255, b5 ^ 255, b4 ^ 255, b3 ^ 255, b2 ^ 255, b1 ^ 255, b0 ^ 255);
}

/** The same key in the opposite order, for a descending field. */
export function descending(key: string): string {
  let reversed = '';
  for (let index = 0; index < key.length; index += 1) reversed += String.fromCharCode(0xffff - key.charCodeAt(index));
  return reversed;
}
