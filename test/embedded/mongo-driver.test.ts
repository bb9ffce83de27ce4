import { Double, Int32, Long, MongoClient, MongoServerError, ObjectId, GridFSBucket, type Db } from 'mongodb';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { startEmbeddedMongo, type EmbeddedMongo } from '../../src/embedded/mongo/server.ts';

let mongo: EmbeddedMongo;
let client: MongoClient;
let db: Db;
let nowMs = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  mongo = await startEmbeddedMongo({
    dataDir: null,
    log: silentLog,
    clock: { now: () => nowMs },
    expiryIntervalMs: 10,
  });
  client = await new MongoClient(mongo.uri).connect();
  db = client.db('test');
});
afterAll(async () => {
  await client.close();
  await mongo.close();
});

type Stage = { stage: string; inputStage?: Stage; indexName?: string };
async function indexUsed(find: { explain(): Promise<unknown> }): Promise<string> {
  const plan = (await find.explain()) as { queryPlanner: { winningPlan: Stage } };
  const names: string[] = [];
  for (let stage: Stage | undefined = plan.queryPlanner.winningPlan; stage; stage = stage.inputStage)
    names.push(stage.indexName ?? stage.stage);
  return names.join(' < ');
}
async function scanned(): Promise<number> {
  const status = await db.command({ serverStatus: 1 });
  return (status as unknown as { metrics: { queryExecutor: { scannedObjects: number } } }).metrics.queryExecutor
    .scannedObjects;
}

