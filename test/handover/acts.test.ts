import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { AppError } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import type { ActResult, StaffAct } from '../../src/core/handover.ts';
import { makeActs, type Acts } from '../../src/handover/acts.ts';
import { startJobs } from '../../src/inbound/jobs.ts';
import { startWorker } from '../../src/inbound/worker.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { inboundLog } from '../../src/stores/redis/inbound-log.ts';
import { listenLive, newsOf, publishLive } from '../../src/stores/redis/live.ts';
import { person, until } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { staffedEngine } from '../support/staffed-engine.ts';

let server: RedisServer;
const closers: (() => Promise<void> | void)[] = [];
beforeAll(async () => (server = await startRedis()));
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => server.close());

/** Acts of a web process, beside a process that plays and archives. */
async function house(connection: RedisConnection, waitMs = 30_000, processes = 1): Promise<Acts[]> {
  const shared = { connection, partitions: 1, processId: 'one', clock: systemClock, log: silentLog };
  const worker = startWorker({
    ...shared,
    engine: staffedEngine,
    answer: async () => ({ type: 'entriesFound', entries: [] }),
    channels: new Map(),
    random: Math.random,
    limits: { retryMs: 1 },
  });
  const jobs = startJobs({
    ...shared,
    doTask: async () => null,
    archive: async () => {},
    onArchived: (items) => publishLive(connection, newsOf(items)),
  });
  const webs = await Promise.all(Array.from({ length: processes }, () => web(connection, waitMs)));
  closers.push(
    () => worker.close(),
    () => jobs.close(),
  );
  return webs;
}

async function web(connection: RedisConnection, waitMs: number): Promise<Acts> {
  const acts = makeActs({ inboundLog: inboundLog(connection, 1), clock: systemClock, waitMs });
  const listening = await new Promise<{ close(): void }>((resolve) => {
    const live = listenLive(connection, { onNews: acts.onNews, onGap: () => setImmediate(() => resolve(live)) });
  });
  closers.push(
    () => listening.close(),
    () => acts.close(),
  );
  return acts;
}

let ids = 0;
const wanted = (who: string, act: StaffAct, id = `a${++ids}`) => ({
  contact: person(1),
  staff: who,
  name: who,
  id,
  act,
});
const TAKE: StaffAct = { type: 'takeOver' };
const REFUSED: ActResult = { type: 'refused', why: 'held', text: '' };

describe('an act of staff', () => {
  it('is played among what the person sends, and its result comes back', async () => {
    const [acts] = await house(await server.connect());
    expect(await acts!.doAct(wanted('an', TAKE))).toEqual({ type: 'done' });
    expect(await acts!.doAct(wanted('bình', TAKE))).toEqual(REFUSED);
  });

  it('of two who take over at once, one has the conversation and the other is told so', async () => {
    const webs = await house(await server.connect(), 30_000, 2);
    const results = await Promise.all(webs.map((acts, n) => acts.doAct(wanted(`s${n}`, TAKE))));
    expect(
      results.toSorted((one, other) => (one === 'pending' || other === 'pending' ? 0 : one.type < other.type ? -1 : 1)),
    ).toEqual([{ type: 'done' }, REFUSED]);
  });

  it('pressed twice is one act with one result', async () => {
    const connection = await server.connect();
    const [acts] = await house(connection);
    const twice = wanted('an', TAKE, 'same');
    expect(await Promise.all([acts!.doAct(twice), acts!.doAct(twice)])).toEqual([{ type: 'done' }, { type: 'done' }]);
    await until(async () => (await connection.client.xlen(connection.keys.partition(0).in)) === 0);
    expect(await acts!.doAct(twice)).toEqual({ type: 'done' });
    expect(await acts!.doAct({ ...twice, staff: 'bình', id: 'other' })).toEqual(REFUSED);
  });

  it('that the engine dies of is refused as a fault of ours, and says nothing to the person', async () => {
    const connection = await server.connect();
    const [acts] = await house(connection);
    const result = await acts!.doAct(wanted('an', { type: 'assign', to: 'b', toName: 'B' }));
    expect(result).toEqual({ type: 'refused', why: 'failed', text: '' });
    expect(await connection.client.xlen(connection.keys.partition(0).out.messenger)).toBe(0);
    expect(await connection.client.xlen(connection.keys.partition(0).dead)).toBe(1);
  });

  it('of which nothing is heard in time is pending, and is done all the same', async () => {
    const connection = await server.connect();
    const acts = await web(connection, 10);
    const act = wanted('an', TAKE);
    expect(await acts.doAct(act)).toBe('pending');
    await house(connection);
    await until(async () => (await acts.doAct(act)) !== 'pending');
    expect(await acts.doAct(act)).toEqual({ type: 'done' });
  });

  it('that may not be in the log is an error, and may be tried again', async () => {
    const away = new AppError('log.unavailable', 'away', { retryable: true });
    const acts = makeActs({ inboundLog: { append: () => Promise.reject(away) }, clock: systemClock });
    await expect(acts.doAct(wanted('an', TAKE))).rejects.toBe(away);
  });
});
