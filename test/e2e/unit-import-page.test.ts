import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ExcelJS from 'exceljs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openConsole, type TestConsole } from '../support/console.ts';
import { launchBrowser } from './browser.ts';
import { accessFaults, openDesk, PHONE } from './console-desk.ts';

const CAMPAIGN = '01-trieu-sang-kien';
const NOW = Date.parse('2022-03-01T09:00:00+07:00');
const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where to leave pictures of what was looked at, for people; nowhere unless asked. */
const PICTURES = process.env['CONSOLE_PICTURES'];
const PATIENCE_MS = 60_000;
vi.setConfig({ testTimeout: 240_000 }); // each brings several files, and a busy machine is many times slower

let browser: Browser;
let desk: TestConsole;
let faults: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  faults = [];
  desk = await openConsole({ clock: { now: () => NOW }, pageFolder: join(root, 'dist/console/page') });
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await desk.close();
  expect(faults).toEqual([]);
});

async function organizer(look?: Parameters<typeof openDesk>[2]): Promise<Page> {
  const { email, password } = await desk.staff({ role: 'organizer', name: 'Lan Anh' });
  const page = await openDesk(browser, faults, look);
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${desk.url}/console/units?campaign=${CAMPAIGN}`);
  await page.getByLabel('Địa chỉ thư điện tử').fill(email);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await button(page, 'Chọn tệp để nhập').waitFor();
  return page;
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function bring(page: Page, name: string, buffer: Buffer): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Chọn tệp để nhập').click();
  await (await chooser).setFiles({ name, mimeType: 'application/octet-stream', buffer });
}

/** As a province makes it: titles above, a heading over two rows, merged cells. Rows begin in the sixth. */
async function office(...rows: (string | number)[][]): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('Phân bổ');
  sheet.mergeCells('A1:F1');
  sheet.getCell('A1').value = 'LIÊN ĐOÀN LAO ĐỘNG TỈNH TRÀ VINH';
  sheet.mergeCells('A2:F2');
  sheet.getCell('A2').value = 'PHÂN BỔ CHỈ TIÊU SÁNG KIẾN';
  sheet.getRow(4).values = ['STT', 'Mã', 'Tên đơn vị', 'Trực thuộc', 'Chỉ tiêu', ''];
  for (const column of 'ABCD') sheet.mergeCells(`${column}4:${column}5`);
  sheet.mergeCells('E4:F4');
  sheet.getCell('E5').value = 'Đợt 1';
  sheet.getCell('F5').value = 'Đợt 2';
  for (const [at, row] of rows.entries()) sheet.getRow(6 + at).values = [at + 1, ...row];
  return Buffer.from(await book.xlsx.writeBuffer());
}

const quotas = async (unit: string) => {
  const found = await desk.stores.campaigns.latest(CAMPAIGN);
  const file = (found?.file ?? {}) as { quotas?: { unit: string; phase: string; number: number }[] };
  return (file.quotas ?? []).filter((quota) => quota.unit === unit).map(({ phase, number }) => `${phase} ${number}`);
};
const problems = (page: Page) => page.locator('.un-table tbody tr').allInnerTexts();
const sum = (page: Page, name: string) => page.locator('.un-sums > div').filter({ hasText: name }).locator('dd');

async function looksWell(page: Page, name: string): Promise<void> {
  expect(await accessFaults(page)).toEqual([]);
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

const ROWS = [
  ['84', 'LĐLĐ tỉnh Trà Vinh', '', '1.700', 3800],
  ['', 'Huyện  Càng Long'.normalize('NFD'), 'Trà Vinh', 120, ''],
  ['', 'Công đoàn Viên chức tỉnh Trà Vinh', 'Trà Vinh', 'khoảng 40', ''],
  ['', 'CĐCS Bệnh viện', 'Công đoàn Y tế tỉnh', 12, ''],
  ['84', 'LĐLĐ tỉnh Trà Vinh', '', 1700, ''],
];

it('every row with a problem is named before anything is saved; the rest is published, and brought again it changes nothing', async () => {
  const page = await organizer();
  await looksWell(page, 'units-start');
  const file = await office(...ROWS);
  await bring(page, 'chỉ tiêu.xlsx', file);
  await page.getByRole('heading', { name: 'Các dòng có vấn đề' }).waitFor();
  await page.getByText('Đọc trang “Phân bổ”, tiêu đề ở dòng 5.').waitFor();
  const shown = await problems(page);
  expect(shown.map((text) => text.replace(/\s+/g, ' '))).toEqual([
    expect.stringMatching(/^8 E8 khoảng 40 Chỉ tiêu phải là số nguyên/),
    expect.stringMatching(/^9 D9 Công đoàn Y tế tỉnh Không tìm thấy đơn vị cấp trên/),
    expect.stringMatching(/^10 .*đã có ở dòng 6/),
  ]);
  await page.getByText('chỉ tiêu Đợt 1: 1.600 → 1.700').waitFor();
  await looksWell(page, 'units-problems');
  expect(await desk.stores.campaigns.latest(CAMPAIGN)).toBeNull();

  expect(await button(page, 'Công bố').isDisabled()).toBe(true);
  await page.getByLabel('Bỏ qua các dòng có vấn đề, công bố phần còn lại').check();
  await page.getByLabel('Lý do').fill('Theo công văn số 57');
  await button(page, 'Công bố').click();
  await page.getByText('Đã công bố phiên bản 1.').waitFor();
  expect(await quotas('84')).toEqual(['dot-1 1700', 'dot-2 3800']);

  await button(page, 'Nhập tệp khác').click();
  await bring(page, 'chỉ tiêu.xlsx', file);
  await page.getByText('Danh sách này không làm thay đổi gì.').waitFor();
  expect(await sum(page, 'Thêm mới').innerText()).toBe('0');
  expect(await sum(page, 'Giữ nguyên').innerText()).toBe('2');
});

it('a corrected file goes through, after a reload too, and adds what is new below its province', async () => {
  const page = await organizer();
  const [province = [], district = [], office0 = []] = ROWS;
  await bring(page, 'danh sách.xlsx', await office(province, district, [...office0.slice(0, 3), 40, '']));
  await page.getByText('Không có dòng nào có vấn đề.').waitFor();
  await page.reload();
  await page.getByText('Không có dòng nào có vấn đề.').waitFor();
  await page.getByText('Công đoàn Viên chức tỉnh Trà Vinh – trực thuộc LĐLĐ tỉnh Trà Vinh').waitFor();
  // somebody else publishes meanwhile
  const other = await desk.signedIn({ role: 'admin', unit: null });
  const staged = await other.api('POST', `/editor/campaigns/${CAMPAIGN}/unit-imports`, {
    raw: 'Mã;Chỉ tiêu đợt 1\n83;900\n',
    headers: { 'content-type': 'application/octet-stream' },
  });
  const body = { base: 0, skip: false, note: 'của đồng nghiệp' };
  const at = `/editor/campaigns/${CAMPAIGN}/unit-imports/${String(staged.body['id'])}/publish`;
  expect((await other.api('POST', at, { body })).status).toBe(201);

  await button(page, 'Công bố').click();
  await page.getByText('Có người vừa công bố một bản khác.').waitFor();
  await expect.poll(() => button(page, 'Công bố').isEnabled()).toBe(true);
  await button(page, 'Công bố').click();
  await page.getByText('Đã công bố phiên bản 2.').waitFor();
  expect([await quotas('83'), await quotas('84')]).toEqual([['dot-1 900'], ['dot-1 1700', 'dot-2 3800']]);
});

it('what was brought is looked over again once the server answers', async () => {
  const page = await organizer();
  const isStaged = /\/unit-imports\/[^/?]+\?/;
  await page.route(isStaged, (route) => route.abort());
  await bring(page, 'danh sách.xlsx', await office(...ROWS));
  await page.getByRole('alert').getByText('Mất kết nối với máy chủ.').waitFor();
  await page.unroute(isStaged);
  await button(page, 'Thử lại').click();
  await page.getByRole('heading', { name: 'Các dòng có vấn đề' }).waitFor();
});

it('a list of mergers, and files that are none, on a phone', async () => {
  const page = await organizer({ viewport: PHONE, colorScheme: 'dark' });
  await bring(page, 'ảnh.xlsx', Buffer.from('<html>'));
  await page.getByRole('alert').getByText('Tệp này không phải bảng tính.').waitFor();
  await bring(page, 'bảng.csv', Buffer.from('Họ tên;Lương\nAi đó;1\n'));
  await page.getByRole('alert').getByText('Không tìm thấy dòng tiêu đề.').waitFor();
  await looksWell(page, 'units-no-heading-phone');
  await button(page, 'Chọn tệp khác').click();
  const lines = ['Đơn vị cũ;Đơn vị mới', 'LĐLĐ tỉnh Trà Vinh;Vĩnh Long', 'Bến Tre;Vĩnh Long', 'Nơi nào đó;Vĩnh Long'];
  await bring(page, 'sáp nhập.csv', Buffer.from(`\uFEFF${lines.join('\r\n')}`));
  await page.getByText('Không tìm thấy đơn vị cũ này.').waitFor();
  await page.getByLabel('Thay đổi có hiệu lực từ ngày').fill('1/17/2025');
  await page.getByText('Không phải một ngày.').waitFor();
  await page.getByLabel('Bỏ qua các dòng có vấn đề, công bố phần còn lại').check();
  expect(await button(page, 'Công bố').isDisabled()).toBe(true);
  await page.getByLabel('Thay đổi có hiệu lực từ ngày').fill('1/7/2025');
  await page.getByText('hết hiệu lực từ: không có → 01/07/2025').first().waitFor();
  await looksWell(page, 'units-mergers-phone');
  await page.getByLabel('Bỏ qua các dòng có vấn đề, công bố phần còn lại').check();
  await button(page, 'Công bố').click();
  await page.getByText('Đã công bố phiên bản 1.').waitFor();
  const found = await desk.stores.campaigns.latest(CAMPAIGN);
  const units = String((found as { units?: unknown } | null)?.units);
  expect(units).toMatch(/^84,LĐLĐ tỉnh Trà Vinh,.*,2025-07-01,86$/m);
});