describe('writing', () => {
  test('a document comes back with every type it was stored with', async () => {
    const kinds = db.collection('kinds');
    const doc = {
      _id: new ObjectId(),
      int: new Int32(5),
      double: new Double(5),
      long: Long.fromString('9007199254740993'),
      short: Long.fromNumber(7),
      date: new Date(5),
      nothing: null,
      bytes: randomBytes(20),
      list: [1, 'hai', { ba: true }],
    };
    await kinds.insertOne(doc);
    await kinds.updateOne({ _id: doc._id }, { $set: { touched: true }, $inc: { int: 1, double: 1, long: 1 } });
    const options = { promoteValues: false, promoteLongs: false } as const;
    const found = await kinds.findOne({ _id: doc._id }, { ...options, projection: { list: 0 } });
    expect(found?.['int']).toBeInstanceOf(Int32);
    expect(found?.['double']).toBeInstanceOf(Double);
    expect(String(found?.['long'])).toBe('9007199254740994');
    expect(found?.['short']).toBeInstanceOf(Long);
    expect(found?.['date']).toEqual(new Date(5));
    expect(found?.['nothing']).toBeNull();
    expect(found?.['bytes']).toMatchObject({ buffer: doc.bytes });
    expect((await kinds.findOne({ _id: doc._id }))?.['list']).toEqual(doc.list);
  });

  test('an upsert without a match takes the filter, $set and $setOnInsert', async () => {
    const people = db.collection('people');
    const update = { $set: { a: 1 }, $setOnInsert: { b: 2, 'c.d': 3 } };
    const first = await people.updateOne({ key: 'x', n: { $gt: 1 } }, update, { upsert: true });
    expect(first).toMatchObject({ matchedCount: 0, upsertedCount: 1 });
    const second = await people.updateOne({ key: 'x' }, { $set: { a: 1 }, $setOnInsert: { b: 9 } }, { upsert: true });
    expect(second).toMatchObject({ matchedCount: 1, modifiedCount: 0, upsertedCount: 0 });
    expect(await people.findOne({ key: 'x' }, { projection: { _id: 0 } })).toEqual({
      key: 'x',
      a: 1,
      b: 2,
      c: { d: 3 },
    });
  });

  test('findOneAndUpdate gives the document before or after, or nothing', async () => {
    const counters = db.collection<{ _id: string; n: number }>('counters');
    const upsert = { upsert: true, returnDocument: 'after' } as const;
    expect(await counters.findOneAndUpdate({ _id: 'a' }, { $inc: { n: 1 } }, upsert)).toEqual({ _id: 'a', n: 1 });
    expect(await counters.findOneAndUpdate({ _id: 'a' }, { $inc: { n: 1 } }, { returnDocument: 'before' })).toEqual({
      _id: 'a',
      n: 1,
    });
    expect(await counters.findOneAndUpdate({ _id: 'a' }, { $inc: { n: 1 } }, upsert)).toEqual({ _id: 'a', n: 3 });
    expect(await counters.findOneAndUpdate({ _id: 'b' }, { $inc: { n: 1 } })).toBeNull();
    expect(await counters.findOneAndDelete({ _id: 'a' })).toEqual({ _id: 'a', n: 3 });
    expect(await counters.countDocuments({})).toBe(0);
  });

  test('array operators change arrays as a server does', async () => {
    const lists = db.collection<{ _id: number; tags?: unknown[]; items?: { k: string; n: number }[]; at?: Date }>(
      'lists',
    );
    await lists.insertOne({
      _id: 1,
      tags: ['a'],
      items: [
        { k: 'x', n: 1 },
        { k: 'y', n: 2 },
      ],
    });
    await lists.updateOne({ _id: 1 }, { $addToSet: { tags: { $each: ['a', 'b'] } } });
    await lists.updateOne({ _id: 1 }, { $push: { tags: { $each: ['z', 'c'], $sort: 1, $slice: 3 } } });
    await lists.updateOne({ _id: 1, 'items.k': 'y' }, { $inc: { 'items.$.n': 5 } });
    await lists.updateOne({ _id: 1 }, { $set: { 'items.$[one].n': 0 } }, { arrayFilters: [{ 'one.k': 'x' }] });
    await lists.updateOne({ _id: 1 }, { $currentDate: { at: true }, $pull: { tags: { $in: ['b'] } } });
    expect(await lists.findOne({ _id: 1 })).toEqual({
      _id: 1,
      tags: ['a', 'c'],
      items: [
        { k: 'x', n: 0 },
        { k: 'y', n: 7 },
      ],
      at: new Date(nowMs),
    });
    await lists.updateOne({ _id: 1 }, { $pull: { items: { k: 'x' } }, $unset: { at: '' }, $pop: { tags: 1 } });
    expect(await lists.findOne({ _id: 1 })).toEqual({ _id: 1, tags: ['a'], items: [{ k: 'y', n: 7 }] });
    await lists.updateOne({ _id: 1 }, [{ $set: { tags: ['$_id'] } }]);
    expect((await lists.findOne({ _id: 1 }))?.tags).toEqual([1]);
  });

  test('an ordered bulk stops at the duplicate, an unordered one goes on', async () => {
    for (const [name, ordered, inserted] of [
      ['bulk1', true, 1],
      ['bulk2', false, 2],
    ] as const) {
      const bulk = db.collection<{ _id: number }>(name);
      const failure = await bulk
        .insertMany([{ _id: 1 }, { _id: 1 }, { _id: 2 }], { ordered })
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 11000, insertedCount: inserted, writeErrors: [{ index: 1 }] });
      expect(await bulk.countDocuments()).toBe(inserted);
    }
    const mixed = await db
      .collection<{ _id: number; n?: number }>('bulk1')
      .bulkWrite([
        { insertOne: { document: { _id: 5 } } },
        { updateMany: { filter: {}, update: { $set: { n: 1 } } } },
        { replaceOne: { filter: { _id: 7 }, replacement: { n: 7 }, upsert: true } },
        { deleteOne: { filter: { _id: 5 } } },
      ]);
    expect(mixed).toMatchObject({ insertedCount: 1, modifiedCount: 2, upsertedCount: 1, deletedCount: 1 });
  });

  test('a second document with the same unique key is refused in the words of a server', async () => {
    const unique = db.collection('unique');
    await unique.createIndex({ email: 1, kind: -1 }, { unique: true });
    await unique.insertOne({ email: 'a', kind: 1 });
    const error = await unique.insertOne({ email: 'a', kind: 1 }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MongoServerError);
    expect(error).toMatchObject({ code: 11000, keyPattern: { email: 1, kind: -1 }, keyValue: { email: 'a', kind: 1 } });
    expect((error as Error).message).toBe(
      'E11000 duplicate key error collection: test.unique index: email_1_kind_-1 dup key: { email: "a", kind: 1 }',
    );
    await unique.insertOne({ email: 'b', kind: 1 });
    await expect(unique.updateOne({ email: 'b' }, { $set: { email: 'a' } })).rejects.toMatchObject({ code: 11000 });
    expect(await unique.countDocuments({ email: 'b' })).toBe(1);
  });

  test('sparse and partial unique indexes leave out what they do not cover', async () => {
    const some = db.collection('some');
    await some.createIndex({ a: 1 }, { unique: true, sparse: true });
    await some.createIndex({ b: 1 }, { unique: true, partialFilterExpression: { live: true } });
    await some.insertMany([{ b: 1, live: false }, { b: 1, live: true }, { b: 1 }]);
    await expect(some.insertOne({ b: 1, live: true })).rejects.toMatchObject({ code: 11000 });
    await some.insertOne({ a: null });
    await expect(some.insertOne({ a: null })).rejects.toMatchObject({ code: 11000 });
    expect(await some.countDocuments({ a: null })).toBe(4);
    expect(await indexUsed(some.find({ b: 1, live: true }))).toContain('b_1');
    expect(await indexUsed(some.find({ b: 1 }))).toBe('COLLSCAN');
  });
});

