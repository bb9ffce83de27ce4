import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Channel, SendResult } from '../../src/channels/channel.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import { startWorker, type Worker } from '../../src/inbound/worker.ts';
import { startSender, type Sender, type SenderOptions } from '../../src/outbound/sender.ts';
import { itemsOf } from '../../src/stores/redis/archive-list.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { inboundLog } from '../../src/stores/redis/inbound-log.ts';
import { proveSent } from '../../src/stores/redis/outbox.ts';
import { person, standInChannel, until } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { staffedEngine } from '../support/staffed-engine.ts';

let server: RedisServer;
const open: (Sender | Worker)[] = [];
beforeAll(async () => (server = await startRedis()));
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  await server.close();
});

const failed = (
  retry: 'later' | 'ambiguous' | 'never',
  more: Partial<SendResult & { type: 'failed' }> = {},
): SendResult => ({
  type: 'failed',
  code: 'send.temporary',
  retry,
  scope: 'message',
  maxTries: 3,
  platformCode: '1',
  ...more,
});

function sender(connection: RedisConnection, channel: Channel, options: Partial<SenderOptions> = {}): Sender {
  const one = startSender({
    connection,
    partitions: 1,
    processId: `s${open.length}`,
    leaseMs: 1000,
    channels: new Map([['messenger', channel]]),
    clock: systemClock,
    log: silentLog,
    random: () => 0.5,
    ...options,
    limits: { retryMs: 10, retryMaxMs: 40, probeMs: 30, probeMaxMs: 100, ...options.limits },
  });
  open.push(one);
  return one;
}

let rows = 0;
async function say(connection: RedisConnection, n: number, text: string): Promise<string> {
  const row = { id: `row${++rows}-0`, contact: person(n), reply: { text, options: [] }, at: Date.now() };
  await connection.client.xadd(connection.keys.partition(0).out.messenger, '*', 'r', JSON.stringify(row));
  return row.id;
}
async function fates(connection: RedisConnection): Promise<string[]> {
  const entries = await connection.client.xrange(connection.keys.partition(0).archive, '-', '+');
  return entries
    .flatMap(([, fields]) => itemsOf(fields))
    .map((item) =>
      item.type === 'outbound' ? `${item.text}: ${item.state}${item.code ? ` ${item.code}` : ''}` : item.type,
    );
}
const settled = async (connection: RedisConnection): Promise<boolean> =>
  (await connection.client.xlen(connection.keys.partition(0).out.messenger)) === 0;
const inflight = (connection: RedisConnection) => connection.client.hlen(connection.keys.partition(0).inflight);

/** The platform shows us our message, by way of the inbound log and a worker. */
async function echo(connection: RedisConnection, what: Partial<InboundEvent & { type: 'echo' }>): Promise<void> {
  open.push(
    startWorker({
      connection,
      partitions: 1,
      processId: `w${open.length}`,
      leaseMs: 1000,
      engine: staffedEngine,
      answer: () => Promise.reject(new Error('nothing is asked')),
      channels: new Map(),
      clock: systemClock,
      log: silentLog,
      random: () => 0.5,
    }),
  );
  const event: InboundEvent = {
    type: 'echo',
    id: eventId('messenger', `echo${open.length}`),
    contact: person(1),
    sentAt: Date.now(),
    messageId: 'm77',
    text: 'hello',
    origin: 'bot',
    ...what,
  };
  await inboundLog(connection, 1).append([event], Date.now());
}

