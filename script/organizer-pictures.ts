/**
 * Takes the pictures of docs/huong-dan-to-chuc.md from the running product, with invented people: `npm run pictures`.
 * Needs the system's Chromium, `pdftoppm` and the built page (`npm run build`).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { launchBrowser } from '../test/e2e/browser.ts';
import { bringCrowd, setClock } from '../test/e2e/demo.ts';
import { bringSheet, composeBroadcast, REMINDER_TEXTS } from '../test/e2e/organizer.ts';
import { firstSignIn, openStaffPage, type StaffPage } from '../test/e2e/staff-page.ts';
import { openWorker, talkUntilWorkplace, type Worker } from '../test/e2e/worker.ts';
import { productProcess, type ProductProcess } from '../test/support/product-process.ts';
import { shootInto } from './shoot.ts';

const FOLDER = 'docs/pictures';
const CAMPAIGN = '01-trieu-sang-kien';
const DESK = { width: 1280, height: 800 };
const shoot = shootInto(FOLDER);

mkdirSync(FOLDER, { recursive: true });
// slowly, so that a sending can be seen on its way; the address as it would stand on posters
const slow = { ZALO_BROADCASTS_PER_SECOND: '1', MESSENGER_BROADCASTS_PER_SECOND: '1' };
const product = await productProcess({ ...slow, PUBLIC_URL: 'https://sangkien.congdoan.example' });
await product.start();
const browser = await launchBrowser();
try {
  const admin = await openStaffPage(browser, product.url);
  await admin.signIn(firstSignIn(product));
  await bringCrowd(product, 20);
  const binh = await openWorker(browser, product.url, 'zalo');
  await talkUntilWorkplace(binh.phone, 'Trần Thị Bình', '0912 345 678');
  await takeCampaign(admin);
  await takeUnits(admin);
  await takeCodes(admin);
  await takeTemplates(admin);
  await takeBroadcast(admin, binh);
  await takeCalls(product, admin);
} finally {
  await browser.close();
  await product.close();
}

async function go({ page }: StaffPage, path: string, height = DESK.height): Promise<void> {
  await page.setViewportSize({ ...DESK, height });
  await page.goto(new URL(`/console/${path}`, page.url()).href);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Its deadlines, one of them prolonged, and its reminders; nothing is published. */
async function takeCampaign(admin: StaffPage): Promise<void> {
  const { page } = admin;
  await go(admin, `campaigns/${CAMPAIGN}`);
  await page.getByText('Đợt 2').first().waitFor();
  await shoot(page.locator('body'), 'chuong-trinh');
  await page.getByRole('button', { name: 'Kéo dài' }).last().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Thêm 7 ngày' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Công bố' }).waitFor();
  await shoot(page.getByRole('dialog'), 'keo-dai');
  await page.keyboard.press('Escape');
  await go(admin, `campaigns/${CAMPAIGN}/reminders`, 900);
  await page.getByText('Nhắc trước hạn').waitFor();
  await shoot(page.locator('body'), 'lich-nhac');
}

async function takeUnits(admin: StaffPage): Promise<void> {
  const { page } = admin;
  await go(admin, 'units', 1250);
  await bringSheet(page, 'chi-tieu-tra-vinh.csv', [
    ['Mã', 'Tên đơn vị', 'Trực thuộc', 'Chỉ tiêu đợt 1'],
    ['84', 'LĐLĐ tỉnh Trà Vinh', '', '1.700'],
    ['', 'huyện Càng Long', 'Trà Vinh', '120'],
    ['', 'Công đoàn Viên chức tỉnh Trà Vinh', 'Trà Vinh', 'khoảng 40'],
    ['', 'CĐCS Bệnh viện', 'Công đoàn Y tế tỉnh', '12'],
    ['', 'CĐCS Công ty May Cửu Long', 'Càng Long', '25'],
  ]);
  await page.getByRole('heading', { name: 'Các dòng có vấn đề' }).waitFor();
  await shoot(page.locator('body'), 'nhap-don-vi');
}

