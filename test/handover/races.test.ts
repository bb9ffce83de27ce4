import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import type { SendResult } from '../../src/channels/channel.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import { LOST, openHouse, type House, type HouseOptions } from '../support/handover-house.ts';
import { sentWithoutWord, spokenOutOfTurn } from '../support/monitor.ts';
import { person, says, until } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { staffDoes, staffedEngine } from '../support/staffed-engine.ts';

let server: RedisServer;
const houses: House[] = [];
beforeAll(async () => (server = await startRedis()));
afterEach(async () => {
  const gone = houses.splice(0);
  for (const house of gone) await house.close();
  for (const { moments, platform } of gone) {
    expect(spokenOutOfTurn(moments)).toEqual([]);
    expect(sentWithoutWord(moments, platform.sent)).toEqual([]);
  }
});
afterAll(() => server.close());

/** Two processes, the counting bot with staff. */
async function open(options: HouseOptions = {}): Promise<House> {
  const house = await openHouse(server, { engine: staffedEngine, ...options });
  houses.push(house);
  await house.join();
  await house.join();
  return house;
}

const NOW = Date.now();
let ticks = 0;
const WHO = person(1);
const write = (text: string, who = WHO): InboundEvent => says(who, text, NOW + ++ticks, `said${ticks}`);
const take = (staff = 'an', id?: string): InboundEvent =>
  staffDoes(WHO, staff, { type: 'takeOver' }, NOW + ++ticks, id);
const back = (staff = 'an'): InboundEvent => staffDoes(WHO, staff, { type: 'handBack', parting: '' }, NOW + ++ticks);
const log = (house: House, ...events: InboundEvent[]): Promise<void> => house.log.append(events, NOW);
const texts = (house: House): string[] => house.platform.sent.map(({ text }) => text);
async function fates(house: House): Promise<string[]> {
  return (await house.archive()).flatMap((item) =>
    item.type === 'outbound' ? [`${item.text}: ${item.state}${item.code ? ` ${item.code}` : ''}`] : [],
  );
}
const owners = async (house: House): Promise<string[]> =>
  (await house.archive()).flatMap((item) =>
    item.type === 'handover' ? [item.to.type === 'bot' ? 'bot' : `${item.to.how} ${item.to.staff}`.trim()] : [],
  );
const played = (house: House): Promise<void> =>
  until(async () => (await house.connection.client.xlen(house.connection.keys.partition(0).in)) === 0);

/** A platform that answers nobody until it is told to. */
function slow() {
  const waiting: { text: string; answer(result?: SendResult): void }[] = [];
  const next: HouseOptions['next'] = (send, house) =>
    new Promise((resolve) => {
      waiting.push({ text: send.text, answer: (result) => resolve(result ?? house.platform.took(send)) });
    });
  return { next, waiting };
}

describe('a takeover', () => {
  it('withdraws the replies that wait, and lets the one under way arrive', async () => {
    const { next, waiting } = slow();
    const house = await open({ next });
    await log(house, write('one'), write('two'), write('three'));
    await until(() => waiting.length === 1);
    await log(house, take());
    await played(house);
    for (let n = 0; n < 2; n++) {
      await until(() => waiting.length === n + 1);
      waiting[n]!.answer();
    }
    await house.quiet();
    expect(texts(house)).toEqual(['1 one', 'an is here']);
    expect(await fates(house)).toEqual([
      '1 one: sent',
      '2 two: withdrawn handover',
      '3 three: withdrawn handover',
      'an is here: sent',
    ]);
  });

  it('that arrives with a message in one batch has one order with it, everywhere', async () => {
    const house = await openHouse(server, { engine: staffedEngine });
    houses.push(house);
    await log(house, write('before'), take(), write('after'));
    await house.join();
    await house.join();
    await house.quiet();
    expect(texts(house)).toEqual(['an is here']);
    expect(await fates(house)).toEqual(['1 before: withdrawn handover', 'an is here: sent']);
    const items = await house.archive();
    expect(items.filter((item) => item.type === 'inbound')).toHaveLength(2);
    expect(items.filter((item) => item.type === 'act')).toMatchObject([{ result: { type: 'done' } }]);
  });

  it('by two at once gives the conversation to one, and tells the other', async () => {
    const house = await open();
    await Promise.all([log(house, take('an', 'console/x')), log(house, take('bình', 'console/y'))]);
    await played(house);
    const acts = (await house.archive()).flatMap((item) => (item.type === 'act' ? [item.result] : []));
    expect(acts).toEqual([{ type: 'done' }, { type: 'refused', why: 'held', text: '' }]);
    expect(await owners(house)).toHaveLength(1);
  });

  it('silences buttons of before', async () => {
    const house = await open();
    await log(house, write('hi'));
    await house.quiet();
    await log(house, take());
    await log(house, { ...write(''), type: 'postback', payload: '#1:yes', title: 'Yes' } as InboundEvent);
    await house.quiet();
    expect(texts(house)).toEqual(['1 hi', 'an is here']);
  });

  it('has a send in doubt not repeated, whatever became of it', async () => {
    const house = await open({
      echoWaitMs: 50,
      next: (send, { platform }) => (send.text === '1 hi' ? (platform.took(send), LOST) : platform.took(send)),
    });
    await log(house, write('hi'));
    await until(() => texts(house).length === 1);
    await log(house, take());
    await house.quiet();
    expect(texts(house)).toEqual(['1 hi', 'an is here']);
    expect(await fates(house)).toEqual(['1 hi: withdrawn handover', 'an is here: sent']);
  });

  it('of a conversation whose session was lost does not silence the bot for ever', async () => {
    const house = await open();
    await log(house, write('hi'), take());
    await house.quiet();
    for (const { worker } of house.members) await worker.close(); // what they remember goes too
    await house.connection.client.del(house.connection.keys.partition(0).session(WHO));
    await house.join();
    await log(house, write('anew'));
    await house.quiet();
    expect(texts(house).at(-1)).toBe('1 anew');
  });

  it('has nothing said when a turn is given up, or waits for a store', async () => {
    let tries = 0;
    const house = await open({
      answer: async () => {
        tries++;
        throw new AppError('store.unavailable', 'away', {
          retryable: tries < 4,
        });
      },
    });
    await log(house, take(), write('fault'), staffDoes(WHO, 'an', { type: 'submit' }, NOW + ++ticks, 'console/s'));
    await played(house);
    await house.quiet();
    expect(texts(house)).toEqual(['an is here']);
    const acts = (await house.archive()).flatMap((item) => (item.type === 'act' ? [item.result] : []));
    expect(acts).toEqual([{ type: 'done' }, { type: 'refused', why: 'failed', text: '' }]);
  });
});

