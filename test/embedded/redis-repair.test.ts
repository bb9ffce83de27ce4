import { Redis } from 'ioredis';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog, type Log } from '../../src/base/log.ts';
import { findRedisServer, startEmbeddedRedis } from '../../src/embedded/redis.ts';

const binary = findRedisServer(process.env['PATH'] ?? '');
const WRITES = 20;

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'aof-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** Starts the server on the data, lets `work` see it, and stops it; gives what was warned of. */
async function withRedis(work: (client: Redis) => Promise<void>): Promise<string[]> {
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (_facts, message) => void warnings.push(message) };
  const redis = await startEmbeddedRedis({ dataDir, log, binary });
  const client = new Redis(redis.url);
  try {
    await work(client);
  } finally {
    client.disconnect();
    await redis.close();
  }
  return warnings;
}

/** Writes by script, as the product does: Redis keeps such writes as a transaction. Gives the file they are in. */
async function written(): Promise<string> {
  await withRedis(async (client) => {
    for (let n = 0; n < WRITES; n += 1)
      await client.eval(
        `redis.call('SET', KEYS[1], ARGV[1]) redis.call('RPUSH', KEYS[2], ARGV[1])`,
        2,
        `k${n}`,
        'l',
        n,
      );
  });
  const folder = join(dataDir, 'redis', 'appendonlydir');
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.incr.aof')) ?? '');
}

/** The last `count` writes may be missing as a whole, and nothing else. */
const expectAllBut = (count: number) => async (client: Redis) => {
  const list = await client.lrange('l', 0, -1);
  expect(list).toEqual(Array.from({ length: WRITES - count }, (_, n) => String(n)));
  expect(await client.exists(...Array.from({ length: WRITES }, (_, n) => `k${n}`))).toBe(WRITES - count);
};

test('an end that is torn, zeroed or garbage is cut off, a copy is kept, and everything before it is there', async () => {
  const path = await written();
  const whole = readFileSync(path);
  const exec = whole.lastIndexOf('*1\r\n$4\r\nEXEC');
  const damages: [name: string, lost: number, make: () => void][] = [
    ['torn in the last command', 1, () => truncateSync(path, whole.length - 5)],
    ['a transaction without its end', 1, () => truncateSync(path, exec)],
    ['zeros after the end', 0, () => appendFileSync(path, Buffer.alloc(4096))],
    ['garbage after the end', 0, () => appendFileSync(path, Buffer.from('00ff2a0d0a24ff7f00aa', 'hex'))],
    [
      'an end that became zeros',
      1,
      () => writeFileSync(path, Buffer.concat([whole.subarray(0, exec - 9), Buffer.alloc(60)])),
    ],
  ];
  for (const [name, lost, make] of damages) {
    writeFileSync(path, whole);
    make();
    const damaged = readFileSync(path);
    expect(await withRedis(expectAllBut(lost)), name).toEqual([
      'embedded redis: cut off the damaged end of the append-only file',
    ]);
    const aside = readdirSync(join(dataDir, 'redis')).filter((file) => file.startsWith('damaged-at-'));
    expect(
      aside.map((file) => readFileSync(join(dataDir, 'redis', file)).equals(damaged)),
      name,
    ).toContain(true);
    for (const file of aside) rmSync(join(dataDir, 'redis', file));
  }
});

test('damage in the middle is refused with what to do, and nothing is changed', async () => {
  const path = await written();
  const whole = readFileSync(path);
  const middle = whole.indexOf('\r\nRPUSH', whole.length >> 1);
  const damages: [name: string, bytes: Buffer][] = [
    ['zeros', Buffer.concat([whole.subarray(0, middle), Buffer.alloc(6), whole.subarray(middle + 6)])],
    // Redis would take this one for a torn end
    ['a length', Buffer.concat([whole.subarray(0, middle), Buffer.from('0000'), whole.subarray(middle)])],
    ['a hole', Buffer.concat([whole.subarray(0, middle), whole.subarray(middle + 33)])],
  ];
  for (const [name, bytes] of damages) {
    writeFileSync(path, bytes);
    await expect(startEmbeddedRedis({ dataDir, log: silentLog, binary }), name).rejects.toMatchObject({
      code: 'store.unavailable',
      message: expect.stringMatching(
        /damaged in its middle, at byte \d+.*Restore a backup.*redis-check-aof --fix/,
      ) as unknown,
    });
    expect(readFileSync(path).equals(bytes), name).toBe(true);
  }
  writeFileSync(path, whole);
  await withRedis(expectAllBut(0));
});

test('a server that ends by itself is started again on the same address, with all that it had acknowledged', async () => {
  const redis = await startEmbeddedRedis({ dataDir, log: silentLog, binary });
  const client = new Redis(redis.url, { maxRetriesPerRequest: null }).on('error', () => {});
  await client.set('key', 'here');
  const { pid } = redis;
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => redis.pid, { timeout: 60_000 }).not.toBe(pid);
  expect(await client.get('key')).toBe('here');
  client.disconnect();
  await redis.close();
});
