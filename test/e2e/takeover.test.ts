import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { productProcess, type ProductProcess } from '../support/product-process.ts';
import { launchBrowser } from './browser.ts';
import { findBarriers } from './barriers.ts';
import { openDesk } from './desk.ts';
import type { Phone } from './phone.ts';
import { inviteColleague } from './colleague.ts';
import { firstSignIn, openStaffPage, type SignIn, type StaffPage } from './staff-page.ts';
import { openWorker, talk, talkUntilReview, talkUntilWorkplace } from './worker.ts';

// whole stories of several people: minutes on a machine that has other work
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

let product: ProductProcess;
let browser: Browser;
let admin: SignIn;
const faults: string[] = [];

beforeAll(async () => {
  product = await productProcess({}); // as `npm start` with nothing configured
  [browser] = await Promise.all([launchBrowser(), product.start()]);
  admin = firstSignIn(product);
});
afterAll(async () => {
  await browser?.close();
  await product?.close();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(faults.splice(0)).toEqual([]);
});

const SIZES = [
  ['on a laptop', 'zalo', { width: 1280, height: 800 }, 'Trần Thị Bình'],
  ['on a phone', 'messenger', { width: 390, height: 844 }, 'Lê Văn Cường'],
] as const;

async function signedIn(account: SignIn, viewport = { width: 1280, height: 800 }): Promise<StaffPage> {
  const staff = await openStaffPage(browser, product.url, { viewport });
  staff.page.on('pageerror', (error) => faults.push(error.message));
  await staff.signIn(account);
  return staff;
}

/** What the phone heard since it had heard `before`. */
const heardSince = async (phone: Phone, before: number): Promise<string[]> => (await phone.heard()).slice(before);

const last = async (phone: Phone): Promise<string> => (await phone.heard()).at(-1) ?? '';

const asksForPerson = async (phone: Phone): Promise<void> => {
  await talk(phone, [['gặp nhân viên', 'Đã chuyển yêu cầu']]);
};

