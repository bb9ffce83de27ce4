import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RedisConnection } from '../../../src/stores/redis/connection.ts';
import { warnOfLosses } from '../../../src/stores/redis/durability.ts';
import { startRedis, type RedisServer } from '../../support/redis.ts';

let server: RedisServer;
let connection: RedisConnection;
beforeAll(async () => {
  server = await startRedis({ own: true });
  connection = await server.connect();
});
afterAll(() => server.close());

/** What the log is told of `connection`. */
async function warnings(): Promise<string[]> {
  const told: string[] = [];
  const tell = (_: unknown, message: string): void => void told.push(message);
  await warnOfLosses(connection, { debug: tell, info: tell, warn: tell, error: tell });
  return told;
}

const set = (name: string, value: string) => connection.client.config('SET', name, value);

it('nothing is said of a Redis that keeps all it takes', async () => {
  expect(await warnings()).toEqual([]);
});

it.each([
  ['appendonly', 'no', 'yes', /keeps no append-only file/],
  ['maxmemory-policy', 'allkeys-lru', 'noeviction', /maxmemory-policy is allkeys-lru/],
  ['appendfsync', 'everysec', 'always', /appendfsync is everysec/],
  ['aof-load-truncated', 'yes', 'no', /aof-load-truncated is yes/],
])('%s %s is told, and what to set instead', async (name, bad, good, told) => {
  await set(name, bad);
  expect(await warnings()).toEqual([expect.stringMatching(told)]);
  await set(name, good);
});

it('where the provider forbids the look, it is said that nothing is known', async () => {
  await connection.client.call('ACL', 'SETUSER', 'default', '-config');
  expect(await warnings()).toEqual([expect.stringMatching(/does not tell when it flushes/)]);
  await connection.client.call('ACL', 'SETUSER', 'default', '-info');
  expect(await warnings()).toEqual([expect.stringMatching(/does not tell whether it keeps/)]);
  await connection.client.call('ACL', 'SETUSER', 'default', '+info', '+config');
});