async function takeCodes(admin: StaffPage): Promise<void> {
  const { page } = admin;
  await go(admin, 'qr?under=84');
  await page.getByRole('region', { name: 'Mã của LĐLĐ tỉnh Trà Vinh' }).waitFor();
  await shoot(page.locator('body'), 'ma-qr');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Áp phích A4 (PDF)', exact: true }).click(),
  ]);
  execFileSync('pdftoppm', ['-png', '-singlefile', '-r', '60', await file.path(), `${FOLDER}/ap-phich`]);
}

/** One that is approved after a moment, and one that is refused. */
async function takeTemplates(admin: StaffPage): Promise<void> {
  const { page } = admin;
  await go(admin, 'broadcasts/templates', 1040);
  const handIn = async (name: string, body: string): Promise<void> => {
    await page.getByRole('button', { name: 'Thêm mẫu tin' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Tên mẫu').fill(name);
    await form.getByLabel('Nội dung').fill(body);
    if (name === 'nhac_han_nop') await shoot(form, 'mau-tin-moi');
    await form.getByRole('button', { name: 'Gửi duyệt' }).click();
    await form.waitFor({ state: 'hidden' });
  };
  await handIn('nhac_han_nop', 'Hồ sơ sáng kiến của anh/chị {{name}} chưa nộp. Hạn nộp của đơn vị là {{deadline}} ạ.');
  await handIn('moi_tham_gia', 'Mời anh/chị {{name}} tham gia ngay cuộc thi mới của chúng tôi, có quà tặng.');
  const one = (name: string) => page.getByRole('listitem').filter({ hasText: name });
  await one('nhac_han_nop').getByText('Đã duyệt').waitFor();
  await one('moi_tham_gia').getByText('Bị từ chối').waitFor();
  await page.setViewportSize({ ...DESK, height: 520 });
  await shoot(page.locator('body'), 'mau-tin');
}

/** Written, counted, on its way, held, done; and as it is heard. */
async function takeBroadcast(admin: StaffPage, binh: Worker): Promise<void> {
  const { page } = admin;
  await go(admin, 'broadcasts/new', 1540);
  await composeBroadcast(page, 'Hỏi thăm người đang điền dở', REMINDER_TEXTS);
  await shoot(page.locator('body'), 'soan-tin');
  await page.setViewportSize({ ...DESK, height: 1000 });
  await page.getByRole('button', { name: 'Gửi đi', exact: true }).click();
  await page.getByText(/^[3-9] trong \d+ người đã xong$/).waitFor();
  await page.getByRole('button', { name: 'Tạm dừng', exact: true }).click();
  await page.getByRole('button', { name: 'Gửi tiếp', exact: true }).waitFor();
  await page
    .getByRole('row', { name: /Đã gửi/ })
    .nth(2)
    .waitFor();
  await shoot(page.locator('body'), 'dang-gui');
  await page.getByRole('button', { name: 'Gửi tiếp', exact: true }).click();
  await page.getByText('Đã xong', { exact: true }).first().waitFor();
  await binh.phone.expectHeard('hồ sơ của anh/chị đang dừng ở bước');
  await shoot(binh.phone.root, 'may-nhan-tin');
  await shoot(page.locator('body'), 'gui-xong');
}

/** On the last day nobody who was silent for days can be written to. */
async function takeCalls(product: ProductProcess, admin: StaffPage): Promise<void> {
  const { page } = admin;
  await go(admin, 'broadcasts/upcoming');
  await page.getByRole('listitem').first().waitFor();
  await shoot(page.locator('body'), 'nhac-sap-toi');
  await setClock(product, '2022-05-31T06:05:00+07:00');
  const card = page.getByRole('listitem').filter({ hasText: 'Trần Thị Bình' });
  do await go(admin, 'broadcasts/calls');
  while (
    !(await card.waitFor({ timeout: 5000 }).then(
      () => true,
      () => false,
    ))
  );
  await shoot(page.locator('body'), 'can-goi');
}
