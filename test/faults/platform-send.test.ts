import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { LOSSES, type FaultKind } from './platforms-faults.ts';
import { startSendStage, userOf, type SendStage, type SendStageOptions } from './platforms-stage.ts';

let redis: RedisServer;
const open: SendStage[] = [];
beforeAll(async () => (redis = await startRedis()));
afterEach(async () => {
  await Promise.all(open.splice(0).map((stage) => stage.close()));
});
afterAll(() => redis.close());

async function stage(options: SendStageOptions = {}): Promise<SendStage> {
  const one = await startSendStage(redis, options);
  open.push(one);
  return one;
}

const BOTH = ['zalo', 'messenger'] as const;
const OTHERS = [2, 3, 4];
const numbered = (count: number, word = 'reply'): string[] => Array.from({ length: count }, (_, i) => `${word} ${i}`);

/** The first so many sends to one person come to this. */
const strikes =
  (person: number, kind: FaultKind, times: number) =>
  (send: { user: string; text: string }): FaultKind | null =>
    send.user === userOf(person) && times-- > 0 ? kind : null;

describe.each(BOTH)('when %s', (name) => {
  it.each(['temporary', 'serverError', 'resetBefore', 'malformed'] as const)(
    'answers one person %s, it is tried again, their order stands, and others go on',
    async (kind) => {
      const one = await stage({ platforms: { strike: strikes(1, kind, 1) } });
      for (const text of numbered(3)) await one.say(name, 1, text);
      for (const person of OTHERS) await one.say(name, person, 'other');
      await one.settled();
      expect(one.got(name, 1)).toEqual(numbered(3));
      for (const person of OTHERS) expect(one.got(name, person)).toEqual(['other']);
      expect(await one.dead()).toBe(0);
      const stats = one.sender.stats();
      if (kind === 'temporary') expect(stats).toMatchObject({ retried: 1, resent: 0 });
      else expect(stats).toMatchObject({ retried: 0, resent: 1 });
    },
  );

  it('refuses a message again and again, it is given up with the reason kept, and the next one goes out', async () => {
    const one = await stage({ platforms: { strike: ({ text }) => (text === 'bad' ? 'temporary' : null) } });
    await one.say(name, 1, 'bad');
    await one.say(name, 1, 'good');
    await one.settled();
    expect(one.got(name, 1)).toEqual(['good']);
    expect(await one.fates()).toEqual(['bad: failed send.temporary', 'good: sent']);
    expect(await one.dead()).toBe(1);
  });

  it.each(['resetAfter', 'hangAfter', 'serverErrorAfter', 'malformedAfter'] as const)(
    'takes a message and loses its answer (%s), the echo settles it and nobody gets it twice',
    async (kind) => {
      const one = await stage({
        platforms: { strike: strikes(1, kind, 1) },
        channels: { limits: { echoWaitMs: 20_000 }, timeoutMs: kind === 'hangAfter' ? 1000 : 20_000 },
        echo: { delayMs: [20, 60] },
      });
      for (const text of numbered(3)) await one.say(name, 1, text);
      for (const person of OTHERS) await one.say(name, person, 'other');
      await one.settled();
      expect(one.got(name, 1)).toEqual(numbered(3));
      expect(one.sender.stats()).toMatchObject({ proven: one.platforms.counts.lost, resent: 0, failed: 0 });
      expect(one.platforms.counts.lost).toBeGreaterThan(0);
      expect(await one.fates()).toContain('reply 0: sent');
    },
  );

  it('takes a message, loses its answer and never echoes, it is sent once more and counted as such', async () => {
    const one = await stage({ platforms: { strike: strikes(1, 'resetAfter', 1) } });
    for (const text of numbered(2)) await one.say(name, 1, text);
    await one.settled();
    expect(one.got(name, 1)).toEqual(['reply 0', 'reply 0', 'reply 1']);
    expect(one.sender.stats()).toMatchObject({ proven: 0, resent: 1, failed: 0 });
  });

  it('loses the answer of both tries and never echoes, the message is given up and not sent a third time', async () => {
    const one = await stage({ platforms: { strike: strikes(1, 'resetAfter', 2) } });
    for (const text of numbered(2)) await one.say(name, 1, text);
    await one.settled();
    expect(one.got(name, 1)).toEqual(['reply 0', 'reply 0', 'reply 1']);
    expect(await one.fates()).toEqual(['reply 0: failed send.ambiguous', 'reply 1: sent']);
    expect(await one.dead()).toBe(1);
  });

  it('is slow with one person, others do not wait', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const one = await stage({
      platforms: { beforeAnswer: (message) => (message.user === userOf(1) ? held : undefined) },
    });
    for (const text of numbered(2)) await one.say(name, 1, text);
    for (const person of OTHERS) await one.say(name, person, 'other');
    await expect.poll(() => OTHERS.map((person) => one.got(name, person).length)).toEqual([1, 1, 1]);
    expect(one.got(name, 1)).toEqual(['reply 0']);
    release();
    await one.settled();
    expect(one.got(name, 1)).toEqual(numbered(2));
  });

  it.each([
    ['blocked', 'send.unreachable'],
    ['windowClosed', 'send.windowClosed'],
  ] as const)('says a person is %s, the reason is kept and nobody else waits', async (fault, code) => {
    const one = await stage();
    one.platforms.setFaults({ person: (_channel, user) => (user === userOf(1) ? fault : null) });
    for (const text of numbered(3)) await one.say(name, 1, text);
    for (const person of OTHERS) await one.say(name, person, 'other');
    await one.settled();
    expect(one.got(name, 1)).toEqual([]);
    expect(one.platforms.counts.refused.get(fault)).toBe(1);
    for (const person of OTHERS) expect(one.got(name, person)).toEqual(['other']);
    const fates = await one.fates();
    expect(fates).toContain(`reply 0: failed ${code}`);
    expect(fates).toContain('reply 2: withdrawn');
  });

  it('says 429, the whole channel waits as long as the header says, and nothing is lost', async () => {
    const told: number[] = [];
    const tried: number[] = [];
    const one = await stage({
      platforms: {
        onRefused: ({ at }) => told.push(at),
        onAccepted: ({ at }) => tried.push(at),
        faults: { [name]: { status429: 1 }, retryAfterSeconds: 1 },
      },
    });
    for (let person = 0; person < 50; person++) await one.say(name, person, 'hello');
    await expect.poll(() => told.length, { timeout: 5_000 }).toBeGreaterThan(0);
    expect(one.sender.stats().shut).toEqual({ [name]: 'send.throttled' });
    one.platforms.setFaults({});
    await one.settled();
    expect(one.platforms.counts.accepted).toBe(50);
    expect(await one.dead()).toBe(0);
    expect(one.sender.stats().shut).toEqual({});
    // sends under way at the first refusal may still be answered; the first one after it waited for a second
    expect(tried[0]! - told[0]!).toBeGreaterThanOrEqual(990);
  });

  it('says 429 while other sends are under way and go well, the channel waits all the same', async () => {
    const order: string[] = [];
    let refused: () => void = () => {};
    const wasRefused = new Promise<void>((resolve) => (refused = resolve));
    const one = await stage({
      platforms: {
        strike: strikes(1, 'status429', 1),
        faults: { retryAfterSeconds: 1 },
        onAccepted: ({ user, at }) => order.push(`${user} ${at}`),
        onRefused: () => setTimeout(refused, 50),
        // taken before the refusal, answered after it
        beforeAnswer: (message) => (message.user === userOf(2) ? wasRefused : undefined),
      },
    });
    await one.say(name, 2, 'slow');
    await expect.poll(() => order.length).toBe(1);
    await one.say(name, 1, 'refused');
    await wasRefused;
    for (const person of [3, 4, 5]) await one.say(name, person, 'later');
    await one.settled();
    const refusedAt = one.platforms.refused[0]!.at;
    const after = one.platforms.accepted.slice(1);
    expect(after).toHaveLength(4);
    for (const { at } of after) expect(at - refusedAt).toBeGreaterThanOrEqual(990);
  });
});

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
it(`all faults at once (SEED=${SEED}): each person gets each reply in order, twice only after a lost answer`, async () => {
  const rates: Partial<Record<FaultKind, number>> = {
    ...Object.fromEntries(LOSSES.map((kind) => [kind, 0.03])),
    temporary: 0.05,
    status429: 0.005,
    serverError: 0.01,
    resetBefore: 0.01,
    malformed: 0.01,
    slow: 0.05,
  };
  const one = await stage({
    platforms: { random: seeded(SEED), faults: { zalo: rates, messenger: rates, retryAfterSeconds: 0.1, slowMs: 100 } },
    channels: { limits: { echoWaitMs: 1500 }, timeoutMs: 1500 },
    echo: { delayMs: [0, 300] },
  });
  const people = Array.from({ length: 15 }, (_, person) => person);
  const words = numbered(6);
  for (const text of words) for (const person of people) for (const name of BOTH) await one.say(name, person, text);
  await one.settled();
  const failed = (await one.fates()).filter((fate) => !fate.endsWith(': sent'));
  expect(await one.dead()).toBe(failed.length);
  let missing = 0;
  for (const person of people) {
    for (const name of BOTH) {
      const got = one.platforms.accepted.filter((m) => m.channel === name && m.user === userOf(person));
      const firsts = got.filter((m, i) => got.findIndex((other) => other.text === m.text) === i);
      expect(firsts.map((m) => m.text)).toEqual(words.filter((text) => firsts.some((m) => m.text === text)));
      missing += words.length - firsts.length;
      for (const [i, message] of got.entries()) {
        const next = got[i + 1];
        if (next?.text === message.text) expect(message.answer).toBe('lost');
        else expect(got.slice(i + 1).map((m) => m.text)).not.toContain(message.text);
      }
    }
  }
  // what nobody got was given up and kept; what was given up may have arrived with its answer lost
  expect(missing).toBeLessThanOrEqual(failed.length);
  const doubled = one.platforms.counts.accepted - people.length * 2 * words.length + missing;
  expect(one.sender.stats().resent).toBeGreaterThanOrEqual(doubled);
  expect(one.sender.stats().proven).toBeGreaterThan(0);
});

function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
