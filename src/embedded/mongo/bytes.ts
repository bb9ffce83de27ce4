import { deserialize, serialize } from 'bson';

/** A document as it was parsed. Two readings exist, see `parse` and `parseTyped`. */
export type Doc = Record<string, unknown>;

/** Numbers, strings and dates as JavaScript has them: what mingo compares and users of the driver see. */
export function parse(bytes: Uint8Array): Doc {
  return deserialize(bytes, { bsonRegExp: true });
}

/** Every number in its wrapper (`Int32`, `Long`, `Double`), so that writing it back keeps the type it had. */
export function parseTyped(bytes: Uint8Array): Doc {
  return deserialize(bytes, { promoteValues: false, promoteLongs: false, bsonRegExp: true });
}

export function toBytes(doc: Doc): Uint8Array {
  return serialize(doc, { ignoreUndefined: false });
}

/** BSON element types used here. Source: bsonspec.org, version 1.1. */
export const BSON = { double: 1, string: 2, object: 3, array: 4, int64: 18 } as const;

/** One element of a document: type, name and value bytes, to be put together with `joinDocument`. */
export function element(type: number, name: string, value: Uint8Array): Uint8Array[] {
  const header = Buffer.allocUnsafe(Buffer.byteLength(name) + 2);
  header[0] = type;
  header.write(name, 1);
  header[header.length - 1] = 0;
  return [header, value];
}

export function stringValue(text: string): Uint8Array {
  const size = Buffer.byteLength(text);
  const value = Buffer.allocUnsafe(size + 5);
  value.writeInt32LE(size + 1, 0);
  value.write(text, 4);
  value[size + 4] = 0;
  return value;
}

export function doubleValue(number: number): Uint8Array {
  const value = Buffer.allocUnsafe(8);
  value.writeDoubleLE(number, 0);
  return value;
}

export function int64Value(number: bigint): Uint8Array {
  const value = Buffer.allocUnsafe(8);
  value.writeBigInt64LE(number, 0);
  return value;
}

/** A document of elements, with length and end, after `room` free bytes at the start (for a message header). */
export function joinDocument(elements: readonly Uint8Array[], room = 0): Buffer {
  let size = 5;
  for (const part of elements) size += part.length;
  const bytes = Buffer.allocUnsafe(room + size);
  bytes.writeInt32LE(size, room);
  let at = room + 4;
  for (const part of elements) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes[at] = 0;
  return bytes;
}

/** A BSON array of whole documents, without reading them. */
export function joinArray(docs: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [];
  for (let index = 0; index < docs.length; index += 1) {
    const doc = docs[index];
    if (doc !== undefined) parts.push(...element(BSON.object, String(index), doc));
  }
  return joinDocument(parts);
}
