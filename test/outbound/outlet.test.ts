import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startWorker, type Worker } from '../../src/inbound/worker.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { makeFeed } from '../../src/outbound/feed.ts';
import { startSender, type Sender } from '../../src/outbound/sender.ts';
import type { Prepared } from '../../src/outbound/tenure.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { commitBatch, emptyBatch } from '../../src/stores/redis/commit.ts';
import { partitionOf } from '../../src/stores/redis/hash.ts';
import { inboundLog } from '../../src/stores/redis/inbound-log.ts';
import { proveSent } from '../../src/stores/redis/outbox.ts';
import { countingEngine, person, says, standInChannel, until } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';

let server: RedisServer;
beforeAll(async () => (server = await startRedis()));
afterAll(() => server.close());

const PARTITIONS = 3;
const PEOPLE = 6;
const NOW = Date.now();

/** Processes that each have a worker and a sender, joined by the outlet, and one platform whose echo always comes. */
function houseOf(connection: RedisConnection) {
  const platform = standInChannel({ limits: { echoWaitMs: 3000 } });
  platform.next = async (send) => {
    const result = platform.took(send);
    const messageId = result.type === 'sent' ? result.messageId : '';
    await proveSent(connection, partitionOf(send.contact, PARTITIONS), { row: send.row, part: 0, messageId });
    return result;
  };
  const channels = new Map([['messenger' as const, platform]]);
  const members: { worker: Worker; sender: Sender; own: RedisConnection }[] = [];
  let names = 0;
  return {
    platform,
    members,
    async join(leaseMs: number): Promise<void> {
      const own = await server.connect(connection.keys.partitions.split(':')[0]);
      const shared = { connection: own, partitions: PARTITIONS, processId: `m${++names}`, leaseMs, channels };
      const rest = { clock: systemClock, log: silentLog, random: Math.random };
      const sender = startSender({ ...shared, ...rest, limits: { retryMs: 10 } });
      const worker = startWorker({
        ...shared,
        ...rest,
        outlet: sender.outlet,
        engine: countingEngine,
        answer: async () => ({ type: 'entriesFound', entries: [] }),
      });
      members.push({ worker, sender, own });
    },
  };
}

async function quiet(connection: RedisConnection): Promise<boolean> {
  for (let p = 0; p < PARTITIONS; p++) {
    const at = connection.keys.partition(p);
    if ((await connection.client.xlen(at.in)) + (await connection.client.xlen(at.out.messenger)) > 0) return false;
  }
  return true;
}

it('a row that can go at once is marked as being sent by the commit that writes it, and sent once', async () => {
  const connection = await server.connect();
  const channel = standInChannel();
  let answer = noAnswer;
  channel.next = async (send) => {
    await new Promise<void>((resolve) => (answer = resolve));
    return channel.took(send);
  };
  const shared = { connection, partitions: 1, processId: 'one', clock: systemClock, log: silentLog };
  const sender = startSender({ ...shared, channels: new Map([['messenger', channel]]), random: Math.random });
  const at = connection.keys.partition(0);
  await connection.client.set(at.lease.worker, 'mine');
  const row = { id: 'h-0', contact: person(1), reply: { text: 'hi', options: [] }, at: NOW };
  const second = { ...row, id: 'h-1', reply: { text: 'there', options: [] } };
  const rows = [row, second].map((one) => ({ channel: 'messenger' as const, row: one }));
  let prepared = sender.outlet.prepare(0, rows, () => false);
  await until(() => (prepared = sender.outlet.prepare(0, rows, () => false))?.marking.marks.length === 1);
  const committed = await commitBatch(connection, 0, 'mine', { ...emptyBatch(), rows }, NOW, prepared?.marking);
  expect(committed).toMatchObject({ type: 'done', marked: true });
  expect(await connection.client.hkeys(at.inflight)).toEqual(['h-0']);
  if (committed.type === 'done') sender.outlet.written(0, prepared, rows, committed.rows, committed.marked);
  for (let n = 0; n < 2; n++) {
    await until(() => channel.sent.length === n && answer !== noAnswer);
    answer();
    answer = noAnswer;
    await until(() => channel.sent.length === n + 1);
  }
  await until(async () => (await connection.client.xlen(at.out.messenger)) === 0);
  expect(channel.sent.map(({ text }) => text)).toEqual(['hi', 'there']);
  await sender.close();
});

const noAnswer = (): void => {};

