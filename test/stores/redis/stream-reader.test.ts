import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RedisConnection } from '../../../src/stores/redis/connection.ts';
import { startStreamReader } from '../../../src/stores/redis/stream-reader.ts';
import { until } from '../../support/pipeline.ts';
import { startRedis, type RedisServer } from '../../support/redis.ts';

let server: RedisServer;
let connection: RedisConnection;
beforeAll(async () => {
  server = await startRedis();
  connection = await server.connect();
});
afterAll(() => server.close());

it('a new source under an old key gets the stream from its beginning, though a read for the old one is under way', async () => {
  const other = await server.connect();
  const reader = startStreamReader(connection, 500);
  for (let round = 0; round < 30; round++) {
    const key = `${connection.keys.partitions}:${round}`;
    const seen: { old: string[]; fresh: string[] } = { old: [], fresh: [] };
    const sourceOf = (into: string[]) => ({
      onEntries: (entries: [string, string[]][]) => void into.push(...entries.map(([id]) => id)),
      wants: () => true,
      onGap() {},
    });
    const first = await connection.client.xadd(key, '*', 'n', '1');
    reader.add(key, sourceOf(seen.old));
    await until(() => seen.old.length > 0);
    const adding = other.client.xadd(key, '*', 'n', '2'); // ends the blocked read as the owner changes
    reader.remove(key);
    reader.add(key, sourceOf(seen.fresh));
    const second = await adding;
    await until(() => seen.fresh.includes(second ?? ''));
    expect(seen.fresh).toEqual([first, second]);
    reader.remove(key);
  }
  await reader.close();
});
