import { createServer, type Server } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { makeSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { listen, MESSENGER, stop, ZALO } from '../simulator/stage.ts';
import { findBarriers } from './barriers.ts';
import { launchBrowser } from './browser.ts';
import { demoScript } from './demo-script.ts';
import { openDesk } from './desk.ts';
import { openPhones, phoneOf } from './phone.ts';
import { scriptedBot, type ScriptedBot } from './scripted-bot.ts';

let browser: Browser;
let bot: ScriptedBot;
let server: Server;
let simulator: Simulator;
let url: string;
let page: Page;
const faults: string[] = [];
let at = Date.parse('2022-05-28T08:00:00+07:00');

function startSimulator(): Simulator {
  return makeSimulator({
    clock: { now: () => at },
    setClock: (next) => void (at = next),
    log: silentLog,
    zalo: { ...ZALO, webhookUrl: `${bot.url}/webhooks/zalo` },
    messenger: {
      ...MESSENGER,
      webhookUrl: `${bot.url}/webhooks/messenger`,
      profile: {
        persistent_menu: [
          { locale: 'default', call_to_actions: [{ type: 'postback', title: 'Trạng thái', payload: '#status' }] },
        ],
      },
    },
    publicUrl: url,
    examples: () => [
      { code: '1TR-84', label: '01 triệu sáng kiến · LĐLĐ tỉnh Trà Vinh' },
      { code: '75N-75', label: '75 nghìn sáng kiến · LĐLĐ tỉnh Đồng Nai' },
    ],
  });
}

beforeAll(async () => {
  bot = await scriptedBot(demoScript, { zalo: ZALO.accessToken, page: MESSENGER.pageToken, pageId: MESSENGER.pageId });
  server = createServer((req, res) => {
    void simulator.handler(req, res).then((done) => {
      if (!done) res.writeHead(404).end();
    });
  });
  url = await listen(server);
  simulator = startSimulator();
  bot.connect(url);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  simulator?.close();
  await Promise.all([server, bot?.server].filter(Boolean).map(stop));
});
beforeEach(async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'vi-VN' });
  page = await context.newPage();
  faults.length = 0;
  bot.echoes.length = 0;
  page.on('console', (message) => {
    // A stream that breaks off with its server is printed by the browser itself.
    if (message.type() === 'error' && !/net::ERR_|Failed to load resource/.test(message.text()))
      faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
});
afterEach(async () => {
  await page.context().close();
  expect(faults).toEqual([]);
});

