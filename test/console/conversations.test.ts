import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import type { ConversationView, InboxPage, LinesPage } from '../../src/console/api/types.ts';
import { contactId } from '../../src/core/contact.ts';
import { BOT } from '../../src/core/handover.ts';
import { newSession } from '../../src/engine/drafts.ts';
import { archiveTo } from '../../src/stores/mongo/archive.ts';
import { partitionOf } from '../../src/stores/redis/hash.ts';
import { openConsole, type Browser, type TestConsole } from '../support/console.ts';
import { AT, CAMPAIGN, did, held, said, stood, told } from '../support/conversations.ts';

/** Long enough ago for a reminder, soon enough for the platform. */
const NOW = AT + 40 * 60_000;
const lan = contactId('zalo', 'oa1', 'lan');
const minh = contactId('messenger', 'page1', 'minh');
const hoa = contactId('zalo', 'oa1', 'hoa');

let desk: TestConsole;
let central: Browser;
let province: Browser;

beforeAll(async () => {
  desk = await openConsole({ clock: { now: () => NOW } });
  central = await desk.signedIn({ id: 'an', name: 'An' });
  province = await desk.signedIn({ id: 'binh', unit: '84' });
  await archiveTo(
    desk.stores,
    silentLog,
  )([
    stood(lan, AT, {
      name: 'Đỗ Thị Lan Thử',
      phone: '+84900000123',
      units: ['84', '844'],
      owner: held('an', AT - 60_000),
      entries: [{ code: 'SK-7K3F-92QX', campaign: CAMPAIGN, submittedAt: AT }],
    }),
    stood(minh, AT - 1000, { name: 'Phạm Văn Minh Thử', units: ['01'], humanAskedAt: AT - 1000, humanReason: 'asked' }),
    stood(hoa, AT - 2000, { name: 'Hòa' }),
    told(lan, AT - 90_000, 'Anh/chị cho biết tên sáng kiến'),
    told(lan, AT - 30_000, 'Chị cần giúp gì ạ?', { from: { type: 'staff', staff: 'an', name: 'An' } }),
    said(lan, AT, 'máy của tôi bị đứng'),
    { type: 'handover', id: 'h1', contact: lan, from: BOT, to: held('an', AT - 60_000), at: AT - 60_000 },
    did(lan, AT + 5, { type: 'receipt', kind: 'seen', messageIds: [`m-${lan}-${AT - 30_000}`] }),
  ]);
});
afterAll(() => desk.close());

const list = async (browser: Browser, query = ''): Promise<InboxPage> =>
  (await browser.api('GET', `/conversations?${query}`)).body as unknown as InboxPage;
const names = ({ rows }: InboxPage) => rows.map(({ contact }) => contact);

it('in the list staff of a unit see and count only the people below it', async () => {
  expect(names(await list(central, 'tab=all'))).toEqual([lan, minh, hoa]);
  expect(names(await list(province, 'tab=all'))).toEqual([lan]);
  expect(names(await list(province, 'tab=all&q=minh'))).toEqual([]);
  expect(names(await list(province, 'tab=all&unit=01'))).toEqual([]);
  expect((await list(province, 'tab=waiting')).counts).toEqual({ waiting: 0, mine: 0 });
  expect((await list(central, 'tab=mine')).counts).toEqual({ waiting: 1, mine: 1 });
});

it('people are found by name without accents, by telephone number and by code', async () => {
  for (const q of ['do thi lan', 'LAN', '0900 000 123', '+84 900000123', 'sk-7k3f-92qx', '92qx']) {
    expect([q, names(await list(central, `tab=all&q=${encodeURIComponent(q)}`))]).toEqual([q, [lan]]);
  }
  expect(names(await list(central, 'tab=all&q=%3F%3F'))).toEqual([]);
  expect(names(await list(central, 'tab=all&channel=messenger'))).toEqual([minh]);
});

it('a row tells who it is, where they stand and that staff left them waiting', async () => {
  const [row] = (await list(central, 'tab=mine')).rows;
  expect(row).toMatchObject({
    contact: lan,
    channel: 'zalo',
    stepLabel: 'Tên sáng kiến',
    unitName: expect.stringContaining('Càng Long') as string,
    last: { by: 'person', text: 'máy của tôi bị đứng' },
    overdue: true,
  });
  expect((await list(central, 'tab=waiting')).rows[0]).toMatchObject({ contact: minh, overdue: false, last: null });
});

it('a page goes on where the one before ended, and no cursor but ours is taken', async () => {
  const first = await list(central, 'tab=all&limit=2');
  expect(names(first)).toEqual([lan, minh]);
  const second = await list(central, `tab=all&limit=2&cursor=${first.next}`);
  expect([names(second), second.next]).toEqual([[hoa], null]);
  expect((await central.api('GET', '/conversations?cursor=xx')).status).toBe(400);
});

it('lines tell who wrote what, what came of it, and when the conversation changed hands', async () => {
  const page = (await central.api('GET', `/conversations/${encodeURIComponent(lan)}/lines`))
    .body as unknown as LinesPage;
  expect(page.before).toBeNull();
  expect(page.lines).toMatchObject([
    { type: 'message', by: { type: 'bot' }, state: 'sent' },
    { type: 'handover', to: { type: 'staff', staff: 'an' } },
    { type: 'message', by: { type: 'staff', name: 'An' }, state: 'seen' },
    { type: 'message', by: { type: 'person' }, text: 'máy của tôi bị đứng', state: null },
  ]);
  const later = await central.api('GET', `/conversations/${encodeURIComponent(lan)}/lines?after=${AT + 120_000}`);
  expect((later.body as unknown as LinesPage).lines).toEqual([]);
});

