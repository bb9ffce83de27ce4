import type { Browser } from 'playwright-core';
import { openStaffPage, type StaffPage } from './staff-page.ts';

/** As it is chosen behind the link; of no use outside of the test's own product. */
const PASSWORD = 'mot-cau-dai-de-nho';

export type Colleague = { email: string; name: string };

/** Makes a link that invites somebody to see everything, in the console of an admin, who is back at the inbox afterwards. */
export async function makeInvitation({ page, press }: StaffPage, { email, name }: Colleague): Promise<string> {
  await page.getByRole('navigation').getByRole('link', { name: 'Tài khoản' }).click();
  await press('Mời đồng nghiệp');
  const form = page.getByRole('dialog', { name: 'Mời đồng nghiệp' });
  await form.getByLabel('Địa chỉ thư điện tử').fill(email);
  await form.getByLabel('Họ và tên').fill(name);
  await form.getByRole('button', { name: 'Tạo liên kết mời' }).click();
  const shown = page.getByRole('dialog', { name: 'Liên kết một lần' });
  const link = await shown.getByRole('textbox').inputValue();
  await shown.getByRole('button', { name: 'Đóng' }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Hộp thư' }).click();
  return link;
}

/** Invites somebody and lets them come in by the link. */
export async function inviteColleague(browser: Browser, admin: StaffPage, colleague: Colleague): Promise<StaffPage> {
  const link = new URL(await makeInvitation(admin, colleague));
  const guest = await openStaffPage(browser, link.origin);
  await guest.page.goto(link.href);
  await guest.page.getByLabel('Mật khẩu mới', { exact: true }).fill(PASSWORD);
  await guest.page.getByLabel('Nhập lại mật khẩu mới').fill(PASSWORD);
  const heard = guest.page.waitForResponse((answer) => answer.url().includes('/console/api/live') && answer.ok());
  await guest.press('Lưu và vào làm việc');
  await heard;
  return guest;
}
