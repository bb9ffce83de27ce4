import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../src/channels/channel.ts';
import { contactId } from '../../src/core/contact.ts';
import type { TemplateUse } from '../../src/core/broadcast.ts';
import type { Reply } from '../../src/core/reply.ts';
import { startFakePlatform, type FakePlatform } from '../support/fake-platform.ts';
import { freeLock, makeMessenger, makeZalo, memoryTokens, OA, PAGE, PSID, sample, ZALO_USER } from './subjects.ts';

const from: Reply['from'] = { type: 'broadcast', run: 'r7', delivery: 'r7/abc', until: 9e12 };
const use: TemplateUse = { key: 'nhac_han_nop_bai_v1', to: 'user', lang: 'vi', values: {}, buttons: [] };
const byTemplate = (more: Partial<TemplateUse>, phone = ''): Reply => ({
  text: 'Còn 3 ngày là hết hạn nộp.',
  options: [],
  from,
  template: { ...use, ...more, phone },
});

let platform: FakePlatform;
let channel: Channel;
beforeEach(async () => {
  platform = await startFakePlatform();
});
afterEach(async () => {
  await channel.close?.();
  await platform.close();
});
const last = () => platform.calls.at(-1);

describe('on Messenger', () => {
  const contact = contactId('messenger', PAGE, PSID);
  beforeEach(() => {
    channel = makeMessenger(platform.url);
  });
  const send = (reply: Reply) => channel.send(contact, channel.render(reply)[0]!, 'row-1');

  test('what nobody asked for goes out as an update, what they did as a response', async () => {
    await send({ text: 'Còn 3 ngày', options: [], from });
    expect(last()?.body).toMatchObject({
      messaging_type: 'UPDATE',
      message: { text: 'Còn 3 ngày', metadata: 'bot:row-1' },
    });
    await send({ text: 'Bước 2/8', options: [] });
    expect(last()?.body).toMatchObject({ messaging_type: 'RESPONSE' });
  });

  test.each([
    [
      'positional',
      { values: { '2': '22/11/2026', '1': 'SUB-2041' }, buttons: [{ type: 'postback', payload: '2041' }] },
    ],
    [
      'named',
      {
        key: 'nhac_han_nop_bai_named_v1',
        values: { ma_bai: 'SUB-2041', han_nop: '22/11/2026' },
        buttons: [{ type: 'url', suffix: 's/2041' }],
      },
    ],
  ] as [string, Partial<TemplateUse>][])('a template with %s places is the documented call', async (name, more) => {
    const documented = sample('messenger', `api.send-utility-${name}.success.json`) as {
      request: { body: { messaging_type: string; message: { template: { components: { type: string }[] } } } };
    };
    const { message, messaging_type } = documented.request.body;
    const { template } = message;
    const components = template.components.filter(({ type }) => type !== 'header');
    expect(await send(byTemplate(more))).toMatchObject({ type: 'sent' });
    expect(last()?.body).toEqual({
      recipient: { id: PSID },
      messaging_type,
      message: { template: { ...template, components }, metadata: 'bot:row-1' },
    });
  });

  test('its words stand in the transcript, and nothing of ours goes over the wire', async () => {
    const [message] = channel.render(byTemplate({}));
    expect(channel.describe(message!)).toBe('Còn 3 ngày là hết hạn nộp.');
    await send(byTemplate({}));
    expect(JSON.stringify(last()?.body)).not.toContain('hết hạn');
  });

  test('a permission that only templates need does not hold up the conversations', async () => {
    const body = { error: { message: 'x', type: 'OAuthException', code: 10 } };
    platform.answerNext({ status: 403, body }, { status: 403, body });
    expect(await send(byTemplate({}))).toMatchObject({ code: 'send.configuration', retry: 'never', scope: 'message' });
    expect(await send({ text: 'x', options: [], from })).toMatchObject({ scope: 'channel' });
  });

  test('one whose answer was lost is looked for and not sent again', async () => {
    platform.answerNext('cut');
    expect(await send(byTemplate({}))).toMatchObject({ retry: 'ambiguous', maxTries: 1 });
  });
});

