import { parse, type Doc } from './bytes.ts';
import { keysOf, makeIndex, refuseDuplicate, type CollectionIndex, type IndexSpec } from './collection-index.ts';
import { CommandError } from './errors.ts';
import type { StoredDoc } from './index-tree.ts';
import { encode } from './key.ts';
import type { Batch } from './batch.ts';

const ID_INDEX: IndexSpec = { name: '_id_', key: { _id: 1 } };
/** Source: MongoDB manual, "MongoDB Limits and Thresholds", BSON document size. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/**
 * The documents of one namespace as BSON bytes, and its indexes. Every change is put on the batch together with the
 * way back, and counts once the batch is committed; all of it happens in one tick, so nobody sees a change undone.
 */
export class Collection {
  readonly ns: string;
  /** By key of `_id`, in the order of arrival. */
  readonly docs = new Map<string, StoredDoc>();
  /** The first one is that of `_id`. */
  readonly indexes: CollectionIndex[] = [makeIndex(ID_INDEX)];
  liveBytes = 0;
  #nextSeq = 1;

  constructor(ns: string) {
    this.ns = ns;
  }

  /** `doc` is the reading (plain or typed) of `bytes`, with an `_id`. Throws DuplicateKey. */
  insert(doc: Doc, bytes: Uint8Array, batch: Batch): StoredDoc {
    refuseLarge(bytes);
    const idKey = idKeyOf(doc);
    const stored: StoredDoc = { seq: this.#nextSeq++, idKey, bytes };
    const keys = this.#checkedKeys(doc);
    this.docs.set(idKey, stored);
    this.#enter(keys, stored);
    this.liveBytes += bytes.length;
    batch.put(this.ns, bytes);
    batch.onUndo(() => {
      this.docs.delete(idKey);
      this.#leave(keys, stored);
      this.liveBytes -= bytes.length;
    });
    return stored;
  }

  /** Puts new contents (same `_id`) in the place of the old ones. Throws DuplicateKey. */
  replace(stored: StoredDoc, doc: Doc, bytes: Uint8Array, batch: Batch): void {
    refuseLarge(bytes);
    const old = stored.bytes;
    // The index of _id stays as it is; without others nothing has to be read.
    const oldDoc = this.indexes.length > 1 ? parse(old) : doc;
    const oldKeys = this.indexes.map((index, at) => (at === 0 ? [] : keysOf(index, oldDoc)));
    const newKeys = this.#checkedKeys(doc, stored);
    newKeys[0] = [];
    this.#leave(oldKeys, stored);
    this.#enter(newKeys, stored);
    stored.bytes = bytes;
    this.liveBytes += bytes.length - old.length;
    batch.put(this.ns, bytes);
    batch.onUndo(() => {
      this.#leave(newKeys, stored);
      this.#enter(oldKeys, stored);
      stored.bytes = old;
      this.liveBytes += old.length - bytes.length;
    });
  }

  remove(stored: StoredDoc, batch: Batch): void {
    const doc = parse(stored.bytes);
    const keys = this.indexes.map((index) => keysOf(index, doc));
    this.docs.delete(stored.idKey);
    this.#leave(keys, stored);
    this.liveBytes -= stored.bytes.length;
    batch.delete(this.ns, doc['_id']);
    batch.onUndo(() => {
      this.docs.set(stored.idKey, stored);
      this.#enter(keys, stored);
      this.liveBytes += stored.bytes.length;
    });
  }

  /** Builds an index over what is there. Throws DuplicateKey, and then nothing was added. */
  addIndex(spec: IndexSpec, batch: Batch): void {
    const index = makeIndex(spec);
    for (const stored of this.docs.values()) {
      const doc = parse(stored.bytes);
      const keys = keysOf(index, doc);
      if (spec.unique) refuseDuplicate(this.ns, index, keys, doc);
      for (const key of keys) index.tree.add(key, stored);
    }
    this.indexes.push(index);
    batch.addIndex(this.ns, spec);
    batch.onUndo(() => void this.indexes.splice(this.indexes.indexOf(index), 1));
  }

  dropIndex(name: string, batch: Batch): void {
    const at = this.indexes.findIndex((index) => index.spec.name === name);
    const index = this.indexes[at];
    if (index === undefined) throw new CommandError(27, `index not found with name [${name}]`);
    if (at === 0) throw new CommandError(72, 'cannot drop _id index');
    this.indexes.splice(at, 1);
    batch.dropIndex(this.ns, name);
    batch.onUndo(() => void this.indexes.splice(at, 0, index));
  }

  /** Takes a document from the journal: no checks, and no index is kept until `rebuild`. */
  load(doc: Doc, bytes: Uint8Array): void {
    const idKey = idKeyOf(doc);
    const stored = this.docs.get(idKey);
    if (stored === undefined) this.docs.set(idKey, { seq: this.#nextSeq++, idKey, bytes });
    else stored.bytes = bytes;
  }

  unload(id: unknown): void {
    this.docs.delete(encode(id));
  }

  /** Fills the indexes named by the journal after all documents are loaded. */
  rebuild(specs: Iterable<IndexSpec>): void {
    for (const spec of specs) this.indexes.push(makeIndex(spec));
    for (const stored of this.docs.values()) {
      const doc = parse(stored.bytes);
      this.liveBytes += stored.bytes.length;
      for (const index of this.indexes) for (const key of keysOf(index, doc)) index.tree.add(key, stored);
    }
  }

  #checkedKeys(doc: Doc, own?: StoredDoc): string[][] {
    return this.indexes.map((index, at) => {
      const keys = keysOf(index, doc);
      if (at === 0 ? own === undefined : index.spec.unique) refuseDuplicate(this.ns, index, keys, doc, own);
      return keys;
    });
  }

  #enter(keys: string[][], stored: StoredDoc): void {
    for (const [at, index] of this.indexes.entries()) for (const key of keys[at] ?? []) index.tree.add(key, stored);
  }

  #leave(keys: string[][], stored: StoredDoc): void {
    for (const [at, index] of this.indexes.entries()) for (const key of keys[at] ?? []) index.tree.remove(key, stored);
  }
}

function idKeyOf(doc: Doc): string {
  const id = doc['_id'];
  if (Array.isArray(id) || id instanceof RegExp)
    throw new CommandError(2, `The '_id' value cannot be of type ${Array.isArray(id) ? 'array' : 'regex'}`);
  return encode(id);
}

function refuseLarge(bytes: Uint8Array): void {
  if (bytes.length > MAX_DOCUMENT_BYTES)
    throw new CommandError(
      10334,
      `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES}`,
    );
}
