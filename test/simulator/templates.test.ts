import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyMessenger } from '../../src/channels/messenger/verify.ts';
import { isEvent, item, makeStage, MESSENGER, ZALO, type Got, type Json, type Stage } from './stage.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let at: number;
let stage: Stage;
beforeEach(async () => {
  at = Date.parse('2022-05-28T08:00:00+07:00');
  stage = await makeStage({ clock: { now: () => at }, reviewAfterMs: 0 });
});
afterEach(() => stage.close());

const page = `/${MESSENGER.pageId}`;
const body = 'Hồ sơ {{1}} của anh/chị còn thiếu bước “{{2}}”. Xin nộp trước {{3}} ạ.';
const reminder = {
  name: 'nhac_han_nop',
  language: 'vi',
  category: 'UTILITY',
  components: [
    { type: 'BODY', text: body, example: { body_text: [['SK-1', 'tên sáng kiến', '24h00 ngày 31/5']] } },
    { type: 'BUTTONS', buttons: [{ type: 'POSTBACK', text: 'Làm tiếp', payload: '{{1}}' }] },
  ],
};
const changed = (got: Got) => got.json.entry?.[0]?.changes !== undefined;
const change = (got: Got): Json => got.json.entry[0].changes[0];
const handIn = (template: Json) => stage.graph(`${page}/message_templates`, template);
const text = (value: string) => ({ type: 'text', text: value });
const utility = (id: string, components: Json = filled, name = 'nhac_han_nop', code = 'vi') =>
  stage.graph(`${page}/messages`, {
    recipient: { id },
    messaging_type: 'UTILITY',
    message: { template: { name, language: { code }, components }, metadata: 'bot:7' },
  });
const filled = [
  { type: 'body', parameters: [text('SK-1'), text('tên sáng kiến'), text('24h00 ngày 31/5')] },
  { type: 'buttons', parameters: [{ type: 'POSTBACK', payload: '#resume' }] },
];
/** What the phone shows; entries of the feed that came since it was opened. */
async function heard(session: string, who: { zalo: string; messenger: string }): Promise<Json[]> {
  const query = new URLSearchParams({ session, zalo: who.zalo, messenger: who.messenger });
  const answer = await fetch(`${stage.url}/simulator/api/feed?${query}`);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let seen = '';
  // The history comes before where the people stand now.
  while (seen.split('"type":"standing"').length < 3) seen += (await reader.read()).value ?? '';
  await reader.cancel();
  return [...seen.matchAll(/^data: (\{.*\})$/gm)].map(([, json = '']) => JSON.parse(json).item);
}

