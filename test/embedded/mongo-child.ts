import { MongoClient } from 'mongodb';
import { silentLog } from '../../src/base/log.ts';
import { startEmbeddedMongo } from '../../src/embedded/mongo/server.ts';

// Played by mongo-crash.test.ts: writes as fast as it can and says on stdout what was acknowledged, until it is killed.
const mongo = await startEmbeddedMongo({
  dataDir: process.env['DATA_DIR'] ?? '',
  log: silentLog,
  compactFromBytes: 100_000,
});
const client = await new MongoClient(mongo.uri).connect();
const docs = client.db('crash').collection<{ _id: number; a: number; b: number; pad: string }>('docs');
await docs.createIndex({ a: 1 });
const from = Number(process.env['FROM']);
process.stdout.write('ready\n');
const write = async (lane: number): Promise<void> => {
  for (let at = from + lane; ; at += 4) {
    await docs.insertOne({ _id: at, a: at, b: at, pad: 'x'.repeat(at % 700) });
    process.stdout.write(`i${at}\n`);
    await docs.updateOne({ _id: at }, { $inc: { a: 1_000_000, b: 1_000_000 } });
    process.stdout.write(`u${at}\n`);
    // Little lives on, so that the journal is rewritten again and again while this goes on.
    if (at % 5 !== 0) {
      await docs.deleteOne({ _id: at });
      process.stdout.write(`d${at}\n`);
    }
  }
};
await Promise.all([write(0), write(1), write(2), write(3)]);
