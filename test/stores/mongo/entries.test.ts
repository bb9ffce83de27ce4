import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import { readEntryCode } from '../../../src/core/entry-code.ts';
import { entryStore, type EntryStore } from '../../../src/stores/mongo/entries.ts';
import { migrated, migrateCollection } from '../../../src/stores/mongo/migrations.ts';
import { openTestMongo, type TestMongo } from '../../support/mongo.ts';
import { AT, stranger, submission, titled, worker } from './samples.ts';

let mongo: TestMongo;
let entries: EntryStore;
beforeAll(async () => {
  mongo = await openTestMongo();
  entries = mongo.stores.entries;
});
afterAll(() => mongo.close());
beforeEach(async () => {
  await mongo.connection.collection('entries').deleteMany({});
});

/** Entries whose codes come from these draws, in order. */
function drawing(numbers: number[]): EntryStore {
  return entryStore(mongo.connection, (limit) => (numbers.shift() ?? 0) % limit);
}
const sameDraw = (n: number): number[] => Array.from({ length: 8 }, () => n);

describe('sending an entry', () => {
  it('gives a public code that can be read back', async () => {
    const saved = await entries.submit(submission(), 'SK');
    expect(saved).toEqual({ code: readEntryCode(saved.code), revision: 1, submittedAt: AT });
  });

  it('gives the same code when the same draft is sent again', async () => {
    const first = await entries.submit(submission(), 'SK');
    const again = await entries.submit(submission({ submittedAt: AT + 5000, answers: titled('khác') }), 'SK');
    expect(again).toEqual(first);
    expect((await entries.read(first.code))?.title).toBe('Máy gieo hạt');
  });

  it('keeps who sent it in the place of its author, also for a correction', async () => {
    const enteredBy = { staff: 'an', name: 'An' };
    const { code } = await entries.submit(submission({ enteredBy }), 'SK');
    await entries.revise(code, 'revision-2', submission());
    expect(await entries.read(code)).toMatchObject({ enteredBy, revisions: [{ enteredBy }, {}] });
    expect((await entries.read(code))?.revisions[1]).not.toHaveProperty('enteredBy');
  });

  it('saves one entry when the same draft is sent many times at once', async () => {
    const saved = await Promise.all(Array.from({ length: 20 }, () => entries.submit(submission(), 'SK')));
    expect(new Set(saved.map(({ code }) => code)).size).toBe(1);
    expect(await entries.countOf(worker)).toBe(1);
  });

  it('draws another code when the first is taken', async () => {
    const store = drawing([...sameDraw(1), ...sameDraw(1), ...sameDraw(1), ...sameDraw(2)]);
    const first = await store.submit(submission(), 'SK');
    const second = await store.submit(submission({ draftId: 'draft-2' }), 'SK');
    expect([first.code, second.code]).toEqual(['SK-3333-3333', 'SK-4444-4444']);
  });

  it('says so when no free code is found', async () => {
    const store = drawing([]);
    await store.submit(submission(), 'SK');
    await expect(store.submit(submission({ draftId: 'draft-2' }), 'SK')).rejects.toMatchObject({
      code: 'store.conflict',
    });
  });

  it('keeps answers as they were given, an empty set too', async () => {
    const { code } = await entries.submit(submission({ answers: {} }), 'SK');
    expect(await entries.read(code)).toMatchObject({ answers: {}, title: '', v: 1, state: 'received' });
  });
});

describe('correcting an entry', () => {
  it('keeps every revision and shows the last', async () => {
    const { code } = await entries.submit(submission(), 'SK');
    const revised = await entries.revise(
      code,
      'draft-2',
      submission({ answers: titled('Hai'), submittedAt: AT + 1000 }),
    );
    expect(revised).toEqual({ type: 'done', value: { code, revision: 2, submittedAt: AT + 1000 } });
    const entry = await entries.read(code);
    expect(entry).toMatchObject({ title: 'Hai', revision: 2, submittedAt: new Date(AT) });
    expect(entry?.revisions.map(({ answers }) => answers['title'])).toEqual([
      { type: 'text', text: 'Máy gieo hạt' },
      { type: 'text', text: 'Hai' },
    ]);
  });

  it('keeps the same correction once, also after a later one', async () => {
    const { code } = await entries.submit(submission(), 'SK');
    const first = await entries.revise(code, 'draft-2', submission({ submittedAt: AT + 1000 }));
    await entries.revise(code, 'draft-3', submission({ submittedAt: AT + 2000 }));
    expect(await entries.revise(code, 'draft-2', submission({ submittedAt: AT + 9000 }))).toEqual(first);
    expect((await entries.read(code))?.revisions).toHaveLength(3);
  });

  it('loses no correction when several arrive at once', async () => {
    const { code } = await entries.submit(submission(), 'SK');
    const keys = ['a', 'b', 'c', 'a', 'b', 'c'];
    await Promise.all(keys.map((key) => entries.revise(code, key, submission({ answers: titled(key) }))));
    const entry = await entries.read(code);
    expect(entry?.revisions.map(({ key }) => key).toSorted()).toEqual(['a', 'b', 'c', 'draft-1']);
    expect(entry?.revision).toBe(4);
    expect(entry?.answers).toEqual(entry?.revisions[3]?.answers);
  });

  it('sends a supplemented entry back to review', async () => {
    const { code } = await entries.submit(submission(), 'SK');
    await entries.review(code, 'needsSupplement', 'thiếu giấy công nhận', AT + 1000);
    expect((await entries.find(worker, code))[0]).toMatchObject({
      state: 'needsSupplement',
      reason: 'thiếu giấy công nhận',
    });
    await entries.revise(code, 'draft-2', submission({ submittedAt: AT + 2000 }));
    const entry = await entries.read(code);
    expect(entry?.history.map(({ state }) => state)).toEqual(['received', 'needsSupplement', 'received']);
    expect(entry).toMatchObject({ state: 'received', reason: '' });
  });

  it.each(['accepted', 'rejected'] as const)('is refused once it is %s, and so is taking it back', async (state) => {
    const { code } = await entries.submit(submission(), 'SK');
    await entries.review(code, state, '', AT);
    const locked = { type: 'locked', state };
    expect(await entries.revise(code, 'draft-2', submission())).toEqual(locked);
    expect(await entries.withdraw(code, worker, AT)).toEqual(locked);
    expect(await entries.load(code, worker)).toEqual(locked);
  });

  it('is refused to a stranger, who does not learn whether the entry exists', async () => {
    const { code } = await entries.submit(submission(), 'SK');
    const unknown = { type: 'locked', state: 'unknown' };
    for (const asked of [code, 'SK-2222-2222']) {
      expect(await entries.revise(asked, 'draft-2', submission({ contact: stranger }))).toEqual(unknown);
      expect(await entries.withdraw(asked, stranger, AT)).toEqual(unknown);
      expect(await entries.load(asked, stranger)).toEqual(unknown);
    }
  });

  it('begins with the answers as they are', async () => {
    const { code } = await entries.submit(submission(), 'SK');
    const { campaign, answers } = submission();
    expect(await entries.load(code, worker)).toEqual({ type: 'done', value: { campaign, answers } });
  });
});