describe('reading', () => {
  test('a cursor gives every document over several batches', async () => {
    const many = db.collection<{ _id: number }>('many');
    await many.insertMany(Array.from({ length: 1000 }, (_, at) => ({ _id: at })));
    const ids = await many
      .find({}, { batchSize: 7, sort: { _id: -1 } })
      .map(({ _id }) => _id)
      .toArray();
    expect(ids).toEqual(Array.from({ length: 1000 }, (_, at) => 999 - at));
    expect(
      await many
        .find({ _id: { $gte: 10 } })
        .skip(5)
        .limit(2)
        .toArray(),
    ).toEqual([{ _id: 15 }, { _id: 16 }]);
    const cursor = many.find({}, { batchSize: 2 });
    await cursor.next();
    await cursor.close();
  });

  test('an aggregation matches, groups, sorts, limits and looks up', async () => {
    await db.collection('units').insertMany([
      { code: 'u1', name: 'Một' },
      { code: 'u2', name: 'Hai' },
    ]);
    await db.collection('sheets').insertMany([
      { unit: 'u1', ok: true },
      { unit: 'u1', ok: true },
      { unit: 'u2', ok: true },
      { unit: 'u2', ok: false },
    ]);
    const result = await db
      .collection('sheets')
      .aggregate([
        { $match: { ok: true } },
        { $group: { _id: '$unit', n: { $sum: 1 } } },
        { $sort: { n: -1 } },
        { $limit: 1 },
        { $lookup: { from: 'units', localField: '_id', foreignField: 'code', as: 'unit' } },
        { $project: { n: 1, 'unit.name': 1 } },
      ])
      .toArray();
    expect(result).toEqual([{ _id: 'u1', n: 2, unit: [{ name: 'Một' }] }]);
    expect(await db.collection('sheets').distinct('unit', { ok: true })).toEqual(['u1', 'u2']);
    expect(await db.collection('sheets').countDocuments({ ok: true })).toBe(3);
    expect(await db.collection('sheets').estimatedDocumentCount()).toBe(4);
  });

  test('an index answers equality, $in, ranges and order, and looks at no other document', async () => {
    const rows = db.collection('rows');
    await rows.insertMany(Array.from({ length: 500 }, (_, n) => ({ n, group: n % 10, at: new Date(n) })));
    await rows.createIndexes([{ key: { n: 1 } }, { key: { group: 1, at: -1 } }]);
    expect(await indexUsed(rows.find({ n: 7 }))).toBe('FETCH < n_1');
    expect(await indexUsed(rows.find({ n: { $in: [1, 2] } }))).toBe('FETCH < n_1');
    expect(await indexUsed(rows.find({ group: 3 }).sort({ at: -1 }))).toBe('FETCH < group_1_at_-1');
    expect(await indexUsed(rows.find({ group: 3 }).sort({ at: 1 }))).toBe('FETCH < group_1_at_-1');
    expect(await indexUsed(rows.find({ x: 3 }).sort({ at: 1 }))).toBe('SORT < COLLSCAN');
    const before = await scanned();
    expect(await rows.find({ n: { $gte: 10, $lt: 13 } }).toArray()).toHaveLength(3);
    expect(await rows.find({ n: { $in: [1, 400, 9999] } }).toArray()).toHaveLength(2);
    const newest = await rows
      .find({ group: 3, at: { $lt: new Date(400) } })
      .sort({ at: -1 })
      .limit(2)
      .toArray();
    expect(newest.map((row) => row['n'] as number)).toEqual([393, 383]);
    expect((await scanned()) - before).toBe(7);
  });

  test('regular expressions keep their flags, also a dot that takes line ends', async () => {
    const texts = db.collection('texts');
    await texts.insertMany([{ t: 'Sáng\nkiến' }, { t: 'khác' }]);
    for (const filter of [{ t: /SÁNG/i }, { t: { $regex: 'sáng.kiến', $options: 'is' } }, { t: { $in: [/SÁNG/i] } }])
      expect(await texts.countDocuments(filter)).toBe(1);
  });
});

