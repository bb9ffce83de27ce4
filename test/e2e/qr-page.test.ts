import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeIn, pagesOf } from '../reports/read-codes.ts';
import { openConsole, type TestConsole } from '../support/console.ts';
import { launchBrowser } from './browser.ts';
import { accessFaults, openDesk, PHONE, signIn } from './console-desk.ts';

const NOW = Date.parse('2022-05-28T08:00:00+07:00');
const CAMPAIGN = '01-trieu-sang-kien';

let desk: TestConsole;
let browser: Browser;
let password: string;
const faults: string[] = [];

beforeAll(async () => {
  [desk, browser] = await Promise.all([openConsole({ clock: { now: () => NOW } }), launchBrowser()]);
  ({ password } = await desk.staff({ email: 'lan@example.org', name: 'Lan', role: 'organizer', unit: null }));
  const scan = (unit: string, scans: number) => ({ campaign: CAMPAIGN, unit, scans, lastAt: NOW });
  await desk.stores.codeCounts.add([scan('84', 12), scan('844', 30), scan('01', 7)]);
});
afterAll(async () => {
  await browser.close();
  await desk.close();
});

async function openPage(look: Parameters<typeof openDesk>[2], path = '/console/qr'): Promise<Page> {
  const page = await openDesk(browser, faults, look);
  await signIn(page, { url: desk.url, password }, path);
  await page.getByRole('heading', { name: 'Mã QR' }).waitFor();
  return page;
}

/** The link of a menu of the browser, as a file. */
async function download(page: Page, name: string): Promise<{ name: string; bytes: Buffer }> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name, exact: true }).click(),
  ]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

describe('the page of codes', () => {
  it('goes down to a province, shows its code and what it brought, and gives a poster that is read', async () => {
    const page = await openPage({});
    await page.getByRole('searchbox', { name: 'Tìm đơn vị' }).fill('tra vinh');
    await page.getByRole('button', { name: 'Xem đơn vị dưới của LĐLĐ tỉnh Trà Vinh' }).click();
    const card = page.getByRole('region', { name: 'Mã của LĐLĐ tỉnh Trà Vinh' });
    await card.getByText('1TR-84', { exact: true }).waitFor();
    await card.getByText('12 lượt quét · 0 người nhắn · 0 hồ sơ').waitFor();
    await card.getByText('kể cả đơn vị dưới: 42 · 0 · 0').waitFor();
    await card.getByText('Trước 24h00 ngày 31/5/2022').waitFor();
    const poster = await download(page, 'Áp phích A4 (PDF)');
    expect(poster.name).toBe('1TR-84-tra-vinh.pdf');
    expect((await pagesOf(poster.bytes)).map(codeIn)).toEqual([`${desk.url}/q/1TR-84`]);
    expect((await download(page, 'Một tệp PDF để in')).name).toBe('ap-phich-1TR-84-tra-vinh.pdf');
    await page.close();
  });

  it('shows the code of a unit of the table, drawn by the browser', async () => {
    const page = await openPage({}, '/console/qr?under=84');
    await page.getByRole('button', { name: '1TR-844: Mã của LĐLĐ huyện Càng Long' }).click();
    const picture = page.getByRole('dialog').getByRole('img', { name: `${desk.url}/q/1TR-844` });
    await picture.waitFor();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);
    expect(codeIn(await picture.screenshot())).toBe(`${desk.url}/q/1TR-844`);
    await page.close();
  });

  it('puts first what was scanned most', async () => {
    const page = await openPage({});
    await page.getByRole('button', { name: 'Lượt quét' }).click();
    await page.getByRole('columnheader', { name: 'Lượt quét' }).and(page.locator('[aria-sort=descending]')).waitFor();
    const rows = await page.getByRole('rowheader').allInnerTexts();
    expect(rows.slice(0, 2)).toEqual(['LĐLĐ tỉnh Trà Vinh (9)', 'LĐLĐ thành phố Hà Nội (30)']);
    await page.close();
  });

  it.each([
    ['a desk', {}],
    ['a desk in the dark', { colorScheme: 'dark' as const }],
    ['a phone', { viewport: PHONE }],
  ])('can be used by everyone, on %s', async (_, look) => {
    const page = await openPage(look, '/console/qr?under=84');
    await page.getByRole('region', { name: 'Mã của LĐLĐ tỉnh Trà Vinh' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: '1TR-844: Mã của LĐLĐ huyện Càng Long' }).click();
    await page.getByRole('dialog').getByText('1TR-844', { exact: true }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.close();
  });

  it('breaks none of its own rules', () => {
    expect(faults).toEqual([]);
  });
});