describe('the phone page', () => {
  it('plays a conversation on Messenger: Get Started, quick replies that vanish, text', async () => {
    const { messenger } = await openPhones(page, url);
    await messenger.tap('Bắt đầu');
    await messenger.expectLast('Anh/chị đồng ý chứ?');
    expect(await messenger.offered()).toEqual(['Đồng ý', 'Xem chi tiết']);
    await messenger.tap('Đồng ý');
    await messenger.expectLast('Bước 1/7');
    expect(await messenger.offered()).toEqual([]);
    await messenger.type('tran thi binh');
    await messenger.expectLast('Bước 2/7');
    await messenger.root.getByText('Đã nhận').last().waitFor();
  });

  it('plays a conversation on Zalo: follow, buttons below the message, a picture', async () => {
    const { zalo } = await openPhones(page, url);
    await zalo.tap('Nhắn tin');
    await zalo.expectLast('Anh/chị đồng ý chứ?');
    await zalo.tap('Đồng ý');
    await zalo.expectLast('Bước 1/7');
    await zalo.root.locator('.answer.chosen').waitFor();
    await zalo.attach('Ảnh mẫu');
    await zalo.expectLast('Đã nhận 1 ảnh');
    await expect
      .poll(() => zalo.root.locator('img.picture').evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBe(480);
    await zalo.upload({ name: 'của tôi.docx', mimeType: 'application/msword', buffer: Buffer.from('PK') });
    await zalo.expectLast('Đã nhận 1 tệp');
  });

  it('opens Messenger from a code: Get Started carries it, and later a link does', async () => {
    const { messenger } = await openPhones(page, url, '/simulator?channel=messenger&code=1TR-84');
    await messenger.root.getByText('Mở từ mã 1TR-84').waitFor();
    await messenger.tap('Bắt đầu');
    await messenger.expectLast('Anh/chị đồng ý chứ?');
    await page.locator('#code').fill('75N-75');
    await page.locator('#scanMessenger').click();
    await expect.poll(() => bot.heard.slice(-2)).toEqual(['<ref 1TR-84>', '<ref 75N-75>']);
  });

  it('opens Zalo from a code: it lies in the message box to be sent', async () => {
    const { zalo } = await openPhones(page, url, '/simulator?channel=zalo&code=1TR-84');
    await expect.poll(() => zalo.root.locator('textarea').inputValue()).toBe('1TR-84');
    await zalo.root.locator('button.send').click();
    await zalo.expectLast('Bot nghe: 1TR-84');
  });

  it('shows the same chat after a reload and goes on after a restart of the server', async () => {
    await openPhones(page, url);
    const messenger = phoneOf(page, 'messenger');
    await messenger.tap('Bắt đầu');
    await messenger.expectLast('Anh/chị đồng ý chứ?');
    await expect.poll(() => page.evaluate(() => JSON.stringify(localStorage))).toContain('Xin chào anh/chị');
    await page.reload();
    await messenger.expectLast('Anh/chị đồng ý chứ?');
    expect(await messenger.heard()).toHaveLength(2);

    simulator.close();
    simulator = startSimulator();
    await page.locator('#offline').waitFor({ state: 'visible' });
    await page.locator('#offline').waitFor({ state: 'hidden' });
    await messenger.tap('Đồng ý');
    await messenger.expectLast('Bước 1/7');
    expect(await messenger.heard()).toHaveLength(3);
  });

  it('lets two visitors talk without seeing each other', async () => {
    const first = await openPhones(page, url);
    await first.zalo.type('chỉ mình tôi');
    await first.zalo.expectLast('Bot nghe: chỉ mình tôi');
    const context = await browser.newContext();
    const second = await openPhones(await context.newPage(), url);
    await second.zalo.type('người khác');
    await second.zalo.expectLast('Bot nghe: người khác');
    expect(await second.zalo.heard()).toEqual(['Bot nghe: người khác']);
    expect(await first.zalo.heard()).toEqual(['Bot nghe: chỉ mình tôi']);
    await context.close();
  });

  it('delivers twice when told to, and lists what went over the line', async () => {
    const { zalo } = await openPhones(page, url);
    await page.locator('#switches summary').click();
    await page.locator('#twice').check();
    await zalo.type('hai lần');
    await expect.poll(() => bot.heard.filter((text) => text === 'hai lần')).toHaveLength(2);
    await page.locator('#inspector > summary').click();
    await expect.poll(() => page.locator('#wires code', { hasText: 'user_send_text' }).count()).toBe(2);
  });

  it('speaks English when asked, sends the menu of the page, and begins again as a new person', async () => {
    const { messenger } = await openPhones(page, url);
    await messenger.type('xin chào');
    await messenger.expectHeard('Anh/chị đồng ý chứ?');
    await messenger.menu('Trạng thái');
    await messenger.expectLast('#status');
    await page.locator('#lang').click();
    await page.getByRole('heading', { name: 'Simulated phones' }).waitFor();
    page.once('dialog', (dialog) => void dialog.accept());
    await page.locator('#newPerson').click();
    await messenger.root.getByRole('button', { name: 'Get Started' }).waitFor();
    expect(await messenger.heard()).toEqual([]);
  });

  it('moves the clock, for everybody who looks', async () => {
    await openPhones(page, url);
    const before = at;
    await page.locator('#clockBox summary').click();
    await page.getByRole('button', { name: '+3 ngày' }).click();
    await page.locator('#clock', { hasText: '31/05/2022' }).waitFor();
    await page.locator('#clockBox summary').click();
    await page.locator('#clockAt').fill('2022-05-31T23:58');
    await page.getByRole('button', { name: 'Đặt giờ' }).click();
    await expect.poll(() => at, { timeout: 20_000 }).toBe(Date.parse('2022-05-31T23:58:00+07:00'));
    at = before;
  });

  it('fits a narrow phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const { zalo } = await openPhones(page, url);
    await zalo.type('xin chào');
    await zalo.expectHeard('Anh/chị đồng ý chứ?');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});

describe("the platform's own inbox beside the phone", () => {
  const pastUs = () => bot.echoes.filter((echo) => !echo.startsWith('app: '));

  it('on Zalo shows both sides, and what staff write there reaches the phone and the bot', async () => {
    const { zalo } = await openPhones(page, url);
    await zalo.type('xin chào');
    await zalo.expectHeard('Anh/chị đồng ý chứ?');
    const desk = await openDesk(page, 'zalo');
    await desk.expectLine('person', 'xin chào');
    await desk.expectLine('app', 'Anh/chị đồng ý chứ?');
    await desk.say('Em là nhân viên hỗ trợ đây ạ');
    await zalo.expectLast('Em là nhân viên hỗ trợ đây ạ');
    await desk.expectLine('staff', 'Em là nhân viên hỗ trợ đây ạ');
    await desk.sendPicture();
    await expect.poll(() => bot.echoes).toContain('admin: <image>');
    await expect
      .poll(() => zalo.root.locator('.heard img.picture').evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBe(480);
    await desk.answerFrom('mobile');
    await desk.say('Từ điện thoại');
    await expect.poll(() => bot.echoes).toContain('unknown: Từ điện thoại');
    expect(bot.echoes).toContain('admin: Em là nhân viên hỗ trợ đây ạ');
    expect(await findBarriers(page)).toEqual([]);
    expect(await page.locator('#messenger').isVisible()).toBe(false);
  });

  it('on Messenger takes the thread when routing is on, and gives it back', async () => {
    const { messenger } = await openPhones(page, url);
    await messenger.tap('Bắt đầu');
    await messenger.expectLast('Anh/chị đồng ý chứ?');
    const desk = await openDesk(page, 'messenger');
    await desk.root.getByLabel('Conversation Routing').check();
    await desk.root.getByText('Bot đang giữ cuộc trò chuyện').waitFor();
    await desk.say('Chào anh/chị');
    await desk.root.getByText('Hộp thư Trang đang giữ cuộc trò chuyện').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await messenger.expectLast('Chào anh/chị');
    await expect.poll(pastUs).toEqual(['take', 'inbox: Chào anh/chị']);
    const before = bot.heard.length;
    await messenger.type('em hỏi chút');
    await desk.expectLine('person', 'em hỏi chút');
    await desk.root.getByRole('button', { name: 'Trả lại cho bot' }).click();
    await desk.root.getByText('Bot đang giữ cuộc trò chuyện').waitFor();
    await expect.poll(pastUs).toContain('pass');
    expect(bot.heard).toHaveLength(before);
    await messenger.type('còn đó không');
    await desk.expectLine('app', 'Bot nghe: còn đó không');
  });

  it('answers automatically when it is set to', async () => {
    const { zalo } = await openPhones(page, url);
    const desk = await openDesk(page, 'zalo');
    await desk.root.getByLabel('Tự động trả lời').check();
    await zalo.type('có ai không');
    await desk.expectLine('auto', 'trong giờ làm việc');
    await expect.poll(pastUs).toContain(`unknown: ${await desk.root.locator('.line.auto .text').innerText()}`);
  });

  it('speaks English, begins anew with a new person, and leaves the way to both phones', async () => {
    const { zalo } = await openPhones(page, url);
    await zalo.type('xin chào');
    const desk = await openDesk(page, 'zalo');
    await desk.expectLine('person', 'xin chào');
    await page.locator('#lang').click();
    await desk.root.getByText('Answer from', { exact: true }).waitFor();
    page.once('dialog', (dialog) => void dialog.accept());
    await page.locator('#newPerson').click();
    await desk.root.getByText('No messages yet.').waitFor();
    await page.getByRole('button', { name: 'Two phones' }).click();
    await page.locator('#messenger').waitFor({ state: 'visible' });
    expect(await desk.root.isVisible()).toBe(false);
  });

  it('fits a narrow phone without scrolling sideways, below the phone it belongs to', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const { zalo } = await openPhones(page, url);
    await zalo.type('xin chào');
    const desk = await openDesk(page, 'zalo');
    await desk.say('Chào anh/chị');
    await zalo.expectHeard('Chào anh/chị');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
