import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { codeIn, pagesOf } from '../reports/read-codes.ts';
import { productProcess, type ProductProcess } from '../support/product-process.ts';
import { launchBrowser } from './browser.ts';
import { bringCrowd, setClock } from './demo.ts';
import { bringSheet, composeBroadcast, REMINDER_TEXTS } from './organizer.ts';
import { openPhones } from './phone.ts';
import { firstSignIn, openStaffPage, type StaffPage } from './staff-page.ts';
import { openWorker, talk, talkUntilReview, talkUntilWorkplace } from './worker.ts';

// whole stories of several people: minutes on a machine that has other work
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

const CAMPAIGN = '01-trieu-sang-kien';
/** A phone's own browser: programs that open addresses count as nobody. */
const PHONE = {
  viewport: { width: 390, height: 844 },
  userAgent: 'Mozilla/5.0 (Linux; Android 12; SM-A037F) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36',
  reducedMotion: 'reduce',
} as const;

let product: ProductProcess;
let browser: Browser;
const faults: string[] = [];

// one campaign from its first poster to a deadline that is prolonged: each story goes on where the one before it ended
beforeAll(async () => {
  // as `npm start` with nothing configured, but slow enough for a sending to be held on its way
  const slow = { ZALO_BROADCASTS_PER_SECOND: '1', MESSENGER_BROADCASTS_PER_SECOND: '1' };
  product = await productProcess(slow);
  [browser] = await Promise.all([launchBrowser(), product.start()]);
});
afterAll(async () => {
  await browser?.close();
  await product?.close();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(faults.splice(0)).toEqual([]);
});

async function organizer(path: string): Promise<StaffPage> {
  const staff = await openStaffPage(browser, product.url);
  staff.page.on('pageerror', (error) => faults.push(error.message));
  await staff.signIn(firstSignIn(product));
  await staff.page.goto(`${product.url}/console/${path}`);
  return staff;
}

it('a workplace that an office brings in a sheet is found on the phones at once, without a restart', async () => {
  const { page, expect: see } = await organizer('units');
  await bringSheet(page, 'tra-vinh.csv', [
    ['Mã', 'Tên đơn vị', 'Trực thuộc', 'Chỉ tiêu đợt 1'],
    ['', 'CĐCS Bệnh viện', 'Công đoàn Y tế tỉnh', '12'],
    ['', 'CĐCS Công ty May Cửu Long', 'Cầu Kè', '25'],
  ]);
  await page.getByText('Không tìm thấy đơn vị cấp trên này').waitFor();
  await page.getByLabel('Bỏ qua các dòng có vấn đề, công bố phần còn lại').check();
  await page.getByRole('button', { name: 'Công bố', exact: true }).click();
  await see('Đã công bố phiên bản 1.');

  const { phone } = await openWorker(browser, product.url, 'zalo');
  await talkUntilWorkplace(phone, 'Lê Thị Hoa', '0912 345 671');
  await talk(phone, [
    ['tra vinh', 'Càng Long'],
    ['cau ke', 'May Cửu Long'],
    ['may cuu long', 'Đối tượng'],
  ]);
});

it('a printed poster leads whoever scans it into the chat, with their union known, and the organizer sees that it works', async () => {
  const { page, expect: see } = await organizer('qr?under=84');
  const card = page.getByRole('region', { name: 'Mã của LĐLĐ tỉnh Trà Vinh' });
  await card.getByText('Trước 24h00 ngày 31/5/2022').waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Áp phích A4 (PDF)', exact: true }).click(),
  ]);
  const [scanned] = (await pagesOf(await readFile(await file.path()))).map(codeIn);

  const worker = await (await browser.newContext(PHONE)).newPage();
  await worker.goto(scanned ?? 'no code');
  await worker.getByRole('link', { name: /Messenger/ }).click();
  await worker.waitForURL(/\/simulator\?channel=messenger&code=1TR-84/);
  const { messenger } = await openPhones(
    worker,
    product.url,
    new URL(worker.url()).pathname + new URL(worker.url()).search,
  );
  await messenger.tap('Bắt đầu');
  await messenger.expectLast('đồng ý chứ');
  await messenger.tap('Đồng ý');
  await messenger.expectLast('họ và tên');
  await talk(messenger, [
    ['Phạm Văn Nam', 'Số điện thoại'],
    ['0912 345 672', 'Trà Vinh'],
  ]);

  await expect
    .poll(
      async () => {
        await page.reload();
        return card.getByText(/lượt quét · .* người nhắn/).innerText();
      },
      { timeout: 60_000, interval: 1000 },
    )
    .toBe('1 lượt quét · 1 người nhắn · 0 hồ sơ');
  await see('1TR-84');
});

