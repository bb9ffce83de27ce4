import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyZalo } from '../../src/channels/zalo/verify.ts';
import { isEvent, makeStage, textOf, ZALO, type Json, type Stage } from './stage.ts';

const HOUR_MS = 3_600_000;
let at: number;
let stage: Stage;
beforeEach(async () => {
  at = Date.parse('2022-05-28T08:00:00+07:00');
  stage = await makeStage({ clock: { now: () => at } });
});
afterEach(() => stage.close());

const message = (userId: string, text: string, extra: Json = {}) => ({
  recipient: { user_id: userId },
  message: { text, ...extra },
});
const buttons = (...list: Json[]) => ({ attachment: { type: 'template', payload: { buttons: list } } });
const query = (title: string) => ({ type: 'oa.query.hide', title, payload: `#${title.slice(0, 20)}` });

describe('a person on the Zalo phone', () => {
  it('is heard as a webhook that the real check accepts and the app secret does not', async () => {
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'text', text: 'Chào “ban tổ chức” 👋' });
    const [got] = await stage.wait(isEvent('user_send_text'));
    expect(got?.json).toMatchObject({
      app_id: ZALO.appId,
      sender: { id: who.zalo },
      recipient: { id: ZALO.oaId },
      message: { text: 'Chào “ban tổ chức” 👋', msg_id: expect.stringMatching(/^[0-9a-f]{20}$/) },
      timestamp: String(at),
    });
    const webhook = { headers: got!.headers, body: got!.raw };
    expect(() => verifyZalo(webhook, ZALO.appId, ZALO.oaSecret)).not.toThrow();
    expect(() => verifyZalo(webhook, ZALO.appId, ZALO.appSecret)).toThrow();
  });

  it('taps a button and is heard saying its payload', async () => {
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'tap', kind: 'query', title: 'Đồng ý', payload: '#yes', hidden: true });
    const [got] = await stage.wait(isEvent('user_send_text'));
    expect(textOf(got!)).toBe('#yes');
  });

  it('sends three pictures together as the parts of one album', async () => {
    const who = await stage.people();
    const files = await Promise.all(
      ['image', 'image2', 'image'].map(async (name) => {
        const answer = await fetch(`${stage.url}/simulator/api/samples?name=${name}`, { method: 'POST' });
        return (await answer.json()) as { id: string };
      }),
    );
    await stage.act(who, 'zalo', { type: 'files', files });
    const parts = (await stage.wait(isEvent('user_send_image'), 3)).map((got) => got.json.message.attachments[0]);
    expect(parts.map((part) => part.type)).toEqual(['multi_image', 'multi_image', 'multi_image']);
    expect(parts.map((part) => part.payload.id_in_album)).toEqual(['0', '1', '2']);
    expect(new Set(parts.map((part) => part.payload.album_id)).size).toBe(1);
    const bytes = await fetch(parts[0].payload.url);
    expect(bytes.headers.get('content-type')).toBe('image/png');
    expect(
      Buffer.from(await bytes.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  it('follows, uses the message button and withdraws consent, each with its own event', async () => {
    const who = await stage.people();
    for (const type of ['follow', 'chatNow', 'erase']) await stage.act(who, 'zalo', { type });
    const names = ['follow', 'user_click_chatnow', 'user_withdraw'];
    await stage.wait(isEvent('user_withdraw'));
    expect(stage.got.map((got) => got.json.event_name)).toEqual(names);
  });
});

describe('the switches', () => {
  it('deliver the same webhook twice', async () => {
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'text', text: 'hai lần' }, { twice: true });
    const [first, second] = await stage.wait(isEvent('user_send_text'), 2);
    expect(second?.raw.equals(first!.raw)).toBe(true);
  });

  it('deliver late: the message bears the time at which it was written', async () => {
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'text', text: 'muộn' }, { lateMinutes: 15 });
    const [got] = await stage.wait(isEvent('user_send_text'));
    expect(Number(got?.json.timestamp)).toBe(at - 15 * 60_000);
  });

  it('deliver out of order: the held message comes after the next one', async () => {
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'text', text: 'một' }, { shuffle: true });
    await stage.act(who, 'zalo', { type: 'text', text: 'hai' }, { shuffle: true });
    expect((await stage.wait(isEvent('user_send_text'), 2)).map(textOf)).toEqual(['hai', 'một']);
  });

  it('drop the echo of what the bot says', async () => {
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'text', text: 'a' }, { dropEcho: true });
    await stage.zalo('/v3.0/oa/message/cs', message(who.zalo, 'b'));
    await stage.wait(isEvent('user_received_message'));
    expect(stage.got.filter(isEvent('oa_send_text'))).toEqual([]);
  });
});

describe('a webhook that is not answered 200', () => {
  it('comes again with its number, the same to the byte, until it is taken', async () => {
    const who = await stage.people();
    stage.bot.status = () => (stage.got.length < 3 ? 503 : 200);
    await stage.act(who, 'zalo', { type: 'text', text: 'lại' });
    const tries = await stage.wait(isEvent('user_send_text'), 3);
    expect(tries.map((got) => got.headers['num_retry'])).toEqual([undefined, '1', '2']);
    expect(tries[2]?.raw.equals(tries[0]!.raw)).toBe(true);
  });
});

