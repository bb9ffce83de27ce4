import fc from 'fast-check';
import { Query } from 'mingo';
import { describe, expect, test } from 'vitest';
import { Batch } from '../../src/embedded/mongo/batch.ts';
import { parse, toBytes, type Doc } from '../../src/embedded/mongo/bytes.ts';
import { Collection } from '../../src/embedded/mongo/collection.ts';
import { search } from '../../src/embedded/mongo/find.ts';
import { IndexTree, type StoredDoc } from '../../src/embedded/mongo/index-tree.ts';
import { descending, encode } from '../../src/embedded/mongo/key.ts';
import type { SortSpec } from '../../src/embedded/mongo/plan.ts';

const scalar = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 6 }) },
  fc.constantFrom<unknown>('', 'a', 'ab', 'b\0', 'đ', true, false, null, 1.5, new Date(0), new Date(5)),
);
const value = fc.oneof({ weight: 5, arbitrary: scalar }, fc.array(scalar, { maxLength: 3 }));
const doc = fc.record({ a: value, b: value, c: fc.record({ d: value }, { requiredKeys: [] }) }, { requiredKeys: [] });
const limit = fc.oneof(fc.integer({ min: -3, max: 6 }), fc.constantFrom<unknown>('a', 'ab', new Date(5)));
const condition = fc.oneof(
  scalar,
  fc.record({ $in: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
  fc.record({ $gt: limit, $lte: limit }, { requiredKeys: ['$gt'] }),
  fc.record({ $lt: limit, $gte: limit }, { requiredKeys: ['$lt'] }),
  fc.record({ $ne: scalar }),
  fc.record({ $exists: fc.boolean() }),
);
const fields = fc.record({ a: condition, b: condition, 'c.d': condition }, { requiredKeys: [] });
const filter = fc.oneof(
  fields,
  fc.tuple(fields, fields).map(([first, second]): Doc => ({ ...first, $and: [second] })),
);
const way = fc.constantFrom<1 | -1>(1, -1);
const path = fc.constantFrom('a', 'b', 'c.d');
const key = fc.uniqueArray(fc.tuple(path, way), { minLength: 1, maxLength: 3, selector: ([name]) => name });

function collectionOf(docs: readonly object[], indexes: { key: [string, 1 | -1][]; sparse: boolean }[]): Collection {
  const collection = new Collection('test.docs');
  const batch = new Batch();
  for (const [at, index] of indexes.entries())
    collection.addIndex(
      { name: `i${at}`, key: Object.fromEntries(index.key), ...(index.sparse ? { sparse: true } : {}) },
      batch,
    );
  for (const [id, fieldsOfDoc] of docs.entries()) {
    const whole = { _id: id, ...fieldsOfDoc };
    collection.insert(whole, toBytes(whole), batch);
  }
  return collection;
}

const find = (collection: Collection, wanted: Doc, sort: SortSpec = []): Doc[] =>
  search(collection, { filter: wanted, sort, skip: 0, limit: 0 }, { keysExamined: 0, docsExamined: 0 }).docs.map(
    ({ bytes }) => parse(bytes),
  );
const ids = (docs: Doc[]): number[] => docs.map((found) => found['_id'] as number);

describe('a search with indexes', () => {
  test('finds what a plain look at every document finds, before and after changes', () => {
    const index = fc.record({ key, sparse: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(doc, { maxLength: 25 }),
        fc.array(index, { minLength: 1, maxLength: 3 }),
        fc.array(filter, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(24), fc.option(doc)), { maxLength: 10 }),
        (docs, indexes, filters, changes) => {
          const collection = collectionOf(docs, indexes);
          for (const [id, next] of [[-1, null] as const, ...changes]) {
            const stored = collection.docs.get(encode(id));
            if (stored !== undefined && next === null) collection.remove(stored, new Batch());
            else if (stored !== undefined)
              collection.replace(stored, { _id: id, ...next }, toBytes({ _id: id, ...next }), new Batch());
            for (const wanted of filters) {
              const query = new Query<Doc>(wanted as Doc, {});
              const all = Array.from(collection.docs.values(), ({ bytes }) => parse(bytes)).filter((one) =>
                query.test(one),
              );
              expect(new Set(ids(find(collection, wanted as Doc)))).toEqual(new Set(ids(all)));
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('gives the same order as sorting without an index', () => {
    fc.assert(
      fc.property(fc.array(doc, { maxLength: 25 }), key, key, filter, (docs, indexKey, sort, wanted) => {
        // The _id at the end leaves no ties, whose order is nobody's promise.
        const whole: SortSpec = [...sort, ['_id', 1]];
        const indexed = collectionOf(docs, [
          { key: indexKey, sparse: false },
          { key: [...sort, ['_id', 1]], sparse: false },
        ]);
        expect(ids(find(indexed, wanted as Doc, whole))).toEqual(
          ids(find(collectionOf(docs, []), wanted as Doc, whole)),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('taking back a batch leaves documents and indexes as they were', () => {
    fc.assert(
      fc.property(
        fc.array(doc, { minLength: 1, maxLength: 12 }),
        fc.array(fc.tuple(fc.nat(15), fc.option(doc)), { maxLength: 10 }),
        (docs, changes) => {
          const indexes = [
            {
              key: [
                ['a', 1],
                ['b', -1],
              ] as [string, 1 | -1][],
              sparse: true,
            },
          ];
          const collection = collectionOf(docs, indexes);
          const dump = (): unknown => [
            new Map(
              Array.from(collection.docs.values(), ({ idKey, bytes }) => [idKey, Buffer.from(bytes).toString('hex')]),
            ),
            collection.liveBytes,
            collection.indexes.map(({ tree }) => {
              const entries: string[] = [];
              tree.scan('', null, false, (entry, stored) => entries.push(entry + stored.idKey) > 0);
              return entries;
            }),
          ];
          const before = dump();
          const batch = new Batch();
          for (const [id, next] of changes) {
            const stored = collection.docs.get(encode(id));
            const whole = { _id: id, ...next };
            if (stored === undefined) collection.insert(whole, toBytes(whole), batch);
            else if (next === null) collection.remove(stored, batch);
            else collection.replace(stored, whole, toBytes(whole), batch);
          }
          batch.undo();
          expect(dump()).toEqual(before);
        },
      ),
      { numRuns: 200 },
    );
  });
});

test('keys order as values do, forwards and backwards, and none begins another', () => {
  const number = fc.oneof(fc.double({ noNaN: true }), fc.integer());
  fc.assert(
    fc.property(fc.oneof(fc.tuple(number, number), fc.tuple(fc.string(), fc.string())), ([left, right]) => {
      const order = left < right ? -1 : left > right ? 1 : 0;
      const sign = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
      expect(sign(encode(left), encode(right))).toBe(order);
      expect(sign(descending(encode(left)), descending(encode(right)))).toBe(order === 0 ? 0 : -order);
      if (order !== 0) expect(encode(left).startsWith(encode(right))).toBe(false);
    }),
  );
});

test('a tree of thousands keeps its order through additions and removals', () => {
  const tree = new IndexTree();
  const entries = Array.from({ length: 3000 }, (_, at) => ({
    key: String((at * 7919) % 1000),
    record: { seq: at, idKey: '', bytes: Buffer.alloc(0) } satisfies StoredDoc,
  }));
  for (const { key: name, record } of entries) tree.add(name, record);
  for (const { key: name, record } of entries.filter((_, at) => at % 3 > 0)) tree.remove(name, record);
  const expected = entries
    .filter((_, at) => at % 3 === 0)
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.record.seq - b.record.seq))
    .map(({ record }) => record.seq);
  const walk = (reverse: boolean): number[] => {
    const seen: number[] = [];
    tree.scan('', null, reverse, (_key, record) => seen.push(record.seq) > 0);
    return seen;
  };
  expect(walk(false)).toEqual(expected);
  expect(walk(true)).toEqual(expected.toReversed());
  expect(tree.size).toBe(1000);
});
