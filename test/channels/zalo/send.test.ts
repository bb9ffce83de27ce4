import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Channel } from '../../../src/channels/channel.ts';
import { contactId } from '../../../src/core/contact.ts';
import { startFakePlatform, type FakePlatform } from '../../support/fake-platform.ts';
import { makeZalo, OA, sample, sampleNames, ZALO_USER } from '../subjects.ts';

/** 03:00:30 in Vietnam. */
const NOW = Date.parse('2026-11-21T03:00:30+07:00');
const MINUTE = 60_000;
const contact = contactId('zalo', OA, ZALO_USER);

let platform: FakePlatform;
let now: number;
let channel: Channel;
beforeEach(async () => {
  platform = await startFakePlatform();
  now = NOW;
  channel = makeZalo(platform.url, { clock: { now: () => now } });
  await channel.send(contact, { text: 'lấy token' }, 'r0');
  platform.calls.length = 0;
});
afterEach(() => platform.close());

test('a send is the documented call, with the token in its header', async () => {
  const wanted = sample('zalo', 'request.message_cs.text.json');
  await channel.send(contact, { text: 'Xin chào!' }, 'r1');
  expect(platform.calls).toMatchObject([
    { method: 'POST', path: '/v3.0/oa/message/cs', body: wanted, headers: { access_token: 'access-2' } },
  ]);
  expect(platform.calls[0]?.headers).not.toHaveProperty('appsecret_proof');
});

test('an app that asks for a proof gets it over the token in use', async () => {
  platform.zalo.refreshToken = 'refresh-1';
  const proving = makeZalo(platform.url, { proof: true });
  await proving.send(contact, { text: 'x' }, 'r1');
  const [, call] = platform.calls;
  const proof = createHmac('sha256', 'app-secret').update(String(call?.headers['access_token'])).digest('hex');
  expect(call?.headers['appsecret_proof']).toBe(proof);
});

test.each([
  ['quota_reply', undefined],
  ['quota_reply_pre_2026_03', undefined],
  ['quota_welcome_msg', undefined],
  ['quota_sub_quota', 'sub_quota'],
  ['quota_purchase', 'purchase_quota'],
  ['quota_reward', 'reward_quota'],
  ['charged_no_quota', 'charged'],
  ['minimal', 'charged'],
])('the answer %s tells who paid: %s', async (name, paid) => {
  const body = sample('zalo', `response.message_cs.${name}.json`) as { data: { message_id: string } };
  platform.answerNext({ body });
  const result = await channel.send(contact, { text: 'x' }, 'r1');
  expect(result).toEqual({ type: 'sent', messageId: body.data.message_id, ...(paid === undefined ? {} : { paid }) });
});

const configuration = { code: 'send.configuration', retry: 'later', scope: 'channel' };
const forThisOne = { code: 'send.configuration', retry: 'never', scope: 'contact' };
const refused = { code: 'send.refused', retry: 'never', scope: 'message', maxTries: 1 };
const unreachable = { code: 'send.unreachable', retry: 'never', scope: 'contact' };
const windowClosed = { code: 'send.windowClosed', retry: 'never', scope: 'contact' };
const reauth = { code: 'token.needsReauth', retry: 'later', scope: 'channel' };

/** By the table of zalo.md §4. */
const EXPECTED: Record<string, object> = {
  '-32': { code: 'send.throttled', retry: 'later', scope: 'channel' },
  '-100': refused,
  '-200': { code: 'send.temporary', retry: 'later', maxTries: 2 },
  '-201': refused,
  '-204': configuration,
  '-205': configuration,
  '-209': configuration,
  '-210': refused,
  '-211': forThisOne,
  '-212': configuration,
  '-213': unreachable,
  '-216': reauth,
  '-217': unreachable,
  '-218': unreachable,
  '-219': configuration,
  '-220': reauth,
  '-221': configuration,
  '-223': configuration,
  '-224': configuration,
  '-227': unreachable,
  '-230': windowClosed,
  '-232': windowClosed,
  '-233': refused,
  '-234': { code: 'send.temporary', retry: 'later', scope: 'message', afterMs: 3 * 60 * MINUTE - 30_000 },
  '-235': configuration,
  '-240': configuration,
  '-242': configuration,
  '-244': unreachable,
  '-248': { code: 'send.suspended', retry: 'never', scope: 'message' },
  '-249': refused,
  '-320': forThisOne,
  '-321': forThisOne,
};

test.each(sampleNames('zalo', 'error.'))('the sample %s is judged as its table says', async (name) => {
  const body = sample('zalo', name) as { error: number };
  // A refused token is replaced first, and the last answer counts.
  platform.answerNext({ body }, ...(body.error === -216 || body.error === -220 ? [{ body }, { body }] : []));
  const result = await channel.send(contact, { text: 'x' }, 'r1');
  expect(EXPECTED[String(body.error)]).toBeDefined();
  expect(result).toMatchObject({ type: 'failed', ...EXPECTED[String(body.error)] });
});

test('an error that is in no table is tried once more', async () => {
  platform.answerNext({ body: { error: -4242, message: '?' } }, { body: { error: '-4242' } });
  const wanted = { code: 'send.temporary', maxTries: 2, platformCode: '-4242' };
  expect(await channel.send(contact, { text: 'x' }, 'r1')).toMatchObject(wanted);
  expect(await channel.send(contact, { text: 'x' }, 'r1')).toMatchObject(wanted);
});

test('a send taken without a message id is never sent again', async () => {
  platform.answerNext({ body: { error: 0, message: 'Success' } });
  expect(await channel.send(contact, { text: 'x' }, 'r1')).toMatchObject({ code: 'send.ambiguous', maxTries: 1 });
});

test('over the limit per minute the next try is in the next minute', async () => {
  platform.answerNext({ body: sample('zalo', 'error.minus_32.json') });
  const result = await channel.send(contact, { text: 'x' }, 'r1');
  expect(result).toMatchObject({ code: 'send.throttled' });
  if (result.type !== 'failed') return;
  expect(result.afterMs).toBeGreaterThanOrEqual(30_000);
  expect(result.afterMs).toBeLessThan(31_000);
});

test('when the allowance of the minute is used up, nothing is called until the next', async () => {
  const last = { body: sample('zalo', 'response.message_cs.quota_reply.json'), headers: { 'X-RateLimit-Remain': '0' } };
  now += 28_000; // two seconds are left of the minute
  platform.answerNext(last);
  expect(await channel.send(contact, { text: 'x' }, 'r1')).toMatchObject({ type: 'sent' });
  expect(await channel.send(contact, { text: 'x' }, 'r2')).toMatchObject({ type: 'failed', code: 'send.throttled' });
  expect(platform.calls).toHaveLength(1);
  await expect
    .poll(() => channel.send(contact, { text: 'x' }, 'r2'), { timeout: 20_000 })
    .toMatchObject({ type: 'sent' });
});

test('an empty secret is refused at start', () => {
  for (const key of ['oaSecret', 'appSecret', 'appId'])
    expect(() => makeZalo(platform.url, { [key]: '' })).toThrow(expect.objectContaining({ code: 'config.invalid' }));
});
