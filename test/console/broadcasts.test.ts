import ExcelJS from 'exceljs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ContactSnapshot } from '../../src/core/archive.ts';
import { everyone, type DeliveryState, type RunDraft } from '../../src/core/run.ts';
import { snapshotWrite } from '../../src/stores/mongo/contacts.ts';
import { DELIVERY_VERSION } from '../../src/stores/mongo/deliveries.ts';
import { openConsole, type Browser, type TestConsole } from '../support/console.ts';

/** Saturday afternoon, three days before a phase closes. */
const NOW = Date.parse('2022-05-28T15:00:00+07:00');
const HOUR_MS = 3_600_000;
const CAMPAIGN = '01-trieu-sang-kien';
const OA = 'zalo:9000000000000000002';
/** Of a district of Trà Vinh, of another province, and of no unit that they told. */
const LOCAL = `${OA}:77001`;
const FAR = `${OA}:77002`;
const STRAY = `${OA}:77003`;

const TEXT = { vi: 'Chào anh/chị {name}, hạn nộp là {deadline}.', en: 'Hello {name}, the deadline is {deadline}.' };
const DRAFT: RunDraft = {
  title: 'Nhắc nộp',
  audience: { ...everyone(CAMPAIGN), standings: ['draft'] },
  texts: { zalo: TEXT, messenger: TEXT },
  templates: { zalo: null, messenger: null },
  maxCharged: 0,
};

let desk: TestConsole;
let central: Browser;
let local: Browser;
let far: Browser;
let helper: Browser;

beforeAll(async () => {
  desk = await openConsole({ clock: { now: () => NOW } });
  central = await desk.signedIn({ role: 'organizer', unit: null });
  local = await desk.signedIn({ role: 'organizer', unit: '84' });
  far = await desk.signedIn({ role: 'organizer', unit: '01' });
  helper = await desk.signedIn({ role: 'support', unit: '84' });
  await contact(LOCAL, ['84', '844'], 'Nguyễn Thị Bình', '+84912345678');
  await contact(FAR, ['01'], '=HYPERLINK("x")', '+84912345679');
  await contact(STRAY, [], 'Lê Văn Cường', '');
});
afterAll(() => desk.close());

async function contact(id: string, units: readonly string[], name: string, phone: string): Promise<void> {
  const seenAt = NOW - HOUR_MS;
  const snapshot: ContactSnapshot = {
    lang: 'vi',
    owner: { type: 'bot' },
    consentAt: seenAt,
    remindersOff: false,
    remindYesAt: null,
    arrivals: [],
    drafts: [{ campaign: CAMPAIGN, step: 'description', group: '', isBegun: true, updatedAt: seenAt }],
    campaign: CAMPAIGN,
    step: 'description',
    profile: {},
    name,
    phone,
    units,
    entries: [],
    humanAskedAt: null,
    humanReason: null,
    handledAt: null,
    lastSeenAt: seenAt,
  };
  const { q, u, upsert } = snapshotWrite(id, seenAt, snapshot);
  await desk.stores.contacts.collection.updateOne(q as never, u as never, { upsert: upsert ?? false });
}

async function delivery(run: string, of: string, units: string[], state: DeliveryState, why: string, at = NOW) {
  await desk.stores.deliveries.insert([
    {
      _id: `${run}/${of}`,
      v: DELIVERY_VERSION,
      run,
      campaign: CAMPAIGN,
      contact: of,
      channel: 'zalo',
      units,
      state,
      why,
      how: null,
      at: new Date(at),
      handedAt: null,
    },
  ]);
}

type Run = { id: string; rev: number; state: string };
const made = async (who: Browser, draft = DRAFT): Promise<Run> =>
  (await who.api('POST', '/broadcasts', { body: draft })).body['run'] as Run;
const path = (id: string, rest = ''): string => `/broadcasts/${encodeURIComponent(id)}${rest}`;
const people = async (who: Browser, changes: Partial<RunDraft['audience']> = {}) => {
  const body = { ...DRAFT, audience: { ...DRAFT.audience, ...changes } };
  const answer = await who.api('POST', '/broadcast-preview', { body });
  return answer.body['preview'] as { people: number; sample: { contact: string }[] };
};

