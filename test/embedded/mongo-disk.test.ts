import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MongoClient } from 'mongodb';
import { silentLog, type Log } from '../../src/base/log.ts';
import { startEmbeddedMongo, type EmbeddedMongoOptions } from '../../src/embedded/mongo/server.ts';

let dataDir: string;
let path: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'mongo-disk-'));
  path = join(dataDir, 'mongo', 'journal.bin');
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

type Row = { _id: number };

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

const rows = (client: MongoClient) => client.db('t').collection<Row>('c');
const ids = (client: MongoClient): Promise<number[]> =>
  rows(client)
    .find()
    .map(({ _id }) => _id)
    .toArray();

/** A disk whose flush fails when told, as after a bad sector or a lost network volume. */
function failingDisk() {
  const disk = {
    isBad: false,
    sync: (_fd: number) => (disk.isBad ? Promise.reject(new Error('EIO: fdatasync')) : Promise.resolve()),
  };
  return disk;
}

test('after a failed flush nothing more is acknowledged, and it goes on by itself when the journal could be written anew', async () => {
  const disk = failingDisk();
  const messages: string[] = [];
  const note = (_facts: unknown, message: string): void => void messages.push(message);
  const log: Log = { ...silentLog, info: note, error: note };
  await withMongo(
    async (client) => {
      const acknowledged = [1, 2];
      await rows(client).insertOne({ _id: 1 });
      disk.isBad = true;
      await rows(client).insertOne({ _id: 2 });
      const refused = async (): Promise<unknown> => {
        const _id = acknowledged.length + 1;
        try {
          await rows(client).insertOne({ _id });
        } catch (error) {
          return (error as { code: unknown }).code;
        }
        acknowledged.push(_id);
        return 'taken';
      };
      await expect.poll(refused, { timeout: 60_000 }).toBe(14031);
      await expect(client.db('admin').command({ ping: 1 })).rejects.toMatchObject({ code: 14031 });
      expect(messages.at(-1)).toContain('takes no writes: the disk failed to keep its journal');
      disk.isBad = false;
      await expect
        .poll(
          () =>
            rows(client)
              .insertOne({ _id: 1000 })
              .then(
                () => 'taken',
                () => 'refused',
              ),
          { timeout: 60_000 },
        )
        .toBe('taken');
      await client.db('admin').command({ ping: 1 });
      expect(messages.at(-1)).toContain('written its journal anew and goes on');
      // What a killed process leaves behind holds all that was acknowledged before, during and after.
      const left = join(dataDir, 'left');
      mkdirSync(join(left, 'mongo'), { recursive: true });
      copyFileSync(path, join(left, 'mongo', 'journal.bin'));
      expect(await withMongo(ids, { dataDir: left })).toEqual([...acknowledged, 1000]);
    },
    { log, sync: disk.sync },
  );
});

test('with `always` a write whose flush fails is not acknowledged', async () => {
  const disk = failingDisk();
  await withMongo(
    async (client) => {
      await rows(client).insertOne({ _id: 1 });
      disk.isBad = true;
      await expect(rows(client).insertOne({ _id: 2 })).rejects.toMatchObject({ code: 14031 });
      disk.isBad = false;
    },
    { flush: 'always', sync: disk.sync },
  );
});

test('damage in the middle of the journal is refused with what to do, and nothing is changed until the operator says so', async () => {
  await withMongo(async (client) => {
    for (let n = 1; n <= 5; n += 1) await rows(client).insertOne({ _id: n });
  });
  const whole = readFileSync(path);
  const third = whole.length - 2 * (whole.length - whole.lastIndexOf('t.c') + 11) - 20;
  const damages: [name: string, bytes: Buffer][] = [
    ['a flipped byte', Buffer.from(whole).fill(whole[third]! ^ 1, third, third + 1)],
    ['zeros', Buffer.from(whole).fill(0, third - 20, third + 20)],
    ['a hole', Buffer.concat([whole.subarray(0, third - 30), whole.subarray(third)])],
  ];
  for (const [name, bytes] of damages) {
    writeFileSync(path, bytes);
    await expect(startEmbeddedMongo({ dataDir, log: silentLog }), name).rejects.toMatchObject({
      code: 'store.unavailable',
      message: expect.stringMatching(
        /damaged in its middle, at byte \d+.*Restore a backup.*make an empty file/,
      ) as unknown,
    });
    expect(readFileSync(path).equals(bytes), name).toBe(true);
  }
  const refusal = await startEmbeddedMongo({ dataDir, log: silentLog }).then(
    () => '',
    (error: Error) => error.message,
  );
  writeFileSync(/make an empty file (\S+) and/.exec(refusal)?.[1] ?? '', '');
  const left = await withMongo(ids);
  expect(left.length).toBeLessThan(5);
  expect(left).toEqual([1, 2, 3, 4, 5].slice(0, left.length));
  const files = readdirSync(join(dataDir, 'mongo'));
  expect(files.filter((file) => file.startsWith('journal.bin.damaged-'))).toHaveLength(1);
  expect(files.filter((file) => file.includes('cut-at'))).toEqual([]);
});
