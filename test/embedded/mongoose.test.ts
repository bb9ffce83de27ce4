import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { startEmbeddedMongo, type EmbeddedMongo } from '../../src/embedded/mongo/server.ts';

let mongo: EmbeddedMongo;
let connection: Connection;
beforeAll(async () => {
  mongo = await startEmbeddedMongo({ dataDir: null, log: silentLog });
  connection = await mongoose.createConnection(mongo.uri).asPromise();
});
afterAll(async () => {
  await connection.close();
  await mongo.close();
});

function entryModel() {
  const schema = new mongoose.Schema(
    {
      code: { type: String, required: true, unique: true },
      draft: { type: String, index: true },
      state: { type: String, default: 'received' },
      revisions: [{ title: String, at: Date }],
      facts: { type: Map, of: String },
    },
    { timestamps: true },
  );
  schema.index({ state: 1, createdAt: -1 });
  return connection.model('Entry', schema);
}

test('a model makes its indexes, keeps codes unique, and saves and reads documents', async () => {
  const Entry = entryModel();
  await Entry.init();
  expect(Object.keys(await Entry.collection.indexInformation())).toEqual([
    '_id_',
    'code_1',
    'draft_1',
    'state_1_createdAt_-1',
  ]);
  expect(await Entry.syncIndexes()).toEqual([]);
  const entry = await Entry.create({ code: 'SK-1', revisions: [{ title: 'Một', at: new Date(1) }], facts: { a: 'b' } });
  await expect(Entry.create({ code: 'SK-1' })).rejects.toMatchObject({ code: 11000, keyValue: { code: 'SK-1' } });
  entry.revisions.push({ title: 'Hai', at: new Date(2) });
  entry.set('facts.c', 'd');
  await entry.save();
  const found = await Entry.findById(entry._id).lean().exec();
  expect(found?.revisions.map(({ title }) => title)).toEqual(['Một', 'Hai']);
  expect(found).toMatchObject({ state: 'received', __v: 1, facts: { a: 'b', c: 'd' } });
  expect(found?.createdAt).toBeInstanceOf(Date);
});

test('an upsert by key inserts once, however often it is repeated', async () => {
  const Entry = entryModel2();
  const submit = () =>
    Entry.findOneAndUpdate(
      { draft: 'd1' },
      { $setOnInsert: { code: 'SK-2' } },
      { upsert: true, returnDocument: 'after' },
    ).exec();
  const results = await Promise.all([submit(), submit(), submit()]);
  expect(new Set(results.map((result) => String(result._id))).size).toBe(1);
  expect(await Entry.countDocuments({ draft: 'd1' })).toBe(1);
  await Entry.updateMany({}, { $set: { state: 'accepted' }, $push: { revisions: { title: 'x' } } });
  expect(
    await Entry.find({ state: { $in: ['accepted'] } })
      .sort('-createdAt')
      .limit(10)
      .distinct('code'),
  ).toContain('SK-2');
  expect(await Entry.deleteMany({ draft: /^d/ })).toMatchObject({ deletedCount: 1 });
});

const entryModel2 = (): ReturnType<typeof entryModel> => connection.models['Entry'] as ReturnType<typeof entryModel>;
