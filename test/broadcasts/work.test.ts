import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { openBroadcastQueue, startBroadcastWork } from '../../src/broadcasts/work.ts';
import type { ChannelName } from '../../src/core/contact.ts';
import { openTestMongo, type TestMongo } from '../support/mongo.ts';
import { until } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { aDraft, CENTRAL, makeStage, type Stage } from './stage.ts';

let mongo: TestMongo;
let redis: RedisServer;
let stage: Stage;
beforeAll(async () => {
  [mongo, redis] = await Promise.all([openTestMongo(), startRedis({ own: true })]);
  stage = makeStage(mongo.stores);
});
afterAll(() => Promise.all([mongo.close(), redis.close()]));

const EVERY_MS = 400;
const ZALO: ReadonlyMap<ChannelName, number> = new Map([['zalo', 1000]]);

function work(prefix: string, rates: ReadonlyMap<ChannelName, number> = ZALO): { close(): Promise<void> } {
  const place = { url: redis.url, prefix: `{${prefix}:jobs}` };
  return startBroadcastWork({ ...stage.shell, rates, place, log: silentLog, everyMs: EVERY_MS });
}
async function begin(): Promise<string> {
  const created = await stage.broadcasts.create(aDraft(), CENTRAL);
  const submitted = created.type === 'done' ? await stage.broadcasts.submit(created.run.id, 0, CENTRAL) : created;
  if (submitted.type !== 'done') throw new Error(JSON.stringify(submitted));
  return submitted.run.id;
}
const handed = (run: string) => async (): Promise<boolean> =>
  (await mongo.stores.deliveries.countOf(run, 'handed')) === 1;

it('broadcasts go on when the queue has lost all its data', async () => {
  await stage.person('zalo:oa:1');
  const { client } = await redis.connect();
  const jobs = work('a');
  try {
    await until(handed(await begin()));
    await client.flushall();
    await until(handed(await begin()));
  } finally {
    await jobs.close();
  }
}, 60_000);

it('a process without a channel does all but hand out, and stops', async () => {
  const jobs = work('b', new Map());
  try {
    const run = await begin();
    await until(async () => (await mongo.stores.runs.read(run))?.state === 'running');
  } finally {
    await jobs.close();
  }
}, 60_000);

it('nothing is left in the queue of work that is done', async () => {
  const jobs = work('c');
  const queue = openBroadcastQueue({ url: redis.url, prefix: '{c:jobs}' }, silentLog);
  const { client } = await redis.connect();
  try {
    for (let n = 0; n < 5; n++) {
      const run = await begin();
      await queue.wake();
      await until(handed(run));
    }
    await until(async () => (await jobsIn(client, 'c')) <= 1);
    expect(await jobsIn(client, 'c')).toBeLessThanOrEqual(2); // the next look, and one that was asked for
  } finally {
    await Promise.all([jobs.close(), queue.close()]);
  }
}, 60_000);

it('a process stops also while the queue is away', async () => {
  const own = await startRedis({ own: true });
  const place = { url: own.url, prefix: '{d:jobs}' };
  const jobs = startBroadcastWork({ ...stage.shell, rates: ZALO, place, log: silentLog, everyMs: EVERY_MS });
  const queue = openBroadcastQueue(place, silentLog);
  await until(handed(await begin()));
  await own.stop();
  await Promise.all([jobs.close(), queue.close()]);
  await own.close();
}, 30_000);

/** Jobs that are kept, waiting, under way or done. */
async function jobsIn(client: Awaited<ReturnType<RedisServer['connect']>>['client'], prefix: string): Promise<number> {
  const keys = await client.keys(`{${prefix}:jobs}:*`);
  return keys.filter((key) => /:(j[0-9a-f]{32}|repeat:look:\d+)$/.test(key)).length;
}
