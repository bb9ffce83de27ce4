import ExcelJS from 'exceljs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ImportView } from '../../src/console/api/types-unit-import.ts';
import { openConsole, type Browser, type TestConsole } from '../support/console.ts';

const CAMPAIGN = '01-trieu-sang-kien';
const AT = `/editor/campaigns/${CAMPAIGN}`;
const HEAD = 'Mã;Tên đơn vị;Trực thuộc;Chỉ tiêu đợt 1';

let desk: TestConsole;
let organizer: Browser;

beforeAll(async () => {
  desk = await openConsole();
});
afterAll(() => desk.close());
beforeEach(async () => {
  organizer = await desk.signedIn({ role: 'organizer', unit: null });
});

const send = (bytes: string | Uint8Array, browser = organizer) =>
  browser.api('POST', `${AT}/unit-imports?name=chi-tieu.csv`, {
    raw: bytes,
    headers: { 'content-type': 'application/octet-stream' },
  });
async function bring(...lines: string[]): Promise<string> {
  const answer = await send([HEAD, ...lines].join('\n'));
  expect(answer.status).toBe(201);
  return String(answer.body['id']);
}
async function look(id: string, query = ''): Promise<ImportView & { type: 'planned' }> {
  const { body } = await organizer.api('GET', `${AT}/unit-imports/${id}?lang=vi${query}`);
  return body as unknown as ImportView & { type: 'planned' };
}
const publish = (id: string, base: number, more: object = {}) =>
  organizer.api('POST', `${AT}/unit-imports/${id}/publish`, {
    body: { base, skip: false, note: 'theo công văn', ...more },
  });
const quotaOf = async (unit: string) => {
  const found = await desk.stores.campaigns.latest(CAMPAIGN);
  const { quotas = [] } = (found?.file ?? {}) as { quotas?: { unit: string; number: number }[] };
  return quotas.filter((quota) => quota.unit === unit).map(({ number }) => number);
};

it('a sheet is looked over before anything is saved, published once, and brought again it changes nothing', async () => {
  const line = '84;LĐLĐ tỉnh Trà Vinh;;1.700';
  const id = await bring(line, ';Công đoàn Viên chức tỉnh Trà Vinh;84;');
  const seen = await look(id);
  expect([seen.added.total, seen.changed.total, seen.problems, seen.faults]).toEqual([1, 1, [], []]);
  expect(await quotaOf('84')).toEqual([]);
  const first = await publish(id, seen.base);
  expect([first.status, first.body['version']]).toEqual([201, seen.base + 1]);
  expect(await quotaOf('84')).toEqual([1700, 3700]);
  expect((await publish(id, seen.base)).body['version']).toBe(seen.base + 1); // pressed twice

  const again = await look(await bring(line, ';Công đoàn Viên chức tỉnh Trà Vinh;84;'));
  expect([again.added.total, again.changed.total, again.unchanged]).toEqual([0, 0, 2]);
  const lines = await desk.stores.audit.list({ limit: 10 });
  expect(lines.find(({ action }) => action === 'campaign.importUnits')?.target).toBe(`${CAMPAIGN}/${seen.base + 1}`);
});

it('rows with problems keep everything back until somebody leaves them out', async () => {
  const id = await bring('83;LĐLĐ tỉnh Bến Tre;;nhiều', '86;LĐLĐ tỉnh Vĩnh Long;;900');
  const { base, problems } = await look(id);
  expect(problems.map(({ row, column, code }) => [row, column, code])).toEqual([[2, 'D', 'quotaForm']]);
  expect((await publish(id, base)).body).toEqual({ why: 'importProblems' });
  expect((await publish(id, base, { skip: true, endMissing: true })).body).toEqual({ why: 'importEnds' });
  expect(await quotaOf('86')).toEqual([]);
  expect((await publish(id, base, { skip: true })).status).toBe(201);
  expect([await quotaOf('83'), await quotaOf('86')]).toEqual([[], [900]]);
});

it('who was slower than a colleague is told, and looks it over anew', async () => {
  const [mine, theirs] = [await bring('89;;;7'), await bring('87;;;8')];
  const { base } = await look(mine);
  expect((await publish(theirs, base)).status).toBe(201);
  expect((await publish(mine, base)).body).toEqual({ why: 'importConflict', latest: base + 1 });
  expect((await look(mine)).base).toBe(base + 1);
  expect((await publish(mine, base + 1)).status).toBe(201);
  expect([await quotaOf('89'), await quotaOf('87')]).toEqual([[7], [8]]);
});

it('of two presses at the same moment one publishes', async () => {
  const id = await bring('91;;;5');
  const { base } = await look(id);
  const answers = await Promise.all([publish(id, base), publish(id, base)]);
  expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(1);
  expect((await look(id)).base).toBe(base + 1);
});

it('a file that is none is refused with a reason, and nobody sees what another brought', async () => {
  expect((await send('<html></html>')).body).toEqual({ why: 'notASheet' });
  expect((await send(new Uint8Array(8_000_001))).status).toBe(413);
  const id = await bring('84;;;1');
  const other = await desk.signedIn({ role: 'admin', unit: null });
  expect((await other.api('GET', `${AT}/unit-imports/${id}?lang=vi`)).status).toBe(404);
  expect((await organizer.api('DELETE', `${AT}/unit-imports/${id}`)).status).toBe(204);
  expect((await organizer.api('GET', `${AT}/unit-imports/${id}?lang=vi`)).body['why']).toBe('noImport');
});

it.each(['vi', 'en'])('the present list is given out in %s in the form in which it is read', async (lang) => {
  const given = await fetch(`${desk.url}/console/api${AT}/units.xlsx?lang=${lang}`, {
    headers: { cookie: [...organizer.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
  });
  const bytes = Buffer.from(await given.arrayBuffer());
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as unknown as ArrayBuffer);
  expect(book.worksheets[0]?.rowCount).toBeGreaterThan(700);
  const answer = await send(bytes);
  const seen = await look(String(answer.body['id']));
  expect([
    seen.type,
    seen.read.ignored,
    seen.problems,
    seen.added.total,
    seen.changed.total,
    seen.missing.total,
  ]).toEqual(['planned', [], [], 0, 0, 0]);
});
