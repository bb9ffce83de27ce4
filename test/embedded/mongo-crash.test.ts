import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MongoClient } from 'mongodb';
import { silentLog, type Log } from '../../src/base/log.ts';
import { startEmbeddedMongo, type EmbeddedMongoOptions } from '../../src/embedded/mongo/server.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mongo-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

type Row = { _id: number; a: number; b: number; pad: string };

async function withMongo<T>(
  work: (client: MongoClient) => Promise<T>,
  options: Partial<EmbeddedMongoOptions> = {},
): Promise<T> {
  const mongo = await startEmbeddedMongo({ dataDir, log: silentLog, ...options });
  const client = await new MongoClient(mongo.uri).connect();
  try {
    return await work(client);
  } finally {
    await client.close();
    await mongo.close();
  }
}

/** Runs the writer until it has acknowledged `lines` changes, kills it, and gives all it had acknowledged by then. */
async function killedAfter(lines: number, from: number): Promise<Set<string>> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'mongo-child.ts')], {
    env: { ...process.env, DATA_DIR: dataDir, FROM: String(from) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.split('\n').length > lines) child.kill('SIGKILL');
  });
  await ended;
  return new Set(output.split('\n').slice(0, -1));
}

test('every acknowledged write outlives kill -9, at whatever instant it strikes, and nothing is half there', async () => {
  const acknowledged = new Set<string>();
  for (const [round, lines] of [1500, 173, 3001].entries())
    for (const line of await killedAfter(lines + Math.floor(Math.random() * 200), round * 100_000))
      acknowledged.add(line);
  const rows = await withMongo((client) => client.db('crash').collection<Row>('docs').find().toArray());
  const byId = new Map(rows.map((row) => [row._id, row]));
  const wrong: string[] = [];
  for (const line of acknowledged) {
    const id = Number(line.slice(1));
    const row = byId.get(id);
    if (line.startsWith('d') && row !== undefined) wrong.push(`${line} came back`);
    if (line.startsWith('i') && row === undefined && id % 5 === 0) wrong.push(`${line} is lost`);
    if (line.startsWith('u') && row !== undefined && row.a !== id + 1_000_000) wrong.push(`${line} is undone`);
    if (line.startsWith('u') && row === undefined && id % 5 === 0) wrong.push(`${line} is lost`);
  }
  for (const row of rows)
    if (row.a !== row.b || row.pad.length !== row._id % 700) wrong.push(`${row._id} is half there`);
  expect(wrong).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(4000);
  await withMongo(async (client) => {
    const docs = client.db('crash').collection<Row>('docs');
    expect((await docs.indexes()).map(({ name }) => name)).toEqual(['_id_', 'a_1']);
    expect(await docs.countDocuments({ a: { $gte: 0 } })).toBe(rows.length);
  });
}, 240_000);

test('a damaged end is cut off with a warning and kept aside, and the rest is there', async () => {
  await withMongo((client) =>
    client
      .db('t')
      .collection<{ _id: number }>('c')
      .insertMany([{ _id: 1 }, { _id: 2 }]),
  );
  const path = join(dataDir, 'mongo', 'journal.bin');
  const whole = readFileSync(path);
  for (const damage of ['torn', 'garbage', 'flipped'] as const) {
    if (damage === 'torn') writeFileSync(path, whole.subarray(0, whole.length - 3));
    if (damage === 'garbage') appendFileSync(path, Buffer.from('00ff00ff00ff00ff00ff', 'hex'));
    if (damage === 'flipped') writeFileSync(path, Buffer.concat([whole.subarray(0, -2), Buffer.from([0xaa, 0])]));
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (_facts, message) => void warnings.push(message) };
    const count = await withMongo((client) => client.db('t').collection('c').countDocuments(), { log });
    expect(count).toBe(damage === 'garbage' ? 2 : 1);
    expect(warnings).toHaveLength(1);
    expect(readdirSync(join(dataDir, 'mongo')).some((name) => name.startsWith('journal.bin.damaged-'))).toBe(true);
    writeFileSync(path, whole);
  }
});

test('the journal is rewritten when it has grown far beyond what lives, and nothing is lost', async () => {
  const path = join(dataDir, 'mongo', 'journal.bin');
  await withMongo(
    async (client) => {
      const c = client.db('t').collection<{ _id: number; n: number; pad: string }>('c');
      await c.createIndex({ n: 1 }, { unique: true });
      await c.insertMany([
        { _id: 1, n: 0, pad: 'x'.repeat(1000) },
        { _id: 2, n: -1, pad: '' },
      ]);
      for (let n = 1; n <= 400; n += 1) await c.updateOne({ _id: 1 }, { $set: { n } });
    },
    { compactFromBytes: 20_000 },
  );
  expect(statSync(path).size).toBeLessThan(100_000);
  await withMongo(async (client) => {
    const c = client.db('t').collection<{ _id: number; n: number }>('c');
    expect(await c.find({}, { projection: { n: 1 } }).toArray()).toEqual([
      { _id: 1, n: 400 },
      { _id: 2, n: -1 },
    ]);
    await expect(c.insertOne({ _id: 3, n: 400 })).rejects.toMatchObject({ code: 11000 });
  });
});

test('with `always` a write is acknowledged after the flush, for many writers at once', async () => {
  const ids = Array.from({ length: 50 }, (_, at) => at);
  await withMongo(
    (client) => Promise.all(ids.map((id) => client.db('t').collection<{ _id: number }>('c').insertOne({ _id: id }))),
    { flush: 'always', compactFromBytes: 500 },
  );
  expect(await withMongo((client) => client.db('t').collection('c').countDocuments())).toBe(50);
});

test('on a full disk a write is refused, nobody sees it, and what was acknowledged stays', async () => {
  // A limit on the size of files stands in for the disk: the write comes back short, then refused.
  const command = `ulimit -f 128; exec "$0" --import tsx "$1"`;
  const child = spawn('sh', ['-c', command, process.execPath, join(import.meta.dirname, 'mongo-full-child.ts')], {
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await new Promise<void>((done) => child.once('close', () => done()));
  const seen = JSON.parse(output) as { acknowledged: number; code: number; ids: number[]; first: { n: number } };
  expect(seen.acknowledged).toBeGreaterThan(10);
  expect(seen.code).toBe(14031);
  expect(seen.ids).toHaveLength(seen.acknowledged);
  expect(seen.first.n).toBe(0);
  expect(await withMongo((client) => client.db('t').collection('c').countDocuments())).toBe(seen.acknowledged);
  // The part of a line that still fitted was taken off again.
  expect(readdirSync(join(dataDir, 'mongo')).filter((name) => name.includes('damaged'))).toEqual([]);
});

test('a second server on the same folder is refused and told what to do', async () => {
  const first = await startEmbeddedMongo({ dataDir, log: silentLog });
  await expect(startEmbeddedMongo({ dataDir, log: silentLog })).rejects.toMatchObject({
    code: 'config.invalid',
    message: expect.stringMatching(/DATA_DIR .* is in use by process \d+\. Stop that process, or set/) as unknown,
  });
  await first.close();
  await (await startEmbeddedMongo({ dataDir, log: silentLog })).close();
});
