import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitBatch, emptyBatch, type Batch } from '../../../src/stores/redis/commit.ts';
import { fixPartitions, type RedisConnection } from '../../../src/stores/redis/connection.ts';
import { hash64, partitionOf } from '../../../src/stores/redis/hash.ts';
import { loadSessions } from '../../../src/stores/redis/sessions.ts';
import { startRedis, type RedisServer } from '../../support/redis.ts';

let server: RedisServer;
beforeAll(async () => (server = await startRedis()));
afterAll(() => server.close());

const row = { id: 'r-0', contact: 'zalo:oa:1', reply: { text: 'x', options: [] }, at: 1 };
const batch = (hash: string, entry: string): Batch => ({
  ...emptyBatch(),
  entries: [{ entry, hash }],
  sessions: [{ contact: 'zalo:oa:1', json: '{}', keepMs: 10_000 }],
  rows: [{ channel: 'zalo', row }],
  archive: ['{}'],
});

async function withLease(token: string): Promise<{ connection: RedisConnection; entry: string }> {
  const connection = await server.connect();
  const keys = connection.keys.partition(0);
  await connection.client.set(keys.lease.worker, token);
  return { connection, entry: (await connection.client.xadd(keys.in, '*', 'e', '{}')) ?? '' };
}

describe('a commit', () => {
  it('writes sessions, rows and archive, and takes the events off the log, at once', async () => {
    const { connection, entry } = await withLease('mine');
    expect(await commitBatch(connection, 0, 'mine', batch('h', entry), 0)).toMatchObject({
      type: 'done',
      marked: false,
    });
    const keys = connection.keys.partition(0);
    const { client } = connection;
    expect(await Promise.all([client.xlen(keys.in), client.xlen(keys.out.zalo), client.xlen(keys.archive)])).toEqual([
      0, 1, 1,
    ]);
    expect(await client.get(keys.session('zalo:oa:1'))).toBe('{}');
  });

  it('writes down who holds a conversation, and for how long what the bot said before must not be sent', async () => {
    const { connection } = await withLease('mine');
    const { client } = connection;
    const keys = connection.keys.partition(0);
    const held = async (hold: 'begin' | 'end' | 'forget', rows: Batch['rows'] = []): Promise<string | null> => {
      const holds = [{ contact: 'zalo:oa:1', channel: 'zalo' as const, hold }];
      await commitBatch(connection, 0, 'mine', { ...emptyBatch(), holds, rows }, 0);
      return client.hget(keys.held, 'zalo:oa:1');
    };
    expect(await held('begin')).toBe('');
    expect(await held('end')).toBe(null); // nothing waits
    await held('begin', [{ channel: 'zalo', row }]);
    const [[waiting] = ['']] = await client.xrange(keys.out.zalo, '-', '+');
    expect(await held('end', [{ channel: 'zalo', row: { ...row, id: 'r-1' } }])).toBe(waiting);
    expect(await held('forget')).toBe(null);
  });

  it('is refused, and writes nothing, when the lease is another worker’s', async () => {
    const { connection, entry } = await withLease('another');
    expect(await commitBatch(connection, 0, 'mine', batch('h', entry), 0)).toEqual({ type: 'lost' });
    const keys = connection.keys.partition(0);
    expect(await connection.client.xlen(keys.in)).toBe(1);
    expect(await connection.client.exists(keys.out.zalo, keys.session('zalo:oa:1'), keys.archive)).toBe(0);
  });

  it('that fails leaves those of other partitions that go with it alone', async () => {
    const { connection } = await withLease('mine');
    const { client, keys } = connection;
    await client.set(keys.partition(2).lease.worker, 'mine');
    await client.set(keys.partition(1).lease.worker, 'mine');
    await client.set(keys.partition(1).out.zalo, 'no stream');
    const commits = [0, 1, 2].map((p) => commitBatch(connection, p, 'mine', batch('h', '0-1'), 0));
    const results = await Promise.allSettled(commits);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { message: expect.stringContaining('WRONGTYPE') } });
    expect(await client.xlen(keys.partition(2).out.zalo)).toBe(1);
  });

  it('that comes twice is written once', async () => {
    const { connection, entry } = await withLease('mine');
    await commitBatch(connection, 0, 'mine', batch('h', entry), 0);
    expect(await commitBatch(connection, 0, 'mine', batch('h', entry), 0)).toEqual({ type: 'seen', hashes: ['h'] });
    expect(await connection.client.xlen(connection.keys.partition(0).out.zalo)).toBe(1);
  });

  it('knows an event again 48 hours later', async () => {
    const { connection, entry } = await withLease('mine');
    await commitBatch(connection, 0, 'mine', batch('h', entry), 0);
    const later = await commitBatch(connection, 0, 'mine', batch('h', entry), 48 * 3_600_000);
    expect(later).toEqual({ type: 'seen', hashes: ['h'] });
  });

  it('knows an event again that a process with a clock ahead has marked', async () => {
    const { connection, entry } = await withLease('mine');
    const border = 48 * 3_600_000;
    await commitBatch(connection, 0, 'mine', batch('h', entry), border + 60_000);
    const behind = await commitBatch(connection, 0, 'mine', batch('h', entry), border - 60_000);
    expect(behind).toEqual({ type: 'seen', hashes: ['h'] });
  });

  it('removes a session that need not be kept', async () => {
    const { connection, entry } = await withLease('mine');
    await commitBatch(connection, 0, 'mine', batch('h', entry), 0);
    const gone = { ...emptyBatch(), sessions: [{ contact: 'zalo:oa:1', json: '{}', keepMs: 0 }] };
    await commitBatch(connection, 0, 'mine', gone, 0);
    expect(await connection.client.exists(connection.keys.partition(0).session('zalo:oa:1'))).toBe(0);
  });
});

describe('partitions', () => {
  it('keep their number for the life of a deployment', async () => {
    const connection = await server.connect();
    await fixPartitions(connection, 16);
    await fixPartitions(connection, 16);
    await expect(fixPartitions(connection, 8)).rejects.toMatchObject({ code: 'config.invalid' });
  });

  it('share out contacts evenly, and stay where they are', () => {
    const counts = Array.from({ length: 16 }, () => 0);
    for (let i = 0; i < 16_000; i++) counts[partitionOf(`messenger:100:${24_000_000 + i}`, 16)]!++;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
    expect(partitionOf('zalo:oa:1', 16)).toBe(7); // another value here would move everybody
    expect(new Set(Array.from({ length: 100_000 }, (_, i) => hash64(`m_${i}`))).size).toBe(100_000);
  });
});

it('a session that cannot be read is put aside, not lost', async () => {
  const connection = await server.connect();
  const keys = connection.keys.partition(0);
  await connection.client.set(keys.session('a'), '{"v":99}');
  let told = 0;
  expect(await loadSessions(connection, 0, ['a', 'b'], () => told++)).toEqual([null, null]);
  expect(told).toBe(1);
  expect(await connection.client.get(keys.broken('a'))).toBe('{"v":99}');
});
