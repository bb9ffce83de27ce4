import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { busyDesk, type BroadcastDesk } from './broadcast-desk.ts';
import { accessFaults, openDesk, PHONE, signIn } from './console-desk.ts';
import { standIn, type StandIn } from './console-stand-in.ts';

let browser: Browser;
let desk: BroadcastDesk;
let world: StandIn;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  desk = busyDesk();
  world = await standIn(10, desk.routes);
  page = await openDesk(browser, faults);
});
afterEach(async () => {
  await page.context().close();
  world.server.closeAllConnections();
  await new Promise((resolve) => world.server.close(resolve));
  expect(faults.splice(0)).toEqual([]);
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const phoneOf = (channel: string) => page.getByLabel(`Xem trước trên ${channel}`);
const open = (path: string) => signIn(page, world, `/console/broadcasts${path}`);

describe('a new message', () => {
  beforeEach(async () => {
    await open('/new');
    await page.getByText('412 người', { exact: true }).waitFor();
  });

  it('shows how many there are, how each can be reached now, and counts again when the rule changes', async () => {
    const table = page.getByLabel('Gửi được cho ai');
    await table
      .getByRole('row', { name: /Messenger Không gửi được · Quá thời gian cho gửi và không có mẫu tin 41/ })
      .waitFor();
    await table.getByText('Vài người trong số đó').click();
    await table.getByText('Trần Văn Cường').waitFor();
    await page.getByRole('combobox', { name: 'Kênh' }).click();
    await page.getByRole('option', { name: 'Zalo' }).click();
    await page.getByText('206 người', { exact: true }).waitFor();
    expect(desk.asked.at(-1)?.audience).toMatchObject({ channels: ['zalo'], standings: ['draft'], unit: null });
    await page.getByRole('textbox', { name: 'Đơn vị', exact: true }).click();
    await page.getByLabel('Chọn đơn vị').getByRole('button', { name: 'LĐLĐ tỉnh Trà Vinh' }).click();
    await page.getByLabel('Chọn đơn vị').getByRole('button', { name: 'LĐLĐ huyện Càng Long' }).click();
    await expect.poll(() => desk.asked.at(-1)?.audience.unit).toBe('844');
    await page.getByRole('checkbox', { name: 'Đang điền dở' }).uncheck();
    await page.getByRole('checkbox', { name: 'Không đạt' }).check();
    await page.getByText('Không có ai phù hợp.').waitFor();
  });

  it('tells what is still wrong, draws the text as on both phones, and is sent only when nothing is', async () => {
    await page.getByText('Zalo · Tiếng Việt: còn trống').waitFor();
    expect(await button('Gửi đi').isDisabled()).toBe(true);
    await page
      .getByLabel('Nội dung · Tiếng Việt', { exact: true })
      .fill('Chào {name}, bước {bước} của anh/chị còn {left}.');
    await page.getByText('Không có chỗ điền: bước').waitFor();
    await page.getByLabel('Nội dung · Tiếng Việt', { exact: true }).fill('Chào anh/chị ');
    await page.getByLabel('Chèn chỗ điền vào Nội dung · Tiếng Việt').getByRole('button', { name: 'Họ tên' }).click();
    for (const channel of ['Zalo', 'Messenger'])
      await phoneOf(channel).getByText('Chào anh/chị Nguyễn Thị Lan').waitFor();
    await page.getByLabel('Nội dung · English', { exact: true }).fill('Hello {name}');
    await page.getByLabel('Tên đợt gửi').fill('Nhắc Càng Long');
    await expect.poll(() => button('Gửi đi').isEnabled()).toBe(true);
    await button('Gửi đi').click();
    await page.getByRole('heading', { name: 'Nhắc Càng Long' }).waitFor();
    await page.getByText('Đang gửi', { exact: true }).first().waitFor();
    const run = [...desk.runs.values()].at(-1);
    expect(run?.texts).toEqual({
      zalo: { vi: 'Chào anh/chị {name}', en: 'Hello {name}' },
      messenger: { vi: 'Chào anh/chị {name}', en: 'Hello {name}' },
    });
  });

  it('says something else on each channel where one wants, and by an approved template to those past the time', async () => {
    await page.getByLabel('Nội dung · Tiếng Việt', { exact: true }).fill('Chung');
    await page.getByLabel('Dùng cùng nội dung cho cả hai kênh').uncheck();
    await page.getByLabel('Messenger · Tiếng Việt', { exact: true }).fill('Riêng');
    await phoneOf('Zalo').getByText('Chung').waitFor();
    await phoneOf('Messenger').getByText('Riêng').waitFor();
    await page.getByRole('combobox', { name: 'Mẫu tin cho Messenger' }).click();
    // the refused one is not there
    expect(await page.getByRole('option').allInnerTexts()).toEqual(['Không dùng mẫu tin', 'nhac_han_ho_so · vi']);
    await page.getByRole('option', { name: 'nhac_han_ho_so · vi' }).click();
    expect(await page.getByLabel('Điền vào deadline của mẫu').inputValue()).toBe('{deadline}');
    await expect
      .poll(() => desk.asked.at(-1)?.templates.messenger)
      .toMatchObject({ key: 'nhac_han_ho_so', lang: 'vi', values: { name: '{name}', step: '{step}' } });
  });

  it('is still there after a look at another page, with the name of its unit, until it is saved', async () => {
    await page.getByLabel('Tên đợt gửi').fill('Nhắc Càng Long');
    const unit = page.getByRole('textbox', { name: 'Đơn vị', exact: true });
    await unit.click();
    await page.getByLabel('Chọn đơn vị').getByRole('button', { name: 'LĐLĐ thành phố Hà Nội' }).click();
    await page.getByRole('link', { name: 'Mẫu tin', exact: true }).click();
    await page.getByRole('heading', { name: 'Mẫu tin', level: 1 }).waitFor();
    await page.goBack();
    expect(await page.getByLabel('Tên đợt gửi').inputValue()).toBe('Nhắc Càng Long');
    expect(await unit.inputValue()).toBe('LĐLĐ thành phố Hà Nội');
    await button('Lưu nháp').click();
    await page.getByRole('heading', { name: 'Nhắc Càng Long' }).waitFor();
    await page.getByRole('link', { name: 'Các đợt gửi', exact: true }).click();
    await page.getByRole('link', { name: 'Soạn tin mới', exact: true }).click();
    expect(await page.getByLabel('Tên đợt gửi').inputValue()).toBe('');
  });

  it('asks for approval above the size that one may send alone', async () => {
    desk.people = 2310;
    await page.getByRole('checkbox', { name: 'Đã nộp' }).check();
    await page.getByText('cần người tổ chức thứ hai duyệt').waitFor();
    await button('Trình duyệt').waitFor();
  });

  it('is tried on oneself, in the conversation that one looks for', async () => {
    await button('Gửi thử cho tôi').click();
    await page.getByLabel('Tên hoặc số điện thoại').fill('thu hà');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Gửi thử: .*Thu Hà/ })
      .first()
      .click();
    await page.getByText('Đã đưa vào cuộc trò chuyện.').waitFor();
    expect(desk.tests).toHaveLength(1);
  });
});