/** All cells of the first sheet as text, row by row. */
async function rowsOf(who: Browser, url: string): Promise<string[][]> {
  const cookie = [...who.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await fetch(`${desk.url}/console/api${url}`, { headers: { cookie } });
  expect([answer.status, answer.headers.get('content-disposition')]).toEqual([200, expect.stringMatching(/\.xlsx"$/)]);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(await answer.arrayBuffer());
  const rows: string[][] = [];
  book.worksheets[0]?.eachRow((row) =>
    rows.push(
      (row.values as unknown[])
        .slice(1)
        .map((cell) => (cell instanceof Date ? cell.toISOString() : String((cell as string | number | null) ?? ''))),
    ),
  );
  return rows;
}

describe('the audience', () => {
  it('is never wider than the people of the unit of the one who asks, whatever the rule says', async () => {
    expect((await people(central)).people).toBe(3);
    expect((await people(local)).sample.map((one) => one.contact)).toEqual([LOCAL]);
    expect((await people(far)).sample.map((one) => one.contact)).toEqual([FAR]);
    expect((await people(local, { unit: '01' })).people).toBe(0);
    expect((await people(central, { unit: '84' })).sample.map((one) => one.contact)).toEqual([LOCAL]);
  });

  it('comes with what is wrong in the draft, and with what may stand in braces', async () => {
    const body = { ...DRAFT, title: '', texts: { ...DRAFT.texts, zalo: { vi: '{sao}', en: '' } } };
    const answer = await central.api('POST', '/broadcast-preview', { body });
    expect(answer.body['faults']).toEqual([
      { path: 'title', why: 'empty', name: '' },
      { path: 'texts.zalo.vi', why: 'strangeName', name: 'sao' },
      { path: 'texts.zalo.en', why: 'empty', name: '' },
    ]);
    expect(answer.body['names']).toContain('step');
  });

  it('may be narrowed by the groups, steps and phases of the campaign', async () => {
    const { body } = await local.api('GET', `/broadcast-options?campaign=${CAMPAIGN}`);
    expect(body).toMatchObject({ unit: { code: '84' }, phases: [{ id: 'dot-1' }, { id: 'dot-2' }] });
    expect((body['groups'] as unknown[]).length).toBeGreaterThan(1);
    expect((body['steps'] as { id: string }[]).map(({ id }) => id)).toContain('description');
  });
});

describe('a run', () => {
  it('of another unit, and of the central team, cannot be seen, changed or held by staff of a unit', async () => {
    for (const run of [await made(central), await made(far)]) {
      const answers = [
        await local.api('GET', path(run.id)),
        await local.api('PATCH', path(run.id), { body: { rev: run.rev, draft: DRAFT } }),
        await local.api('POST', path(run.id, '/acts'), { body: { act: 'submit', rev: run.rev } }),
        await local.api('POST', path(run.id, '/acts'), { body: { act: 'cancel' } }),
        await local.api('GET', path(run.id, '/progress')),
        await local.api('GET', path(run.id, '/deliveries')),
        await local.api('GET', path(run.id, '/sheet')),
      ];
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
      const { body } = await local.api('GET', '/broadcasts?limit=50');
      expect((body['runs'] as Run[]).map(({ id }) => id)).not.toContain(run.id);
      expect((await central.api('GET', path(run.id))).body['run']).toMatchObject({ id: run.id, state: 'draft' });
    }
  });

  it('is written, changed on what was seen, sent, held, gone on with and cancelled; each leaves a line', async () => {
    const run = await made(local);
    const title = 'Nhắc nộp lần hai';
    const changed = await local.api('PATCH', path(run.id), { body: { rev: run.rev, draft: { ...DRAFT, title } } });
    const { rev } = changed.body['run'] as Run;
    const late = await local.api('PATCH', path(run.id), { body: { rev: run.rev, draft: DRAFT } });
    expect([late.status, late.body['why']]).toEqual([409, 'stale']);
    const act = async (body: object) => {
      const answer = await local.api('POST', path(run.id, '/acts'), { body });
      return (answer.body['run'] as Run | undefined)?.state ?? answer.body['why'];
    };
    expect(await act({ act: 'submit', rev: rev - 1 })).toBe('stale');
    expect(await act({ act: 'submit', rev })).toBe('planning');
    expect(await act({ act: 'submit', rev: rev + 1 })).toBe('wrongState');
    expect(await act({ act: 'pause' })).toBe('paused');
    expect(await act({ act: 'resume' })).toBe('planning');
    expect(await act({ act: 'cancel' })).toBe('cancelled');
    expect(await act({ act: 'resume' })).toBe('wrongState');
    const lines = await desk.stores.audit.list({ limit: 50 });
    const own = lines.filter(({ target }) => target === run.id).map(({ action }) => action);
    expect(new Set(own)).toEqual(
      new Set(['change', 'submit', 'pause', 'resume', 'cancel', 'refused'].map((what) => `broadcast.${what}`)),
    );
    const refused = lines.filter(({ target, action }) => target === run.id && action === 'broadcast.refused');
    expect(new Set(refused.map(({ after }) => JSON.stringify(after)))).toEqual(
      new Set([
        '{"act":"change","why":"stale"}',
        '{"act":"submit","why":"stale"}',
        '{"act":"submit","why":"wrongState"}',
        '{"act":"resume","why":"wrongState"}',
      ]),
    );
  });

  it('that is not whole is not sent, and says where', async () => {
    const run = await made(central, { ...DRAFT, title: '' });
    const answer = await central.api('POST', path(run.id, '/acts'), { body: { act: 'submit', rev: run.rev } });
    expect([answer.status, answer.body]).toEqual([
      409,
      { why: 'faulty', faults: [{ path: 'title', why: 'empty', name: '' }] },
    ]);
  });

  it('of the clock tells what people are told', async () => {
    const { body } = await central.api('GET', `/broadcast-upcoming?campaign=${CAMPAIGN}`);
    const [first] = body['reminders'] as { says: { of: string; text: { vi: string } }[]; phaseName: string }[];
    expect([first?.phaseName, first?.says.map(({ of }) => of)]).toEqual(['Đợt 1', ['notStarted', 'draft', 'review']]);
    expect(first?.says[0]?.text.vi).toContain('{deadline}');
  });

  it('goes out as a workbook with nothing in it that a program would run', async () => {
    const run = await made(central);
    await delivery(run.id, LOCAL, ['84', '844'], 'sent', '');
    await delivery(run.id, FAR, ['01'], 'unreachable', 'windowClosed');
    const rows = await rowsOf(central, path(run.id, '/sheet'));
    expect(rows[0]?.slice(0, 2)).toEqual(['Họ tên', 'Điện thoại']);
    const people = rows.slice(1);
    expect(new Set(people.map(([, phone]) => phone))).toEqual(new Set(['+84912345678', '+84912345679']));
    const row = people.find(([, phone]) => phone === '+84912345679') ?? [];
    expect(row[0]).not.toMatch(/^[=+@-]/);
    expect(row).toEqual(expect.arrayContaining(['Không liên lạc được', 'Đã quá thời gian nền tảng cho gửi']));
    const shown = await central.api('GET', path(run.id, '/deliveries?state=sent'));
    expect(shown.body['lines']).toMatchObject([{ contact: LOCAL, name: 'Nguyễn Thị Bình', state: 'sent' }]);
  });
});

describe('the results of a run', () => {
  it('are its own, whatever place in the list is asked for', async () => {
    const [theirs, mine] = [await made(central), await made(local)];
    await delivery(theirs.id, LOCAL, ['84', '844'], 'sent', '');
    await delivery(mine.id, LOCAL, ['84', '844'], 'sent', '');
    for (const after of ['0', `${mine.id}/`]) {
      const { body } = await local.api('GET', path(mine.id, `/deliveries?after=${encodeURIComponent(after)}`));
      expect((body['lines'] as { id: string }[]).map(({ id }) => id)).toEqual([`${mine.id}/${LOCAL}`]);
    }
  });

  it('tell no more of whoever has gone to another unit since', async () => {
    const moved = `${OA}:77004`;
    await contact(moved, ['01'], 'Phạm Văn Dũng', '+84912345680');
    const run = await made(local);
    await delivery(run.id, moved, ['84', '844'], 'sent', '');
    const { body } = await local.api('GET', path(run.id, '/deliveries'));
    expect(body['lines']).toMatchObject([{ state: 'sent', name: '', phone: '' }]);
    expect((await rowsOf(local, path(run.id, '/sheet'))).flat().join(' ')).not.toMatch(/Phạm|912345680/);
  });
});

describe('a test', () => {
  it('is said to nobody out of scope', async () => {
    const body = (of: string) => ({ body: { draft: DRAFT, contact: of } });
    for (const of of [FAR, STRAY, `${OA}:nobody`]) {
      const answer = await local.api('POST', '/broadcast-test', body(of));
      expect([answer.status, answer.body['why']]).toEqual([404, 'contact']);
    }
    expect((await local.api('POST', '/broadcast-test', body(LOCAL))).body['run']).toMatchObject({ kind: 'test' });
  });
});

describe('the call list', () => {
  beforeEach(async () => {
    for (const [of, units] of [
      [LOCAL, ['84', '844']],
      [FAR, ['01']],
      [STRAY, []],
    ] as const) {
      await delivery('r-calls', of, [...units], 'unreachable', 'noTemplate', NOW + 1);
    }
  });

  it('holds only people of the unit of the one who asks, also on paper, and for those who only help', async () => {
    const listed = async (who: Browser, rest = '') => {
      const { body } = await who.api('GET', `/call-list?campaign=${CAMPAIGN}${rest}`);
      return (body['lines'] as { contact: string }[]).map((line) => line.contact).toSorted();
    };
    expect(await listed(central)).toEqual([LOCAL, FAR, STRAY]);
    for (const who of [local, helper]) {
      expect(await listed(who)).toEqual([LOCAL]);
      expect(await listed(who, '&unit=01')).toEqual([]);
    }
    const [heading, ...rows] = await rowsOf(helper, `/call-list/sheet?campaign=${CAMPAIGN}`);
    expect(heading).toEqual(expect.arrayContaining(['Họ tên', 'Điện thoại', 'Đang dừng ở bước', 'Hạn nộp']));
    expect(rows.map((row) => row.slice(0, 2))).toEqual([['Nguyễn Thị Bình', '+84912345678']]);
    expect(rows[0]).toEqual(
      expect.arrayContaining([
        'Đang điền dở',
        'Mô tả',
        '24h00 ngày 31/5/2022',
        'Quá thời gian cho gửi và không có mẫu tin',
      ]),
    );
    const lines = await desk.stores.audit.list({ limit: 50 });
    expect(lines.filter(({ action, target }) => action === 'callList.export' && target === CAMPAIGN)).toHaveLength(1);
  });
});
