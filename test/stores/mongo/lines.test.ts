import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import type { ArchiveItem } from '../../../src/core/archive.ts';
import { contactId } from '../../../src/core/contact.ts';
import { BOT } from '../../../src/core/handover.ts';
import { answerRequests } from '../../../src/stores/mongo/answer.ts';
import { archiveTo } from '../../../src/stores/mongo/archive.ts';
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

const worker = contactId('messenger', 'page1', 'lan');
const other = contactId('messenger', 'page1', 'minh');

it('pages back to the beginning hold every line once, several of one instant too', async () => {
  const items = Array.from({ length: 30 }, (_, n) => told(worker, AT + Math.floor(n / 4), `${n}`, { row: `r${n}` }));
  await archive([...items, told(other, AT, 'của người khác')]);
  const texts: string[] = [];
  let before: number | null = null;
  for (let page = 0; page < 20; page += 1) {
    const { lines, hasMore } = await mongo.stores.lines.before(worker, before, 5);
    texts.unshift(...lines.map((line) => ('text' in line ? line.text : '')));
    before = lines[0]!.at.getTime();
    if (!hasMore) break;
  }
  expect(texts.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 30 }, (_, n) => `${n}`));
});

it('changes of hands come with the page that they fall in', async () => {
  const handover = (at: number): ArchiveItem => ({
    type: 'handover',
    id: `h${at}`,
    contact: worker,
    from: BOT,
    to: held('an', at),
    at,
  });
  await archive([
    ...Array.from({ length: 6 }, (_, n) => said(worker, AT + 10 * n, `${n}`)),
    handover(AT + 5),
    handover(AT + 45),
  ]);
  const last = await mongo.stores.lines.before(worker, null, 3);
  expect(last.lines.map(({ at }) => at.getTime() - AT)).toEqual([30, 40, 50]);
  expect(last.handovers.map(({ at }) => at.getTime() - AT)).toEqual([45]);
  const first = await mongo.stores.lines.before(worker, AT + 30, 3);
  expect(first.hasMore).toBe(false);
  expect(first.handovers.map(({ at }) => at.getTime() - AT)).toEqual([5]);
});

it('lines come again when the person has read them since', async () => {
  await archive([told(worker, AT, 'Xin chào'), said(worker, AT + 100, 'vâng')]);
  expect((await mongo.stores.lines.since(worker, AT + 50)).lines).toHaveLength(1);
  await archive([did(worker, AT + 200, { type: 'receipt', kind: 'seen', messageIds: [], watermark: AT + 150 })]);
  const again = await mongo.stores.lines.since(worker, AT + 50);
  expect(again.lines.map(({ at }) => at.getTime() - AT)).toEqual([0, 100]);
  expect(again.receipts).toHaveLength(1);
});

it('notes are kept once, told by who wrote them, and go with the data of the person', async () => {
  const { notes } = mongo.stores;
  const note = { _id: 'n1', contact: worker, staff: 'an', name: 'An', text: 'gọi lại sau 14h', at: new Date(AT) };
  await archive([stood(worker, AT)]);
  expect(await notes.add(note)).toMatchObject({ text: 'gọi lại sau 14h' });
  expect(await notes.add({ ...note, text: 'khác' })).toMatchObject({ text: 'gọi lại sau 14h' });
  expect(await notes.add({ ...note, contact: other })).toBeNull();
  await notes.add({ ...note, _id: 'n2', contact: other });
  const answer = answerRequests(mongo.stores, () => 'SK');
  await answer({ type: 'deleteData', contact: worker, at: AT + 1 });
  expect(await notes.list(worker)).toEqual([]);
  expect(await notes.list(other)).toHaveLength(1);
});
