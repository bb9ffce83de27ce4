import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Channel } from '../../src/channels/channel.ts';
import type { TemplateUse } from '../../src/core/broadcast.ts';
import { contactId, type ChannelName } from '../../src/core/contact.ts';
import type { Reply } from '../../src/core/reply.ts';
import { startFakePlatform, type FakePlatform } from '../support/fake-platform.ts';
import { makeStage, MESSENGER, ZALO, type Stage } from '../simulator/stage.ts';
import { makeMessenger, makeZalo, sample, freeLock, memoryTokens } from './subjects.ts';

let stage: Stage;
let platform: FakePlatform;
let zalo: Channel;
let messenger: Channel;
beforeEach(async () => {
  stage = await makeStage({ reviewAfterMs: 0 });
  platform = await startFakePlatform();
  messenger = makeMessenger(stage.url, { ...MESSENGER, verifyToken: 'v' });
  zalo = makeZalo(stage.url, {
    ...ZALO,
    businessUrl: stage.url,
    tokens: {
      store: memoryTokens(),
      lock: freeLock,
      first: { accessToken: ZALO.accessToken, refreshToken: ZALO.refreshToken },
      onAlarm() {},
    },
  });
});
afterEach(async () => {
  for (const channel of [zalo, messenger]) await channel.close?.();
  await stage.close();
  await platform.close();
});

const accounts = { zalo: ZALO.oaId, messenger: MESSENGER.pageId };
const reminder = {
  name: 'nhac_han_nop',
  lang: 'vi',
  body: 'Hồ sơ của anh/chị {{ten}} còn thiếu bước cuối. Xin nộp trước {{han_nop}} ạ.',
  examples: { ten: 'Trần Thị Bình', han_nop: '24h00 ngày 31/5/2022' },
  button: 'Làm tiếp',
};

test('a template of Messenger is handed in, approved by webhook, listed, and removed', async () => {
  const templates = messenger.templates!;
  expect(await templates.create!(reminder)).toEqual({ type: 'done', status: 'pending' });
  const [got] = await stage.wait((each) => each.json.entry?.[0]?.changes !== undefined);
  expect(messenger.parse({ headers: got!.headers, body: got!.raw }, 0).notices).toMatchObject([
    { kind: 'templateStatus', template: { key: 'nhac_han_nop', lang: 'vi', status: 'approved', reason: '' } },
  ]);
  const approved = {
    key: 'nhac_han_nop',
    lang: 'vi',
    status: 'approved',
    body: reminder.body,
    parameters: ['ten', 'han_nop'],
    buttons: [{ type: 'postback', title: 'Làm tiếp' }],
  };
  expect(await templates.list()).toMatchObject([approved]);
  expect(await templates.read('nhac_han_nop', 'vi')).toMatchObject(approved);
  expect(await templates.read('nhac_han_nop', 'en')).toBeNull();
  expect(await templates.remove!('nhac_han_nop', 'vi')).toEqual({ type: 'done', status: 'disabled' });
  expect(await templates.list()).toEqual([]);
});

test('why a template is not taken, at once or after review, is told in the words of Meta', async () => {
  const templates = messenger.templates!;
  const promotion = {
    ...reminder,
    name: 'khuyen_mai',
    body: 'Ưu đãi lớn cho {{ten}} khi tham gia ngay hôm nay nhé anh chị ơi.',
  };
  expect(await templates.create!({ ...promotion, examples: { ten: 'Bình' } })).toMatchObject({ type: 'done' });
  await stage.wait((each) => each.json.entry?.[0]?.changes !== undefined);
  expect(await templates.read('khuyen_mai', 'vi')).toMatchObject({
    status: 'rejected',
    reason: 'TAG_SHOULD_BE_MARKETING',
  });
  expect(await templates.create!({ ...promotion, examples: { ten: 'Bình' } })).toEqual({
    type: 'refused',
    text: expect.stringContaining('already content'),
  });
});

