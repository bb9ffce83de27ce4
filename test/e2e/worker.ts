import type { Browser, Page } from 'playwright-core';
import { openPhones, type ChannelName, type Phone } from './phone.ts';

/** Somebody at the simulator's phones, in a browser of their own. */
export type Worker = { phone: Phone; page: Page };

export async function openWorker(browser: Browser, url: string, channel: ChannelName): Promise<Worker> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(90_000);
  const phones = await openPhones(page, url);
  return { phone: phones[channel], page };
}

/** Says each line and waits for the answer beside it. */
export async function talk(
  phone: Phone,
  lines: readonly (readonly [says: string, hears: string | RegExp])[],
): Promise<void> {
  for (const [says, hears] of lines) {
    await phone.type(says);
    await phone.expectLast(hears);
  }
}

/** From the first word to the question for the workplace. */
export async function talkUntilWorkplace(phone: Phone, name: string, telephone: string): Promise<void> {
  await talk(phone, [['xin chào', 'đồng ý chứ']]);
  await phone.tap('Đồng ý');
  await phone.expectLast('họ và tên');
  await talk(phone, [
    [name, 'Số điện thoại'],
    [telephone, 'Nơi công tác'],
  ]);
}

/** From the question for the workplace to the review, from where `nộp` sends it. */
export async function talkUntilReview(phone: Phone): Promise<void> {
  await talk(phone, [
    ['tra vinh', 'Càng Long'],
    ['cang long', 'Đối tượng'],
    ['2', 'Tên sáng kiến'],
    ['Giá đỡ xoay cho máy may', 'mô tả ngắn gọn'],
    ['Đổi rập nhanh hơn, mỗi ca bớt 20 phút.', 'ký tự'],
    ['xong', 'áp dụng thử'],
    ['rồi', 'Hội đồng'],
    ['rồi', 'bảo hộ'],
    ['không', 'gửi minh chứng'],
  ]);
  await phone.attach('Ảnh mẫu');
  await phone.expectLast('Đã nhận 1/5');
  await talk(phone, [['xong', /8\. Minh chứng: 1 ảnh/]]);
}
