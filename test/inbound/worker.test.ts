import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { AppError } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import type { ArchiveItem } from '../../src/core/archive.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import type { OutboxRow } from '../../src/core/reply.ts';
import type { Outcome } from '../../src/core/request.ts';
import { startWorker, type Worker, type WorkerOptions } from '../../src/inbound/worker.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { hash64, partitionOf } from '../../src/stores/redis/hash.ts';
import { inboundLog } from '../../src/stores/redis/inbound-log.ts';
import { field } from '../../src/stores/redis/stream-reader.ts';
import { countingEngine, person, says, until } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { staffedEngine } from '../support/staffed-engine.ts';

let server: RedisServer;
const workers: Worker[] = [];
beforeAll(async () => (server = await startRedis()));
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  await server.close();
});

const NOW = Date.now();
const PARTITIONS = 2;
const nothing: Outcome = { type: 'entriesFound', entries: [] };

function work(connection: RedisConnection, options: Partial<WorkerOptions> = {}): Worker {
  const worker = startWorker({
    connection,
    partitions: PARTITIONS,
    processId: `w${workers.length}`,
    leaseMs: 1000,
    engine: countingEngine,
    answer: async () => nothing,
    channels: new Map(),
    clock: systemClock,
    log: silentLog,
    random: () => 0.5,
    ...options,
    limits: { retryMs: 10, retryMaxMs: 40, ...options.limits },
  });
  workers.push(worker);
  return worker;
}

async function stream(
  connection: RedisConnection,
  kind: 'out' | 'archive' | 'dead' | 'tasks',
  name: string,
): Promise<string[]> {
  const all: string[] = [];
  for (let p = 0; p < PARTITIONS; p++) {
    const keys = connection.keys.partition(p);
    const entries = await connection.client.xrange(kind === 'out' ? keys.out.messenger : keys[kind], '-', '+');
    all.push(...entries.map(([, fields]) => field(fields, name)));
  }
  return all;
}
const rows = async (connection: RedisConnection): Promise<OutboxRow[]> =>
  (await stream(connection, 'out', 'r')).map((json) => JSON.parse(json) as OutboxRow);
const said = async (connection: RedisConnection, n: number): Promise<string[]> =>
  (await rows(connection)).filter((row) => row.contact === person(n)).map((row) => row.reply.text);
const archive = async (connection: RedisConnection): Promise<ArchiveItem[]> =>
  (await stream(connection, 'archive', 'l')).flatMap((json) => JSON.parse(json) as ArchiveItem[]);

async function logged(connection: RedisConnection, ...events: InboundEvent[]): Promise<void> {
  await inboundLog(connection, PARTITIONS).append(events, NOW);
}
/** Two people whose events lie in one partition. */
function neighbours(): [number, number] {
  const all = Array.from({ length: 10 }, (_, n) => n);
  const [one, other] = all.filter((n) => partitionOf(person(n), PARTITIONS) === 0);
  return [one!, other!];
}

const drained = async (connection: RedisConnection): Promise<boolean> => {
  for (let p = 0; p < PARTITIONS; p++)
    if ((await connection.client.xlen(connection.keys.partition(p).in)) > 0) return false;
  return true;
};