test('what is handed in and what is listed are the documented calls', async () => {
  const own = makeMessenger(platform.url);
  const { request } = sample('messenger', 'api.message-template-create.success.json') as {
    request: { body: { components: { type: string; text: string }[] } };
  };
  const body = request.body.components.find(({ type }) => type === 'BODY')!;
  const examples = { '1': 'SUB-2041', '2': '22/11/2026' };
  await own.templates!.create!({ ...reminder, name: 'nhac_han_nop_bai_v1', body: body.text, examples, button: null });
  expect(platform.calls.at(-1)).toMatchObject({
    method: 'POST',
    body: { ...request.body, components: [body] },
    headers: { authorization: 'Bearer page-token' },
  });
  platform.answerNext({
    body: (sample('messenger', 'api.message-templates-list.success.json') as { response: { body: unknown } }).response
      .body,
  });
  expect(await own.templates!.read('nhac_han_nop_bai_v1', 'vi')).toMatchObject({
    status: 'approved',
    parameters: ['1', '2'],
  });
  platform.answerNext({ status: 500, body: 'oops' });
  await expect(own.templates!.list()).rejects.toMatchObject({ code: 'send.ambiguous', retryable: true });
  await own.close?.();
});

test('what was approved can be sent to someone who wrote once, and nothing to who never did', async () => {
  const who = await stage.people();
  for (const name of ['zalo', 'messenger'] as const) await stage.act(who, name, { type: 'text', text: 'xin chào' });
  await messenger.templates!.create!(reminder);
  await stage.wait((each) => each.json.entry?.[0]?.changes !== undefined);
  const [listed] = (await zalo.templates!.list()).filter(({ userVnd }) => userVnd !== null);
  const byTemplate = (template: TemplateUse, phone: string): Reply => ({
    text: 'Còn 3 ngày là hết hạn nộp.',
    options: [],
    from: { type: 'broadcast', run: 'r', delivery: 'r/d', until: 9e15 },
    template: { ...template, phone },
  });
  const use = {
    messenger: {
      key: 'nhac_han_nop',
      to: 'user',
      lang: 'vi',
      values: { ten: 'Bình', han_nop: '24h00 ngày 31/5/2022' },
      buttons: [{ type: 'postback', payload: '#campaign:01-trieu-sang-kien' }],
    },
    zalo: {
      key: listed!.key,
      to: 'user',
      lang: '',
      values: Object.fromEntries(listed!.parameters.map((name) => [name, 'x'])),
      buttons: [],
    },
  } satisfies Record<ChannelName, TemplateUse>;
  const send = (channel: Channel, user: string, template: TemplateUse, phone = '') =>
    channel.send(
      contactId(channel.name, accounts[channel.name], user),
      channel.render(byTemplate(template, phone))[0]!,
      'row-1',
    );
  expect(await send(messenger, who.messenger, use.messenger)).toMatchObject({ type: 'sent' });
  expect(await send(zalo, who.zalo, use.zalo)).toMatchObject({ type: 'sent', paid: 'template' });
  const phoneless = { ...use.zalo, to: 'phone' } as const;
  expect(await send(zalo, who.zalo, phoneless, '+84900000999')).toMatchObject({ type: 'failed', retry: 'never' });
  const { zalo: nobody, messenger: neither } = await stage.people();
  expect(await send(messenger, neither, use.messenger)).toMatchObject({ type: 'failed', retry: 'never' });
  expect(await send(zalo, nobody, use.zalo)).toMatchObject({ type: 'failed', retry: 'never' });
});

test('templates of Zalo are known by their id, with their places and prices', async () => {
  const found = await zalo.templates!.list();
  expect(found.length).toBeGreaterThan(0);
  const [first] = found;
  expect(first).toMatchObject({ lang: '', status: 'approved', reason: '' });
  expect(first!.parameters.length).toBeGreaterThan(0);
  expect(first!.phoneVnd).toBeGreaterThan(0);
  expect(await zalo.templates!.read(first!.key, '')).toEqual(first);
  expect(await zalo.templates!.read('1', '')).toBeNull();
  expect(zalo.templates!.create).toBeUndefined();
});
