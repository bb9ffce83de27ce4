import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { openDesk, signIn } from './console-desk.ts';
import { NOW, sampleRow } from './console-samples.ts';
import { standIn, type StandIn } from './console-stand-in.ts';

let browser: Browser;
let world: StandIn;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  world = await standIn();
  page = await openDesk(browser, faults);
});
afterEach(async () => {
  await page.context().close();
  world.server.closeAllConnections();
  await new Promise((resolve) => world.server.close(resolve));
  expect(faults.splice(0)).toEqual([]);
});

const row = (n: number) => page.locator(`[data-contact="${sampleRow(n).contact}"]`);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const openTalk = async (n = 0) => {
  await row(n).click();
  await page.getByRole('log').getByText('Tôi chưa biết ghi phần mô tả thế nào').waitFor();
};
const hold = async (n = 0) => {
  await openTalk(n);
  await button('Tiếp quản').click();
  await page.getByLabel('Viết trả lời').waitFor();
};

describe('signing in', () => {
  it('says so when the password is wrong, and lets in with the right one', async () => {
    await page.goto(`${world.url}/console`);
    await page.getByLabel('Địa chỉ thư điện tử').fill('lan@example.org');
    await page.getByLabel('Mật khẩu', { exact: true }).fill('sai');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Địa chỉ thư hoặc mật khẩu chưa đúng.').waitFor();
    await page.getByRole('link', { name: 'Dùng tài khoản cơ quan' }).waitFor();
    await signIn(page, world);
    await row(0).waitFor();
  });

  it('is asked for again where the session has ended, and the address is kept', async () => {
    await signIn(page, world, '/console/canned');
    await page.getByRole('heading', { name: 'Câu trả lời mẫu' }).waitFor();
    await button('Mở bảng chọn của Lan Anh').click();
    await page.getByRole('menuitem', { name: 'Đăng xuất' }).click();
    await page.getByRole('heading', { name: 'Đăng nhập' }).waitFor();
  });

  it('speaks English when asked, also the next time', async () => {
    await page.goto(`${world.url}/console`);
    await button('English').click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});

describe('the inbox', () => {
  it('keeps tab, search and filters in the address', async () => {
    await signIn(page, world);
    await expect.poll(() => page.locator('.row').count()).toBe(4);
    await button('Tất cả').click();
    await page.getByRole('searchbox').fill('quốc khánh');
    await expect
      .poll(() => page.locator('.row').count())
      .toBe(world.rows.filter((one) => /Quốc Khánh/.test(one.name)).length);
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({ tab: 'all', q: 'quốc khánh' });
    await page.reload();
    expect(await page.getByRole('searchbox').inputValue()).toBe('quốc khánh');
    await page.locator('.row').first().waitFor();
    expect(await button('Tất cả').getAttribute('aria-pressed')).toBe('true');
  });

  it('loads more as one scrolls, thousands if need be', async () => {
    world.rows.push(...Array.from({ length: 2000 }, (_, n) => sampleRow(60 + n)));
    await signIn(page, world, '/console/?tab=all');
    for (const many of [60, 120, 180]) {
      await expect.poll(() => page.locator('.row').count()).toBeGreaterThanOrEqual(many);
      await page.locator('.rows-scroll').evaluate((box) => box.scrollTo(0, box.scrollHeight));
    }
  });

  it('shows a new request at once, counts it in the title, and takes it away when a colleague has it', async () => {
    await signIn(page, world);
    await row(0).waitFor();
    await expect.poll(() => world.streams.size).toBe(1);
    const asks = { ...sampleRow(20), humanAskedAt: NOW, humanReason: 'asked' as const };
    world.tell('inbox', { rows: [asks], gone: [], counts: { waiting: 5, mine: 0 } });
    await row(20).waitFor();
    await expect.poll(() => page.title()).toBe('(5) Tổ hỗ trợ sáng kiến');
    world.tell('inbox', {
      rows: [{ ...asks, humanAskedAt: null, humanReason: null }],
      gone: [],
      counts: { waiting: 4, mine: 0 },
    });
    await row(20).waitFor({ state: 'detached' });
    world.tell('inbox', { rows: [], gone: [sampleRow(1).contact], counts: { waiting: 3, mine: 0 } });
    await row(1).waitFor({ state: 'detached' });
  });

  it('comes back by itself after the stream broke off, and asks for what it missed', async () => {
    await signIn(page, world);
    await expect.poll(() => world.streams.size).toBe(1);
    world.rows.unshift({ ...sampleRow(30), humanAskedAt: NOW - 3_600_000, humanReason: 'asked' });
    world.dropStreams();
    await row(30).waitFor();
    await expect.poll(() => world.streams.size).toBe(1);
  });

  it('is walked by keyboard: j and k, search, Escape, a sheet that tells the keys', async () => {
    await signIn(page, world);
    await row(0).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect.poll(() => row(1).getAttribute('aria-current')).toBe('true');
    await page.keyboard.press('k');
    await expect.poll(() => row(0).getAttribute('aria-current')).toBe('true');
    await page.keyboard.press('/');
    await page.keyboard.type('j');
    expect(await page.getByRole('searchbox').inputValue()).toBe('j');
    await page.getByRole('searchbox').fill('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Tiếp quản').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.getByText('Chọn một cuộc trò chuyện').waitFor();
  });
});

describe('a conversation', () => {
  beforeEach(() => signIn(page, world));

  it('is locked while the bot speaks, and says so; taking over opens it', async () => {
    await openTalk();
    await page.getByText('Bot đang trả lời. Bấm “Tiếp quản” để viết').waitFor();
    expect(await page.getByLabel('Viết trả lời').count()).toBe(0);
    await button('Tiếp quản').click();
    await page.getByLabel('Viết trả lời').waitFor();
    await page.getByText('gửi miễn phí đến 11:00 29/05/2022').waitFor();
    expect(world.acts.map(({ act }) => act.type)).toEqual(['takeOver']);
  });

  it('tells who holds it when a colleague was first', async () => {
    world.refuse = () => ({ status: 409, body: { why: 'held', text: '' } });
    await openTalk();
    await button('Tiếp quản').click();
    await page.getByText('Một đồng nghiệp đang giữ cuộc trò chuyện này.').waitFor();
  });

  it('shows what is written before the server has it, once, and sends it once', async () => {
    await hold();
    world.isArchiving = false;
    await page.getByLabel('Viết trả lời').fill('Dạ em chào anh');
    await page.keyboard.press('Control+Enter');
    const said = page.getByRole('log').getByText('Dạ em chào anh');
    await said.waitFor();
    await page.getByText('Đang gửi…').waitFor();
    const id = world.acts.at(-1)?.id ?? '';
    const like = world.lines.get(sampleRow(0).contact)?.find((line) => line.type === 'message');
    if (!like) throw new Error('the sample has no message');
    const by = { type: 'staff', staff: 's1', name: 'Lan Anh' } as const;
    world.lines.get(sampleRow(0).contact)?.push({ ...like, id, at: NOW, by, text: 'Dạ em chào anh', state: 'sent' });
    world.tell('conversation', { contact: sampleRow(0).contact });
    await page.getByText('Đang gửi…').waitFor({ state: 'detached' });
    expect(await said.count()).toBe(1);
    expect(world.acts.filter(({ act }) => act.type === 'say')).toHaveLength(1);
  });

  it('keeps what could not be sent, and sends it again by choice as the same act', async () => {
    await hold();
    world.refuse = (act) => (act.type === 'say' ? { status: 503, body: { error: 'store.unavailable' } } : null);
    await page.getByLabel('Viết trả lời').fill('Anh gửi lại giúp em');
    await button('Gửi').click();
    await page.getByRole('alert').getByText('Máy chủ gặp trục trặc').waitFor();
    world.refuse = () => null;
    await button('Gửi lại').click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    const ids = world.acts.filter(({ act }) => act.type === 'say').map(({ id }) => id);
    expect(new Set(ids).size).toBe(1);
    expect(ids).toHaveLength(2);
  });

  it('refuses before writing where the platform takes nothing more, with the number to call and the code', async () => {
    const view = world.open(sampleRow(0).contact);
    view.window = { now: 'closed', freeUntil: NOW - 2, chargedUntil: NOW - 1, humanUntil: null };
    await openTalk();
    await button('Tiếp quản').click();
    await page.getByText('Hiện không gửi được tin cho người này.').waitFor();
    expect(await page.locator('.window a').getAttribute('href')).toBe('tel:+84912345000');
    await page.getByText('SK-7K3F-92QX').first().waitFor();
  });

  it('puts a canned reply into the field to be read before it goes out, and refuses a file too large for the platform', async () => {
    await hold();
    await button('Câu trả lời mẫu').click();
    await page.getByRole('dialog').getByText('Nhắc hạn nộp').click();
    await expect.poll(() => page.getByLabel('Viết trả lời').inputValue()).toContain('31/5/2022');
    const picker = page.locator('input[type=file]');
    await picker.setInputFiles({ name: 'to.png', mimeType: 'image/png', buffer: Buffer.alloc(1_000_001) });
    await page.getByRole('alert').getByText('Tệp quá lớn. Nền tảng này nhận nhiều nhất 1 MB.').waitFor();
    await picker.setInputFiles({ name: 'nho.png', mimeType: 'image/png', buffer: Buffer.alloc(10) });
    await expect.poll(() => world.acts.at(-1)?.act).toEqual({ type: 'sendFile', fileId: 'up-nho.png' });
  });

  it('is given back with a parting sentence, passed to a colleague, and noted upon', async () => {
    await hold();
    await button('Việc khác').click();
    await page.getByRole('menuitem', { name: 'Giao cho đồng nghiệp' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Minh Đức' }).click();
    await expect.poll(() => world.acts.at(-1)?.act).toEqual({ type: 'assign', to: 's2' });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page
      .getByLabel('Hồ sơ và ghi chú')
      .getByRole('button', { name: /Ghi chú/ })
      .click();
    await page.getByLabel('Ghi chú mới').fill('Hẹn mai gọi lại');
    await button('Thêm ghi chú').click();
    await page.locator('.note').getByText('Hẹn mai gọi lại').waitFor();
    await button('Trả lại bot').click();
    await page.getByLabel('Lời nhắn cuối').fill('Chúc anh thành công');
    await button('Gửi lời nhắn và trả lại').click();
    await expect.poll(() => world.acts.at(-1)?.act).toEqual({ type: 'handBack', parting: 'Chúc anh thành công' });
    await page.getByText('Bot đang trả lời.').waitFor();
  });

  it('shows which colleagues look at it too', async () => {
    await openTalk();
    await expect.poll(() => world.asked.some((path) => path.startsWith('GET /live?contact='))).toBe(true);
    await expect.poll(() => world.streams.size).toBe(1);
    world.tell('presence', { presence: [{ staff: 's2', name: 'Minh Đức', since: NOW }] });
    await page.getByText('Minh Đức cũng đang xem').waitFor();
  });
});

describe('the draft beside it', () => {
  const answers = () => world.acts.flatMap(({ act }) => (act.type === 'answer' ? [[act.step, act.value]] : []));
  const edit = (label: string) => button(`Sửa ${label}`).click();
  beforeEach(async () => {
    await signIn(page, world);
    await hold();
  });

  it('takes an answer of every type', async () => {
    await edit('Họ và tên');
    await page.getByLabel('Họ và tên', { exact: true }).fill('Nguyễn Thị Bình An');
    await page.keyboard.press('Enter');
    await edit('Điện thoại');
    await page.getByLabel('Điện thoại', { exact: true }).fill('0912.345.678');
    await page.keyboard.press('Enter');
    await edit('Nơi công tác');
    await button('Đổi đơn vị').click();
    await page.getByLabel('Chọn đơn vị').getByRole('button', { name: 'LĐLĐ tỉnh Trà Vinh' }).click();
    await page.getByLabel('Chọn đơn vị').getByRole('button', { name: 'LĐLĐ huyện Càng Long' }).click();
    await button('Lưu').click();
    await edit('Đối tượng');
    await page.getByLabel(/đơn vị sự nghiệp/).check();
    await button('Lưu').click();
    await edit('Mô tả');
    await page.getByLabel('Mô tả', { exact: true }).fill('x'.repeat(201));
    await page.getByText('201/200 ký tự, thừa 1').waitFor();
    expect(await button('Lưu').isDisabled()).toBe(true);
    await page.getByLabel('Mô tả', { exact: true }).fill('Xoay rập nhanh hơn');
    await page.keyboard.press('Control+Enter');
    await edit('Đã áp dụng');
    await page.getByLabel('Có', { exact: true }).check();
    await button('Lưu').click();
    await edit('Minh chứng');
    await page.getByLabel(/bien-ban\.pdf/).check();
    await button('Lưu').click();
    const pdf = { fileId: 'f2', name: 'bien-ban.pdf', mime: 'application/pdf', size: 240_000, sha256: '' };
    await expect.poll(answers).toEqual([
      ['name', { type: 'text', text: 'Nguyễn Thị Bình An' }],
      ['phone', { type: 'phone', e164: '+84912345678' }],
      ['unit', { type: 'unit', path: ['84', '844'], other: '' }],
      ['group', { type: 'choice', code: 'vien-chuc' }],
      ['description', { type: 'longText', parts: ['Xoay rập nhanh hơn'], done: true }],
      ['applied', { type: 'yesNo', yes: true }],
      ['proof', { type: 'attachments', files: [pdf], links: [], done: true }],
    ]);
  });

  it('keeps the field open with the reason when the check of the step says no', async () => {
    world.refuse = () => ({ status: 409, body: { why: 'invalid', text: 'Số này thiếu một chữ số.' } });
    await edit('Điện thoại');
    await page.getByLabel('Điện thoại', { exact: true }).fill('0912 345 6789');
    await button('Lưu').click();
    await page.getByText('Số này thiếu một chữ số.').waitFor();
    expect(await page.getByLabel('Điện thoại', { exact: true }).inputValue()).toBe('0912 345 6789');
    await page.getByLabel('Điện thoại', { exact: true }).press('Escape');
    await button('Sửa Điện thoại').waitFor();
  });

  it('is sent in the place of its author only when nothing is missing and the author agreed', async () => {
    expect(await button('Nộp thay người nộp…').isDisabled()).toBe(true);
    const view = world.open(sampleRow(0).contact);
    if (view.draft) view.draft.missing = [];
    world.tell('conversation', { contact: view.row.contact });
    await button('Nộp thay người nộp…').click();
    expect(await button('Nộp').isDisabled()).toBe(true);
    await page.getByLabel('Người nộp đã nghe đọc lại').check();
    await button('Nộp').click();
    await page.getByText('Đã nộp. Mã hồ sơ: SK-AAAA-BBBB').waitFor();
    expect(world.acts.at(-1)?.act).toEqual({ type: 'submit' });
  });
});