describe('a sending', () => {
  it('is held, stands still, goes on and is done, and the bar with its figures follows', async () => {
    desk.stride = 0;
    await open('/run/r-run');
    const bar = page.getByRole('progressbar', { name: 'Tiến độ' });
    const value = async () => Number(await bar.getAttribute('value'));
    await page.getByText('124 trong 400 người đã xong').waitFor();
    await page.getByText('18,5 tin/giây').waitFor();
    await button('Tạm dừng').click();
    await button('Gửi tiếp').waitFor();
    desk.stride = 90; // a run that is paused must not move whatever the platform would take
    const looks = () => world.asked.filter((path) => path === 'GET /broadcasts/r-run/progress').length;
    const before = looks();
    await expect.poll(() => looks() > before + 1, { timeout: 30_000 }).toBe(true);
    expect(await value()).toBe(124);
    await button('Gửi tiếp').click();
    await page.getByText('400 trong 400 người đã xong').waitFor({ timeout: 60_000 });
    await page.getByText('Đã xong', { exact: true }).waitFor();
    expect(desk.acts).toEqual(['pause r-run', 'resume r-run']);
    expect(await button('Tạm dừng').count()).toBe(0);
  });

  it('is cancelled only after one said so twice', async () => {
    desk.stride = 0;
    await open('/run/r-run');
    await button('Hủy đợt gửi').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Không hủy' }).click();
    expect(desk.acts).toEqual([]);
    await button('Hủy đợt gửi').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Hủy đợt gửi' }).click();
    await page.getByText('Đã hủy', { exact: true }).first().waitFor();
    expect(desk.acts).toEqual(['cancel r-run']);
  });

  it('that was cancelled does not count whom it left out as done', async () => {
    const run = desk.runs.get('r-run');
    const states = desk.states.get('r-run');
    if (!run || !states) throw new Error('no such sample');
    desk.runs.set('r-run', { ...run, state: 'cancelled' });
    desk.states.set('r-run', { ...states, planned: 0, handed: 0, said: 0, cancelled: 276 });
    await open('/run/r-run');
    await page.getByText('124 trong 400 người đã xong').waitFor();
    expect(await page.locator('.bc-figures').innerText()).toMatch(/Đã hủy\s+276/);
  });

  it('tells what became of it for each person and why, and gives it as a workbook', async () => {
    desk.stride = 0;
    await open('/run/r-run');
    const reasons = page.getByLabel('Kết quả theo lý do');
    await reasons
      .getByRole('row', { name: /Không liên lạc được Quá thời gian cho gửi và không có mẫu tin Messenger 20/ })
      .waitFor();
    const people = page.getByRole('region', { name: 'Từng người' }).last();
    await people.getByRole('row', { name: /Phạm Văn Cường.*Đã quá thời gian nền tảng cho gửi/ }).waitFor();
    await page.getByRole('combobox', { name: 'Kết quả' }).click();
    await page.getByRole('option', { name: 'Đã gửi' }).click();
    await people.getByText('Phạm Văn Cường').waitFor({ state: 'detached' });
    const saving = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Tải XLSX' }).click();
    expect((await saving).suggestedFilename()).toBe('ket-qua-gui-tin.xlsx');
  });

  it('waits for a second organizer, who sends it or gives it back', async () => {
    await open('/run/r-wait');
    await page.getByText('Minh Đức trình đợt gửi này.').waitFor();
    await page.getByText('412 người', { exact: true }).waitFor();
    await button('Duyệt và gửi').click();
    await page.getByText('Duyệt: Lan Anh').waitFor();
    expect(desk.acts).toEqual(['approve r-wait']);
  });

  it('is approved with all before one that narrows it, counted within the unit of whoever wrote it', async () => {
    const run = desk.runs.get('r-wait');
    if (!run) throw new Error('no such sample');
    const seenBefore = Date.parse('2022-05-21T15:00:00+07:00');
    const audience = { ...run.audience, step: 'description', groups: ['cong-nhan'], seenBefore, belowQuotaIn: 'dot-1' };
    desk.runs.set('r-wait', { ...run, audience, scope: ['84'] });
    await open('/run/r-wait');
    await page
      .getByText(
        'Gửi cho ai: Đang điền dở · Đang dừng ở bước: Mô tả · Trong đơn vị của người soạn · ' +
          'Công nhân lao động trong các doanh nghiệp · Im lặng từ 15:00 21/05/2022 · Chưa đạt chỉ tiêu Đợt 1',
      )
      .waitFor();
    await page.getByText('412 người', { exact: true }).waitFor();
    expect(desk.asked.at(-1)?.audience.unit).toBe('84');
  });

  it('cannot be approved by the one who wrote it', async () => {
    const run = desk.runs.get('r-wait');
    if (!run) throw new Error('no such sample');
    desk.runs.set('r-wait', { ...run, editedBy: 's1' });
    await open('/run/r-wait');
    await page.getByText('Anh/chị đã soạn tin này, cần một người tổ chức khác duyệt.').waitFor();
    expect(await button('Duyệt và gửi').count()).toBe(0);
  });

  it('that a colleague changed meanwhile is not written over', async () => {
    await open('/run/r-draft');
    await page.getByLabel('Tên đợt gửi').fill('Của tôi');
    const run = desk.runs.get('r-draft');
    if (!run) throw new Error('no such sample');
    desk.runs.set('r-draft', { ...run, title: 'Của Đức', rev: 7 });
    await button('Lưu nháp').click();
    await page.getByRole('alert').getByText('Đợt gửi vừa được người khác thay đổi nên chưa lưu được.').waitFor();
    expect(desk.runs.get('r-draft')?.title).toBe('Của Đức');
    expect(await page.getByLabel('Tên đợt gửi').inputValue()).toBe('Của tôi');
    await button('Mở bản mới').click();
    await expect.poll(() => page.getByLabel('Tên đợt gửi').inputValue()).toBe('Của Đức');
    await page.getByLabel('Tên đợt gửi').fill('Của cả hai');
    await button('Lưu nháp').click();
    await expect.poll(() => desk.runs.get('r-draft')?.title).toBe('Của cả hai');
  });
});

