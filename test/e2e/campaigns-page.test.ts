import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openConsole, type TestConsole } from '../support/console.ts';
import { launchBrowser } from './browser.ts';
import { accessFaults, DESK, openDesk, PHONE } from './console-desk.ts';

const CAMPAIGN = '01-trieu-sang-kien';
/** 23:50 of the last day of phase 1. */
const NOW = Date.parse('2022-05-31T23:50:00+07:00');
const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where to leave pictures of what was looked at, for people; nowhere unless asked. */
const PICTURES = process.env['CONSOLE_PICTURES'];
const PATIENCE_MS = 60_000;

let browser: Browser;
let desk: TestConsole;
let faults: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
// one of its own each time: what was published stays in force
beforeEach(async () => {
  faults = [];
  desk = await openConsole({ clock: { now: () => NOW }, pageFolder: join(root, 'dist/console/page') });
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await desk.close();
});

type Look = Parameters<typeof openDesk>[2];

/** An organizer of the central team with this page open. */
async function organizer(name: string, path: string, look?: Look): Promise<Page> {
  const { email, password } = await desk.staff({ role: 'organizer', name });
  const page = await openDesk(browser, faults, look);
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${desk.url}/console${path}`);
  await page.getByLabel('Địa chỉ thư điện tử').fill(email);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  return page;
}

const press = (place: Page | Locator, name: string) => place.getByRole('button', { name, exact: true }).click();
const item = (page: Page, name: string) =>
  page.locator('.ed-item').filter({ has: page.getByRole('heading', { name, exact: true }) });
const latest = () => desk.stores.campaigns.latest(CAMPAIGN);
/** Publishes what was changed, with this reason. */
async function publish(page: Page, note: string): Promise<void> {
  await press(page, 'Xem lại và công bố');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Lý do').fill(note);
  await press(dialog, 'Công bố');
  await dialog.waitFor({ state: 'hidden' });
}

async function picture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

describe('an organizer', () => {
  it('prolongs a deadline in its last minutes, after reading what becomes of people', async () => {
    const page = await organizer('Invented Organizer', '/campaigns');
    await page.getByRole('link', { name: /Mở 01 triệu/ }).click();
    const phase = item(page, 'Đợt 1');
    await phase.getByText('24h00 ngày 31/5/2022').waitFor();
    await press(phase, 'Kéo dài');
    const dialog = page.getByRole('dialog', { name: 'Kéo dài Đợt 1: mọi đơn vị' });
    await dialog.getByText('Hiện nay nhận đến trước 24h00 ngày 31/5/2022.').waitFor();
    // a week longer runs into phase 2
    await press(dialog, 'Thêm 7 ngày');
    await dialog.getByText('mở khi đợt trước chưa đóng').waitFor();
    expect(await dialog.getByRole('button', { name: 'Công bố' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Hạn mới, nhận đến trước: ngày').fill('1/6/2022');
    await dialog.getByLabel('Hạn mới, nhận đến trước: giờ').fill('6h30');
    const effects = dialog.getByRole('list', { name: 'Điều gì sẽ xảy ra' });
    await effects.getByText('nhận đến trước 6h30 ngày 01/6/2022, thay cho 24h00 ngày 31/5/2022').waitFor();
    // three hours before would be in the night
    await effects.getByText(/lời nhắc được tính lại, gửi lúc 06:00 01\/06\/2022/).waitFor();
    await picture(page, 'campaign-prolong');
    await press(dialog, 'Công bố');
    await dialog.waitFor({ state: 'hidden' });
    await phase.getByText('6h30 ngày 01/6/2022').waitFor();
    expect(await latest()).toMatchObject({
      version: 1,
      note: 'Kéo dài Đợt 1 (mọi đơn vị) đến trước 6h30 ngày 01/6/2022',
      file: { phases: [{ closesAt: '2022-06-01T06:30:00+07:00' }, {}] },
    });
    expect(faults).toEqual([]);
  });

  it('opens again what closed a year ago, counted from tonight', async () => {
    const page = await organizer('Invented Organizer', '/campaigns/75-nghin-sang-kien');
    await press(item(page, 'Đợt cao điểm'), 'Kéo dài');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('24h00 ngày 06/6/2022', { exact: true }).waitFor();
    await dialog.getByText(/Đợt cao điểm \(mọi đơn vị\) mở lại ngay\./).waitFor();
    await dialog.getByLabel('Hạn mới, nhận đến trước: ngày').fill('1/5/2022');
    await dialog.getByText('Hạn mới phải muộn hơn hạn hiện nay và chưa qua.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Công bố' }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('gives a province a deadline of its own, and closes it at once for nobody else', async () => {
    const page = await organizer('Invented Organizer', `/campaigns/${CAMPAIGN}/deadlines`);
    await press(page, 'Thêm hạn riêng');
    const picker = page.getByRole('dialog');
    await picker.getByRole('textbox').fill('tra vinh');
    await picker.getByRole('listitem').getByRole('button', { name: 'LĐLĐ tỉnh Trà Vinh' }).click();
    await picker.getByRole('button', { name: /^Chọn LĐLĐ tỉnh Trà Vinh/ }).click();
    const own = item(page, 'LĐLĐ tỉnh Trà Vinh');
    await own.getByLabel('Nhận riêng đến trước: ngày').fill('5/6/2022');
    await publish(page, 'as the province asked for');
    await press(own, 'Đóng sớm');
    const dialog = page.getByRole('dialog', { name: 'Đóng sớm Đợt 1: LĐLĐ tỉnh Trà Vinh' });
    await dialog.getByText(/Đợt 1 \(LĐLĐ tỉnh Trà Vinh\) đóng ngay\. 0 người/).waitFor();
    await picture(page, 'campaign-close');
    await press(dialog, 'Công bố');
    await dialog.waitFor({ state: 'hidden' });
    expect(await latest()).toMatchObject({
      version: 2,
      file: {
        phases: [{ closesAt: '2022-06-01T00:00:00+07:00' }, {}],
        deadlines: [{ unit: '84', phase: 'dot-1', closesAt: '2022-05-31T23:50:00+07:00' }],
      },
    });
    expect(faults).toEqual([]);
  });

  it('adds a group and a question that refuses, and is told what is missing before they are published', async () => {
    const page = await organizer('Invented Organizer', `/campaigns/${CAMPAIGN}/questions`);
    await press(page, 'Thêm nhóm');
    const group = page.locator('.ed-section').filter({ hasText: 'Nhóm đối tượng' }).locator('.ed-item').last();
    await group.getByLabel('Tên đầy đủ (Tiếng Việt)').fill('Lực lượng vũ trang');
    await group.getByLabel('Tên đầy đủ (English)').fill('Armed forces');
    await group.getByLabel('Tên trên nút, tối đa 20 ký tự (Tiếng Việt)').fill('6. Vũ trang');
    await press(page, 'Thêm câu hỏi');
    const section = page.locator('.ed-section').filter({ hasText: 'Câu hỏi điều kiện' });
    const question = section.locator('.ed-item').last();
    const words = { 'Tên ngắn': 'Khen thưởng', 'Câu hỏi': 'Đã khen?', 'Khi người nộp hỏi thêm': 'Rồi hay chưa.' };
    const rest = { 'Nút có': 'Rồi', 'Nút không': 'Chưa', 'Khi trả lời khác mong đợi': 'Đã khen rồi thì thôi.' };
    for (const [label, text] of Object.entries({ ...words, ...rest })) {
      await question.getByLabel(`${label} (Tiếng Việt)`).fill(text);
      await question.getByLabel(`${label} (English)`).fill(`${text} (en)`);
    }
    await question.getByLabel('Chưa', { exact: true }).check();
    await question.getByLabel('Không nhận hồ sơ').check();
    await picture(page, 'campaign-question');
    await press(page, 'Xem lại và công bố');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Chưa công bố được').waitFor();
    await dialog.getByText('còn trống hoặc chưa đúng dạng').waitFor();
    await picture(page, 'campaign-faults');
    await press(dialog, 'Hủy');
    await group.getByLabel('Tên trên nút, tối đa 20 ký tự (English)').fill('6. Armed forces');
    await press(page, 'Xem lại và công bố');
    await dialog.getByText('Câu hỏi mới: Khen thưởng.').waitFor();
    await dialog.getByText('Câu trả lời đủ điều kiện: không · Khi trả lời khác: Không nhận hồ sơ').waitFor();
    await press(dialog, 'Hủy');
    await publish(page, 'a sixth group');
    const kept = await latest();
    expect(kept?.intake).toMatchObject({
      steps: expect.arrayContaining([
        expect.objectContaining({
          id: 'group',
          options: expect.arrayContaining([expect.objectContaining({ code: 'luc-luong-vu-trang' })]) as unknown,
        }),
        expect.objectContaining({ type: 'yesNo', part: 7, expect: false, otherwise: 'block' }),
      ]) as unknown,
    });
    expect(JSON.stringify(kept?.file)).toContain('Đã khen?');
    expect(faults).toEqual([]);
  });

  it('has people reminded days before where days were chosen, also when the number is deleted and typed anew', async () => {
    const page = await organizer('Invented Organizer', `/campaigns/${CAMPAIGN}/reminders`);
    const number = page.getByLabel('Lần nhắc 1: bao lâu');
    await number.fill('');
    await number.pressSequentially('5');
    expect(await page.getByRole('combobox', { name: 'Lần nhắc 1: ngày hay giờ' }).inputValue()).toBe('ngày trước hạn');
    const hours = page.getByLabel('Lần nhắc 4: bao lâu');
    await hours.fill('');
    await hours.pressSequentially('245');
    await publish(page, 'earlier');
    expect((await latest())?.file).toMatchObject({ reminders: { hoursBefore: [120, 72, 24, 245] } });
  });

  it('who was slower sees what a colleague published, and puts the own changes on top of it', async () => {
    const mine = await organizer('Invented Organizer', `/campaigns/${CAMPAIGN}/info`);
    await mine.getByLabel('Giữ hồ sơ đang điền sau khi đóng (ngày)').fill('90');
    await mine.getByLabel('Tên ngắn (Tiếng Việt)').fill('Tên của tôi');
    // a look at another page of the console loses nothing
    await mine.getByRole('link', { name: 'Câu trả lời mẫu', exact: true }).first().click();
    await mine.getByRole('heading', { name: 'Câu trả lời mẫu', level: 1 }).waitFor();
    await mine.goBack();
    const theirs = await organizer('Invented Colleague', `/campaigns/${CAMPAIGN}/info`);
    await theirs.getByLabel('Tên ngắn (Tiếng Việt)').fill('Tên của họ');
    await theirs.getByRole('link', { name: 'Nhắc hạn' }).click();
    await theirs.getByLabel('Nhiều nhất mấy lần cho một người, một hạn').fill('3');
    await publish(theirs, 'more reminders');
    await press(mine, 'Xem lại và công bố');
    const dialog = mine.getByRole('dialog');
    await dialog.getByText(/Invented Colleague công bố bản 1 .*more reminders/).waitFor();
    await dialog.getByText('Tên của họ').waitFor();
    expect(await dialog.getByRole('button', { name: 'Công bố', exact: true }).isDisabled()).toBe(true);
    await picture(mine, 'campaign-conflict');
    await press(dialog, 'Đặt thay đổi của tôi lên bản mới');
    await dialog.getByText('Hai người cùng sửa những chỗ sau').waitFor();
    await dialog.getByLabel('Lý do').fill('longer grace');
    await picture(mine, 'campaign-merged');
    await press(dialog, 'Công bố');
    await dialog.waitFor({ state: 'hidden' });
    expect(await latest()).toMatchObject({
      version: 2,
      file: { draftGraceDays: 90, shortName: { vi: 'Tên của tôi' }, reminders: { most: 3 } },
    });
    await mine.getByRole('link', { name: 'Các bản' }).click();
    await press(mine, 'So với tệp gốc');
    await mine.getByRole('dialog').getByText('Nhắc hạn · Nhiều nhất').waitFor();
    await picture(mine, 'campaign-compare');
    expect(faults).toEqual([]);
  });
});

describe('every part of a campaign', () => {
  it.each([
    ['desk', DESK, 'light'],
    ['phone', PHONE, 'light'],
    ['dark', DESK, 'dark'],
  ] as const)('keeps WCAG AA and the width of a screen: %s', async (name, viewport, colorScheme) => {
    const page = await organizer('Invented Organizer', '/campaigns', { viewport, colorScheme });
    await page.getByRole('link', { name: /Mở 01 triệu/ }).waitFor();
    const found: string[] = await accessFaults(page);
    await picture(page, `${name}-campaigns`);
    for (const part of ['deadlines', 'questions', 'info', 'replies', 'reminders', 'versions']) {
      await page.goto(`${desk.url}/console/campaigns/${CAMPAIGN}/${part}`);
      await page.locator('.ed-section').first().waitFor();
      found.push(...(await accessFaults(page)).map((line) => `${part}: ${line}`));
      await picture(page, `${name}-${part}`);
    }
    await page.goto(`${desk.url}/console/campaigns/${CAMPAIGN}/deadlines`);
    await press(item(page, 'Đợt 1'), 'Kéo dài');
    await page.getByRole('list', { name: 'Điều gì sẽ xảy ra' }).waitFor();
    found.push(...(await accessFaults(page)).map((line) => `prolong: ${line}`));
    await picture(page, `${name}-prolong`);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Thông tin' }).click();
    await page.getByLabel('Tên ngắn (Tiếng Việt)').fill('Tên khác');
    await press(page, 'Xem lại và công bố');
    await page.getByRole('dialog').getByText('Tên khác').waitFor();
    found.push(...(await accessFaults(page)).map((line) => `review: ${line}`));
    await picture(page, `${name}-review`);
    expect([found, faults]).toEqual([[], []]);
  });
});
