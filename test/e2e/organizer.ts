import type { Page } from 'playwright-core';

/** What an organizer does in the console, by the words that stand there. */

export const REMINDER_TEXTS = {
  vi: 'Chào anh/chị {name}, hồ sơ của anh/chị đang dừng ở bước {step}. Còn {left} là hết hạn, anh/chị nộp nốt nhé.',
  en: 'Hello {name}, your entry stands at {step}. {left} are left until the deadline.',
} as const;

/** Picks a list of workplaces on the page of units, as a CSV of an office: semicolons and a BOM. */
export async function bringSheet(page: Page, name: string, rows: readonly (readonly string[])[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Chọn tệp để nhập', exact: true }).click();
  const text = `\uFEFF${rows.map((row) => row.join(';')).join('\r\n')}\r\n`;
  await (await chooser).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
}

/** Fills in a new message to those with a draft, until it may be sent. */
export async function composeBroadcast(
  page: Page,
  title: string,
  { vi, en }: { readonly vi: string; readonly en: string },
): Promise<void> {
  await page.getByLabel('Tên đợt gửi').fill(title);
  await page.getByLabel('Nội dung · Tiếng Việt', { exact: true }).fill(vi);
  await page.getByLabel('Nội dung · English', { exact: true }).fill(en);
  await page.locator('button:enabled', { hasText: 'Gửi đi' }).waitFor();
}
