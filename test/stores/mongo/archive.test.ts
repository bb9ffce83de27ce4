import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import type { ArchiveItem, ContactSnapshot } from '../../../src/core/archive.ts';
import { eventId, type InboundEvent } from '../../../src/core/event.ts';
import { BOT } from '../../../src/core/handover.ts';
import type { Request } from '../../../src/core/request.ts';
import { answerRequests } from '../../../src/stores/mongo/answer.ts';
import { archiveTo } from '../../../src/stores/mongo/archive.ts';
import { openTestMongo, type TestMongo } from '../../support/mongo.ts';
import { AT, stranger, submission, worker } from './samples.ts';

let mongo: TestMongo;
let archive: (items: readonly ArchiveItem[]) => Promise<void>;
let answer: ReturnType<typeof answerRequests>;
beforeAll(async () => {
  mongo = await openTestMongo();
  archive = archiveTo(mongo.stores, silentLog);
  answer = answerRequests(mongo.stores, () => 'SK');
});
afterAll(() => mongo.close());
beforeEach(async () => {
  for (const name of Object.keys(mongo.connection.models)) await mongo.connection.collection(name).deleteMany({});
});

const said = (text: string, sentAt: number, contact = worker): ArchiveItem => {
  const event: InboundEvent = { type: 'text', id: eventId('zalo', text), contact, sentAt, text };
  return { type: 'inbound', event, receivedAt: sentAt + 10 };
};
/** `at`: by the clock of the sender; `turnAt`: of the turn, by the platform's. */
const answered = (row: string, at: number, state: 'sent' | 'failed' = 'sent', turnAt = at): ArchiveItem => ({
  type: 'outbound',
  row,
  contact: worker,
  text: 'Chào bạn',
  state,
  messageIds: ['m1'],
  turnAt,
  at,
});
const snapshot: ContactSnapshot = {
  lang: 'vi',
  owner: BOT,
  consentAt: AT,
  remindersOff: false,
  remindYesAt: null,
  drafts: [],
  campaign: '01-trieu-sang-kien',
  step: 'phone',
  profile: {},
  name: '',
  phone: '',
  units: [],
  entries: [],
  arrivals: [],
  humanAskedAt: null,
  humanReason: null,
  handledAt: null,
  lastSeenAt: AT,
};
const stood = (at: number, step: string): ArchiveItem => ({
  type: 'contact',
  contact: worker,
  at,
  snapshot: { ...snapshot, step },
});
const everything = async (): Promise<unknown> => {
  const contents: Record<string, unknown> = {};
  for (const name of Object.keys(mongo.connection.models).toSorted()) {
    contents[name] = await mongo.connection.collection(name).find().sort({ _id: 1 }).toArray();
  }
  return contents;
};

describe('the archive', () => {
  const items: ArchiveItem[] = [
    said('một', AT),
    answered('r1', AT + 100, 'failed'),
    answered('r1', AT + 200),
    {
      type: 'native',
      id: 'zalo/n1',
      contact: worker,
      messageId: 'm9',
      text: 'x',
      origin: 'staff',
      staff: 's1',
      at: AT + 300,
    },
    stood(AT, 'name'),
    stood(AT + 50, 'phone'),
    { type: 'unreadable', channel: 'zalo', receivedAt: AT, reason: 'shape', raw: '{"a":1}' },
    {
      type: 'dead',
      id: 'zalo/d1',
      contact: worker,
      event: (said('hai', AT) as { event: InboundEvent }).event,
      code: 'turn.looped',
      at: AT,
    },
  ];

  it('holds both directions of a conversation in order, the last state of each row, and the last place of the contact', async () => {
    await archive(items);
    const lines = await mongo.stores.transcripts.last(worker, 10);
    expect(lines).toMatchObject([
      { _id: 'in/zalo/một', direction: 'in', event: { text: 'một' }, sentAt: new Date(AT) },
      { _id: 'out/r1', direction: 'out', by: 'bot', state: 'sent' },
      { _id: 'out/zalo/n1', direction: 'out', by: 'inbox', staff: 's1' },
    ]);
    expect(await mongo.stores.contacts.read(worker)).toMatchObject({
      step: 'phone',
      channel: 'zalo',
      consentAt: new Date(AT),
    });
    expect(await mongo.stores.unreadable.last(5)).toMatchObject([{ raw: '{"a":1}', reason: 'shape' }]);
    expect(await mongo.stores.deadLetters.list(5)).toMatchObject([{ _id: 'zalo/d1', code: 'turn.looped' }]);
  });

  it('is the same after the same items came again, whole or in part, in any order', async () => {
    await archive(items);
    const before = await everything();
    await archive(items);
    await archive(items.toReversed().slice(0, 5));
    await archive([...items, ...items]);
    expect(await everything()).toEqual(before);
  });

  it('never lets an older place or state overwrite a newer one', async () => {
    await archive([stood(AT + 50, 'phone'), answered('r1', AT + 200)]);
    await archive([stood(AT, 'name'), answered('r1', AT + 100, 'failed'), said('mới', AT)]);
    expect(await mongo.stores.contacts.read(worker)).toMatchObject({ step: 'phone' });
    expect(await mongo.stores.transcripts.last(worker, 5)).toMatchObject([{ direction: 'in' }, { state: 'sent' }]);
  });

  it('keeps an item raw that the server refuses, and all the others', async () => {
    await mongo.connection
      .collection('transcripts')
      .createIndex({ messageIds: 1, state: 1 }, { unique: true, name: 'odd', sparse: true });
    const wide = { ...answered('r2', AT), messageIds: ['m1'] } as ArchiveItem;
    await archive([answered('r1', AT), wide, said('còn đây', AT)]);
    await mongo.connection.collection('transcripts').dropIndex('odd');
    expect((await mongo.stores.transcripts.last(worker, 5)).map(({ _id }) => _id).toSorted()).toEqual([
      'in/zalo/còn đây',
      'out/r1',
    ]);
  });
});