describe('a worker', () => {
  it('plays each contact’s events in the order in which they were sent', async () => {
    const connection = await server.connect();
    const events = Array.from({ length: 200 }, (_, i) => says(person(i % 5), `t${Math.floor(i / 5)}`, NOW - 1000 + i));
    await logged(connection, ...events.slice(0, 100).toReversed());
    work(connection);
    await until(() => drained(connection));
    await logged(connection, ...events.slice(100));
    await until(() => drained(connection));
    for (let n = 0; n < 5; n++) {
      expect(await said(connection, n)).toEqual(Array.from({ length: 40 }, (_, i) => `${i + 1} t${i}`));
    }
    const first = events[0]!;
    expect((await rows(connection)).some((row) => row.id === `${hash64(first.id)}-0`)).toBe(true);
  });

  it('plays nothing twice: in one batch, in a later one, after a restart', async () => {
    const connection = await server.connect();
    const event = says(person(1), 'hi', NOW);
    await logged(connection, event, event);
    const worker = work(connection);
    await until(() => drained(connection));
    await logged(connection, event, says(person(1), 'more', NOW + 1));
    await until(() => drained(connection));
    await worker.close();
    await logged(connection, event, says(person(1), 'ask', NOW + 2), says(person(1), 'ask', NOW + 2));
    work(connection);
    await until(() => drained(connection));
    expect(await said(connection, 1)).toEqual(['1 hi', '2 more', '3 answered ask']);
    expect(worker.stats().duplicates).toBe(2);
  });

  it('tells when a person was last seen, to the minute, though nothing else about them changed', async () => {
    const connection = await server.connect();
    const from = Math.floor(NOW / 60_000) * 60_000 - 3_600_000;
    for (const [n, at] of [from, from + 1000, from + 60_000].entries()) {
      await logged(connection, says(person(1), `t${n}`, at));
      work(connection);
      await until(() => drained(connection));
    }
    const seen = (await archive(connection)).flatMap((item) =>
      item.type === 'contact' ? [item.snapshot.lastSeenAt - from] : [],
    );
    expect(seen).toEqual([0, 60_000]);
  });

  it('asks nothing of the outside for an event that was played before', async () => {
    const connection = await server.connect();
    const asked: string[] = [];
    const answer = async (): Promise<Outcome> => {
      asked.push('');
      return nothing;
    };
    await logged(connection, says(person(1), 'ask', NOW));
    work(connection, { answer });
    await until(() => drained(connection));
    await logged(connection, says(person(1), 'ask', NOW));
    await until(() => drained(connection));
    expect(asked).toHaveLength(1);
    expect(await said(connection, 1)).toEqual(['1 answered ask']);
  });

  it('plays a turn that asked once, though its batch is refused while the answer comes', async () => {
    const connection = await server.connect();
    const [one, other] = neighbours();
    const old = says(person(one), 'old', NOW);
    await logged(connection, old);
    const before = work(connection);
    await until(() => drained(connection));
    await before.close();
    await logged(connection, old, says(person(other), 'hi', NOW + 1), says(person(other), 'ask', NOW + 2));
    const slow = await server.connect(connection.keys.partitions.split(':')[0]);
    let answer: (outcome: Outcome) => void = () => {};
    const answered = new Promise<Outcome>((resolve) => (answer = resolve));
    // the commit arrives when the question has been answered
    const client = new Proxy(slow.client, {
      get(real, name) {
        const value: unknown = Reflect.get(real, name, real);
        if (typeof value !== 'function') return value;
        if (name !== 'skbCommit') return value.bind(real) as unknown;
        return async (...args: unknown[]): Promise<unknown> => {
          await answered;
          await new Promise(setImmediate);
          return value.apply(real, args) as unknown;
        };
      },
    });
    const worker = work(
      { ...slow, client },
      {
        answer: async () => {
          answer(nothing);
          return answered;
        },
      },
    );
    await until(() => drained(connection));
    expect(await said(connection, other)).toEqual(['1 hi', '2 answered ask']);
    await worker.close();
  });

  it('that is lost between turn and commit leaves the turn to the next, which makes the same rows once', async () => {
    const connection = await server.connect();
    const played: string[] = [];
    let dying = true;
    const engine = {
      ...countingEngine,
      turn(...args: Parameters<typeof countingEngine.turn>) {
        played.push(args[1].id);
        // the lease goes to somebody else at the worst moment: after the turn, before its commit
        if (dying)
          for (let p = 0; p < PARTITIONS; p++)
            void connection.client.set(connection.keys.partition(p).lease.worker, 'x', 'PX', 300);
        return countingEngine.turn(...args);
      },
    };
    await logged(connection, says(person(1), 'hi', NOW));
    const lost = work(connection, { engine });
    await until(() => played.length > 0 && lost.stats().partitions < PARTITIONS);
    expect(await rows(connection)).toEqual([]);
    dying = false;
    await until(() => drained(connection));
    expect(await said(connection, 1)).toEqual(['1 hi']);
    expect(played.length).toBeGreaterThan(1);
  });

  it('shares partitions with another and hands over without losing or doubling a turn', async () => {
    const connection = await server.connect();
    const first = work(connection);
    const events = Array.from({ length: 300 }, (_, i) => says(person(i % 10), `t${Math.floor(i / 10)}`, NOW + i));
    await logged(connection, ...events.slice(0, 100));
    const second = work(connection);
    await logged(connection, ...events.slice(100, 200));
    await until(() => first.stats().partitions === 1 && second.stats().partitions === 1);
    await logged(connection, ...events.slice(200));
    await first.close();
    await until(() => drained(connection));
    for (let n = 0; n < 10; n++) {
      expect(await said(connection, n)).toEqual(Array.from({ length: 30 }, (_, i) => `${i + 1} t${i}`));
    }
  });

  it('lets a turn wait for a store that is away, tells the person once, and goes on with everybody else', async () => {
    const connection = await server.connect();
    let away = true;
    const answer = async (): Promise<Outcome> => {
      if (away) throw new AppError('store.unavailable', 'MongoDB is away', { retryable: true });
      return nothing;
    };
    const worker = work(connection, { answer });
    await logged(
      connection,
      says(person(1), 'ask', NOW),
      says(person(1), 'after', NOW + 1),
      says(person(2), 'hi', NOW),
    );
    await until(async () => worker.stats().requestRetries > 3 && (await said(connection, 2)).length === 1);
    expect(await said(connection, 1)).toEqual(['busy']);
    expect(worker.stats().waiting).toBe(1);
    away = false;
    await until(() => drained(connection));
    expect(await said(connection, 1)).toEqual(['busy', '1 answered ask', '2 after']);
  });

  it('stops reading while too many wait, and reads on afterwards', async () => {
    const connection = await server.connect();
    let away = true;
    const answer = async (): Promise<Outcome> => {
      if (away) throw new AppError('store.unavailable', 'MongoDB is away', { retryable: true });
      return nothing;
    };
    const worker = work(connection, { answer, limits: { pending: 10 } });
    await until(() => worker.stats().partitions === PARTITIONS);
    const ask = (i: number): InboundEvent => says(person(i), 'ask', NOW);
    for (let i = 0; i < 40; i++) await logged(connection, ask(i));
    await until(() => worker.stats().pending >= 20);
    expect(worker.stats().pending).toBeLessThan(40);
    away = false;
    await until(() => drained(connection));
    expect(worker.stats().turns).toBe(40);
  });

  it('gives up an event that throws, keeps it, tells the person, and goes on with the conversation', async () => {
    const connection = await server.connect();
    const worker = work(connection);
    await logged(
      connection,
      says(person(1), 'hi', NOW),
      says(person(1), 'fault', NOW + 1),
      says(person(1), 'on', NOW + 2),
    );
    await connection.client.xadd(connection.keys.partition(0).in, '*', 'e', 'not JSON', 'r', NOW);
    await until(() => drained(connection));
    expect(await said(connection, 1)).toEqual(['1 hi', 'failed', '2 on']);
    expect((await stream(connection, 'dead', 'c')).toSorted()).toEqual(['event.unreadable', 'turn.failed']);
    expect(worker.stats().dead).toBe(2);
    expect((await archive(connection)).filter((item) => item.type === 'dead')).toHaveLength(1);
  });

  it('gives up a turn that asks without end or whose answer fails for good', async () => {
    const connection = await server.connect();
    const engine = {
      ...countingEngine,
      resume: (s: never, e: InboundEvent, at: number) => countingEngine.turn(s, e, at),
    };
    work(connection, { engine });
    await logged(connection, says(person(1), 'ask', NOW), says(person(1), 'on', NOW + 1));
    await until(() => drained(connection));
    expect(await stream(connection, 'dead', 'c')).toEqual(['turn.looped']);
    expect(await said(connection, 1)).toEqual(['failed', '1 on']);
  });

  it('archives what people sent and where they stand, and what went out past the bot', async () => {
    const connection = await server.connect();
    const echo = { contact: person(1), sentAt: NOW + 2, type: 'echo', messageId: 'm9', text: 'from staff' } as const;
    await logged(
      connection,
      says(person(1), 'hi', NOW),
      says(person(1), 'again', NOW + 1),
      { ...echo, id: 'messenger/e1' as never, origin: 'staff', staff: 's1', items: [{ kind: 'image' }] },
      { ...echo, id: 'messenger/e2' as never, origin: 'unsure' },
      { ...echo, id: 'messenger/e3' as never, origin: 'bot', row: 'r-0' },
    );
    work(connection, { engine: staffedEngine }); // only now, so that it finds all of it in one batch
    await until(() => drained(connection));
    const items = await archive(connection);
    expect(items.map((item) => (item.type === 'native' ? `native ${item.origin}` : item.type)).toSorted()).toEqual([
      'contact',
      'handover',
      'handover',
      'inbound',
      'inbound',
      'native otherApp',
      'native staff',
    ]);
    expect(items.find((item) => item.type === 'native')).toMatchObject({ items: [{ kind: 'image' }], staff: 's1' });
    expect(await said(connection, 1)).toEqual(['1 hi', '2 again']);
  });
});
