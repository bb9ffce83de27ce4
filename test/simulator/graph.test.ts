import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyMessenger } from '../../src/channels/messenger/verify.ts';
import { item, makeStage, MESSENGER, type Got, type Json, type Stage } from './stage.ts';

const HOUR_MS = 3_600_000;
let at: number;
let stage: Stage;
beforeEach(async () => {
  at = Date.parse('2022-05-28T08:00:00+07:00');
  stage = await makeStage({ clock: { now: () => at } });
});
afterEach(() => stage.close());

const has = (key: string) => (got: Got) => key in item(got);
const isEcho = (got: Got) => item(got).message?.is_echo === true;
const send = (id: string, message: Json, extra: Json = {}) =>
  stage.graph(`/${MESSENGER.pageId}/messages`, { recipient: { id }, messaging_type: 'RESPONSE', message, ...extra });
const quickReply = (title: string) => ({ content_type: 'text', title, payload: `#${title.slice(0, 20)}` });
const template = (fields: Json) => ({
  attachment: { type: 'template', payload: { template_type: 'button', text: 'a', ...fields } },
});
const button = (title: string) => ({ type: 'postback', title, payload: '#a' });

describe('a person on the Messenger phone', () => {
  it('is heard as a signed webhook in the escaped form', async () => {
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'Nộp bài ở https://vd.example/nop 👍' });
    const [got] = await stage.wait(has('message'));
    expect(got?.raw.toString('latin1')).toContain(
      'N\\u1ed9p b\\u00e0i \\u1edf https:\\/\\/vd.example\\/nop \\ud83d\\udc4d',
    );
    expect(item(got!).message.text).toBe('Nộp bài ở https://vd.example/nop 👍');
    expect(() => verifyMessenger({ headers: got!.headers, body: got!.raw }, MESSENGER.appSecret)).not.toThrow();
  });

  it('comes by a link for the first time: the ref arrives with Get Started', async () => {
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'link', ref: '1TR-84' });
    await stage.act(who, 'messenger', { type: 'getStarted', title: 'Bắt đầu' });
    const [got] = await stage.wait(has('postback'));
    expect(stage.got).toHaveLength(1);
    expect(item(got!).postback).toMatchObject({
      payload: 'GET_STARTED',
      referral: { ref: '1TR-84', source: 'SHORTLINK', type: 'OPEN_THREAD' },
    });
  });

  it('comes back by a link: the ref arrives as a referral at once', async () => {
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'getStarted', title: 'Bắt đầu' });
    await stage.act(who, 'messenger', { type: 'link', ref: '1TR-84' });
    const [got] = await stage.wait(has('referral'));
    expect(item(got!).referral.ref).toBe('1TR-84');
  });

  it('loses the ref of a link by typing instead of tapping Get Started', async () => {
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'link', ref: '1TR-84' });
    await stage.act(who, 'messenger', { type: 'text', text: 'chào' });
    const [got] = await stage.wait(has('message'));
    expect(JSON.stringify(got?.json)).not.toContain('1TR-84');
  });

  it('taps a quick reply, heard as text with its payload', async () => {
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'tap', kind: 'quickReply', title: 'Nộp', payload: '#submit' });
    const [got] = await stage.wait(has('message'));
    expect(item(got!).message).toMatchObject({ text: 'Nộp', quick_reply: { payload: '#submit' } });
  });

  it('gets only what the page subscribed to, once it has', async () => {
    const who = await stage.people();
    await stage.graph(`/${MESSENGER.pageId}/subscribed_apps?subscribed_fields=messages`, {});
    await stage.act(who, 'messenger', { type: 'getStarted', title: 'Bắt đầu' });
    await stage.act(who, 'messenger', { type: 'text', text: 'chào' });
    await stage.wait(has('message'));
    expect(stage.got.filter(has('postback'))).toEqual([]);
  });
});