describe('webhooks of one person', () => {
  it('come one after the other, while those of others pass', async () => {
    const [who, other] = [await stage.people(), await stage.people()];
    let answer: (status: number) => void = () => {};
    const held = new Promise<number>((resolve) => (answer = resolve));
    stage.bot.status = (got) => (textOf(got) === 'một' ? held : 200);
    await stage.act(who, 'zalo', { type: 'text', text: 'một' });
    await stage.wait((got) => textOf(got) === 'một');
    await stage.act(who, 'zalo', { type: 'text', text: 'hai' });
    await stage.act(other, 'zalo', { type: 'text', text: 'ba' });
    await stage.wait((got) => textOf(got) === 'ba');
    expect(stage.got.map(textOf)).toEqual(['một', 'ba']);
    answer(200);
    await stage.wait((got) => textOf(got) === 'hai');
  });
});

describe('a message of the OA', () => {
  it('is answered with its id and echoed under the same id without an admin', async () => {
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'text', text: 'a' });
    const answer = await stage.zalo('/v3.0/oa/message/cs', message(who.zalo, 'chào', buttons(query('Đồng ý'))));
    expect(answer).toMatchObject({ error: 0, data: { user_id: who.zalo, quota: { quota_type: 'reply' } } });
    const [echo] = await stage.wait(isEvent('oa_send_text'));
    expect(echo?.json.message.msg_id).toBe(answer.data.message_id);
    expect(echo?.json.sender).toEqual({ id: ZALO.oaId });
  });

  it('is free for 48 hours, charged until 7 days, refused after, and refused to who never wrote', async () => {
    const who = await stage.people();
    const send = () => stage.zalo('/v3.0/oa/message/cs', message(who.zalo, 'nhắc'));
    expect((await send()).error).toBe(-232);
    await stage.act(who, 'zalo', { type: 'follow' });
    at += 48 * HOUR_MS;
    expect((await send()).data.quota).toEqual({ quota_type: 'reply' });
    at += HOUR_MS;
    expect((await send()).data.quota).toBeUndefined();
    at += 5 * 24 * HOUR_MS;
    expect((await send()).error).toBe(-230);
  });

  it.each([
    ['text over 2000', message('', 'x'.repeat(2001)), -210],
    ['six buttons', message('', 'a', buttons(...['1', '2', '3', '4', '5', '6'].map(query))), -210],
    ['a title over 100', message('', 'a', buttons(query('t'.repeat(101)))), -210],
    ['a button of an unknown type', message('', 'a', buttons({ ...query('b'), type: 'postback' })), -201],
    ['no text', message('', ''), -201],
  ])('is refused with %s', async (_, body, error) => {
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'follow' });
    expect((await stage.zalo('/v3.0/oa/message/cs', { ...body, recipient: { user_id: who.zalo } })).error).toBe(error);
  });

  it('is refused to an id nobody gave out, and reaches one given out before a restart', async () => {
    const who = await stage.people();
    const later = await makeStage();
    const send = (id: string) => later.zalo('/v3.0/oa/message/cs', message(id, 'a'));
    expect((await send('8123456789012345678')).error).toBe(-201);
    expect((await send(who.zalo)).error).toBe(0);
    await later.close();
  });
});

describe('the token server', () => {
  const refresh = async (token: string): Promise<Json> => {
    const body = new URLSearchParams({ refresh_token: token, app_id: ZALO.appId, grant_type: 'refresh_token' });
    const answer = await fetch(`${stage.url}/v4/oa/access_token`, {
      method: 'POST',
      body,
      headers: { secret_key: ZALO.appSecret },
    });
    return answer.json();
  };
  const ask = async (token: string): Promise<number> => {
    const answer = await fetch(`${stage.url}/v2.0/oa/getoa`, { headers: { access_token: token } });
    return ((await answer.json()) as Json).error;
  };

  it('gives a new pair once per refresh token, and the old access token dies at once', async () => {
    expect(await ask(ZALO.accessToken)).toBe(0);
    const pair = await refresh(ZALO.refreshToken);
    expect(pair.expires_in).toBe('90000');
    expect(await ask(ZALO.accessToken)).toBe(-216);
    expect(await ask(pair.access_token)).toBe(0);
    expect(await refresh(ZALO.refreshToken)).toHaveProperty('error_description');
    expect(await refresh(pair.refresh_token)).toHaveProperty('access_token');
  });

  it('lets an access token expire after 25 hours', async () => {
    const pair = await refresh(ZALO.refreshToken);
    at += 25 * HOUR_MS;
    expect(await ask(pair.access_token)).toBe(-220);
  });

  it('takes up the chain of tokens again after a restart', async () => {
    const pair = await refresh(ZALO.refreshToken);
    await stage.close();
    stage = await makeStage({ clock: { now: () => at } });
    expect(await ask(pair.access_token)).toBe(0);
    expect(await refresh(pair.refresh_token)).toHaveProperty('access_token');
    expect(await ask(pair.access_token)).toBe(-216);
  });
});