it('a message is counted before it is sent, held on its way, goes on, and reaches each phone once', async () => {
  const { phone } = await openWorker(browser, product.url, 'zalo');
  await talkUntilWorkplace(phone, 'Trần Thị Bình', '0912 345 678');
  await bringCrowd(product, 12);
  const { page, press } = await organizer('broadcasts/new');
  await composeBroadcast(page, 'Hỏi thăm người đang điền dở', REMINDER_TEXTS);
  const reach = page.getByLabel('Gửi được cho ai');
  const counted = Number((await reach.getByText(/^\d+ người$/).innerText()).split(' ')[0]);
  expect(counted).toBeGreaterThan(4);
  await reach.getByRole('row', { name: /Zalo Gửi được, miễn phí \d/ }).waitFor();

  await press('Gửi đi');
  await page.getByText(/^[1-9]\d* trong \d+ người đã xong$/).waitFor();
  await press('Tạm dừng');
  await page.getByRole('button', { name: 'Gửi tiếp', exact: true }).waitFor();
  await page.getByText('Tạm dừng', { exact: true }).first().waitFor();
  await press('Gửi tiếp');
  await page.getByText(`${counted} trong ${counted} người đã xong`, { exact: true }).waitFor();
  await page.getByText('Đã xong', { exact: true }).first().waitFor();
  await page.getByRole('row', { name: /Trần Thị Bình.*Đã gửi/ }).waitFor();

  await phone.expectHeard('Chào anh/chị Trần Thị Bình, hồ sơ của anh/chị đang dừng ở bước Nơi công tác.');
  await talk(phone, [['tra vinh', 'Càng Long']]); // and goes on with the form
  expect((await phone.heard()).filter((text) => text.includes('đang dừng ở bước'))).toHaveLength(1);
});

it('who cannot be written to any more is on the list of those to call, until they write again', async () => {
  const worker = await openWorker(browser, product.url, 'messenger');
  await worker.phone.tap('Bắt đầu');
  await worker.phone.tap('Đồng ý');
  await worker.phone.expectLast('họ và tên');
  await talk(worker.phone, [
    ['Đỗ Thị Mận', 'Số điện thoại'],
    ['0912 345 673', 'Nơi công tác'],
  ]);
  await setClock(product, '2022-05-31T06:05:00+07:00'); // the last day, in the morning
  const { page } = await organizer('broadcasts/calls');
  const card = page.getByRole('listitem').filter({ hasText: 'Đỗ Thị Mận' });
  const isThere = async (): Promise<boolean> => {
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('status', { name: 'Đang tải' }).waitFor({ state: 'detached' });
    return (await card.count()) === 1;
  };
  await expect.poll(isThere, { timeout: 120_000, interval: 2000 }).toBe(true);
  await card.getByText(/Đang dừng ở bước: Nơi công tác/).waitFor();
  await card.getByText('24h00 ngày 31/5/2022').waitFor();
  expect(await card.getByRole('link', { name: '0912 345 673' }).getAttribute('href')).toBe('tel:+84912345673');

  await talk(worker.phone, [['da goi roi', 'Nơi công tác']]);
  await expect.poll(isThere, { timeout: 120_000, interval: 2000 }).toBe(false);
});

it('a deadline that passed is prolonged by one dialog: who was writing hears of it and submits', async () => {
  await setClock(product, '2023-09-01T23:50:00+07:00');
  const { phone } = await openWorker(browser, product.url, 'zalo');
  await talkUntilWorkplace(phone, 'Vũ Thị Lành', '0912 345 674');
  await talkUntilReview(phone);
  await phone.expectLast('24h00 ngày 01/9/2023');
  await setClock(product, '2023-09-02T00:05:00+07:00');
  await talk(phone, [['nộp', 'đã ngừng nhận hồ sơ lúc 24h00 ngày 01/9/2023']]);

  const { page, expect: see } = await organizer(`campaigns/${CAMPAIGN}`);
  const phase = page.getByRole('listitem').filter({ hasText: 'Đợt 2' });
  await phase.getByRole('button', { name: 'Kéo dài' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Thêm 7 ngày' }).click();
  await dialog.getByText('24h00 ngày 08/9/2023').first().waitFor();
  await dialog.getByText('mở lại ngay').waitFor();
  await dialog.getByRole('button', { name: 'Công bố' }).click();
  await see('Đã công bố bản 2');

  await talk(phone, [['xin chào', 'được gia hạn: nhận hồ sơ đến trước 24h00 ngày 08/9/2023']]);
  await talk(phone, [['nộp', /Mã hồ sơ: SK-/]]);
  await page.goto(`${product.url}/console/audit`);
  await see('Công bố chương trình');
});
