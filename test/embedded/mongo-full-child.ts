import { MongoClient, type MongoServerError } from 'mongodb';
import { silentLog } from '../../src/base/log.ts';
import { startEmbeddedMongo } from '../../src/embedded/mongo/server.ts';

// Played by mongo-crash.test.ts under a limit on file sizes: fills the journal until it is refused, then says what is seen.
const mongo = await startEmbeddedMongo({ dataDir: process.env['DATA_DIR'] ?? '', log: silentLog });
const client = await new MongoClient(mongo.uri).connect();
const docs = client.db('t').collection<{ _id: number; n: number; pad: string }>('c');
let acknowledged = 0;
let code: unknown = null;
while (code === null && acknowledged < 10_000)
  await docs.insertOne({ _id: acknowledged, n: 0, pad: 'x'.repeat(1500) }).then(
    () => (acknowledged += 1),
    (error: MongoServerError) => (code = error.code),
  );
await docs.updateOne({ _id: 0 }, { $set: { n: 1, pad: 'y'.repeat(3000) } }).catch(() => {});
const ids = await docs
  .find()
  .map(({ _id }) => _id)
  .toArray();
process.stdout.write(
  JSON.stringify({ acknowledged, code, ids, first: await docs.findOne({ _id: 0 }, { projection: { n: 1 } }) }),
);
await client.close();
await mongo.close();
