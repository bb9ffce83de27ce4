import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { accessFaults, DESK, openDesk, PHONE, signIn } from './console-desk.ts';
import { standIn, type StandIn } from './console-stand-in.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** Where to leave pictures of what was looked at, for people; nowhere unless asked. */
const PICTURES = process.env['CONSOLE_PICTURES'];

type Place = [name: string, go: (page: Page, world: StandIn) => Promise<unknown>];

const side = async (page: Page, name: RegExp) => {
  // on a narrow screen beside the transcript means behind a tab
  const tab = page.locator('.panes').getByRole('button', { name });
  await ((await tab.isVisible()) ? tab : page.locator('.side-tabs').getByRole('button', { name })).click();
};

/** Every page and what opens over it, one after the other for who is signed in. */
const PLACES: Place[] = [
  [
    'link',
    async (page, { url }) => {
      await page.goto(`${url}/console/link/once`);
      await page.getByRole('heading', { name: 'Chào mừng anh/chị' }).waitFor();
    },
  ],
  [
    'sign-in',
    async (page, { url }) => {
      await page.goto(`${url}/console`);
      await page.getByLabel('Địa chỉ thư điện tử').waitFor();
    },
  ],
  [
    'inbox',
    async (page, world) => {
      await signIn(page, world);
      await page.locator('.row').first().waitFor();
    },
  ],
  [
    'filters',
    async (page) => {
      await page.getByRole('button', { name: 'Lọc' }).click();
      await page.getByLabel('Kênh').first().waitFor();
    },
  ],
  [
    'locked',
    async (page) => {
      await page.locator('.row').first().click();
      await page.locator('.bubble').first().waitFor();
    },
  ],
  [
    'held',
    async (page) => {
      await page.getByRole('button', { name: 'Tiếp quản', exact: true }).click();
      await page.getByLabel('Viết trả lời').fill('Dạ em chào anh chị');
    },
  ],
  [
    'canned-replies',
    async (page) => {
      await page.getByRole('button', { name: 'Câu trả lời mẫu', exact: true }).click();
      await page.getByRole('dialog').getByText('Nhắc hạn nộp').waitFor();
    },
  ],
  [
    'draft',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await side(page, /Hồ sơ/);
      await page.getByRole('button', { name: 'Sửa Mô tả' }).click();
      await page.locator('summary').first().click();
    },
  ],
  ['notes', (page) => side(page, /Ghi chú/)],
  [
    'hand-back',
    async (page) => {
      await page.getByRole('button', { name: 'Trả lại bot' }).click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  ['canned', (page, { url }) => visit(page, `${url}/console/canned`)],
  ['accounts', (page, { url }) => visit(page, `${url}/console/accounts`)],
  [
    'invite',
    async (page) => {
      await page.getByRole('button', { name: 'Mời đồng nghiệp' }).click();
      await page.getByRole('dialog').getByLabel('Họ và tên').waitFor();
    },
  ],
  ['audit', (page, { url }) => visit(page, `${url}/console/audit`)],
  [
    'me',
    async (page, { url }) => {
      await page.goto(`${url}/console/me`);
      await page.getByRole('heading', { name: 'Đổi mật khẩu' }).waitFor();
    },
  ],
  [
    'menu',
    async (page) => {
      await page.getByRole('button', { name: /Mở bảng chọn/ }).click();
      await page.getByRole('menuitem', { name: 'Đăng xuất' }).waitFor();
    },
  ],
];

const visit = async (page: Page, url: string) => {
  await page.goto(url);
  await page.locator('.card').first().waitFor();
};

/** Light and dark, wide and narrow: colours and room do not hang on each other. */
describe.each([
  ['a desk by day', { viewport: DESK, colorScheme: 'light' }],
  ['a phone at night', { viewport: PHONE, colorScheme: 'dark' }],
] as const)('on %s', (where, look) => {
  let world: StandIn;
  let page: Page;
  const faults: string[] = [];
  beforeAll(async () => {
    world = await standIn();
    page = await openDesk(browser, faults, look);
  });
  afterAll(async () => {
    await page?.context().close();
    world?.server.closeAllConnections();
    world?.server.close();
  });

  it.each(PLACES)('everybody can read and reach: %s', async (name, go) => {
    await go(page, world);
    expect(await accessFaults(page)).toEqual([]);
    expect(faults).toEqual([]); // of the policy it is served with, too
    if (PICTURES === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}-${where.replaceAll(' ', '-')}.png`) });
  });
});
