import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { startWorker } from '../../../src/inbound/worker.ts';
import { startSender } from '../../../src/outbound/sender.ts';
import { inboundLog } from '../../../src/stores/redis/inbound-log.ts';
import { countingEngine, person, says, standInChannel, until } from '../../support/pipeline.ts';
import { startRedis, type RedisServer } from '../../support/redis.ts';

let server: RedisServer;
beforeAll(async () => (server = await startRedis({ own: true })));
afterAll(() => server.close());

it('a full Redis takes no more events, and works off those it has', async () => {
  const connection = await server.connect();
  const { client } = connection;
  const log = inboundLog(connection, 2);
  const now = Date.now();
  await log.append(
    [1, 2, 3].map((n) => says(person(n), 'hi', now)),
    now,
  );
  await client.config('SET', 'maxmemory-policy', 'noeviction');
  await client.config('SET', 'maxmemory', '1');
  await expect(log.append([says(person(4), 'more', now)], now)).rejects.toBeInstanceOf(AppError);

  const channel = standInChannel();
  const channels = new Map([['messenger' as const, channel]]);
  const shared = { connection, partitions: 2, processId: 'one', channels, clock: systemClock, log: silentLog };
  const random = (): number => 0.5;
  const sender = startSender({ ...shared, random });
  const answer = async () => ({ type: 'entriesFound' as const, entries: [] });
  const worker = startWorker({ ...shared, random, engine: countingEngine, answer });
  await until(async () => {
    for (let p = 0; p < 2; p++) if ((await client.xlen(connection.keys.partition(p).out.messenger)) > 0) return false;
    return channel.sent.length === 3;
  });
  await worker.close();
  await sender.close();
});