it('the open draft is shown with the labels of its questions, its answers and what is missing', async () => {
  const session = {
    ...newSession(lan, AT),
    consentAt: AT,
    campaign: CAMPAIGN,
    drafts: {
      [CAMPAIGN]: {
        id: 'd1',
        campaign: CAMPAIGN,
        flowVersion: '1',
        answers: {
          name: { type: 'text', text: 'Đỗ Thị Lan Thử' },
          unit: { type: 'unit', path: ['84', '844'], other: '' },
        },
        step: 'title',
        unitHint: null,
        revises: null,
        fetching: {},
        fetchFaults: [],
        startedAt: AT,
        updatedAt: AT,
      },
    },
  };
  const p = partitionOf(lan, 16);
  await desk.redis.client.set(desk.redis.keys.partition(p).session(lan), JSON.stringify(session));
  const answer = await central.api('GET', `/conversations/${encodeURIComponent(lan)}?lang=vi`);
  const { draft, window, campaigns, fileLimits } = answer.body as unknown as ConversationView;
  expect(draft?.openStep).toBe('title');
  expect(draft?.steps.find(({ field }) => field === 'name')).toMatchObject({
    label: 'Họ và tên',
    shown: 'Đỗ Thị Lan Thử',
    isDone: true,
  });
  expect(draft?.steps.find(({ field }) => field === 'unit')?.shown).toContain('Càng Long');
  expect(draft?.missing).toContain('Tên sáng kiến');
  expect(draft?.missing).not.toContain('Họ và tên');
  expect(window).toMatchObject({ now: 'free', freeUntil: AT + 48 * 3_600_000 });
  expect(campaigns.find(({ id }) => id === CAMPAIGN)?.isOpen).toBe(true);
  expect(fileLimits.map(({ mime }) => mime)).toContain('application/pdf');
  const english = await central.api('GET', `/conversations/${encodeURIComponent(lan)}?lang=en`);
  expect((english.body as unknown as ConversationView).draft?.missing).not.toContain('Tên sáng kiến');
});

it('a note is kept once and seen beside the conversation', async () => {
  const path = `/conversations/${encodeURIComponent(lan)}/notes`;
  const body = { id: '7d0c3c1e-4a53-4b0e-9c7b-0a2d6a1f1c01', text: '  gọi lại sau 14h ' };
  const [one, two] = [await central.api('POST', path, { body }), await central.api('POST', path, { body })];
  expect([one.status, two.body]).toEqual([200, one.body]);
  const { notes } = (await central.api('GET', `/conversations/${encodeURIComponent(lan)}`))
    .body as never as ConversationView;
  expect(notes).toMatchObject([{ staff: 'an', name: 'An', text: 'gọi lại sau 14h' }]);
  expect((await central.api('POST', path, { body: { ...body, text: ' ' } })).status).toBe(400);
});

it('ready replies are filled in with what is known of the person', async () => {
  const body = { campaign: null, title: 'Mã', text: 'Chào {name}, mã {code}, hạn {deadline}, ở {unit}' };
  expect((await central.api('POST', '/canned', { body })).status).toBe(200);
  const wrong = await central.api('POST', '/canned', { body: { ...body, text: 'Chào {tên}' } });
  expect([wrong.status, wrong.body]).toEqual([409, { why: 'placeholder', name: 'tên' }]);
  const filled = async (contact: string) =>
    (await central.api('GET', `/conversations/${encodeURIComponent(contact)}/canned`)).body['replies'] as {
      title: string;
      text: string;
      missing: string[];
    }[];
  const [own] = await filled(lan);
  expect(own).toMatchObject({ missing: [] });
  expect(own?.text).toMatch(/^Chào Đỗ Thị Lan Thử, mã SK-7K3F-92QX, hạn 24h00 ngày 31\/5\/2022, ở .*Càng Long/);
  expect((await filled(hoa))[0]).toMatchObject({
    missing: ['code', 'unit'],
    text: expect.stringContaining('{code}') as string,
  });
  expect((await filled(lan)).length).toBeGreaterThan(3); // those of the campaign's file
});

it('a ready reply belongs to the unit that wrote it, and everybody uses those of the central team', async () => {
  const titles = async (browser: Browser) =>
    ((await browser.api('GET', '/canned')).body['replies'] as { title: string; id: string; isFixed: boolean }[])
      .filter(({ isFixed }) => !isFixed)
      .map(({ title, id }) => [title, id] as const);
  const made = await province.api('POST', '/canned', { body: { campaign: null, title: 'Tỉnh', text: 'chào' } });
  const { id } = made.body['reply'] as { id: string };
  const other = await desk.signedIn({ unit: '01' });
  expect((await titles(other)).map(([title]) => title)).toEqual(['Mã']);
  expect((await titles(province)).map(([title]) => title).toSorted()).toEqual(['Mã', 'Tỉnh']);
  const [shared] = (await titles(other)).map(([, one]) => one);
  for (const [browser, reply] of [
    [other, id],
    [other, shared],
    [province, shared],
  ] as const) {
    expect((await browser.api('PATCH', `/canned/${reply}`, { body: { text: 'khác' } })).status).toBe(404);
    expect((await browser.api('DELETE', `/canned/${reply}`)).status).toBe(404);
  }
  expect((await province.api('DELETE', `/canned/${id}`)).status).toBe(204);
});
