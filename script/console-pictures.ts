/**
 * Takes the pictures of docs/huong-dan-ho-tro.md from the running product, with invented people: `npm run pictures`.
 * Needs the system's Chromium and the built page (`npm run build`).
 */
import { mkdirSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../test/e2e/browser.ts';
import { inviteColleague, makeInvitation } from '../test/e2e/colleague.ts';
import { openDesk } from '../test/e2e/desk.ts';
import { firstSignIn, openStaffPage, type StaffPage } from '../test/e2e/staff-page.ts';
import { openWorker, talk, talkUntilReview, talkUntilWorkplace, type Worker } from '../test/e2e/worker.ts';
import { productProcess, type ProductProcess } from '../test/support/product-process.ts';
import { shootInto } from './shoot.ts';

const FOLDER = 'docs/pictures';
const shoot = shootInto(FOLDER);
const DAY_MS = 86_400_000;
const NARROW = { width: 390, height: 780 };
const MAI = { email: 'mai@congdoan.example', name: 'Vũ Thị Mai' };

mkdirSync(FOLDER, { recursive: true });
const product = await productProcess({});
await product.start();
const browser = await launchBrowser();
try {
  await takeAll(browser, product);
} finally {
  await browser.close();
  await product.close();
}

async function takeAll(browser: Browser, product: ProductProcess): Promise<void> {
  const admin = await openStaffPage(browser, product.url);
  await shoot(admin.page.locator('.sign-in-card'), 'dang-nhap');
  await admin.signIn(firstSignIn(product));
  const mai = await inviteColleague(browser, admin, MAI);
  await makeInvitation(admin, { email: 'lam@congdoan.example', name: 'Bùi Văn Lâm' });
  await admin.page.goto(`${product.url}/console/accounts`);
  await admin.page.locator('.card').nth(2).waitFor();
  await shoot(admin.page.locator('.page'), 'tai-khoan');

  const binh = await begin(browser, product, 'zalo', 'Trần Thị Bình', '0912 345 687');
  const cuong = await begin(browser, product, 'messenger', 'Lê Văn Cường', '0987 654 321');
  const dung = await begin(browser, product, 'zalo', 'Phạm Thị Dung', '0903 456 789');
  await talk(dung.phone, [
    ['tra vinh', 'Càng Long'],
    ['cang long', 'Đối tượng'],
  ]);
  await askForPerson(binh);
  await askForPerson(cuong);
  await mai.row('Lê Văn Cường').waitFor();
  await mai.row('Trần Thị Bình').waitFor();
  await shoot(mai.page.locator('body'), 'hop-thu');

  await mai.open('Trần Thị Bình');
  await mai.line('person', 'gặp nhân viên').waitFor();
  await shoot(mai.page.locator('body'), 'cuoc-tro-chuyen');
  await mai.press('Tiếp quản');
  await mai.handover('tiếp quản').waitFor();
  await mai.say('Chào chị Bình, em là Mai ở Tổ hỗ trợ sáng kiến. Chị đang vướng ở chỗ nào ạ?');
  await binh.phone.expectLast('em là Mai');
  await binh.phone.type('tôi ghi nhầm số điện thoại, số đúng là 0912 345 678');
  await mai.line('person', 'ghi nhầm').waitFor();
  await binh.phone.root.locator('.row.heard').last().waitFor();
  await shoot(mai.page.locator('body'), 'tiep-quan');
  await shoot(binh.phone.root, 'may-nguoi-nop');

  await mai.page.getByRole('button', { name: 'Sửa Điện thoại' }).click();
  await mai.page.getByRole('textbox', { name: 'Điện thoại' }).fill('0912 345 678');
  await shoot(mai.page.locator('.side'), 'sua-cau-tra-loi');
  await mai.press('Lưu');
  await mai.page.getByRole('button', { name: 'Sửa Điện thoại' }).waitFor();
  await mai.press('Trả lại bot');
  await mai.page.getByLabel('Lời nhắn cuối (không bắt buộc)').fill('Em đã sửa số điện thoại giúp chị rồi ạ.');
  await shoot(mai.page.locator('body'), 'tra-lai-bot');
  await mai.page.getByRole('button', { name: 'Gửi lời nhắn và trả lại' }).click();
  await binh.phone.expectLast('Mình tiếp tục nhé');
  await mai.handover('Bot tiếp tục').waitFor();
  await talkUntilReview(binh.phone);
  await talk(binh.phone, [['nộp', /Mã hồ sơ: SK-/]]);
  await mai.page.locator('.entries summary').click();
  await mai.page.locator('.entries').scrollIntoViewIfNeeded();
  await shoot(mai.page.locator('body'), 'da-nop');

  const desk = await openDesk(cuong.page, 'messenger');
  await mai.open('Lê Văn Cường');
  await desk.say('Chào anh Cường, em trả lời từ hộp thư của Trang ạ.');
  await mai.line('inbox', 'từ hộp thư của Trang').waitFor();
  await shoot(mai.page.locator('body'), 'hop-thu-nen-tang');
  await desk.say('#bot');
  await mai.handover('Bot tiếp tục').waitFor();

  await takeNarrow(mai, cuong);
  await takeWindows(product, mai, dung);
}

/** The same on a narrow screen: list, conversation, form. */
async function takeNarrow(mai: StaffPage, cuong: Worker): Promise<void> {
  await askForPerson(cuong);
  const { page } = mai;
  const wide = page.viewportSize() ?? NARROW;
  await page.setViewportSize(NARROW);
  await page.getByRole('button', { name: 'Về danh sách' }).click();
  await mai.row('Lê Văn Cường').waitFor();
  await shoot(page.locator('body'), 'dien-thoai-hop-thu');
  await mai.open('Lê Văn Cường');
  await mai.press('Tiếp quản');
  await mai.say('Chào anh Cường, em là Mai đây ạ.');
  await cuong.phone.expectHeard('em là Mai đây ạ');
  await mai.line('staff', 'em là Mai đây ạ').waitFor();
  await shoot(page.locator('body'), 'dien-thoai-tro-chuyen');
  await mai.pane('Hồ sơ');
  await shoot(page.locator('body'), 'dien-thoai-ho-so');
  await page.setViewportSize(wide);
}

/** What the platforms say after days of silence. */
async function takeWindows(product: ProductProcess, mai: StaffPage, dung: Worker): Promise<void> {
  const { page } = mai;
  const inbox = new URL('/console?tab=all', page.url()).href; // where they signed in
  const show = async (name: string, file: string): Promise<void> => {
    await page.goto(inbox);
    await mai.open(name);
    await mai.line('bot', /./).waitFor();
    await shoot(page.locator('.composer'), file);
  };
  await page.goto(inbox);
  await mai.open('Phạm Thị Dung');
  await mai.press('Tiếp quản');
  await dung.phone.expectLast('Tổ hỗ trợ đã nhận cuộc trò chuyện');
  await moveClock(product, 3 * DAY_MS);
  await show('Phạm Thị Dung', 'zalo-tinh-phi');
  await show('Lê Văn Cường', 'messenger-nhan-vien');
  await moveClock(product, 5 * DAY_MS);
  await show('Phạm Thị Dung', 'het-han-gui');
}

async function begin(
  browser: Browser,
  product: ProductProcess,
  channel: 'zalo' | 'messenger',
  name: string,
  telephone: string,
): Promise<Worker> {
  const worker = await openWorker(browser, product.url, channel);
  await talkUntilWorkplace(worker.phone, name, telephone);
  return worker;
}

function askForPerson({ phone }: Worker): Promise<void> {
  return talk(phone, [['gặp nhân viên', 'Đã chuyển yêu cầu']]);
}

async function moveClock({ url }: ProductProcess, byMs: number): Promise<void> {
  const { now } = (await (await fetch(`${url}/simulator/api/account`)).json()) as { now: number };
  const body = JSON.stringify({ at: now + byMs });
  await fetch(`${url}/simulator/api/clock`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}
