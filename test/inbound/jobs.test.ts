import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { AppError } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import type { ArchiveItem } from '../../src/core/archive.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { Task } from '../../src/core/request.ts';
import { startJobs, type Jobs, type JobsOptions } from '../../src/inbound/jobs.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { person, until } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';

let server: RedisServer;
const open: Jobs[] = [];
beforeAll(async () => (server = await startRedis()));
afterAll(async () => {
  await Promise.all(open.map((jobs) => jobs.close()));
  await server.close();
});

function jobs(connection: RedisConnection, options: Partial<JobsOptions> = {}): Jobs {
  const one = startJobs({
    connection,
    partitions: 1,
    processId: `j${open.length}`,
    clock: systemClock,
    log: silentLog,
    leaseMs: 1000,
    doTask: async () => null,
    archive: async () => {},
    retryMs: 10,
    ...options,
  });
  open.push(one);
  return one;
}

const task: Task = { type: 'callHuman', request: 'r1', contact: person(1), at: 1, reason: 'asked' };
const done: InboundEvent = {
  type: 'filesFetched',
  id: eventId('task', 'r1'),
  contact: person(1),
  sentAt: 1,
  request: 'r1',
  outcomes: [],
};
const raw = (n: number): ArchiveItem => ({
  type: 'unreadable',
  channel: 'zalo',
  receivedAt: n,
  reason: 'x',
  raw: `${n}`,
});
const away = new AppError('store.unavailable', 'MongoDB is away', { retryable: true });

async function leave(connection: RedisConnection, ...tasks: Task[]): Promise<void> {
  for (const one of tasks)
    await connection.client.xadd(connection.keys.partition(0).tasks, '*', 't', JSON.stringify(one));
}
async function archived(connection: RedisConnection, ...items: ArchiveItem[]): Promise<void> {
  for (const item of items)
    await connection.client.xadd(connection.keys.partition(0).archive, '*', 'i', JSON.stringify(item));
}
/** As a commit leaves what belongs together. */
async function archivedTogether(connection: RedisConnection, ...items: ArchiveItem[]): Promise<void> {
  await connection.client.xadd(connection.keys.partition(0).archive, '*', 'l', JSON.stringify(items));
}

describe('jobs', () => {
  it('hold no more tasks than they need while a store is away, and do all when it is back', async () => {
    const connection = await server.connect();
    const many = 2000;
    await Promise.all(Array.from({ length: many }, () => leave(connection, task)));
    let isAway = true;
    const doTask = async (): Promise<null> => {
      if (isAway) throw away;
      return null;
    };
    const one = jobs(connection, { doTask, retryMs: 200, leaseMs: 10_000 });
    await until(() => one.stats().tasksRetried > many);
    expect(one.stats().waiting).toBeLessThan(1300);
    isAway = false;
    await until(() => one.stats().tasksDone === many);
    expect(await connection.client.xlen(connection.keys.partition(0).tasks)).toBe(0);
  });

  it('do a task until it succeeds and log the event that comes of it once', async () => {
    const connection = await server.connect();
    await leave(connection, task);
    let tries = 0;
    const doTask = async (): Promise<InboundEvent> => {
      if (++tries < 3) throw away;
      return done;
    };
    const one = jobs(connection, { doTask });
    await until(() => one.stats().tasksDone === 1);
    const keys = connection.keys.partition(0);
    expect(await connection.client.xlen(keys.tasks)).toBe(0);
    expect(
      (await connection.client.xrange(keys.in, '-', '+')).map(([, fields]) => JSON.parse(fields[1] ?? '')),
    ).toEqual([done]);
  });

  it('do a task again after a restart in its midst', async () => {
    const connection = await server.connect();
    await leave(connection, task);
    let begun = 0;
    let letGo: () => void = () => {};
    jobs(connection, { doTask: () => (begun++, new Promise((resolve) => (letGo = () => resolve(null)))) });
    await until(() => begun === 1);
    // the first process is gone without a word; its lease runs out
    await connection.client.set(connection.keys.partition(0).lease.jobs, 'nobody', 'PX', 100);
    const next = jobs(connection, { doTask: async () => done });
    await until(async () => next.stats().tasksDone === 1 || begun > 1);
    letGo();
    expect(begun === 1 ? await connection.client.xlen(connection.keys.partition(0).in) : 1).toBe(1);
  });

  it('keep a task that fails for good among the dead', async () => {
    const connection = await server.connect();
    await leave(connection, task);
    const doTask = async (): Promise<null> => {
      throw new AppError('file.refused', 'no');
    };
    const one = jobs(connection, { doTask, taskTries: 2 });
    await until(() => one.stats().tasksDead === 1);
    await until(async () => (await connection.client.xlen(connection.keys.partition(0).tasks)) === 0);
    expect(await connection.client.xlen(connection.keys.partition(0).dead)).toBe(1);
  });

  it('archive everything in order, wait while the archive is away, and lose nothing over a restart', async () => {
    const connection = await server.connect();
    const kept: ArchiveItem[] = [];
    let calls = 0;
    const archive = async (items: ArchiveItem[]): Promise<void> => {
      if (++calls < 3) throw away;
      kept.push(...items);
    };
    await archived(connection, raw(1), raw(2));
    const first = jobs(connection, { archive });
    await until(() => calls > 0);
    await first.close();
    await archivedTogether(connection, raw(3), raw(4));
    await archived(connection, raw(5));
    jobs(connection, { archive });
    await until(() => kept.length === 5);
    expect(kept).toEqual([raw(1), raw(2), raw(3), raw(4), raw(5)]);
    await until(async () => (await connection.client.xlen(connection.keys.partition(0).archive)) === 0);
  });

  it('put aside an archive entry that cannot be read, and archive the others', async () => {
    const connection = await server.connect();
    const { archive: stream, dead } = connection.keys.partition(0);
    const kept: ArchiveItem[] = [];
    await connection.client.xadd(stream, '*', 'l', '[{"type":');
    await archivedTogether(connection, raw(1));
    jobs(connection, { archive: async (items) => void kept.push(...items) });
    await until(async () => (await connection.client.xlen(stream)) === 0);
    expect(kept).toEqual([raw(1)]);
    expect(await connection.client.xlen(dead)).toBe(1);
  });
});
