import { BSON, doubleValue, element, int64Value, joinArray, joinDocument, stringValue } from './bytes.ts';

/** Source: MongoDB manual, "MongoDB Wire Protocol". Numbers are little-endian. */
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
export const MAX_MESSAGE_BYTES = 48_000_000;

export type Request = {
  requestId: number;
  /** The command document. */
  body: Uint8Array;
  /** Documents sent beside it, by the name of the field they belong to. */
  sequences: Map<string, Uint8Array[]>;
  /** The sender wants no answer. */
  silent: boolean;
  /** OP_QUERY: only the greeting of a new connection still comes that way. */
  legacy: boolean;
};

/** Puts chunks of a stream together to whole messages. Throws on what cannot be a message: end the connection then. */
export function messageReader(): (chunk: Buffer) => Buffer[] {
  let parts: Buffer[] = [];
  let size = 0;
  return (chunk) => {
    parts.push(chunk);
    size += chunk.length;
    const messages: Buffer[] = [];
    while (size >= 4) {
      if ((parts[0]?.length ?? 0) < 4) parts = [Buffer.concat(parts)];
      const length = parts[0]?.readInt32LE(0) ?? 0;
      if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) throw new Error(`a message of ${length} bytes`);
      if (size < length) break;
      const all = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
      messages.push(all.subarray(0, length));
      parts = length < all.length ? [all.subarray(length)] : [];
      size -= length;
    }
    return messages;
  };
}

/** Null for an operation that no driver of today sends. Throws when lengths do not fit. */
export function readRequest(message: Buffer): Request | null {
  const requestId = message.readInt32LE(4);
  const operation = message.readInt32LE(12);
  if (operation === OP_QUERY) {
    const nameEnd = message.indexOf(0, 20);
    const at = nameEnd + 9; // past the zero, numberToSkip and numberToReturn
    return { requestId, body: slice(message, at), sequences: new Map(), silent: false, legacy: true };
  }
  if (operation !== OP_MSG) return null;
  const flags = message.readUInt32LE(HEADER_BYTES);
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  const sequences = new Map<string, Uint8Array[]>();
  let body: Uint8Array | null = null;
  for (let at = HEADER_BYTES + 4; at < end;) {
    const kind = message[at];
    const size = message.readInt32LE(at + 1);
    if (size < 5 || at + 1 + size > end) throw new Error('a section longer than its message');
    if (kind === 0) body = message.subarray(at + 1, at + 1 + size);
    else if (kind === 1) readSequence(message.subarray(at + 5, at + 1 + size), sequences);
    else throw new Error(`a section of kind ${kind}`);
    at += 1 + size;
  }
  if (body === null) throw new Error('a message without a body');
  return { requestId, body, sequences, silent: (flags & MORE_TO_COME) !== 0, legacy: false };
}

function readSequence(section: Buffer, sequences: Map<string, Uint8Array[]>): void {
  const nameEnd = section.indexOf(0);
  const docs: Uint8Array[] = [];
  for (let at = nameEnd + 1; at < section.length;) {
    const doc = slice(section, at);
    docs.push(doc);
    at += doc.length;
  }
  sequences.set(section.toString('utf8', 0, nameEnd), docs);
}

function slice(bytes: Buffer, at: number): Buffer {
  const size = bytes.readInt32LE(at);
  if (size < 5 || at + size > bytes.length) throw new Error('a document longer than its message');
  return bytes.subarray(at, at + size);
}

let nextRequestId = 1;

/** The whole answer message around a document. */
export function writeReply(request: Request, body: Uint8Array): Buffer[] {
  const extra = request.legacy ? 20 : 5;
  const header = Buffer.alloc(HEADER_BYTES + extra);
  header.writeInt32LE(header.length + body.length, 0);
  header.writeInt32LE((nextRequestId = (nextRequestId + 1) & 0x7fffffff), 4);
  header.writeInt32LE(request.requestId, 8);
  header.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12);
  if (request.legacy) header.writeInt32LE(1, HEADER_BYTES + 16); // one document
  return [header, body as Buffer];
}

const OK = element(BSON.double, 'ok', doubleValue(1));

/** `{ cursor: { <field>: docs, id, ns }, ok: 1 }` without reading the documents. */
export function cursorBody(
  field: 'firstBatch' | 'nextBatch',
  docs: readonly Uint8Array[],
  id: bigint,
  ns: string,
): Buffer {
  const cursor = joinDocument([
    ...element(BSON.array, field, joinArray(docs)),
    ...element(BSON.int64, 'id', int64Value(id)),
    ...element(BSON.string, 'ns', stringValue(ns)),
  ]);
  return joinDocument([...element(BSON.object, 'cursor', cursor), ...OK]);
}

/** `{ lastErrorObject, value: <document>, ok: 1 }` without reading the document. */
export function valueBody(lastErrorObject: Uint8Array, value: Uint8Array): Buffer {
  return joinDocument([
    ...element(BSON.object, 'lastErrorObject', lastErrorObject),
    ...element(BSON.object, 'value', value),
    ...OK,
  ]);
}
