import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { productProcess, type ProductProcess } from '../support/product-process.ts';
import { launchBrowser } from './browser.ts';
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

/** Says each line and waits for the answer beside it. */
async function talk(phone: Phone, lines: readonly (readonly [says: string, hears: string | RegExp])[]): Promise<void> {
  for (const [says, hears] of lines) {
    await phone.type(says);
    await phone.expectLast(hears);
  }
}

const UNTIL_DESCRIPTION = [
  ['Tran Thi Binh', 'Số điện thoại'],
  ['0912 345 678', 'Nơi công tác'],
  ['tra vinh', 'Càng Long'],
  ['cang long', 'Đối tượng'],
] as const;

it('a newcomer submits on the Zalo phone with a picture, changes it and asks the status', async () => {
  const { zalo } = await openPhones(page, product.url);
  await talk(zalo, [['xin chào', 'đồng ý chứ']]);
  await zalo.tap('Đồng ý');
  await zalo.expectLast('họ và tên');
  await talk(zalo, UNTIL_DESCRIPTION);
  await zalo.tap('2. Công nhân DN');
  await zalo.expectLast('Tên sáng kiến');
  await talk(zalo, [
    ['Giá đỡ xoay cho máy may', 'mô tả ngắn gọn'],
    ['Đổi rập nhanh hơn, mỗi ca bớt 20 phút.', 'ký tự'],
  ]);
  await zalo.tap('Xong');
  await zalo.expectLast('áp dụng thử');
  await zalo.tap('Rồi');
  await zalo.expectLast('Hội đồng');
  await zalo.tap('Rồi');
  await zalo.expectLast('bảo hộ');
  await zalo.tap('Không');
  await zalo.expectLast('gửi minh chứng');
  await zalo.attach('Ảnh mẫu');
  await zalo.expectLast('Đã nhận 1/5');
  await zalo.tap('Xong');
  await zalo.expectLast(/8\. Minh chứng: 1 ảnh/);
  await talk(zalo, [
    ['sửa 5', 'Tên sáng kiến là gì'],
    ['Giá đỡ xoay', /5\. Tên sáng kiến: Giá đỡ xoay\s/],
  ]);
  await zalo.tap('Nộp');
  await zalo.expectLast(/Mã hồ sơ: SK-/);
  await zalo.tap('Xem trạng thái');
  await zalo.expectLast('đang chờ xét');
});

it('someone leaves in the middle on the Messenger phone; after a restart the same question goes on', async () => {
  const { messenger } = await openPhones(page, product.url, '/simulator?channel=messenger&code=1TR-844');
  await messenger.tap('Bắt đầu');
  await messenger.expectLast('đồng ý chứ');
  await messenger.tap('Đồng ý');
  await messenger.expectLast('họ và tên');
  await talk(messenger, [['Lê Văn Cường', 'Số điện thoại']]);
  await product.kill('SIGKILL');
  await product.start();
  await talk(messenger, [
    ['0987 654 321', 'LĐLĐ huyện Càng Long'],
    ['đúng', 'Đối tượng'],
  ]);
});

it('the 2021 campaign is played by setting the clock back', async () => {
  const { messenger } = await openPhones(page, product.url);
  await page.locator('#clockBox summary').click();
  await page.getByRole('button', { name: '75 nghìn sáng kiến · Đợt cao điểm' }).click();
  await page.locator('#clock').filter({ hasText: '2021' }).waitFor();
  await messenger.tap('Bắt đầu');
  await messenger.expectHeard('75 nghìn sáng kiến');
  await messenger.expectLast('đồng ý chứ');
  await messenger.tap('Đồng ý');
  await messenger.expectLast('họ và tên');
  await talk(messenger, UNTIL_DESCRIPTION);
  await messenger.tap('Doanh nghiệp');
  await messenger.expectLast('Tên sáng kiến');
  await talk(messenger, [
    ['Khay đựng kim', 'Tối đa 1000'],
    ['Khay nam châm giữ kim.', 'ký tự'],
    ['xong', 'xem lại'],
    ['nộp', /Mã hồ sơ: SK-/],
  ]);
});

it('the page behind a QR code leads to both phones', async () => {
  await page.goto(`${product.url}/q/1tr-84`);
  expect(await page.locator('body').innerText()).toMatch(/1TR-84/);
  await page.getByRole('link', { name: /Messenger/ }).click();
  await page.waitForURL(/\/simulator\?channel=messenger&code=1TR-84/);
});