describe('a sender', () => {
  it('sends the rows of one person in order, in as many messages as they need', async () => {
    const connection = await server.connect();
    const channel = standInChannel();
    // the first send is slow: nothing may overtake it
    channel.next = async (send) => {
      if (send.text === 'a0') await until(() => channel.sent.some((other) => other.contact === person(2)));
      return channel.took(send);
    };
    for (let i = 0; i < 20; i++) await say(connection, 1, `a${i}|b${i}`);
    await say(connection, 2, 'x');
    sender(connection, channel);
    await until(() => settled(connection));
    const texts = channel.sent.filter((send) => send.contact === person(1)).map((send) => send.text);
    expect(texts).toEqual(Array.from({ length: 20 }, (_, i) => [`a${i}`, `b${i}`]).flat());
    expect(await inflight(connection)).toBe(0);
    expect((await fates(connection)).filter((fate) => fate.endsWith(': sent'))).toHaveLength(21);
  });

  it('tries again later what may be tried again, and the person’s later rows wait', async () => {
    const connection = await server.connect();
    const channel = standInChannel();
    let tries = 0;
    channel.next = (send) => (send.text === 'first' && ++tries < 3 ? failed('later') : channel.took(send));
    await say(connection, 1, 'first');
    await say(connection, 1, 'second');
    const one = sender(connection, channel);
    await until(() => settled(connection));
    expect(channel.sent.map((send) => send.text)).toEqual(['first', 'second']);
    expect(one.stats().retried).toBe(2);
  });

  it('gives up after the tries that the failure allows, keeps the row, and goes on', async () => {
    const connection = await server.connect();
    const channel = standInChannel();
    let tries = 0;
    channel.next = (send) => (send.text === 'bad' ? (tries++, failed('later')) : channel.took(send));
    await say(connection, 1, 'bad');
    await say(connection, 1, 'good');
    sender(connection, channel);
    await until(() => settled(connection));
    expect(tries).toBe(3);
    expect(await fates(connection)).toEqual(['bad: failed send.temporary', 'good: sent']);
    expect(await connection.client.xlen(connection.keys.partition(0).dead)).toBe(1);
  });

  it('does not send again a message whose lost answer an echo makes up for', async () => {
    const connection = await server.connect();
    const channel = standInChannel({ limits: { echoWaitMs: 10_000 } });
    channel.next = (send) => {
      channel.took(send);
      return failed('ambiguous', { maxTries: 2 });
    };
    const row = await say(connection, 1, 'hello');
    const one = sender(connection, channel);
    await until(() => channel.sent.length === 1);
    await echo(connection, { row });
    await until(() => settled(connection));
    expect(channel.sent).toHaveLength(1);
    expect(one.stats()).toMatchObject({ proven: 1, resent: 0 });
    expect(await fates(connection)).toEqual(['hello: sent']);
  });

  it('takes a proof for the one message it is of, however late Redis tells it', async () => {
    const connection = await server.connect();
    const channel = standInChannel({ limits: { echoWaitMs: 10_000, concurrency: 1 } });
    const begun = new Map<string, (result: SendResult) => void>();
    channel.next = (send) => {
      channel.took(send);
      return new Promise((resolve) => begun.set(send.text, resolve));
    };
    const ids = [await say(connection, 1, 'one'), await say(connection, 2, 'other'), await say(connection, 3, 'third')];
    await say(connection, 1, 'two');
    sender(connection, channel, { leaseMs: 10_000 });
    const { client } = await server.connect();
    for (const [n, text] of ['one', 'other'].entries()) {
      await until(() => begun.has(text));
      await proveSent(connection, 0, { row: ids[n]!, part: 0, messageId: `echoed ${text}` });
      if (text === 'other') {
        await client.call('CLIENT', 'PAUSE', '900', 'ALL');
        await new Promise((resolve) => setTimeout(resolve, 350)); // Redis has been asked for the proof of `one`
      }
      begun.get(text)!(failed('ambiguous', { maxTries: 2 }));
    }
    await until(async () => (await fates(connection)).length === 2);
    channel.next = (send) => channel.took(send);
    begun.get('third')!({ type: 'sent', messageId: 'm' });
    await until(() => settled(connection));
    expect(channel.sent.map(({ text }) => text)).toEqual(['one', 'other', 'third', 'two']);
    expect(await inflight(connection)).toBe(0);
  });

  it('knows its own echo by the text where the platform gives no row back', async () => {
    const connection = await server.connect();
    const channel = standInChannel({ limits: { echoWaitMs: 10_000 }, echoText: true });
    channel.next = (send) => {
      channel.took(send);
      return failed('ambiguous', { maxTries: 2 });
    };
    await say(connection, 1, 'hello');
    sender(connection, channel);
    await until(() => channel.sent.length === 1);
    await echo(connection, { origin: 'unsure', text: 'hello ' });
    await until(() => settled(connection));
    expect(channel.sent).toHaveLength(1);
    expect(await fates(connection)).toEqual(['hello: sent']);
  });

  it('knows a late echo by the message id, as nothing from elsewhere', async () => {
    const connection = await server.connect();
    const channel = standInChannel();
    await say(connection, 1, 'hello');
    sender(connection, channel);
    await until(() => settled(connection));
    await echo(connection, { origin: 'unsure', messageId: 'm1', text: 'as the platform tells it' });
    await echo(connection, { origin: 'unsure', messageId: 'm2', text: 'typed by somebody' });
    await until(async () => (await fates(connection)).includes('native'));
    const records = (await fates(connection)).filter((one) => one !== 'contact' && one !== 'handover');
    expect(records).toEqual(['hello: sent', 'native']);
  });

  it('sends once more when no echo comes, and only once', async () => {
    const connection = await server.connect();
    const channel = standInChannel({ limits: { echoWaitMs: 50 } });
    channel.next = (send) => {
      channel.took(send);
      return failed('ambiguous', { maxTries: 2, code: 'send.ambiguous' });
    };
    await say(connection, 1, 'hello');
    const one = sender(connection, channel);
    await until(() => settled(connection));
    expect(channel.sent).toHaveLength(2);
    expect(one.stats()).toMatchObject({ resent: 1, failed: 1 });
  });

  it('withdraws what waits for a person who cannot be reached, until they write again', async () => {
    const connection = await server.connect();
    const channel = standInChannel();
    let blocked = true;
    channel.next = (send) =>
      blocked && send.contact === person(1)
        ? failed('never', { scope: 'contact', code: 'send.unreachable' })
        : channel.took(send);
    await say(connection, 1, 'one');
    await say(connection, 1, 'two');
    await say(connection, 2, 'other');
    sender(connection, channel);
    await until(() => settled(connection));
    expect((await fates(connection)).toSorted()).toEqual([
      'one: failed send.unreachable',
      'other: sent',
      'two: withdrawn',
    ]);
    blocked = false;
    await new Promise((resolve) => setTimeout(resolve, 2)); // their next event is of a later millisecond
    await say(connection, 1, 'three');
    await until(() => settled(connection));
    expect(channel.sent.map((send) => send.text)).toEqual(['other', 'three']);
  });

  it('has nobody wait for rows written later, though their partition has more than is held in memory', async () => {
    const connection = await server.connect();
    const channel = standInChannel({ limits: { concurrency: 1 } });
    const many = 500;
    const began = Date.now();
    const written = Array.from({ length: many }, (_, n) => {
      const row = { id: `t${n}-0`, contact: person(n), reply: { text: `${n}`, options: [] }, at: began };
      const { out } = connection.keys.partition(n % 10 === 9 ? 1 : 0);
      return connection.client.xadd(out.messenger, `${began + n}-0`, 'r', JSON.stringify(row));
    });
    await Promise.all(written);
    sender(connection, channel, { partitions: 2, limits: { pending: 50 }, leaseMs: 10_000 });
    await until(() => channel.sent.length === many);
    const last = channel.sent.findIndex(({ text }) => text === `${many - 1}`);
    expect(last).toBeGreaterThan(many * 0.9);
  });

  it('holds a channel that refuses everything, loses no row, and goes on when it opens', async () => {
    const connection = await server.connect();
    const channel = standInChannel();
    let shut = true;
    let tries = 0;
    channel.next = (send) => {
      tries++;
      return shut ? failed('never', { scope: 'channel', code: 'send.configuration' }) : channel.took(send);
    };
    for (let i = 0; i < 50; i++) await say(connection, i, `t${i}`);
    const one = sender(connection, channel);
    await until(() => tries > 33);
    expect(one.stats().shut).toEqual({ messenger: 'send.configuration' });
    shut = false;
    await until(() => settled(connection));
    expect(channel.sent).toHaveLength(50);
    expect(one.stats().shut).toEqual({});
    expect(await connection.client.exists(connection.keys.partition(0).dead)).toBe(0);
  });

  it('that dies after a send and before its save is followed by one that looks for the echo first', async () => {
    const connection = await server.connect();
    const dying = standInChannel();
    dying.next = (send) => {
      dying.took(send);
      return new Promise(() => {}); // the process is gone before the answer
    };
    const row = await say(connection, 1, 'hello|world');
    await say(connection, 1, 'after');
    sender(connection, dying, { processId: 'dying' });
    await until(() => dying.sent.length === 1);
    const dead = connection.keys.partition(0).lease.sender;
    await connection.client.set(dead, 'nobody', 'PX', 50);
    // the dying process may take its lease up again; it is the same case: a new tenure that finds the row in flight
    dying.next = (send) => dying.took(send);
    await echo(connection, { row });
    await until(() => settled(connection));
    expect(dying.sent.map((send) => send.text)).toEqual(['hello', 'world', 'after']);
  });

  it('whose lease was taken does not settle, but leaves word that the message arrived', async () => {
    const connection = await server.connect();
    const slow = standInChannel({ limits: { echoWaitMs: 5000 } });
    let answerNow: () => void = () => {};
    slow.next = (send) => {
      const result = slow.took(send);
      return new Promise((resolve) => (answerNow = () => resolve(result)));
    };
    await say(connection, 1, 'hello');
    const first = sender(connection, slow);
    await until(() => slow.sent.length === 1);
    const lease = connection.keys.partition(0).lease.sender;
    await connection.client.set(lease, 'another');
    await until(() => first.stats().partitions === 0);
    await connection.client.del(lease);
    answerNow();
    await until(() => settled(connection));
    expect(slow.sent).toHaveLength(1);
    expect(await fates(connection)).toEqual(['hello: sent']);
  });

  it('that cannot write down how far a row came leaves word of the part that arrived', async () => {
    const connection = await server.connect();
    const channel = standInChannel({ limits: { echoWaitMs: 300 } });
    const lease = connection.keys.partition(0).lease.sender;
    channel.next = async (send) => {
      if (channel.sent.length === 0) await connection.client.set(lease, 'another', 'PX', 50);
      return channel.took(send);
    };
    await say(connection, 1, 'hello|world');
    sender(connection, channel, { leaseMs: 10_000 });
    await until(() => settled(connection));
    expect(channel.sent.map(({ text }) => text)).toEqual(['hello', 'world']);
  });

  it('finishes running sends when it stops, and leaves the rest to the next', async () => {
    const connection = await server.connect();
    const channel = standInChannel({ limits: { concurrency: 1 } });
    channel.next = async (send) => {
      await new Promise((resolve) => setImmediate(resolve));
      return channel.took(send);
    };
    for (let i = 0; i < 40; i++) await say(connection, i, `t${i}`);
    const first = sender(connection, channel);
    await until(() => channel.sent.length > 3);
    await first.close();
    expect(await inflight(connection)).toBe(0);
    expect(await settled(connection)).toBe(false);
    sender(connection, channel);
    await until(() => settled(connection));
    expect(new Set(channel.sent.map((send) => send.text)).size).toBe(40);
    expect(channel.sent).toHaveLength(40);
  });
});