describe('a handback', () => {
  it('says nothing that waited from before the takeover, however quick it was', async () => {
    const { next, waiting } = slow();
    const house = await open({ next });
    await log(house, write('one'), write('two'));
    await until(() => waiting.length === 1);
    await log(house, take());
    await played(house);
    await log(house, back());
    await log(house, write('three'));
    await played(house);
    const expected = ['1 one', 'an is here', 'the question again', 'and the question', '3 three'];
    for (const [n] of expected.entries()) {
      await until(() => waiting.length === n + 1);
      waiting[n]!.answer();
    }
    await house.quiet();
    expect(texts(house)).toEqual(expected);
    expect(await fates(house)).toContain('2 two: withdrawn handover');
  });

  it('and a message of the person have one order: each message is answered by whoever owns the conversation then', async () => {
    const house = await open();
    await log(house, take());
    await house.quiet();
    await Promise.all([log(house, write('hello')), log(house, back())]);
    await house.quiet();
    const said = texts(house).slice(1);
    const silent = ['the question again', 'and the question'];
    expect([silent, [...silent, '1 hello'], [...silent, '2 hello']]).toContainEqual(said);
  });
});

describe('our own echo', () => {
  it('takes nothing over when it comes before the answer', async () => {
    const house = await open({
      async next(send, { platform, echo }) {
        const result = platform.took(send);
        await echo(send, 'echoed');
        await played(house);
        return result;
      },
    });
    await log(house, write('hi'));
    await house.quiet();
    await log(house, write('more'));
    await house.quiet();
    expect(texts(house)).toEqual(['1 hi', '2 more']);
    expect(await owners(house)).toEqual([]);
  });

  it('takes nothing over when the process died between the send and its save, and tells the next one', async () => {
    const house = await openHouse(server, {
      engine: staffedEngine,
      next(send, { platform, members }) {
        if (send.text !== '1 hi') return platform.took(send);
        platform.took(send);
        members[0]!.own.close();
        return new Promise(() => {});
      },
    });
    houses.push(house);
    await log(house, write('hi'));
    await house.join(1000);
    await until(() => texts(house).length === 1);
    const [dead] = house.members.splice(0, 1);
    await house.echo({ contact: WHO, text: '1 hi' }, 'm1');
    await house.join(1000);
    await house.quiet();
    await log(house, write('more'));
    await house.quiet();
    expect(texts(house)).toEqual(['1 hi', '2 more']);
    expect(await fates(house)).toEqual(['1 hi: sent', '2 more: sent']);
    expect(await owners(house)).toEqual([]);
    void dead?.worker.close();
  });

  it('of what staff wrote in the console takes nothing over either', async () => {
    const house = await open({
      async next(send, { platform, echo }) {
        await echo(send, `of ${send.text}`);
        return platform.took(send);
      },
    });
    await log(house, take(), staffDoes(WHO, 'an', { type: 'say', text: 'xin chào' }, NOW + ++ticks));
    await house.quiet();
    expect(texts(house)).toEqual(['an is here', 'xin chào']);
    expect(await owners(house)).toEqual(['console an']);
    const row = (await house.archive()).find((item) => item.type === 'outbound' && item.text === 'xin chào');
    expect(row).toMatchObject({ from: { type: 'staff', staff: 'an', name: 'an' } });
  });

  it('is told from a message that somebody typed in the platform’s own inbox', async () => {
    const house = await open();
    await log(house, write('hi'));
    await house.quiet();
    await house.echo({ contact: WHO, text: 'typed' }, 'x1', { origin: 'staff', staff: 'a7' });
    await log(house, write('more'));
    await house.quiet();
    expect(texts(house)).toEqual(['1 hi']);
    expect(await owners(house)).toEqual(['inbox a7']);
  });
});