/** Rows of as many people, prepared for a commit by a worker beside a sender that has just begun and does not read. */
async function prepareFor(connection: RedisConnection, people: number, limits: Partial<Channel['limits']> = {}) {
  const channels = new Map([['messenger' as const, standInChannel({ limits })]]);
  const shared = { connection, partitions: 1, processId: 'one', clock: systemClock, log: silentLog };
  const sender = startSender({ ...shared, channels, random: Math.random, limits: { pending: 0 } });
  const reply = { text: 'hi', options: [] };
  const rows = Array.from({ length: people }, (_, n) => ({
    channel: 'messenger' as const,
    row: { id: `h${n}-0`, contact: person(n), reply, at: NOW },
  }));
  let prepared: Prepared | null = null;
  await until(() => ((prepared = sender.outlet.prepare(0, rows, () => false))?.marking.marks.length ?? 0) > 0);
  return { sender, rows, prepared: prepared! as Prepared };
}

it('no more rows are marked than the platform takes at once, lest a killed process have all of them wait for an echo', async () => {
  const connection = await server.connect();
  const { sender, prepared } = await prepareFor(connection, 5, { concurrency: 2 });
  expect(prepared.marking.marks.map(({ row }) => row)).toEqual(['h0-0', 'h1-0']);
  sender.outlet.unwritten(prepared);
  await sender.close();
});

it('a mark is taken back when the sender ends before it hears of the commit that wrote it', async () => {
  const connection = await server.connect();
  const at = connection.keys.partition(0);
  const { sender, rows, prepared } = await prepareFor(connection, 1);
  await connection.client.set(at.lease.worker, 'mine');
  const committed = await commitBatch(connection, 0, 'mine', { ...emptyBatch(), rows }, NOW, prepared.marking);
  if (committed.type !== 'done') throw new Error('not written');
  const closing = sender.close();
  await new Promise((resolve) => setTimeout(resolve, 100)); // it would be gone by now
  sender.outlet.written(0, prepared, rows, committed.rows, committed.marked);
  await closing;
  expect(JSON.parse((await connection.client.hget(at.inflight, 'h0-0')) ?? '')).toMatchObject({ sure: true });
  expect(await connection.client.exists(at.lease.sender)).toBe(0);
});

it('what was sent before the reader came by is not remembered for ever', async () => {
  const feed = makeFeed(['zalo', 'messenger'], async () => null);
  await until(() => feed.isLevel('zalo'));
  for (let n = 1; n < 100; n++) expect(feed.hand('zalo', `${NOW}-${n}`, true)).toBe(true);
  expect(feed.hand('messenger', `${NOW}-1`, true)).toBe(true);
  expect(feed.ahead()).toBe(100);
  expect(feed.read('zalo', `${NOW}-50`)).toBe(false);
  expect(feed.ahead()).toBe(50);
  expect(feed.read('zalo', `${NOW + 1}-1`)).toBe(true);
  expect(feed.ahead()).toBe(1);
});

type Step = 'say' | 'ask' | 'join' | 'leave' | 'cutOff' | 'takeWorker' | 'takeSender';
const steps = fc.array(
  fc.constantFrom<Step>('say', 'say', 'say', 'ask', 'join', 'leave', 'cutOff', 'takeWorker', 'takeSender'),
  { minLength: 10, maxLength: 30 },
);

it('every reply is sent once and in order, whoever of workers and senders dies whenever', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const connection = await server.connect();
      const { client, keys } = connection;
      const house = houseOf(connection);
      const log = inboundLog(connection, PARTITIONS);
      const expected: string[] = [];
      await house.join(150);
      for (const [turn, step] of plan.entries()) {
        const lease = keys.partition(turn % PARTITIONS).lease;
        if (step === 'join' && house.members.length < 4) await house.join(150);
        if (step === 'cutOff' && house.members.length > 1) house.members.shift()!.own.close();
        if (step === 'leave' && house.members.length > 1) {
          const gone = house.members.shift()!;
          void gone.worker.close().then(() => gone.sender.close());
        }
        if (step === 'takeWorker') await client.set(lease.worker, 'thief', 'PX', 40);
        if (step === 'takeSender') await client.set(lease.sender, 'thief', 'PX', 40);
        if (step !== 'say' && step !== 'ask') continue;
        const events = Array.from({ length: PEOPLE }, (_, n) => says(person(n), `${step} ${turn}`, NOW + turn));
        await log.append(events, NOW + turn);
        expected.push(`${expected.length + 1} ${step === 'ask' ? 'answered ' : ''}${step} ${turn}`);
      }
      await until(() => quiet(connection));
      for (let n = 0; n < PEOPLE; n++) {
        const heard = house.platform.sent.filter(({ contact }) => contact === person(n)).map(({ text }) => text);
        expect(heard).toEqual(expected);
      }
      for (const { worker, sender } of house.members) {
        await worker.close();
        await sender.close();
      }
    }),
    { numRuns: 5 },
  );
});
