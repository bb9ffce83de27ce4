/** Takes the picture of the README from the running product: `npm run picture`. Needs the system's Chromium. */
import { launchBrowser } from '../test/e2e/browser.ts';
import { openPhones } from '../test/e2e/phone.ts';
import { productProcess } from '../test/support/product-process.ts';

const product = await productProcess({});
await product.start();
const browser = await launchBrowser();
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1.5 });
  const page = await context.newPage();
  const { zalo, messenger } = await openPhones(page, product.url);
  const talk = async (phone: typeof zalo, says: string, hears: string | RegExp) => {
    await phone.type(says);
    await phone.expectLast(hears);
  };
  await talk(zalo, 'xin chao', 'đồng ý chứ');
  await zalo.tap('Đồng ý');
  await zalo.expectLast('họ và tên');
  await talk(zalo, 'tran thi binh', 'Số điện thoại');
  await talk(zalo, '01644697123', '0344 697 123');
  await zalo.tap('Đúng');
  await zalo.expectLast('Nơi công tác');
  await talk(zalo, 'ha', 'Hậu Giang');
  await messenger.tap('Bắt đầu');
  await messenger.expectLast('đồng ý chứ');
  await messenger.tap('Đồng ý');
  await messenger.expectLast('họ và tên');
  await talk(messenger, 'Lê Văn Cường', 'Số điện thoại');
  await talk(messenger, '0912.345.67', '10');
  await talk(messenger, '0912 345 678', 'Nơi công tác');
  await talk(messenger, 'y te', 'Công đoàn Y tế');
  await talk(messenger, 'Bệnh viện huyện', 'Đối tượng');
  await page.screenshot({ path: 'docs/simulator.png' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: process.env['NARROW'] ?? '/tmp/simulator-narrow.png' });
} finally {
  await browser.close();
  await product.close();
}
