import type { Browser, Locator, Page } from 'playwright-core';
import type { ProductProcess } from '../support/product-process.ts';

const PATIENCE_MS = 90_000;

export type SignIn = { email: string; password: string };

/** The console as one of the staff has it before them. */
export type StaffPage = {
  page: Page;
  /** Fills in the sign-in and waits for the inbox to hear what is new. */
  signIn(account: SignIn): Promise<void>;
  /** The row of somebody in the list, by the name they told. */
  row(name: string): Locator;
  /** Opens somebody from the list. */
  open(name: string): Promise<void>;
  /** Presses the button with exactly this label. */
  press(label: string): Promise<void>;
  /** On a narrow screen, where one of them is seen at a time. */
  pane(label: 'Trò chuyện' | 'Hồ sơ' | 'Ghi chú'): Promise<void>;
  /** Writes in the composer and presses the button. */
  say(text: string): Promise<void>;
  /** A line of the open transcript: of this writer, with this text. */
  line(by: LineBy, text: string | RegExp): Locator;
  /** The line with which another begins to speak. */
  handover(text: string | RegExp): Locator;
  /** Changes one answer of the draft that is typed as text. */
  answer(label: string, text: string): Promise<void>;
  /** Gives the conversation back, with a last sentence. */
  handBack(parting: string): Promise<void>;
  expect(text: string | RegExp): Promise<void>;
};
type LineBy = 'person' | 'bot' | 'notice' | 'staff' | 'inbox' | 'otherApp';

/** What the product printed at its first start, for whoever started it. */
export function firstSignIn(product: ProductProcess): SignIn {
  const [, email, password] = /Sign in\s+(\S+@\S+)\s+(\S+)/.exec(product.output()) ?? [];
  if (!email || !password) throw new Error('the product printed no sign-in');
  return { email, password };
}

/** Opens the console in a browser of its own, as on another computer. */
export async function openStaffPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<StaffPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'vi-VN',
    reducedMotion: 'reduce',
    timezoneId: 'Asia/Ho_Chi_Minh',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${url}/console`);
  return staffPage(page);
}

export function staffPage(page: Page): StaffPage {
  const row = (name: string): Locator => page.locator('a.row').filter({ hasText: name });
  const press = (label: string): Promise<void> =>
    page.getByRole('button', { name: label, exact: true }).filter({ visible: true }).click();
  return {
    page,
    row,
    press,
    async signIn({ email, password }) {
      const heard = page.waitForResponse((answer) => answer.url().includes('/console/api/live') && answer.ok());
      await page.getByLabel('Địa chỉ thư điện tử').fill(email);
      await page.getByLabel('Mật khẩu', { exact: true }).fill(password);
      await press('Đăng nhập');
      await heard;
    },
    async open(name) {
      await row(name).click();
      await page.getByRole('article', { name: `Cuộc trò chuyện với ${name}` }).waitFor();
    },
    pane: (label) => page.locator('.panes').getByRole('button', { name: label }).click(),
    async say(text) {
      await page.getByLabel('Viết trả lời').fill(text);
      await press('Gửi');
    },
    line: (by, text) => page.locator(`.bubble-line[data-by=${by}]`).filter({ hasText: text }).last(),
    handover: (text) => page.locator('.event-line[data-kind=handover]').filter({ hasText: text }).last(),
    async answer(label, text) {
      await page.getByRole('button', { name: `Sửa ${label}` }).click();
      await page.getByRole('textbox', { name: label }).fill(text);
      await press('Lưu');
      await page.getByRole('button', { name: `Sửa ${label}` }).waitFor();
    },
    async handBack(parting) {
      await press('Trả lại bot');
      const dialog = page.getByRole('dialog', { name: 'Trả lại cho bot' });
      await dialog.getByLabel('Lời nhắn cuối (không bắt buộc)').fill(parting);
      await dialog.getByRole('button', { name: 'Gửi lời nhắn và trả lại' }).click();
      await dialog.waitFor({ state: 'hidden' });
    },
    expect: (text) => page.getByText(text).filter({ visible: true }).first().waitFor(),
  };
}
