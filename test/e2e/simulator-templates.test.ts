import { createServer, type Server } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { makeSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { listen, MESSENGER, stop, ZALO, type Json } from '../simulator/stage.ts';
import { findBarriers } from './barriers.ts';
import { launchBrowser } from './browser.ts';
import { demoScript } from './demo-script.ts';
import { openPhones } from './phone.ts';
import { scriptedBot, type ScriptedBot } from './scripted-bot.ts';

const DAY_MS = 86_400_000;
let browser: Browser;
let bot: ScriptedBot;
let server: Server;
let simulator: Simulator;
let url: string;
let page: Page;
let at: number;

beforeAll(async () => {
  bot = await scriptedBot(demoScript, { zalo: ZALO.accessToken, page: MESSENGER.pageToken, pageId: MESSENGER.pageId });
  server = createServer((req, res) => {
    void simulator.handler(req, res).then((done) => {
      if (!done) res.writeHead(404).end();
    });
  });
  url = await listen(server);
  simulator = makeSimulator({
    clock: { now: () => at },
    log: silentLog,
    zalo: { ...ZALO, webhookUrl: `${bot.url}/webhooks/zalo` },
    messenger: { ...MESSENGER, webhookUrl: `${bot.url}/webhooks/messenger` },
    publicUrl: url,
    reviewAfterMs: 0,
  });
  bot.connect(url);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  simulator?.close();
  await Promise.all([server, bot?.server].filter(Boolean).map(stop));
});
beforeEach(async () => {
  at = Date.parse('2022-05-28T08:00:00+07:00');
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  page = await context.newPage();
});

const who = (): Promise<{ zalo: string; messenger: string }> =>
  page.evaluate(() => JSON.parse(localStorage.getItem('simulator.who') ?? '{}'));
const post = async (path: string, headers: Record<string, string>, body: Json): Promise<Json> =>
  (
    await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  ).json();
const graph = (edge: string, body: Json) =>
  post(`/v25.0/me/${edge}`, { authorization: `Bearer ${MESSENGER.pageToken}` }, body);
const zaloTemplate = async () =>
  post(
    '/v3.0/oa/message/template',
    { access_token: ZALO.accessToken },
    {
      user_id: (await who()).zalo,
      template_id: '500112',
      template_data: { ten: 'Trần Thị Bình', ma_ho_so: 'SK-7K3F-92QX', trang_thai: 'cần bổ sung' },
    },
  );

it('both phones show template messages that come after weeks, with what they cost, and a tap on one is heard', async () => {
  const { zalo, messenger } = await openPhones(page, url);
  await zalo.tap('Nhắn tin');
  await messenger.tap('Bắt đầu');
  await Promise.all([zalo.expectLast('đồng ý chứ'), messenger.expectLast('đồng ý chứ')]);
  at += 20 * DAY_MS;

  const words = 'Hồ sơ sáng kiến của anh/chị {{1}} cần bổ sung trước ngày hội đồng họp.';
  await graph('message_templates', {
    name: 'bo_sung_ho_so',
    language: 'vi',
    category: 'UTILITY',
    components: [
      { type: 'BODY', text: words, example: { body_text: [['Bình']] } },
      { type: 'BUTTONS', buttons: [{ type: 'POSTBACK', text: 'Bổ sung hồ sơ', payload: '{{1}}' }] },
    ],
  });
  const components = [
    { type: 'body', parameters: [{ type: 'text', text: 'Bình' }] },
    { type: 'buttons', parameters: [{ type: 'POSTBACK', payload: '#correct' }] },
  ];
  const send = async (): Promise<Json> =>
    graph('messages', {
      recipient: { id: (await who()).messenger },
      messaging_type: 'UTILITY',
      message: { template: { name: 'bo_sung_ho_so', language: { code: 'vi' }, components } },
    });
  await expect.poll(async () => (await send()).message_id).toMatch(/^m_/); // once it is approved
  expect((await zaloTemplate()).error).toBe(0);

  await messenger.expectLast('của anh/chị Bình cần bổ sung');
  await messenger.expectLast('Tin theo mẫu “bo_sung_ho_so”');
  await zalo.expectLast('SK-7K3F-92QX của anh/chị Trần Thị Bình: cần bổ sung');
  await zalo.expectLast('bên gửi trả 560 ₫');
  expect(await findBarriers(page)).toEqual([]);
  await messenger.tap('Bổ sung hồ sơ');
  await expect.poll(() => bot.heard).toContain('#correct');
});

it('who blocks the account gets nothing more until they lift it', async () => {
  const { zalo } = await openPhones(page, url);
  await zalo.tap('Nhắn tin');
  await zalo.expectLast('đồng ý chứ');
  await zalo.menu('Chặn tài khoản này');
  await zalo.root.getByText('Anh/chị đã chặn tài khoản này').waitFor();
  expect((await zaloTemplate()).error).toBe(-244);
  await zalo.menu('Bỏ chặn');
  await zalo.root.getByText('Anh/chị đã bỏ chặn').waitFor();
  expect((await zaloTemplate()).error).toBe(0);
  await zalo.expectLast('SK-7K3F-92QX');
});
