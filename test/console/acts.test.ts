import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { ActBody, ConversationView, LinesPage } from '../../src/console/api/types.ts';
import { contactId, type ContactId } from '../../src/core/contact.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import { startJobs } from '../../src/inbound/jobs.ts';
import { startWorker } from '../../src/inbound/worker.ts';
import { startSender } from '../../src/outbound/sender.ts';
import { answerRequests } from '../../src/stores/mongo/answer.ts';
import { archiveTo } from '../../src/stores/mongo/archive.ts';
import { inboundLog } from '../../src/stores/redis/inbound-log.ts';
import { newsOf, publishLive } from '../../src/stores/redis/live.ts';
import { openConsole, type Answered, type Browser, type TestConsole } from '../support/console.ts';
import { AT, stood } from '../support/conversations.ts';
import { says, standInChannel, until } from '../support/pipeline.ts';
import { PDF } from '../inbound/files/samples.ts';
import { theWorld } from '../support/world.ts';

const PARTITIONS = 16;
const lan = contactId('messenger', 'page1', 'lan');
const late = contactId('messenger', 'page1', 'late');
const gone = contactId('zalo', 'oa1', 'gone');
const DAY_MS = 86_400_000;

let desk: TestConsole;
let an: Browser;
let binh: Browser;
const platform = standInChannel();
const closers: (() => Promise<void>)[] = [];
const clock: Clock = { now: () => AT };

/** The whole way of an act: the console, the log, a worker with the real engine, a sender, the archive. */
beforeAll(async () => {
  desk = await openConsole({ clock });
  const shared = {
    connection: desk.redis,
    partitions: PARTITIONS,
    processId: 'one',
    leaseMs: 5000,
    clock,
    log: silentLog,
  };
  const channels = new Map([['messenger' as const, platform]]);
  const sender = startSender({ ...shared, random: Math.random, channels });
  const worker = startWorker({
    ...shared,
    outlet: sender.outlet,
    random: Math.random,
    engine: makeEngine(theWorld()),
    channels,
    answer: answerRequests(desk.stores, () => 'SK'),
  });
  const jobs = startJobs({
    ...shared,
    doTask: async () => null,
    archive: archiveTo(desk.stores, silentLog),
    onArchived: (items) => publishLive(desk.redis, newsOf(items)),
  });
  closers.push(
    () => worker.close(),
    () => sender.close(),
    () => jobs.close(),
  );
  await inboundLog(desk.redis, PARTITIONS).append([says(lan, 'chào', AT - 60_000)], AT - 60_000);
  await archiveTo(
    desk.stores,
    silentLog,
  )([stood(late, AT, { lastSeenAt: AT - 2 * DAY_MS }), stood(gone, AT, { lastSeenAt: AT - 8 * DAY_MS })]);
  an = await desk.signedIn({ id: 'an', name: 'An' });
  binh = await desk.signedIn({ id: 'binh', name: 'Bình' });
  await desk.staff({ id: 'chi', unit: '01' });
  await until(async () => (await desk.stores.contacts.read(lan)) !== null);
});
afterAll(async () => {
  for (const close of closers) await close();
  await desk.close();
});

/** As a page does that hears nothing in time: asks again under the same id. */
async function act(
  browser: Browser,
  contact: ContactId,
  what: ActBody['act'],
  id: string = randomUUID(),
): Promise<Answered> {
  const path = `/conversations/${encodeURIComponent(contact)}/acts`;
  for (;;) {
    const answer = await browser.api('POST', path, { body: { id, act: what } });
    if (answer.status !== 202) return answer;
  }
}
const why = ({ status, body }: Answered) => [status, body['why']];
const took = ({ status, body }: Answered): void =>
  expect([status, body]).toMatchObject([200, { result: { type: 'done' } }]);
const view = async (contact: ContactId) =>
  (await an.api('GET', `/conversations/${encodeURIComponent(contact)}`)).body as unknown as ConversationView;
const lines = async (contact: ContactId) =>
  ((await an.api('GET', `/conversations/${encodeURIComponent(contact)}/lines`)).body as unknown as LinesPage).lines;

it('staff take a conversation over, speak once for each act, and a colleague cannot', async () => {
  took(await act(an, lan, { type: 'takeOver' }));
  await until(async () => (await view(lan)).row.owner.type === 'staff');
  expect(why(await act(binh, lan, { type: 'takeOver' }))).toEqual([409, 'held']);
  expect(why(await act(binh, lan, { type: 'say', text: 'chào' }))).toEqual([409, 'held']);
  const id = randomUUID();
  const say = { type: 'say', text: 'Chị cần giúp gì ạ?' } as const;
  for (const answer of await Promise.all([act(an, lan, say, id), act(an, lan, say, id)])) took(answer);
  took(await act(an, lan, say, id));
  await until(async () => (await lines(lan)).some((line) => line.type === 'message' && line.by.type === 'staff'));
  expect(platform.sent.filter(({ text }) => text === say.text)).toHaveLength(1);
  expect((await lines(lan)).filter((line) => line.type === 'message' && line.by.type === 'staff')).toMatchObject([
    { by: { staff: 'an', name: 'An' }, text: say.text, state: 'sent' },
  ]);
  expect((await lines(lan)).filter(({ type }) => type === 'handover')).toMatchObject([{ to: { staff: 'an' } }]);
});

it('a conversation is given only to colleagues who may see it, under the name they have', async () => {
  expect(why(await act(an, lan, { type: 'assign', to: 'nobody' }))).toEqual([409, 'noStaff']);
  expect(why(await act(an, lan, { type: 'assign', to: 'chi' }))).toEqual([409, 'noStaff']);
  took(await act(an, lan, { type: 'assign', to: 'binh' }));
  await until(async () => {
    const { owner } = (await view(lan)).row;
    return owner.type === 'staff' && owner.staff === 'binh' && owner.name === 'Bình';
  });
  took(await act(binh, lan, { type: 'assign', to: 'an' }));
});

it('only a file of this conversation that the platform takes is sent', async () => {
  const upload = await an.api('POST', `/conversations/${encodeURIComponent(late)}/files?name=a.pdf`, {
    raw: PDF,
    headers: { 'content-type': 'application/octet-stream' },
  });
  const { fileId } = upload.body['file'] as { fileId: string };
  expect(why(await act(an, lan, { type: 'sendFile', fileId }))).toEqual([409, 'noFile']);
  expect(why(await act(an, late, { type: 'sendFile', fileId }))).toEqual([409, 'filesClosed']);
});

it('what the platform would refuse is refused before it is in the log', async () => {
  expect((await view(gone)).window.now).toBe('closed');
  expect(why(await act(an, gone, { type: 'say', text: 'chào' }))).toEqual([409, 'windowClosed']);
  expect(why(await act(an, gone, { type: 'handBack', parting: 'chào' }))).toEqual([409, 'windowClosed']);
  expect((await view(late)).window.now).toBe('humanAgent');
  expect(why(await act(an, lan, { type: 'startDraft', campaign: 'none' }))).toEqual([409, 'noCampaign']);
});

it('what no act can be is not taken', async () => {
  for (const what of [{ type: 'say', text: '  ' }, { type: 'say', text: 'x'.repeat(4001) }, { type: 'fly' }]) {
    expect((await act(an, lan, what as never)).status).toBe(400);
  }
  expect((await act(an, lan, { type: 'takeOver' }, 'not-a-uuid')).status).toBe(400);
});