describe('on Zalo', () => {
  const contact = contactId('zalo', OA, ZALO_USER);
  beforeEach(async () => {
    channel = makeZalo(platform.url, { businessUrl: platform.url });
    await channel.send(contact, { text: 'lấy token' }, 'r0');
  });
  const send = (reply: Reply) => channel.send(contact, channel.render(reply)[0]!, 'row-1');
  const zbs = { key: '500111', values: { case_code: 'HS-000123', status: 'Đã xử lý' } };

  test('a template by user id is the documented call, and told as paid', async () => {
    platform.answerNext({ body: sample('zalo', 'response.message_template_uid.success.json') });
    const wanted = { ...(sample('zalo', 'request.message_template_uid.json') as object), user_id: ZALO_USER };
    expect(await send(byTemplate(zbs))).toEqual({ type: 'sent', messageId: 'tt11bb22cc33dd44ee55', paid: 'template' });
    expect(last()).toMatchObject({ path: '/v3.0/oa/message/template', body: wanted });
  });

  test('one by phone goes to the other host, with a trace that is the same for the same delivery', async () => {
    const answer = { body: sample('zalo', 'response.zbs_phone_template.success.json') };
    platform.answerNext(answer, answer);
    const reply = byTemplate({ ...zbs, to: 'phone' }, '+84900000222');
    expect(await send(reply)).toEqual({ type: 'sent', messageId: 'zb0011223344556677', paid: 'template' });
    const { tracking_id: wantedTrace, ...wanted } = sample('zalo', 'request.zbs_phone_template.json') as {
      tracking_id: string;
    };
    expect(wantedTrace.length).toBeLessThanOrEqual(48);
    const { tracking_id: trace, ...body } = last()!.body as { tracking_id: string };
    expect([last()?.path, body]).toEqual(['/message/template', wanted]);
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    await send(reply);
    expect(last()?.body).toMatchObject({ tracking_id: trace });
  });

  test.each([
    [-108, { code: 'send.unreachable', retry: 'never' }],
    [-118, { code: 'send.unreachable', retry: 'never' }],
    [-131, { code: 'send.refused', retry: 'never', scope: 'message' }],
    [-115, { code: 'send.configuration', retry: 'never', scope: 'message' }],
    [-144, { code: 'send.configuration', retry: 'never', scope: 'message' }],
    [-133, { code: 'send.temporary', retry: 'later' }],
    [-321, { code: 'send.configuration', retry: 'never', scope: 'message' }],
    [-249, { code: 'send.refused', retry: 'never' }],
    [-32, { code: 'send.throttled', retry: 'later', scope: 'channel' }],
    [-1999, { code: 'send.temporary', retry: 'later', maxTries: 2 }],
  ])('the answer %s to a template is judged by the table', async (error, wanted) => {
    platform.answerNext({ body: { error, message: 'x' } });
    expect(await send(byTemplate({ ...zbs, to: 'phone' }, '+84900000222'))).toMatchObject(wanted);
  });

  test('a token that the other host refuses is renewed, and refused again shuts no conversation', async () => {
    let now = Date.now();
    const own = makeZalo(platform.url, {
      businessUrl: platform.url,
      clock: { now: () => now },
      tokens: { store: memoryTokens(), lock: freeLock, first: { refreshToken: 'refresh-2' }, onAlarm() {} },
    });
    await own.send(contact, { text: 'x' }, 'r');
    now += 3_600_000;
    const { refreshes } = platform.zalo;
    const [message] = own.render(byTemplate({ ...zbs, to: 'phone' }, '+84900000222'));
    platform.answerNext({ body: { error: -124, message: 'x' } });
    await own.send(contact, message!, 'r');
    expect(platform.zalo.refreshes).toBe(refreshes + 1);
    const refused = { body: { error: -124, message: 'x' } };
    platform.answerNext(refused, refused, refused);
    expect(await own.send(contact, message!, 'r')).toMatchObject({ code: 'token.needsReauth', scope: 'message' });
    await own.close?.();
  });

  test('a host of templates that is away shuts no conversation', async () => {
    const away = makeZalo(platform.url, { businessUrl: 'http://127.0.0.1:9' });
    platform.zalo.refreshToken = 'refresh-1';
    const [message] = away.render(byTemplate({ ...zbs, to: 'phone' }, '+84900000222'));
    expect(await away.send(contact, message!, 'r')).toMatchObject({ code: 'send.temporary', scope: 'message' });
    await away.close?.();
  });
});
