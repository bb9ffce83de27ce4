import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import type { ContactId } from '../../src/core/contact.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { Outcome } from '../../src/core/request.ts';
import { seeded, type Random } from '../faults/random.ts';
import { LOST, openHouse, type House } from '../support/handover-house.ts';
import { sentWithoutWord, spokenOutOfTurn } from '../support/monitor.ts';
import { person, says, until } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { nudges } from '../support/nudges.ts';
import { staffDoes } from '../support/staffed-engine.ts';

let server: RedisServer;
beforeAll(async () => (server = await startRedis()));
afterAll(() => server.close());

const PARTITIONS = 2;
const PEOPLE = 4;
/** Long enough to be renewed on a machine that is busy with other things. */
const LEASE_MS = 800;
const MINUTE_MS = 60_000;
const NOW = Date.now();
const nothing: Outcome = { type: 'entriesFound', entries: [] };

/** What happens around a conversation, and to the processes that carry it. */
const HAPPENINGS = [
  'write', 'write', 'write', 'write', 'ask', 'human', 'bot', 'oldButton', 'take', 'take', 'take', 'back', 'back', 'say',
  'close', 'inbox', 'foreign', 'handBackWord', 'later', 'burst', 'nudge', 'nudge', 'nudge', 'pause', 'join', 'leave', 'cutOff', 'takeWorker', 'takeSender',
] as const; // prettier-ignore
type Happening = (typeof HAPPENINGS)[number];
const plans = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  plan: fc.array(fc.tuple(fc.constantFrom(...HAPPENINGS), fc.nat(PEOPLE - 1)), { minLength: 20, maxLength: 50 }),
});

/** A platform that takes its time, loses answers, and shows every message before or after its answer. */
function unreliable(random: Random) {
  return async (send: { contact: string; text: string; row: string }, { platform, echo }: House) => {
    await pass(random() * 8);
    const result = platform.took(send);
    const messageId = result.type === 'sent' ? result.messageId : '';
    const shown = async (): Promise<void> => {
      await pass(random() * 30);
      await echo(send, messageId);
    };
    if (random() < 0.3) await shown();
    else void shown().catch(() => {});
    return random() < 0.15 ? LOST : result;
  };
}

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Hears of one person: `at` moves on by the clock of the platform. */
function eventOf(what: Happening, contact: ContactId, at: number, key: string, staff: string): InboundEvent | null {
  const echo = { type: 'echo', id: eventId('messenger', key), contact, sentAt: at, messageId: `x${key}` } as const;
  switch (what) {
    case 'write':
    case 'burst':
      return says(contact, `Máy dệt số ${key}`, at, key);
    case 'ask':
      return says(contact, 'hồ sơ của tôi', at, key);
    case 'human':
      return says(contact, 'gặp nhân viên', at, key);
    case 'bot':
      return says(contact, 'bot', at, key);
    case 'oldButton':
      return { type: 'postback', id: eventId('messenger', key), contact, sentAt: at, payload: '#1:yes', title: 'Có' };
    case 'take':
      return staffDoes(contact, staff, { type: 'takeOver' }, at);
    case 'back':
      return staffDoes(contact, staff, { type: 'handBack', parting: '' }, at);
    case 'close':
      return staffDoes(contact, staff, { type: 'close' }, at);
    case 'say':
      return staffDoes(contact, staff, { type: 'say', text: `staff ${key}` }, at);
    case 'inbox':
      return { ...echo, text: `typed ${key}`, origin: 'staff', staff: 'a1' };
    case 'nudge':
      return nudges(contact, at, key);
    case 'foreign':
      return { ...echo, text: `foreign ${key}`, origin: 'unsure' };
    case 'handBackWord':
      return { ...echo, text: '#bot', origin: 'staff', staff: 'a1' };
    default:
      return null;
  }
}

const open = (random: Random): Promise<House> =>
  openHouse(server, {
    partitions: PARTITIONS,
    echoWaitMs: 200,
    next: unreliable(random),
    answer: async () => {
      if (random() < 0.3) throw new AppError('store.unavailable', 'away', { retryable: true });
      return nothing;
    },
  });

type Plan = readonly (readonly [Happening, number])[];

async function tryOut(house: House, plan: Plan, random: Random): Promise<void> {
  const { client, keys } = house.connection;
  const foreign = new Set<string>();
  await house.join(LEASE_MS);
  await house.join(LEASE_MS);
  let at = NOW;
  const log = (...events: InboundEvent[]): Promise<void> => house.log.append(events, NOW);
  for (const [turn, [what, n]] of plan.entries()) {
    at += 1000;
    const contact = person(n);
    const lease = keys.partition(turn % PARTITIONS).lease;
    if (what === 'later') at += 20 * MINUTE_MS;
    if (what === 'pause') await pass(random() * 40);
    if (what === 'join' && house.members.length < 4) await house.join(LEASE_MS);
    if (what === 'cutOff' && house.members.length > 1) house.members.shift()!.own.close();
    if (what === 'leave' && house.members.length > 1) {
      const gone = house.members.shift()!;
      void gone.worker.close().then(() => gone.sender.close());
    }
    if (what === 'takeWorker') await client.set(lease.worker, 'thief', 'PX', 40);
    if (what === 'takeSender') await client.set(lease.sender, 'thief', 'PX', 40);
    if (what === 'foreign') foreign.add(contact);
    const count = what === 'burst' ? 4 : 1;
    const event = (i: number) => eventOf(what, contact, at + i, `${turn}-${i}`, `s${Math.floor(random() * 2)}`);
    const events = Array.from({ length: count }, (_, i) => event(i)).filter((one) => one !== null);
    if (events.length > 0) await log(...events);
  }
  await house.quiet();

  const written = () => new Set(house.moments.flatMap((one) => (one.type === 'written' && one.isBot ? [one.row] : [])));
  const before = written();
  // whatever happened: when staff give it back the bot answers
  for (let n = 0; n < PEOPLE; n++) {
    const contact = person(n);
    await log(
      staffDoes(contact, 'boss', { type: 'assign', to: 'boss', toName: 'Boss' }, (at += 1000)),
      staffDoes(contact, 'boss', { type: 'handBack', parting: '' }, (at += 1000)),
      says(contact, 'trợ giúp', (at += 1000), `end${n}`),
    );
  }
  await house.quiet();
  const own = (row: string) => written().has(row) && !before.has(row);
  for (let n = 0; n < PEOPLE; n++) {
    await until(() => house.platform.sent.some((send) => send.contact === person(n) && own(send.row)));
  }

  expect(spokenOutOfTurn(house.moments)).toEqual([]);
  expect(sentWithoutWord(house.moments, house.platform.sent)).toEqual([]);
  const unsure = (await house.archive()).flatMap((item) =>
    item.type === 'handover' && item.to.type === 'staff' && item.to.how === 'unsure' ? [item.contact] : [],
  );
  expect(unsure.filter((contact) => !foreign.has(contact))).toEqual([]);
}

it('the bot never speaks while staff own the conversation, whatever comes together and whoever dies', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async ({ seed, plan }) => {
      const random = seeded(seed);
      const house = await open(random);
      try {
        await tryOut(house, plan, random);
      } finally {
        await house.close();
      }
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 300_000);
