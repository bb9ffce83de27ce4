import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBacklog } from '../../../src/stores/redis/backlog.ts';
import { startRedis, type RedisServer } from '../../support/redis.ts';

const PARTITIONS = 3;
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

it('what waits is counted over all partitions, by who must take it up, with the age of the oldest', async () => {
  const connection = await redis.connect();
  const { client, keys } = connection;
  expect(await readBacklog(connection, PARTITIONS)).toEqual([
    { role: 'worker', size: 0, oldestMs: 0 },
    { role: 'sender', size: 0, oldestMs: 0 },
    { role: 'jobs', size: 0, oldestMs: 0 },
  ]);

  const [seconds] = await client.time();
  const ago = (ms: number): string => `${Number(seconds) * 1000 - ms}-0`;
  await client.xadd(keys.partition(0).in, ago(5000), 'e', '{}');
  await client.xadd(keys.partition(2).in, ago(90_000), 'e', '{}');
  await client.xadd(keys.partition(2).in, ago(80_000), 'e', '{}');
  await client.xadd(keys.partition(1).out.zalo, ago(3000), 'r', '{}');
  await client.xadd(keys.partition(1).out.messenger, ago(1000), 'r', '{}');
  await client.xadd(keys.partition(0).archive, ago(0), 'i', '{}');

  const [worker, sender, jobs] = await readBacklog(connection, PARTITIONS);
  expect(worker).toMatchObject({ role: 'worker', size: 3 });
  expect(worker?.oldestMs).toBeGreaterThanOrEqual(90_000);
  expect(sender).toMatchObject({ role: 'sender', size: 2 });
  expect(sender?.oldestMs).toBeGreaterThanOrEqual(3000);
  expect(sender?.oldestMs).toBeLessThan(90_000);
  expect(jobs).toMatchObject({ role: 'jobs', size: 1 });
});
