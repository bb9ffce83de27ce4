import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Channel } from '../../src/channels/channel.ts';
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
