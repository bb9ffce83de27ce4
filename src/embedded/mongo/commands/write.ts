import { parse, parseTyped, type Doc } from '../bytes.ts';
import type { Batch } from '../batch.ts';
import { CommandError, toFailure } from '../errors.ts';
import { search } from '../find.ts';
import type { StoredDoc } from '../index-tree.ts';
import { applyUpdate, upsertBase, withIdFirst, type Changed, type Update } from '../update/apply.ts';
import { isDoc, isTrue, promoteDoc } from '../values.ts';
import {
  countField,
  docField,
  namespaceOf,
  refuseCollation,
  refuseTransaction,
  type Call,
  type Command,
  type Server,
} from './command.ts';

type WriteError = Doc;

const insert: Command = {
  typed: true,
  run: (server, call) => {
    refuseTransaction(call.doc);
    const docs: readonly (Doc | Uint8Array)[] = call.sequences.get('documents') ?? docsOf(call, 'documents');
    return writeEach(server, call, docs, (item, batch) => {
      const { doc, bytes } = item instanceof Uint8Array ? fromWire(item) : withIdFirst(item);
      server.store.getOrCreate(namespaceOf(call), batch).insert(doc, bytes, batch);
      return 1;
    });
  },
};

/** Bytes that begin with `_id` are kept as they are, in memory of their own; others are written anew. */
function fromWire(bytes: Uint8Array): Changed {
  const doc = parse(bytes);
  return Object.keys(doc)[0] === '_id' ? { doc, bytes: Buffer.from(bytes) } : withIdFirst(parseTyped(bytes));
}

const update: Command = {
  typed: true,
  run: (server, call) => {
    refuseTransaction(call.doc);
    let nModified = 0;
    const upserted: Doc[] = [];
    const answer = writeEach(server, call, statementsOf(call, 'updates'), (statement, batch, index) => {
      refuseCollation(statement);
      const result = updateOne(server, namespaceOf(call), statement, batch);
      nModified += result.modified;
      if (result.upserted !== undefined) upserted.push({ index, _id: result.upserted['_id'] });
      return result.matched + (result.upserted === undefined ? 0 : 1);
    });
    return { ...answer, nModified, ...(upserted.length > 0 ? { upserted } : {}) };
  },
};

function updateOne(
  server: Server,
  ns: string,
  statement: Doc,
  batch: Batch,
): { matched: number; modified: number; upserted?: Doc } {
  const typedFilter = docField(statement, 'q');
  const filter = promoteDoc(typedFilter);
  const change = updateOf(statement['u']);
  const multi = isTrue(statement['multi']);
  const collection = server.store.get(ns);
  const found =
    collection === undefined
      ? []
      : search(collection, { filter, sort: [], skip: 0, limit: multi ? 0 : 1 }, server.counters).docs;
  if (found.length === 0) {
    if (!isTrue(statement['upsert'])) return { matched: 0, modified: 0 };
    return { matched: 0, modified: 0, upserted: upsert(server, ns, typedFilter, change, statement, batch).doc };
  }
  let modified = 0;
  for (const stored of found)
    if (changeStored(server, ns, stored, filter, change, statement, batch) !== null) modified += 1;
  return { matched: found.length, modified };
}

/** Applies an update to a stored document; null when that changes nothing. */
export function changeStored(
  server: Server,
  ns: string,
  stored: StoredDoc,
  filter: Doc,
  change: Update,
  statement: Doc,
  batch: Batch,
): Uint8Array | null {
  const places = { filter, arrayFilters: filtersOf(statement) };
  const { doc, bytes } = applyUpdate(parseTyped(stored.bytes), change, places, {
    inserting: false,
    nowMs: server.now(),
  });
  if (Buffer.compare(stored.bytes, bytes) === 0) return null;
  server.store.get(ns)?.replace(stored, doc, bytes, batch);
  return bytes;
}

/** Adds the document an update without a match describes. `typedFilter` is a typed reading. */
export function upsert(
  server: Server,
  ns: string,
  typedFilter: Doc,
  change: Update,
  statement: Doc,
  batch: Batch,
): Changed {
  const places = { filter: promoteDoc(typedFilter), arrayFilters: filtersOf(statement) };
  const added = applyUpdate(upsertBase(typedFilter), change, places, { inserting: true, nowMs: server.now() });
  server.store.getOrCreate(ns, batch).insert(added.doc, added.bytes, batch);
  return added;
}

export function updateOf(value: unknown): Update {
  if (isDoc(value) || Array.isArray(value)) return value;
  throw new CommandError(9, 'Update argument must be either an object or an array');
}

function filtersOf(statement: Doc): Doc[] {
  const filters = statement['arrayFilters'];
  return Array.isArray(filters) ? filters.filter(isDoc).map(promoteDoc) : [];
}

const remove: Command = {
  typed: true,
  run: (server, call) => {
    refuseTransaction(call.doc);
    return writeEach(server, call, statementsOf(call, 'deletes'), (statement, batch) => {
      refuseCollation(statement);
      const collection = server.store.get(namespaceOf(call));
      if (collection === undefined) return 0;
      const filter = promoteDoc(docField(statement, 'q'));
      const { docs } = search(
        collection,
        { filter, sort: [], skip: 0, limit: countField(statement, 'limit', 0) },
        server.counters,
      );
      for (const stored of docs) collection.remove(stored, batch);
      return docs.length;
    });
  },
};

/** Statements one after the other; an ordered command stops at the first that fails, and what went before it stays. */
function writeEach<T>(
  server: Server,
  call: Call,
  items: readonly T[],
  write: (item: T, batch: Batch, index: number) => number,
): Doc {
  const ordered = call.doc['ordered'] === undefined || isTrue(call.doc['ordered']);
  namespaceOf(call);
  return server.store.change((batch) => {
    let n = 0;
    const writeErrors: WriteError[] = [];
    for (const [index, item] of items.entries()) {
      try {
        n += write(item, batch, index);
      } catch (error) {
        writeErrors.push({ index, ...toFailure(error) });
        if (ordered) break;
      }
    }
    return { n, ...(writeErrors.length > 0 ? { writeErrors } : {}) };
  });
}

function statementsOf(call: Call, name: string): Doc[] {
  return call.sequences.get(name)?.map(parseTyped) ?? docsOf(call, name);
}

function docsOf(call: Call, name: string): Doc[] {
  const docs = call.doc[name];
  if (!Array.isArray(docs) || docs.length === 0)
    throw new CommandError(
      16,
      `Write batch sizes must be between 1 and 100000. Got ${Array.isArray(docs) ? 0 : 'none'} operations.`,
    );
  return docs.filter(isDoc);
}

export const WRITES: Readonly<Record<string, Command>> = { insert, update, delete: remove };