describe.each(SIZES)('staff %s help somebody on %s', (_where, channel, viewport, name) => {
  const isNarrow = viewport.width < 768;

  it('take over, write, mend an answer and hand back to the same question; the person submits', async () => {
    const staff = await signedIn(admin, viewport);
    const { phone } = await openWorker(browser, product.url, channel);
    await talkUntilWorkplace(phone, name, '0912 345 687');
    const question = await last(phone);
    await asksForPerson(phone);

    await staff.row(name).waitFor(); // comes by itself
    await expect.poll(() => staff.page.title()).toMatch(/^\(\d+\) /);
    await staff.open(name);
    await staff.expect('Bot đang trả lời. Bấm “Tiếp quản” để viết');
    await staff.press('Tiếp quản');
    await staff.handover('Admin tiếp quản').waitFor();
    await phone.expectLast('Tổ hỗ trợ đã nhận cuộc trò chuyện');

    const before = (await phone.heard()).length;
    if (channel === 'zalo') await phone.tap('Xem chi tiết');
    else await phone.menu('Xem trạng thái');
    await phone.type('tôi ghi nhầm số điện thoại rồi');
    await staff.line('person', 'tôi ghi nhầm số điện thoại rồi').waitFor();
    await staff.say('Dạ, anh/chị cho em xin số đúng ạ.');
    await phone.expectLast('Dạ, anh/chị cho em xin số đúng ạ.');
    await phone.type('0912 345 678');
    await staff.line('person', '0912 345 678').waitFor();
    if (isNarrow) await staff.pane('Hồ sơ');
    await staff.answer('Điện thoại', '0912 345 678');
    await staff.expect('0912 345 678');
    if (isNarrow) await staff.pane('Trò chuyện');

    await staff.handBack('Em đã sửa số giúp rồi ạ. Chúc anh/chị nộp thành công.');
    await phone.expectLast('Mình tiếp tục nhé');
    const heard = await heardSince(phone, before);
    expect(heard.slice(0, 3)).toEqual([
      'Dạ, anh/chị cho em xin số đúng ạ.', // and before it nothing: the bot held its tongue
      'Em đã sửa số giúp rồi ạ. Chúc anh/chị nộp thành công.',
      'Nhân viên đã chuyển lại cho chương trình.',
    ]);
    expect(heard).toHaveLength(4);
    expect(heard[3]).toContain(question);
    await staff.handover('Bot tiếp tục').waitFor();

    await talkUntilReview(phone);
    expect(await last(phone)).toContain('2. Điện thoại: 0912 345 678');
    await talk(phone, [['nộp', /Mã hồ sơ: SK-/]]);
    const [code = ''] = /SK-[\w-]+/.exec(await last(phone)) ?? [];
    if (isNarrow) await staff.pane('Hồ sơ');
    await staff.page.locator('.entries summary').filter({ hasText: code }).click();
    await staff.page.locator('.entries').getByText('0912 345 678').waitFor();
    expect(await staff.page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
  });
});

describe("staff answer in the platform's own inbox", () => {
  it.each([
    ['zalo', 'Phạm Thị Dung'],
    ['messenger', 'Hoàng Văn Em'],
  ] as const)('on %s the bot is silent until they write #bot', async (channel, name) => {
    const staff = await signedIn(admin);
    const { phone, page } = await openWorker(browser, product.url, channel);
    await talkUntilWorkplace(phone, name, '0987 654 321');
    const question = await last(phone);
    await asksForPerson(phone);
    await staff.open(name);
    const before = (await phone.heard()).length;

    const desk = await openDesk(page, channel);
    await desk.say('Chào anh/chị, em ở tổ hỗ trợ đây ạ.');
    await staff.line('inbox', 'em ở tổ hỗ trợ đây ạ').waitFor();
    await staff.handover('trả lời từ hộp thư của nền tảng').waitFor();
    await staff.expect('Một nhân viên đang trả lời trong hộp thư của nền tảng.');
    await phone.type('nơi công tác của tôi mới đổi tên');
    await staff.line('person', 'nơi công tác của tôi mới đổi tên').waitFor();
    await desk.say('Anh/chị cứ chọn tên cũ nhé.');
    await phone.expectLast('Anh/chị cứ chọn tên cũ nhé.');
    await desk.say('#bot');
    await phone.expectLast('Mình tiếp tục nhé');
    await staff.handover('Bot tiếp tục').waitFor();

    const heard = await heardSince(phone, before);
    expect(heard.slice(0, 4)).toEqual([
      'Chào anh/chị, em ở tổ hỗ trợ đây ạ.',
      'Anh/chị cứ chọn tên cũ nhé.',
      '#bot',
      'Nhân viên đã chuyển lại cho chương trình.',
    ]);
    expect(heard[4]).toContain(question);
    await talk(phone, [['tra vinh', 'Càng Long']]);
  });

  it('the console takes a conversation over from there', async () => {
    const staff = await signedIn(admin);
    const { phone, page } = await openWorker(browser, product.url, 'messenger');
    await talkUntilWorkplace(phone, 'Đỗ Thị Giang', '0987 654 322');
    await asksForPerson(phone);
    await staff.open('Đỗ Thị Giang');
    const desk = await openDesk(page, 'messenger');
    await desk.say('Em chuyển cho bạn khác giúp ạ.');
    await staff.line('inbox', 'Em chuyển cho bạn khác giúp ạ.').waitFor();
    await staff.press('Tiếp quản');
    await staff.say('Chào anh/chị, em giúp tiếp đây ạ.');
    await phone.expectLast('Chào anh/chị, em giúp tiếp đây ạ.');
    await staff.handBack('Chúc anh/chị thành công.');
    await phone.expectLast('Mình tiếp tục nhé');
  });
});

describe('two of the staff', () => {
  it('see each other, and the second sees that the first owns it, until it is given to them', async () => {
    const first = await signedIn(admin);
    const second = await inviteColleague(browser, first, { email: 'mai@example.org', name: 'Vũ Thị Mai' });
    const { phone } = await openWorker(browser, product.url, 'zalo');
    await talkUntilWorkplace(phone, 'Ngô Văn Hải', '0987 654 323');
    await asksForPerson(phone);
    await Promise.all([first.open('Ngô Văn Hải'), second.open('Ngô Văn Hải')]);
    await Promise.all([
      first.expect('Vũ Thị Mai cũng đang xem'),
      second.expect('Admin cũng đang xem'),
      first.press('Tiếp quản'),
    ]);
    await second.expect('Admin đang giữ');
    await second.expect('Admin đang giữ cuộc trò chuyện.');
    expect(await second.page.getByLabel('Viết trả lời').count()).toBe(0);
    expect(await second.page.getByRole('button', { name: 'Tiếp quản' }).count()).toBe(0);
    await second.press('Việc khác');
    await second.page.getByRole('menuitem', { name: 'Nhận về mình' }).click();
    await second.say('Em là Mai, em giúp tiếp ạ.');
    await phone.expectLast('Em là Mai, em giúp tiếp ạ.');
    await first.expect('Vũ Thị Mai đang giữ cuộc trò chuyện.');
    await first.line('staff', 'Em là Mai, em giúp tiếp ạ.').waitFor();
    await second.press('Việc khác');
    await second.page.getByRole('menuitem', { name: 'Xong, đóng lại' }).click();
    await first.handover('Bot tiếp tục').waitFor();
  });

  it('cannot both own it when they take over together', async () => {
    const first = await signedIn(admin);
    const second = await inviteColleague(browser, first, { email: 'lam@example.org', name: 'Bùi Văn Lâm' });
    const { phone } = await openWorker(browser, product.url, 'messenger');
    await talkUntilWorkplace(phone, 'Đặng Thị Kim', '0987 654 324');
    await asksForPerson(phone);
    const both = [first, second];
    await Promise.all(both.map((staff) => staff.open('Đặng Thị Kim')));
    await Promise.all(both.map((staff) => staff.press('Tiếp quản')));
    await Promise.all(both.map((staff) => staff.handover('tiếp quản').waitFor()));
    await expect
      .poll(() => Promise.all(both.map((staff) => staff.page.getByLabel('Viết trả lời').count())))
      .toEqual(expect.arrayContaining([0, 1]));
    await Promise.all(both.map((staff) => staff.expect(/đang giữ|Trả lại bot/)));
  });
});

it('everything goes by keyboard: from row to row, take over, write, send', async () => {
  const staff = await signedIn(admin);
  const [one, other] = [
    await openWorker(browser, product.url, 'zalo'),
    await openWorker(browser, product.url, 'messenger'),
  ];
  await talkUntilWorkplace(one.phone, 'Dương Thị Lý', '0987 654 325');
  await asksForPerson(one.phone);
  await talkUntilWorkplace(other.phone, 'Mạc Văn Nam', '0987 654 326');
  await asksForPerson(other.phone);
  await staff.page.goto(`${product.url}/console?q=${encodeURIComponent('0987 654 325')}`);
  await staff.row('Dương Thị Lý').waitFor();
  expect(await staff.page.locator('a.row').count()).toBe(1);
  await staff.page.goto(`${product.url}/console`);
  await staff.row('Mạc Văn Nam').waitFor();
  const keys = staff.page.keyboard;
  const opened = staff.page.locator('.talk-who h1');
  await keys.press('j');
  await opened.waitFor();
  while ((await opened.innerText()) !== 'Mạc Văn Nam') {
    const now = await opened.innerText();
    await keys.press('j');
    await expect.poll(() => opened.innerText()).not.toBe(now);
  }
  await keys.press('k');
  await expect.poll(() => opened.innerText()).toBe('Dương Thị Lý');
  await keys.press('t');
  await staff.page.getByLabel('Viết trả lời').waitFor();
  await keys.press('r');
  await keys.type('Chào chị Lý ạ');
  await keys.press('Control+Enter');
  await one.phone.expectLast('Chào chị Lý ạ');
});

const LOOKS = [
  ['by day on a laptop', SIZES[0][2], 'light'],
  ['at night on a phone', SIZES[1][2], 'dark'],
] as const;

it('everybody can read and reach every page, by day on a laptop and at night on a phone', async () => {
  const staff = await signedIn(admin);
  const { page } = staff;
  const { phone } = await openWorker(browser, product.url, 'zalo');
  await talkUntilWorkplace(phone, 'Hồ Thị Oanh', '0987 654 327');
  await asksForPerson(phone);
  const found: Record<string, string[]> = {};
  const look = async (place: string, at: Page = page): Promise<void> => {
    for (const [when, viewport, colorScheme] of LOOKS) {
      await at.setViewportSize(viewport);
      await at.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await at.locator(`:root[data-mantine-color-scheme=${colorScheme}]`).waitFor();
      // rows that come into view are styled anew by the frame that shows them
      await at.evaluate(() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown))));
      await at.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null))));
      const { scrollWidth } = await at.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth }));
      const wide = scrollWidth > viewport.width ? [`${scrollWidth} px wide`] : [];
      found[`${place} ${when}`] = [...(await findBarriers(at)), ...wide];
    }
    await at.setViewportSize(SIZES[0][2]);
  };
  await staff.row('Hồ Thị Oanh').waitFor();
  await look('inbox');
  await staff.open('Hồ Thị Oanh');
  await staff.line('person', 'gặp nhân viên').waitFor();
  await look('conversation of the bot');
  await staff.press('Tiếp quản');
  await staff.say('Chào chị Oanh ạ');
  await staff.line('staff', 'Chào chị Oanh ạ').waitFor();
  await look('conversation of ours');
  await page.getByRole('button', { name: 'Sửa Nơi công tác' }).click();
  await look('editor of an answer');
  await staff.press('Hủy');
  await staff.press('Trả lại bot');
  await page.getByRole('dialog').waitFor();
  await look('handing back');
  await page.keyboard.press('Escape');
  for (const path of ['canned', 'accounts', 'audit', 'me']) {
    await page.goto(`${product.url}/console/${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await look(path);
  }
  const { page: outside } = await openStaffPage(browser, product.url);
  await outside.getByLabel('Địa chỉ thư điện tử').waitFor();
  await look('sign-in', outside);
  await outside.goto(`${product.url}/console/link/that-was-never-made`);
  await outside.getByRole('alert').waitFor();
  await look('link', outside);
  expect(Object.entries(found).filter(([, wrong]) => wrong.length > 0)).toEqual([]);
});
