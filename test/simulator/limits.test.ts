import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStage, MESSENGER, ZALO, type Json, type Stage } from './stage.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let at: number;
let stage: Stage;
const open = async (options: Parameters<typeof makeStage>[0] = {}) => {
  stage = await makeStage({ clock: { now: () => at }, ...options });
};
beforeEach(() => {
  at = Date.parse('2022-05-28T08:00:00+07:00');
});
afterEach(() => stage.close());

const say = (userId: string) =>
  stage.zalo('/v3.0/oa/message/cs', { recipient: { user_id: userId }, message: { text: 'chào' } });
const send = (id: string, more: Json = { messaging_type: 'UPDATE' }) =>
  stage.graph(`/${MESSENGER.pageId}/messages`, { recipient: { id }, message: { text: 'chào' }, ...more });

describe('a consultation message of Zalo', () => {
  it('is free for 48 hours, then paid by the package, then charged, then refused', async () => {
    await open({ purse: { packageLeft: 1, balanceVnd: 60 } });
    const who = await stage.people();
    expect((await say(who.zalo)).error).toBe(-232);
    await stage.act(who, 'zalo', { type: 'text', text: 'a' });
    at += 48 * HOUR_MS;
    expect((await say(who.zalo)).data.quota).toEqual({ quota_type: 'reply' });
    at += 1;
    expect((await say(who.zalo)).data.quota).toMatchObject({ quota_type: 'sub_quota', remain: '0' });
    expect((await say(who.zalo)).data).not.toHaveProperty('quota');
    expect((await say(who.zalo)).error).toBe(-321);
    at += 5 * DAY_MS;
    expect((await say(who.zalo)).error).toBe(-230);
  });

  it('does not reach who blocks, until they write again', async () => {
    await open();
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'text', text: 'a' });
    await stage.act(who, 'zalo', { type: 'block' });
    expect((await say(who.zalo)).error).toBe(-244);
    await stage.act(who, 'zalo', { type: 'text', text: 'b' });
    expect((await say(who.zalo)).error).toBe(0);
  });

  it('is refused past the calls of a minute, as the headers tell, and taken in the next', async () => {
    await open({ limits: { zaloPerMinute: 2 } });
    const who = await stage.people();
    await stage.act(who, 'zalo', { type: 'text', text: 'a' });
    const call = () =>
      fetch(`${stage.url}/simulator/zalo/v3.0/oa/message/cs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', access_token: ZALO.accessToken },
        body: JSON.stringify({ recipient: { user_id: who.zalo }, message: { text: 'chào' } }),
      });
    expect((await call()).headers.get('x-ratelimit-remain')).toBe('1');
    expect((await call()).headers.get('x-ratelimit-remain')).toBe('0');
    const over = await call();
    expect([over.status, (await over.json()) as Json]).toMatchObject([200, { error: -32 }]);
    at += 60_000;
    expect(((await (await call()).json()) as Json).error).toBe(0);
  });
});

describe('a message of the page', () => {
  it('is an update within 24 hours only, and never without a known type', async () => {
    await open();
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'a' });
    expect((await send(who.messenger)).status).toBe(200);
    expect((await send(who.messenger, { messaging_type: 'REMINDER' })).json.error.code).toBe(100);
    expect((await send(who.messenger, { messaging_type: 'UTILITY' })).json.error.code).toBe(100);
    at += 24 * HOUR_MS + 1;
    expect((await send(who.messenger)).json.error).toMatchObject({ code: 10, error_subcode: 2018278 });
  });

  it('does not reach who blocks', async () => {
    await open();
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'a' });
    await stage.act(who, 'messenger', { type: 'block' });
    expect((await send(who.messenger)).json.error).toMatchObject({ code: 551, error_subcode: 1545041 });
    await stage.act(who, 'messenger', { type: 'unblock' });
    expect((await send(who.messenger)).status).toBe(200);
  });

  it('is refused past the sends of a second and past those of a day', async () => {
    await open({ limits: { messengerPerSecond: 2, messengerPerPerson: 0.06 } }); // three a day for fifty people
    const who = await stage.people();
    await stage.act(who, 'messenger', { type: 'text', text: 'a' });
    await send(who.messenger);
    await send(who.messenger);
    expect((await send(who.messenger)).json.error.code).toBe(613);
    at += 1000;
    expect((await send(who.messenger)).status).toBe(200);
    expect((await send(who.messenger)).json.error.code).toBe(80006);
    at += DAY_MS;
    await stage.act(who, 'messenger', { type: 'text', text: 'b' });
    expect((await send(who.messenger)).status).toBe(200);
  });
});