describe('taking an entry back', () => {
  it('changes nothing the second time, and nothing can be corrected afterwards', async () => {
    const { code } = await entries.submit(submission(), 'SK');
    expect(await entries.withdraw(code, worker, AT + 1)).toEqual({ type: 'done', value: null });
    expect(await entries.withdraw(code, worker, AT + 2)).toEqual({ type: 'done', value: null });
    expect((await entries.read(code))?.history.map(({ state }) => state)).toEqual(['received', 'withdrawn']);
    expect(await entries.revise(code, 'draft-2', submission())).toEqual({ type: 'locked', state: 'withdrawn' });
    expect(await entries.review(code, 'accepted', '', AT)).toEqual({ type: 'locked', state: 'withdrawn' });
  });

  it('and a decision at the same time end in one of the two, never in both', async () => {
    const { code } = await entries.submit(submission(), 'SK');
    const [withdrawn] = await Promise.all([
      entries.withdraw(code, worker, AT),
      entries.review(code, 'accepted', '', AT),
    ]);
    const entry = await entries.read(code);
    expect(entry?.state).toBe(withdrawn.type === 'done' ? 'withdrawn' : 'accepted');
    expect(entry?.history).toHaveLength(2);
  });
});

describe('asking for the status', () => {
  it('shows all own entries, newest first, at most ten', async () => {
    for (let n = 0; n < 12; n++) {
      await entries.submit(submission({ draftId: `d${n}`, answers: titled(`T${n}`), submittedAt: AT + n }), 'SK');
    }
    await entries.submit(submission({ draftId: 'other', contact: stranger }), 'SK');
    const found = await entries.find(worker, null);
    expect(found.map(({ title }) => title)).toEqual(Array.from({ length: 10 }, (_, n) => `T${11 - n}`));
    expect(found.every(({ own }) => own)).toBe(true);
  });

  it('tells a stranger the state of a code and nothing else of it', async () => {
    const { code } = await entries.submit(submission(), 'SK');
    await entries.review(code, 'rejected', 'trùng với sáng kiến khác', AT);
    expect(await entries.find(stranger, code)).toEqual([
      expect.objectContaining({ code, state: 'rejected', title: '', reason: '', own: false }),
    ]);
    expect(await entries.find(stranger, 'SK-2222-2222')).toEqual([]);
  });
});

describe('entries of older versions', () => {
  const steps = {
    0: ({ name, ...rest }: { readonly [field: string]: unknown }) => ({ ...rest, title: name }),
    1: (old: { readonly [field: string]: unknown }) => ({ ...old, tags: [] }),
  };

  it('are brought up step by step', () => {
    expect(migrated({ v: 0, name: 'x' }, 2, steps)).toEqual({ v: 2, title: 'x', tags: [] });
    expect(migrated({ v: 2, title: 'x' }, 2, steps)).toEqual({ v: 2, title: 'x' });
    expect(migrated({ v: 9, other: 1 }, 2, steps)).toEqual({ v: 9, other: 1 });
    expect(() => migrated({ v: 0 }, 3, steps)).toThrow(AppError);
  });

  it('are replaced once in the collection, whoever starts', async () => {
    const old = mongo.connection.collection('old');
    await old.insertMany([{ v: 0, name: 'a' }, { v: 1, title: 'b' }, { v: 2, title: 'c' }, { name: 'none' }]);
    const changed = await Promise.all([1, 2].map(() => migrateCollection(mongo.connection, 'old', 2, steps)));
    expect(changed.reduce((sum, n) => sum + n, 0)).toBe(3);
    expect(await old.distinct('v')).toEqual([2]);
    expect(new Set(await old.distinct('title'))).toEqual(new Set(['a', 'b', 'c', 'none']));
  });
});

it('every index that is declared is there after the start', async () => {
  const indexes = await mongo.connection.collection('entries').indexes();
  expect(indexes.map(({ key }) => Object.keys(key).join())).toEqual([
    '_id',
    'code',
    'contact,submittedAt',
    'campaign,state,submittedAt',
    'untoldAt',
  ]);
  expect(indexes.find(({ key }) => 'code' in key)?.unique).toBe(true);
});