describe('a message of the page', () => {
  it('is answered, echoed with app id and metadata, and receipted as delivered', async () => {
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'a' });
    const answer = await send(who.messenger, { text: 'chào', metadata: 'bot:1', quick_replies: [quickReply('Nộp')] });
    expect(answer.json).toEqual({ recipient_id: who.messenger, message_id: expect.stringMatching(/^m_/) });
    const [echo] = await stage.wait(isEcho);
    expect(item(echo!).message).toEqual({
      mid: answer.json.message_id,
      is_echo: true,
      app_id: Number(MESSENGER.appId),
      text: 'chào',
      metadata: 'bot:1',
    });
    const [delivery] = await stage.wait(has('delivery'));
    expect(item(delivery!).delivery.mids).toEqual([answer.json.message_id]);
  });

  it('may be echoed before the send is answered', async () => {
    await stage.close();
    stage = await makeStage({ clock: { now: () => at }, echoFirst: true });
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'a' });
    await send(who.messenger, { text: 'chào' });
    expect(stage.got.some(isEcho)).toBe(true);
  });

  it('is refused 24 hours after the last act', async () => {
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'a' });
    at += 24 * HOUR_MS;
    expect((await send(who.messenger, { text: 'b' })).status).toBe(200);
    at += 1;
    const late = await send(who.messenger, { text: 'b' });
    expect(late).toMatchObject({ status: 400, json: { error: { code: 10, error_subcode: 2018278 } } });
    expect(
      (await send(who.messenger, { text: 'b' }, { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' })).status,
    ).toBe(200);
  });

  it.each([
    ['text over 2000', { text: 'x'.repeat(2001) }],
    ['fourteen quick replies', { text: 'a', quick_replies: Array.from({ length: 14 }, () => quickReply('b')) }],
    ['a quick reply title over 20', { text: 'a', quick_replies: [quickReply('t'.repeat(21))] }],
    ['metadata of 1000', { text: 'a', metadata: 'm'.repeat(1000) }],
    ['four template buttons', template({ buttons: ['1', '2', '3', '4'].map(button) })],
    ['template text over 640', template({ text: 'x'.repeat(641), buttons: [button('a')] })],
    ['a button title over 20', template({ buttons: [button('t'.repeat(21))] })],
    ['nothing in it', {}],
  ])('is refused with %s', async (_, message) => {
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'a' });
    expect(await send(who.messenger, message)).toMatchObject({ status: 400, json: { error: { code: 100 } } });
  });

  it('is refused with a wrong token, to nobody, with a dead tag, and with a sender action beside it', async () => {
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'a' });
    const codes = async (answer: Promise<{ json: Json }>) => {
      const { code, error_subcode: subcode } = (await answer).json.error;
      return [code, subcode];
    };
    const path = `/${MESSENGER.pageId}/messages`;
    const body = { recipient: { id: who.messenger }, message: { text: 'a' } };
    expect(await codes(stage.graph(path, body, 'other'))).toEqual([190, 467]);
    expect(await codes(send('24681357908642097', { text: 'a' }))).toEqual([100, 2018001]);
    const tagged = { messaging_type: 'MESSAGE_TAG', tag: 'ACCOUNT_UPDATE' };
    expect(await codes(send(who.messenger, { text: 'a' }, tagged))).toEqual([100, 1893061]);
    expect(await codes(send(who.messenger, { text: 'a' }, { sender_action: 'typing_on' }))).toEqual([100, 2018014]);
  });

  it('keeps what the page sets about itself, and knows no names', async () => {
    expect((await stage.graph('/me/messenger_profile', { get_started: { payload: 'GO' } })).json).toEqual({
      result: 'success',
    });
    const get = async (path: string): Promise<Json> =>
      (await fetch(`${stage.url}/v25.0${path}access_token=${MESSENGER.pageToken}`)).json();
    expect(await get('/me/messenger_profile?fields=get_started&')).toEqual({
      data: [{ get_started: { payload: 'GO' } }],
    });
    expect(await get('/24681357908642097?fields=name&')).toEqual({});
  });
});
