import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { productProcess, type ProductProcess } from '../support/product-process.ts';
import { launchBrowser } from './browser.ts';
import { openDesk, type Desk } from './desk.ts';
import { openPhones, type Phone } from './phone.ts';

let product: ProductProcess;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  product = await productProcess({}); // as `npm start` with nothing configured
  [browser] = await Promise.all([launchBrowser(), product.start()]);
});
afterAll(async () => {
  await browser?.close();
  await product?.close();
});
beforeEach(async () => {
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
});
afterEach(() => page.context().close());

/** Up to the question for the name. */
async function begin(phone: Phone, channel: 'zalo' | 'messenger'): Promise<void> {
  if (channel === 'zalo') await phone.type('xin chào');
  else await phone.tap('Bắt đầu');
  await phone.expectLast('đồng ý chứ');
  await phone.tap('Đồng ý');
  await phone.expectLast('họ và tên');
}

/** What the bot said after this line of staff. */
async function botAfter(desk: Desk, staffLine: string): Promise<string[]> {
  const lines = await desk.lines();
  return lines.slice(lines.indexOf(`staff: ${staffLine}`)).filter((line) => line.startsWith('app: '));
}

it('staff answer in Zalo OA Manager: the bot is silent until they write #bot, then asks the same question', async () => {
  const { zalo } = await openPhones(page, product.url);
  await begin(zalo, 'zalo');
  const desk = await openDesk(page, 'zalo');
  await desk.say('Chào anh/chị, em xem giúp ạ');
  await zalo.expectHeard('Chào anh/chị, em xem giúp ạ');
  await zalo.type('Tran Thi Binh');
  await desk.expectLine('person', 'Tran Thi Binh');
  await zalo.attach('Ảnh mẫu');
  await zalo.type('cảm ơn em');
  await desk.expectLine('person', 'cảm ơn em');
  await desk.say('#bot');
  await zalo.expectLast('họ và tên');
  expect((await botAfter(desk, 'Chào anh/chị, em xem giúp ạ'))[0]).toContain('chuyển lại cho chương trình');
  await zalo.type('Tran Thi Binh');
  await zalo.expectLast('Số điện thoại');
});

it('staff answer from their phone, unknown to Zalo: the bot pauses, and the worker may call it back', async () => {
  const { zalo } = await openPhones(page, product.url);
  await begin(zalo, 'zalo');
  const desk = await openDesk(page, 'zalo');
  await desk.answerFrom('mobile');
  await desk.sendPicture();
  await expect.poll(() => zalo.root.locator('.heard img.picture').count()).toBe(1);
  await zalo.type('dạ em nhận rồi');
  await desk.expectLine('person', 'dạ em nhận rồi');
  await zalo.type('bot');
  await zalo.expectLast('họ và tên');
  const lines = await desk.lines();
  expect(lines.slice(lines.indexOf('person: dạ em nhận rồi') + 1)[0]).toBe('person: bot');
});

it('the Page Inbox takes the thread of a Messenger chat and gives it back', async () => {
  const { messenger } = await openPhones(page, product.url);
  await begin(messenger, 'messenger');
  const desk = await openDesk(page, 'messenger');
  await desk.root.getByLabel('Conversation Routing').check();
  await desk.root.getByText('Bot đang giữ cuộc trò chuyện').waitFor();
  await desk.say('Chào anh/chị, em xem giúp ạ');
  await messenger.expectHeard('Chào anh/chị, em xem giúp ạ');
  await messenger.type('em ghi tên thế nào');
  await desk.expectLine('person', 'em ghi tên thế nào');
  await desk.root.getByRole('button', { name: 'Trả lại cho bot' }).click();
  await messenger.expectLast('họ và tên');
  expect((await botAfter(desk, 'Chào anh/chị, em xem giúp ạ'))[0]).toContain('chuyển lại cho chương trình');
  await messenger.type('Tran Thi Binh');
  await messenger.expectLast('Số điện thoại');
});
