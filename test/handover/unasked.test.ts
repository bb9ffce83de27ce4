import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SendResult } from '../../src/channels/channel.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import { openHouse, type House } from '../support/handover-house.ts';
import { nudges } from '../support/nudges.ts';
import { person, says, until, type Sent } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { staffDoes } from '../support/staffed-engine.ts';

let server: RedisServer;
let house: House;
/** Sends of this text are held until it is let go. */
let holds: { text: string; go: Promise<void>; letGo(): void } | null;
beforeAll(async () => (server = await startRedis()));
afterAll(() => server.close());
beforeEach(async () => {
  holds = null;
  const next = async (send: Sent, { platform }: House): Promise<SendResult> => {
    if (holds && send.text.includes(holds.text)) await holds.go;
    return platform.took(send);
  };
  house = await openHouse(server, { next });
  await house.join();
});
afterEach(() => house.close());

const contact = person(1);
let at: number;
const log = (...events: InboundEvent[]): Promise<void> => house.log.append(events, Date.now());
const sent = (text: string): number => house.platform.sent.filter((send) => send.text.includes(text)).length;
const told = async () => (await house.archive()).filter((item) => item.type === 'nudge' || item.type === 'outbound');

function hold(text: string): NonNullable<typeof holds> {
  let letGo = (): void => {};
  const go = new Promise<void>((resolve) => (letGo = resolve));
  holds = { text, go, letGo };
  return holds;
}

beforeEach(async () => {
  at = Date.now();
  await log(says(contact, 'xin chào', at));
  await house.quiet();
});

it('is said once, however often it is handed in, and told to the records with the row it became', async () => {
  const one = nudges(contact, at + 1, 'a');
  await log(one, one);
  await log(one);
  await house.quiet();
  expect(sent('Tin a')).toBe(1);
  const from = { type: 'broadcast', run: 'run-a', delivery: one.nudge.delivery };
  expect((await told()).filter((item) => item.type === 'nudge' || item.from)).toMatchObject([
    { type: 'nudge', run: 'run-a', delivery: one.nudge.delivery, contact, result: { type: 'said' } },
    { type: 'outbound', state: 'sent', from, messageIds: [expect.any(String)] },
  ]);
});

it('is said once also when nothing is left of the marks of what was played', async () => {
  const { client, keys } = house.connection;
  const one = nudges(contact, at + 1, 'a');
  await log(one);
  await house.quiet();
  const seen = await client.keys(`${keys.partition(0).seen(0).replace(/\d+$/, '')}*`);
  expect(seen.length).toBeGreaterThan(0);
  await client.del(...seen);
  await log(one);
  await house.quiet();
  expect(sent('Tin a')).toBe(1);
  expect((await told()).filter(({ type }) => type === 'nudge')).toMatchObject([
    { result: { type: 'said' } },
    { result: { type: 'skipped', why: 'twice' } },
  ]);
});

it('leaves nothing behind of someone whom we do not know', async () => {
  const stranger = person(2);
  await log(nudges(stranger, at, 'a'));
  await house.quiet();
  expect(sent('Tin a')).toBe(0);
  expect(await house.connection.client.exists(house.connection.keys.partition(0).session(stranger))).toBe(0);
  expect((await house.archive()).filter((item) => 'contact' in item && item.contact === stranger)).toMatchObject([
    { type: 'nudge', result: { type: 'skipped', why: 'stranger' } },
  ]);
});

it('is withdrawn when staff take the conversation over while it waits to be sent', async () => {
  const { letGo } = hold('trạng thái');
  await log(says(contact, 'hướng dẫn', at + 1), nudges(contact, at + 2, 'a'));
  await until(async () => (await told()).some(({ type }) => type === 'nudge'));
  await log(staffDoes(contact, 's1', { type: 'takeOver' }, at + 3));
  await until(async () => (await house.archive()).some(({ type }) => type === 'handover'));
  letGo();
  await house.quiet();
  expect(sent('Tin a')).toBe(0);
  expect(await told()).toContainEqual(
    expect.objectContaining({
      type: 'outbound',
      state: 'withdrawn',
      code: 'handover',
      text: expect.stringContaining('Tin a'),
    }),
  );
});

it('is said once, under another id, when staff gave the conversation back that kept a result from being said', async () => {
  const entry = { code: 'SK-7K3F-92QX', title: 'T', state: 'accepted', reason: '' };
  const one = nudges(contact, at + 2, 'a', { kind: 'result', entry });
  await log(staffDoes(contact, 's1', { type: 'takeOver' }, at + 1), one);
  await house.quiet();
  expect(sent('Tin a')).toBe(0);
  await log(staffDoes(contact, 's1', { type: 'handBack', parting: '' }, at + 3), { ...one, sentAt: at + 4 });
  await house.quiet();
  expect(sent('Tin a')).toBe(0); // known by its id
  const again = { ...one, id: eventId('messenger', `nudge/${one.nudge.delivery}/1`), sentAt: at + 5 };
  await log(again, again);
  await house.quiet();
  expect(sent('Tin a')).toBe(1);
  expect((await told()).filter(({ type }) => type === 'nudge')).toMatchObject([
    { result: { type: 'skipped', why: 'withStaff' } },
    { result: { type: 'said' } },
  ]);
});

it('is withdrawn when it waited past its time', async () => {
  const { letGo } = hold('trạng thái');
  const notAfter = Date.now() + 1500;
  await log(
    says(contact, 'hướng dẫn', at + 1),
    nudges(contact, at + 2, 'a', { notAfter }),
    nudges(contact, at + 3, 'b'),
  );
  await until(async () => (await told()).filter(({ type }) => type === 'nudge').length === 2);
  await until(() => Date.now() >= notAfter);
  letGo();
  await house.quiet();
  expect([sent('Tin a'), sent('Tin b')]).toEqual([0, 1]);
  expect(await told()).toContainEqual(expect.objectContaining({ type: 'outbound', state: 'withdrawn', code: 'late' }));
});