describe('what belongs to sendings', () => {
  it('lists people to be called, with their number and why, and gives them as a workbook', async () => {
    await open('/calls');
    const card = page.getByRole('listitem').filter({ hasText: 'Nguyễn Thị Bình' });
    await card.getByText(/Đang dừng ở bước: Mô tả/).waitFor();
    expect(await card.getByRole('link', { name: '0912 001 000' }).getAttribute('href')).toBe('tel:+84912001000');
    const saving = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Tải XLSX' }).click();
    const saved = await saving;
    expect([saved.suggestedFilename(), readFileSync(await saved.path(), 'utf8')]).toEqual([
      'danh-sach-can-goi.xlsx',
      'xlsx',
    ]);
    await button('Mọi đơn vị').click();
    await page.getByLabel('Chọn đơn vị').getByRole('button', { name: 'LĐLĐ thành phố Hà Nội' }).click();
    await expect
      .poll(() => world.asked.some((path) => path.startsWith('GET /call-list?') && path.includes('unit=01')))
      .toBe(true);
  });

  it('shows the reminders to come with their own texts', async () => {
    await open('/upcoming');
    const card = page.getByRole('listitem').filter({ hasText: 'LĐLĐ tỉnh Trà Vinh' });
    await card.getByText('00:00 31/05/2022').waitFor();
    await card.getByText('24h00 ngày 31/5/2022').waitFor();
    await card.getByText('Xem nội dung').click();
    await card.getByText('Chào anh/chị Nguyễn Thị Lan, hồ sơ 01 triệu sáng kiến đang ở bước Mô tả.').first().waitFor();
  });

  it('shows why a template was refused, hands in a new one, and has the clock use an approved one', async () => {
    await open('/templates');
    await page.getByText('Lý do nền tảng từ chối: TAG_SHOULD_BE_MARKETING').waitFor();
    const zalo = page.getByRole('listitem').filter({ hasText: 'Nhắc hạn hồ sơ' });
    await zalo.getByLabel('Báo kết quả').check();
    await expect.poll(() => desk.templates[1]?.kinds).toEqual(['result']);
    await button('Thêm mẫu tin').click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Tên mẫu').fill('han_nop');
    await form.getByLabel('Nội dung').fill('Hồ sơ của {{name}} còn {{left}} là hết hạn nhé.');
    expect(await form.getByLabel('Ví dụ cho left').inputValue()).toBe('3 ngày');
    await form.getByText('Hồ sơ của Nguyễn Thị Lan còn 3 ngày là hết hạn nhé.').waitFor();
    await form.getByRole('button', { name: 'Gửi duyệt' }).click();
    await page.getByRole('listitem').filter({ hasText: 'han_nop' }).getByText('Đang chờ duyệt').waitFor();
  });

  it.each(['', '/new', '/run/r-run', '/upcoming', '/templates', '/calls'])(
    'is read by everyone on the narrowest phone: %s',
    async (path) => {
      await page.setViewportSize(PHONE);
      await open(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('status', { name: 'Đang tải' }).waitFor({ state: 'detached' });
      expect(await accessFaults(page)).toEqual([]);
    },
  );
});