describe('a utility template of Messenger', () => {
  it('is pending, then approved, which a signed webhook tells and the list shows', async () => {
    const made = await handIn(reminder);
    expect(made.json).toEqual({ id: expect.stringMatching(/^\d+$/), status: 'PENDING', category: 'UTILITY' });
    const [got] = await stage.wait(changed);
    expect(() => verifyMessenger({ headers: got!.headers, body: got!.raw }, MESSENGER.appSecret)).not.toThrow();
    expect(change(got!)).toMatchObject({
      field: 'message_template_status_update',
      value: { event: 'APPROVED', message_template_name: 'nhac_han_nop', message_template_language: 'vi' },
    });
    const list = await fetch(`${stage.url}/simulator/graph/v25.0${page}/message_templates?name=nhac_han_nop`, {
      headers: { authorization: `Bearer ${MESSENGER.pageToken}` },
    });
    expect((await list.json()) as Json).toMatchObject({ data: [{ id: made.json.id, status: 'APPROVED' }] });
  });

  it.each([
    ['INCORRECT_PARAMS', '{{1}} ơi, xin anh/chị nộp nốt hồ sơ sáng kiến nhé.', ['a']],
    ['INCORRECT_PARAMS', 'Anh/chị {{ten}} ơi, xin nộp nốt hồ sơ sáng kiến nhé.', ['a']],
    ['TEMPLATE_VARIABLES_MISSING_SAMPLE_VALUES', 'Anh/chị {{1}} ơi, xin nộp nốt hồ sơ sáng kiến nhé.', []],
    ['PARAMS_TO_WORD_RATIO_EXCEED_LIMIT', 'Hồ sơ {{1}} {{2}} {{3}} ạ.', ['a', 'b', 'c']],
    ['TAG_SHOULD_BE_MARKETING', 'Anh/chị {{1}} tham gia ngay cuộc thi mới của chúng tôi nhé.', ['a']],
  ])('is refused for %s', async (reason, words, examples) => {
    const example = examples.length > 0 ? { body_text: [examples] } : {};
    await handIn({ ...reminder, components: [{ type: 'BODY', text: words, example }] });
    const [got] = await stage.wait(changed);
    expect(change(got!).value).toMatchObject({ event: 'REJECTED', reason });
  });

  it('is not taken twice, nor with a quick reply, nor under a name with capitals', async () => {
    await handIn(reminder);
    expect((await handIn(reminder)).json.error.code).toBe(100);
    const quick = { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Có' }] };
    const odd = await handIn({ ...reminder, name: 'b', components: [reminder.components[0], quick] });
    expect(odd.json.error.error_subcode).toBe(2018416);
    expect((await handIn({ ...reminder, name: 'Nhac-Han' })).json.error.code).toBe(100);
  });

  it('reaches who wrote long ago, filled, with its button, and is echoed with our row', async () => {
    await handIn(reminder);
    await stage.wait(changed);
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'a' });
    at += 30 * DAY_MS;
    const sent = await utility(who.messenger);
    expect(sent.json).toMatchObject({ recipient_id: who.messenger, message_id: expect.stringMatching(/^m_/) });
    const [echo] = await stage.wait((got) => item(got).message?.is_echo === true);
    expect(item(echo!).message).toMatchObject({ mid: sent.json.message_id, metadata: 'bot:7' });
    const shown = (await heard(who.session, who)).find(({ type }) => type === 'heard');
    expect(shown).toMatchObject({
      text: 'Hồ sơ SK-1 của anh/chị còn thiếu bước “tên sáng kiến”. Xin nộp trước 24h00 ngày 31/5 ạ.',
      buttons: [{ kind: 'postback', title: 'Làm tiếp', payload: '#resume' }],
      cost: { why: 'template', name: 'nhac_han_nop', vnd: null },
    });
  });

  it('is refused while pending, in another language, with too few values, and to who never wrote', async () => {
    await stage.close();
    stage = await makeStage({ clock: { now: () => at }, reviewAfterMs: 60_000 });
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'a' });
    await handIn(reminder);
    expect((await utility(who.messenger)).json.error.code).toBe(100);
    await stage.close();
    stage = await makeStage({ clock: { now: () => at }, reviewAfterMs: 0 });
    const next = await stage.people();
    await handIn(reminder);
    await stage.wait(changed);
    expect((await utility(next.messenger)).json.error).toMatchObject({ code: 10, error_subcode: 2018278 });
    await stage.act(next, 'messenger', { type: 'text', text: 'a' });
    expect((await utility(next.messenger, filled, 'nhac_han_nop', 'en')).json.error.code).toBe(100);
    const few = [{ type: 'body', parameters: [text('SK-1')] }, filled[1]];
    expect((await utility(next.messenger, few)).json.error.code).toBe(100);
    expect((await utility(next.messenger, [filled[0]])).json.error.code).toBe(100);
    expect((await utility(next.messenger)).status).toBe(200);
  });

  it('may name its places, one of them twice, and is filled by their names', async () => {
    const words = 'Anh/chị {{name}} còn hồ sơ dở dang. Xin {{name}} nộp trước {{deadline}} nhé ạ.';
    const example = {
      body_text_named_params: [
        { param_name: 'name', example: 'Bình' },
        { param_name: 'deadline', example: '31/5' },
      ],
    };
    await handIn({ ...reminder, parameter_format: 'NAMED', components: [{ type: 'BODY', text: words, example }] });
    const [got] = await stage.wait(changed);
    expect(change(got!).value.event).toBe('APPROVED');
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'a' });
    const named = (name: string, value: string) => ({ ...text(value), parameter_name: name });
    const parameters = [named('deadline', '31/5'), named('name', 'Bình')];
    expect((await utility(who.messenger, [{ type: 'body', parameters }])).status).toBe(200);
    const shown = (await heard(who.session, who)).find(({ type }) => type === 'heard');
    expect(shown.text).toBe('Anh/chị Bình còn hồ sơ dở dang. Xin Bình nộp trước 31/5 nhé ạ.');
    expect((await utility(who.messenger, [{ type: 'body', parameters: [text('a'), text('b')] }])).status).toBe(400);
  });

  it('can be deleted and is then no longer sent', async () => {
    await handIn(reminder);
    await stage.wait(changed);
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'a' });
    const gone = await fetch(`${stage.url}/simulator/graph/v25.0${page}/message_templates?name=nhac_han_nop`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${MESSENGER.pageToken}` },
    });
    expect(await gone.json()).toEqual({ success: true });
    expect((await utility(who.messenger)).json.error.code).toBe(100);
  });
});

const template = (id: string, data: Json) => ({ template_id: id, template_data: data });
const toUser = (id: string, key = '500111', data: Json = values) =>
  stage.zalo('/v3.0/oa/message/template', { user_id: id, ...template(key, data) });
const toPhone = (phone: string, key = '500111', data: Json = values, more: Json = {}) =>
  stage.zalo('/message/template', { phone, ...template(key, data), tracking_id: 'lan-1', ...more });
const values = { ten: 'Lan', chuong_trinh: '1 triệu sáng kiến', han_nop: '31/5' };

describe('a ZBS template of Zalo', () => {
  it('reaches by user id who was silent for a month, at its price, and is echoed', async () => {
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'text', text: 'a' });
    at += 30 * DAY_MS;
    const sent = await toUser(who.zalo);
    expect(sent).toMatchObject({ error: 0, data: { user_id: who.zalo, message_id: expect.any(String) } });
    const [echo] = await stage.wait(isEvent('oa_send_text'));
    expect(echo?.json.message).toMatchObject({ msg_id: sent.data.message_id, text: expect.stringContaining('Lan') });
    const shown = (await heard(who.session, who)).find(({ type }) => type === 'heard');
    expect(shown).toMatchObject({ cost: { why: 'template', name: 'Nhắc hạn nộp sáng kiến', vnd: 560 } });
  });

  it('reaches by phone the account under the number that was written on either phone, and tells its delivery', async () => {
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: '0912 345 678' });
    expect(await toPhone('84912345678')).toMatchObject({ error: 0, data: { quota: { remainingQuota: '499' } } });
    const [receipt] = await stage.wait(isEvent('user_received_message'));
    expect(receipt?.headers['x-zevent-server']).toBe('ZNS');
    expect(receipt?.json).toMatchObject({ recipient: { id: '84912345678' }, message: { tracking_id: 'lan-1' } });
    expect(stage.got.some(isEvent('oa_send_text'))).toBe(false);
  });

  it('is refused to a wrong number, to a stranger, under an unknown id, without a value, and to who blocks', async () => {
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'text', text: '0912345678' });
    expect((await toPhone('12')).error).toBe(-108);
    expect((await toPhone('84987654321')).error).toBe(-118);
    expect((await toPhone('84912345678', '1')).error).toBe(-109);
    expect((await toPhone('84912345678', '500111', { ten: 'Lan' })).error).toBe(-1122);
    expect((await toUser(who.zalo, '500111', { ten: 'Lan' })).error).toBe(-201);
    expect((await toUser(who.zalo, '500099', { ten: 'Lan', ngay: '1/6' })).error).toBe(-249);
    await stage.act(who, 'zalo', { type: 'block' });
    expect((await toPhone('84912345678')).error).toBe(-119);
    expect((await toUser(who.zalo)).error).toBe(-244);
    const stranger = await stage.people();
    expect((await toUser(stranger.zalo)).error).toBe(-232);
  });

  it('is not sent when the account is out of money, nor with a wrong token', async () => {
    await stage.close();
    stage = await makeStage({ clock: { now: () => at }, purse: { balanceVnd: 900 } });
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'text', text: '0912345678' });
    expect((await toUser(who.zalo)).error).toBe(0);
    expect((await toUser(who.zalo)).error).toBe(-321);
    expect((await toPhone('84912345678')).error).toBe(-115);
    expect((await stage.zalo('/message/template', {}, 'wrong')).error).toBe(-124);
  });

  it('is looked at, then listed as approved or told refused with the reason', async () => {
    const layout = (words: string) => ({
      body: { components: [{ TITLE: { value: 'Nhắc hạn nộp' } }, { PARAGRAPH: { value: words } }] },
    });
    const make = (words: string) =>
      stage.zalo('/template/create', {
        template_name: 'Nhắc hạn của đơn vị',
        template_type: 1,
        tag: '2',
        layout: layout(words),
        params: [{ type: '1', name: 'ten', sample_value: 'Lan' }],
      });
    const good = await make('Mời anh/chị <ten> nộp nốt hồ sơ.');
    expect(good.data.template_status).toBe('PENDING_REVIEW');
    const [approved] = await stage.wait(isEvent('change_template_status'));
    expect(approved?.json).toMatchObject({
      oa_id: ZALO.oaId,
      template_id: good.data.template_id,
      status: { prev_status: 'PENDING_REVIEW', new_status: 'ENABLE' },
    });
    await make('Mời anh/chị <ten> tham gia ngay, có quà tặng.');
    const [, refused] = await stage.wait(isEvent('change_template_status'), 2);
    expect(refused?.json).toMatchObject({
      status: { new_status: 'REJECT' },
      reason: expect.stringContaining('quảng cáo'),
    });
    const info = await fetch(`${stage.url}/simulator/zalo/template/info/v2?template_id=${good.data.template_id}`, {
      headers: { access_token: ZALO.accessToken },
    });
    expect((await info.json()) as Json).toMatchObject({
      data: { status: 'ENABLE', listParams: [{ name: 'ten', require: true }], price_uid: '560' },
    });
  });
});