describe('the rest of the protocol', () => {
  test('documents past their time disappear when the clock has passed it', async () => {
    const brief = db.collection('brief');
    await brief.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    await brief.insertMany([
      { k: 1, at: new Date(nowMs) },
      { k: 2, at: new Date(nowMs + 3_600_000) },
      { k: 3 },
      { k: 4, at: 'never' },
    ]);
    nowMs += 61_000;
    await expect.poll(() => brief.distinct('k')).toEqual([2, 3, 4]);
  });

  test('an unknown command is answered as a server answers it', async () => {
    await expect(db.command({ makeCoffee: 1 })).rejects.toMatchObject({
      code: 59,
      codeName: 'CommandNotFound',
      message: "no such command: 'makeCoffee'",
    });
    await expect(db.collection('rows').updateOne({}, { $nope: { a: 1 } })).rejects.toMatchObject({ code: 9 });
  });

  test('collections and indexes are listed and dropped', async () => {
    const gone = db.collection('gone');
    await gone.createIndex({ a: 1 });
    await expect(gone.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 85 });
    expect((await gone.indexes()).map(({ name }) => name)).toEqual(['_id_', 'a_1']);
    await gone.dropIndex('a_1');
    expect(await db.listCollections({ name: 'gone' }).toArray()).toHaveLength(1);
    await gone.drop();
    await expect(gone.indexes()).rejects.toMatchObject({ code: 26 });
    expect((await client.db().admin().listDatabases()).databases.map(({ name }) => name)).toContain('test');
  });

  test('a file of 1 MB goes through GridFS and comes back', async () => {
    const bucket = new GridFSBucket(db);
    const content = randomBytes(1_000_000);
    const upload = bucket.openUploadStream('minh-chung.pdf', { metadata: { kind: 'pdf' } });
    await new Promise<void>((done, fail) =>
      upload
        .once('error', fail)
        .once('finish', () => done())
        .end(content),
    );
    const chunks: Buffer[] = [];
    for await (const chunk of bucket.openDownloadStream(upload.id)) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    await bucket.delete(upload.id);
    expect(await db.collection('fs.chunks').countDocuments()).toBe(0);
  });

  test('a session works and a transaction is refused, as on a server that stands alone', async () => {
    const session = client.startSession();
    await db.collection('sessions').insertOne({ a: 1 }, { session });
    session.startTransaction();
    await expect(db.collection('sessions').insertOne({ a: 2 }, { session })).rejects.toThrow(
      /does not support retryable writes/,
    );
    await session.abortTransaction().catch(() => {});
    await session.endSession();
  });
});