describe('the archive, told of a row again', () => {
  it('brings the line up to the later state, whichever of them comes in one go', async () => {
    await archive([said('một', AT), answered('r1', AT + 100, 'failed'), answered('r2', AT + 100)]);
    await archive([answered('r1', AT + 200), answered('r2', AT + 50, 'failed'), answered('r3', AT + 200)]);
    const lines = await mongo.stores.transcripts.last(worker, 10);
    expect(Object.fromEntries(lines.map((line) => [line._id, 'state' in line && line.state]))).toEqual({
      'in/zalo/một': false,
      'out/r1': 'sent',
      'out/r2': 'sent',
      'out/r3': 'sent',
    });
  });

  it('takes more at a time than one command holds', async () => {
    const long = 'ạ'.repeat(1_000_000);
    const many = Array.from(
      { length: 9 },
      (_, n): ArchiveItem => ({ ...answered(`long-${n}`, AT + n), text: long }) as ArchiveItem,
    );
    await archive([...many, said('ngắn', AT)]);
    await archive([...many.toReversed(), answered('long-0', AT + 100, 'failed')]);
    const lines = await mongo.stores.transcripts.last(worker, 20);
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toMatchObject({ _id: 'out/long-0', state: 'failed' });
  });
});

describe('a person who has their data deleted', () => {
  const deletion: Request = { type: 'deleteData', contact: worker, at: AT + 5000 };

  async function aLife(): Promise<string> {
    const saved = await answer({ type: 'submitEntry', entry: submission() });
    await answer({ type: 'submitEntry', entry: submission({ draftId: 'theirs', contact: stranger, answers: {} }) });
    await archive([said('tôi là', AT), answered('r1', AT + 100), stood(AT, 'phone'), said('khác', AT, stranger)]);
    await mongo.stores.helpRequests.call({
      type: 'callHuman',
      request: 'h1',
      contact: worker,
      at: AT,
      reason: 'asked',
    });
    const info = { fileId: 'f1', name: 'a.pdf', mime: 'application/pdf', sha256: 'x', contact: worker };
    await mongo.stores.files.save(Buffer.from('%PDF'), info);
    return saved.type === 'entrySaved' ? saved.code : '';
  }

  it('leaves a code, a campaign and instants, and nothing that tells of them', async () => {
    const code = await aLife();
    expect(await answer(deletion)).toEqual({ type: 'dataDeleted', entries: 1 });
    expect(await mongo.stores.entries.read(code)).toMatchObject({
      code,
      campaign: '01-trieu-sang-kien',
      state: 'withdrawn',
      contact: '',
      title: '',
      answers: {},
      revisions: [],
    });
    const left = JSON.stringify(await everything());
    for (const trace of [worker, 'tôi là', 'Máy gieo hạt', '84900000001', 'a.pdf']) expect(left).not.toContain(trace);
    expect(await mongo.stores.entries.countOf(stranger)).toBe(1);
    expect(await mongo.stores.transcripts.last(stranger, 5)).toHaveLength(1);
    expect(await answer({ type: 'findEntries', contact: worker, code: null })).toEqual({
      type: 'entriesFound',
      entries: [],
    });
  });

  it('is told the same when the turn is played again', async () => {
    await aLife();
    expect(await answer(deletion)).toEqual(await answer(deletion));
  });

  it('stays deleted when the archive is behind, and can begin anew', async () => {
    await aLife();
    await answer(deletion);
    await archive([said('xóa dữ liệu', AT + 4000), answered('r2', AT + 5000), stood(AT + 4000, 'name')]);
    expect(await mongo.stores.transcripts.last(worker, 5)).toEqual([]);
    expect(await mongo.stores.contacts.read(worker)).toBeNull();
    const later = AT + 5001;
    await archive([said('chào lại', later), stood(later, 'name')]);
    expect(await mongo.stores.transcripts.last(worker, 5)).toHaveLength(1);
    expect(await mongo.stores.contacts.read(worker)).toMatchObject({ step: 'name' });
  });
});

