import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import type { ArchiveItem } from '../../../src/core/archive.ts';
import { contactId } from '../../../src/core/contact.ts';
import { archiveTo } from '../../../src/stores/mongo/archive.ts';
import type { InboxCursor, InboxQuery } from '../../../src/stores/mongo/inbox.ts';
import { AT, did, held, said, stood, told } from '../../support/conversations.ts';
import { openTestMongo, type TestMongo } from '../../support/mongo.ts';

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

const person = (n: number) => contactId('zalo', 'oa1', `p${String(n).padStart(3, '0')}`);
const all: InboxQuery = { tab: 'all', staff: 'an', scope: null, words: [], limit: 10 };

/** Contacts of all pages, in order; `between` is done after each page. */
async function walk(query: InboxQuery, between?: (page: number) => Promise<void>): Promise<string[]> {
  const seen: string[] = [];
  let after: InboxCursor | null = null;
  for (let page = 0; page < 50; page += 1) {
    const found = await mongo.stores.inbox.page(after ? { ...query, after } : query);
    seen.push(...found.contacts.map(({ _id }) => _id));
    await between?.(page);
    after = found.next;
    if (!after) return seen;
  }
  throw new Error('the pages do not end');
}

it('pages hold everybody once, though many were last seen at the same instant', async () => {
  await archive(Array.from({ length: 35 }, (_, n) => stood(person(n), AT + Math.floor(n / 12))));
  const seen = await walk(all);
  expect(seen).toHaveLength(35);
  expect(new Set(seen).size).toBe(35);
  expect(seen.slice(0, 2)).toEqual([person(24), person(25)]);
});

it('who does not change between two pages is neither missed nor given twice', async () => {
  await archive(Array.from({ length: 40 }, (_, n) => stood(person(n), AT + n)));
  const moving = [person(3), person(20), person(33)];
  const seen = await walk(all, async (page) => {
    const contact = moving[page];
    if (contact) await archive([stood(contact, AT + 1000 + page)]);
  });
  const still = seen.filter((contact) => !moving.includes(contact as never));
  expect(still).toEqual(
    Array.from({ length: 40 }, (_, n) => person(39 - n)).filter((contact) => !moving.includes(contact)),
  );
});

it('who waits longest is first, and who was taken up waits no more', async () => {
  await archive([
    stood(person(1), AT, { humanAskedAt: AT - 100, humanReason: 'asked' }),
    stood(person(2), AT, { humanAskedAt: AT - 900, humanReason: 'stuck' }),
    stood(person(3), AT, { owner: held('an', AT) }),
    stood(person(4), AT, { owner: held('binh', AT) }),
    stood(person(5), AT, { handledAt: AT - 5 }),
    stood(person(6), AT, { handledAt: AT - 1 }),
    stood(person(7), AT, { handledAt: AT - 1, humanAskedAt: AT - 50, humanReason: 'asked' }),
  ]);
  expect(await walk({ ...all, tab: 'waiting' })).toEqual([person(2), person(1), person(7)]);
  expect(await walk({ ...all, tab: 'mine' })).toEqual([person(3)]);
  expect(await walk({ ...all, tab: 'closed' })).toEqual([person(6), person(5)]);
  expect(await mongo.stores.inbox.counts('an', null)).toEqual({ waiting: 3, mine: 1 });
});

it('staff of a unit find and count only the people below it', async () => {
  await archive([
    stood(person(1), AT, { units: ['84', '844'], humanAskedAt: AT, humanReason: 'asked' }),
    stood(person(2), AT, { units: ['84', '845'], owner: held('an', AT) }),
    stood(person(3), AT, { units: ['79'], humanAskedAt: AT, humanReason: 'asked' }),
    stood(person(4), AT, { humanAskedAt: AT, humanReason: 'asked' }),
  ]);
  const scoped = { ...all, scope: ['84'] };
  expect((await walk(scoped)).toSorted()).toEqual([person(1), person(2)]);
  expect(await walk({ ...scoped, unit: ['844'] })).toEqual([person(1)]);
  expect(await walk({ ...scoped, unit: ['79'] })).toEqual([]);
  expect(await walk({ ...scoped, tab: 'waiting' })).toEqual([person(1)]);
  expect(await mongo.stores.inbox.counts('an', ['84'])).toEqual({ waiting: 1, mine: 1 });
  expect(await mongo.stores.inbox.counts('an', ['79', '00'])).toEqual({ waiting: 1, mine: 0 });
});

it('the last line is what somebody wrote, not a receipt', async () => {
  await archive([
    said(person(1), AT, 'chào'),
    told(person(1), AT + 1, 'Xin chào anh/chị'),
    did(person(1), AT + 2, { type: 'receipt', kind: 'seen', messageIds: [], watermark: AT + 1 }),
    did(person(2), AT, { type: 'receipt', kind: 'seen', messageIds: [] }),
  ]);
  const last = await mongo.stores.inbox.lastLines([person(1), person(2), person(3)]);
  expect([...last.keys()]).toEqual([person(1)]);
  expect(last.get(person(1))).toMatchObject({ direction: 'out', text: 'Xin chào anh/chị' });
});
