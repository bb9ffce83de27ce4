import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import type { ArchiveItem, ContactSnapshot } from '../../src/core/archive.ts';
import { contactId } from '../../src/core/contact.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import { BOT, type Owner } from '../../src/core/handover.ts';
import { startUnanswered, tellUnanswered } from '../../src/inbound/unanswered.ts';
import { archiveTo } from '../../src/stores/mongo/archive.ts';
import { openTestMongo, type TestMongo } from '../support/mongo.ts';
import { until } from '../support/pipeline.ts';

let mongo: TestMongo;
let archive: (items: readonly ArchiveItem[]) => Promise<void>;
beforeAll(async () => {
  mongo = await openTestMongo();
  archive = archiveTo(mongo.stores, silentLog);
});
afterAll(() => mongo.close());
beforeEach(async () => {
  for (const name of Object.keys(mongo.connection.models)) await mongo.connection.collection(name).deleteMany({});
});

const AT = Date.parse('2022-05-28T08:00:00+07:00');
const MINUTE_MS = 60_000;
const person = (n: number) => contactId('zalo', 'oa', `u${n}`);
const STAFF: Owner = { type: 'staff', how: 'console', staff: 'an', name: 'An', since: AT, lastAt: AT, until: null };

const snapshot = (humanAskedAt: number | null, campaign: string): ContactSnapshot => ({
  lang: 'vi',
  owner: BOT,
  consentAt: AT,
  remindersOff: false,
  remindYesAt: null,
  drafts: [],
  campaign,
  step: null,
  profile: {},
  name: '',
  phone: '',
  units: [],
  entries: [],
  arrivals: [],
  humanAskedAt,
  humanReason: null,
  handledAt: null,
  lastSeenAt: AT,
});

async function asks(n: number, at: number, campaign = 'slow'): Promise<void> {
  await mongo.stores.helpRequests.call({
    type: 'callHuman',
    request: `r${n}`,
    contact: person(n),
    at,
    reason: 'asked',
  });
  await archive([{ type: 'contact', contact: person(n), at, snapshot: snapshot(at, campaign) }]);
}

/** One look at `at`; gives what it put into the log. */
async function lookAt(at: number): Promise<InboundEvent[]> {
  const told: InboundEvent[] = [];
  await tellUnanswered({
    stores: mongo.stores,
    inboundLog: { append: async (events) => void told.push(...events) },
    tellAfterMs: (campaign) => (campaign === 'quick' ? 5 : 15) * MINUTE_MS,
    clock: { now: () => at },
    log: silentLog,
  });
  return told;
}
const requests = (told: InboundEvent[]): string[] =>
  told.map((event) => (event.type === 'unanswered' ? event.request : event.type));

it('a request that nobody takes up is told once, after as long as its campaign says', async () => {
  await asks(1, AT);
  await asks(2, AT, 'quick');
  expect(requests(await lookAt(AT + 4 * MINUTE_MS))).toEqual([]);
  expect(requests(await lookAt(AT + 5 * MINUTE_MS))).toEqual(['r2']);
  const [later] = await lookAt(AT + 15 * MINUTE_MS);
  expect(later).toMatchObject({ type: 'unanswered', id: 'zalo/unanswered/r1', contact: person(1), request: 'r1' });
  expect(await lookAt(AT + 60 * MINUTE_MS)).toEqual([]);
});

it('a request whose telling failed is told by the next look, under the same id', async () => {
  await asks(1, AT);
  const ids: string[] = [];
  const look = (append: (events: readonly InboundEvent[]) => Promise<void>): Promise<void> =>
    tellUnanswered({
      stores: mongo.stores,
      inboundLog: { append },
      tellAfterMs: () => 0,
      clock: { now: () => AT },
      log: silentLog,
    });
  const lost = async (events: readonly InboundEvent[]): Promise<void> => {
    ids.push(...events.map(({ id }) => id));
    throw new Error('away');
  };
  await expect(look(lost)).rejects.toThrow('away');
  await look(async (events) => void ids.push(...events.map(({ id }) => id)));
  expect(ids).toEqual(['zalo/unanswered/r1', 'zalo/unanswered/r1']);
});

it.each<[string, ArchiveItem]>([
  ['took the conversation over', { type: 'handover', id: 'e', contact: person(1), from: BOT, to: STAFF, at: AT + 1 }],
  [
    'are done with it',
    {
      type: 'act',
      id: 'e',
      contact: person(1),
      staff: 'an',
      name: 'An',
      act: { type: 'close' },
      result: { type: 'done' },
      at: AT + 1,
    },
  ],
])('a request is not told when staff %s', async (_, item) => {
  await asks(1, AT);
  await archive([item]);
  expect(await lookAt(AT + 60 * MINUTE_MS)).toEqual([]);
});

it.each(['unsure', 'routing'] as const)('an owner of the kind %s takes up no request', async (how) => {
  await asks(1, AT);
  const to: Owner = { ...STAFF, how };
  await archive([{ type: 'handover', id: 'e', contact: person(1), from: BOT, to, at: AT + 1 }]);
  expect(requests(await lookAt(AT + 60 * MINUTE_MS))).toEqual(['r1']);
});

it('a request that is written only after staff took it up is closed by the next look', async () => {
  await archive([{ type: 'contact', contact: person(1), at: AT + 2, snapshot: snapshot(null, 'slow') }]);
  await mongo.stores.helpRequests.call({
    type: 'callHuman',
    request: 'r1',
    contact: person(1),
    at: AT,
    reason: 'asked',
  });
  expect(await lookAt(AT + 60 * MINUTE_MS)).toEqual([]);
  expect(await mongo.stores.helpRequests.untold(5)).toEqual([]);
});

it('goes on looking after a look that failed, until it is closed', async () => {
  await asks(1, AT);
  let tries = 0;
  const looking = startUnanswered({
    stores: mongo.stores,
    inboundLog: { append: async () => (tries++ === 0 ? Promise.reject(new Error('away')) : undefined) },
    tellAfterMs: () => 0,
    clock: { now: () => AT },
    log: silentLog,
    everyMs: 1,
  });
  await until(async () => (await mongo.stores.helpRequests.untold(5)).length === 0);
  await looking.close();
  expect(tries).toBe(2);
});