describe('what was under way when a person had their data deleted', () => {
  const HOURS = 3_600_000;
  const deletion: Request = { type: 'deleteData', contact: worker, at: AT };
  const ids = async () => (await mongo.stores.transcripts.last(worker, 10)).map(({ _id }) => _id).toSorted();

  it('goes by the time of the turn, however wrong the clocks of our own processes are', async () => {
    await answer(deletion);
    const ahead = said('trước', AT - 1000) as Extract<ArchiveItem, { type: 'inbound' }>;
    await archive([
      answered('before, sender ahead', AT + 3 * HOURS, 'sent', AT - 1000),
      { ...ahead, receivedAt: AT + 3 * HOURS },
      answered('the answer to the deletion', AT + 2 * HOURS, 'sent', AT),
      answered('anew, sender behind', AT - 3 * HOURS, 'sent', AT + 1000),
    ]);
    await archive([answered('before, alone, sender ahead', AT + 3 * HOURS, 'sent', AT - 1000)]);
    expect(await ids()).toEqual(['out/anew, sender behind']);
  });

  it('takes the names of files that were reported after it', async () => {
    await answer(deletion);
    const event: InboundEvent = {
      type: 'filesFetched',
      id: eventId('zalo', 'files/r1'),
      contact: worker,
      sentAt: AT + 600_000,
      request: 'r1',
      outcomes: [{ type: 'unreachable', name: 'giấy khen của tôi.pdf' }],
    };
    await archive([{ type: 'inbound', event, receivedAt: AT + 600_000 }, said('chào lại', AT + 600_000)]);
    expect(await ids()).toEqual(['in/zalo/chào lại']);
  });

  it('keeps no turn that was given up', async () => {
    await answer(deletion);
    const { event } = said('trước', AT - 1000) as Extract<ArchiveItem, { type: 'inbound' }>;
    const dead = { type: 'dead', contact: worker, event, code: 'turn.failed' } as const;
    await archive([
      { ...dead, id: 'before', at: AT + 1000 },
      { ...dead, id: 'anew', at: AT - 1000, event: { ...event, sentAt: AT + 1000 } },
    ]);
    expect(await mongo.stores.deadLetters.list(5)).toMatchObject([{ _id: 'anew' }]);
  });
});

describe('what a turn asks', () => {
  it('is answered the same every time', async () => {
    const entry = submission();
    const saved = await answer({ type: 'submitEntry', entry });
    if (saved.type !== 'entrySaved') throw new Error('not saved');
    const { code } = saved;
    const requests: Request[] = [
      { type: 'submitEntry', entry },
      { type: 'loadEntry', contact: worker, code },
      { type: 'reviseEntry', code, revisionKey: 'draft-2', entry },
      { type: 'findEntries', contact: worker, code },
      { type: 'withdrawEntry', code, contact: worker, at: AT },
    ];
    const types: string[] = [];
    for (const request of requests) {
      const first = await answer(request);
      expect(await answer(request)).toEqual(first);
      types.push(first.type);
    }
    expect(types).toEqual(['entrySaved', 'entryLoaded', 'entrySaved', 'entriesFound', 'entryWithdrawn']);
    const locked = await answer({ type: 'reviseEntry', code, revisionKey: 'draft-3', entry });
    expect(locked).toEqual({ type: 'entryLocked', code, state: 'withdrawn' });
  });
});

it('a call for a person stays one request, also after staff closed it', async () => {
  const call = { type: 'callHuman', request: 'h1', contact: worker, at: AT, reason: 'stuck' } as const;
  await mongo.stores.helpRequests.call(call);
  await mongo.stores.helpRequests.call(call);
  expect(await mongo.stores.helpRequests.untold(5)).toHaveLength(1);
  await mongo.stores.helpRequests.close('h1');
  await mongo.stores.helpRequests.call(call);
  expect(await mongo.stores.helpRequests.untold(5)).toEqual([]);
});
