import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProfileFaults, setUpProfile } from '../../../src/channels/messenger/profile.ts';
import { startFakePlatform, type FakePlatform } from '../../support/fake-platform.ts';
import { sample } from '../subjects.ts';

let platform: FakePlatform;
beforeAll(async () => {
  platform = await startFakePlatform();
});
afterAll(() => platform.close());

const profile = {
  getStarted: '#start',
  greetings: { default: 'Chào {{user_first_name}}!', vi_VN: 'Chào {{user_first_name}}!' },
  menu: [{ title: 'Nộp bài mới', payload: '#submit' }],
};
const access = () => ({ pageToken: 'page-token', appSecret: 'secret', version: '25.0', graphUrl: platform.url });

test('the set-up sends Get Started, greetings and menu in the documented shape', async () => {
  const { request } = sample('messenger', 'api.messenger-profile-set.success.json') as {
    request: { path: string; body: { persistent_menu: object[] } };
  };
  await setUpProfile(access(), profile);
  const [set, subscribe] = platform.calls;
  expect(set).toMatchObject({ method: 'POST', path: request.path });
  expect(set?.body).toEqual({
    get_started: { payload: '#start' },
    greeting: [
      { locale: 'default', text: 'Chào {{user_first_name}}!' },
      { locale: 'vi_VN', text: 'Chào {{user_first_name}}!' },
    ],
    persistent_menu: [
      {
        locale: 'default',
        composer_input_disabled: false,
        call_to_actions: [{ type: 'postback', title: 'Nộp bài mới', payload: '#submit' }],
      },
    ],
  });
  expect(Object.keys(set?.body as object)).toEqual(
    Object.keys(request.body).filter((key) => key !== 'whitelisted_domains'),
  );
  expect(subscribe).toMatchObject({ path: '/v25.0/me/subscribed_apps' });
  expect(subscribe?.body).toMatchObject({ subscribed_fields: expect.stringContaining('message_echoes') });
});

test('the token travels in a header, with its proof, and never in a URL', () => {
  const proof = createHmac('sha256', 'secret').update('page-token').digest('hex');
  expect(platform.calls).toHaveLength(2);
  for (const call of platform.calls) {
    expect(call.headers['authorization']).toBe('Bearer page-token');
    expect([...call.query]).toEqual([['appsecret_proof', proof]]);
  }
});

test('what Meta would refuse is found before it is asked', () => {
  expect(findProfileFaults(profile)).toEqual([]);
  const faults = findProfileFaults({
    getStarted: '#start',
    greetings: { vi_VN: 'x'.repeat(161) },
    menu: Array.from({ length: 21 }, () => ({ title: 'x'.repeat(31), payload: '#' })),
  });
  expect(faults).toHaveLength(24);
});

test('a field that Meta spells otherwise, or does not know, takes nothing else away', async () => {
  const taken = { status: 200, body: { success: true } };
  const refused = { status: 400, body: { error: { message: 'unknown field', type: 'OAuthException', code: 100 } } };
  platform.calls.length = 0;
  for (const answer of [taken, refused, refused, taken]) platform.answerNext(answer);
  await setUpProfile(access(), profile);
  const fields = platform.calls.slice(1).map((call) => (call.body as { subscribed_fields: string }).subscribed_fields);
  expect(fields.map((list) => /,(mess\w+_template_status_update)$/.exec(list)?.[1] ?? null)).toEqual([
    'message_template_status_update',
    'messenger_template_status_update',
    null,
  ]);
  expect(fields[2]).toContain('message_echoes');
});

test('an error of Meta rejects with its words', async () => {
  platform.answerNext({ status: 400, body: { error: { message: 'too many', type: 'OAuthException', code: 613 } } });
  await expect(setUpProfile(access(), profile)).rejects.toThrow('613 OAuthException too many');
});

test('the command sets the page up from the locales, and tells what is missing', async () => {
  const run = async (more: Record<string, string>) => {
    const env = {
      PATH: process.env['PATH'],
      GRAPH_API_URL: platform.url,
      MESSENGER_PAGE_ID: '108845271234567',
      MESSENGER_APP_ID: '987654321012345',
      MESSENGER_VERIFY_TOKEN: 'verify-token',
      MESSENGER_APP_SECRET: 'secret',
      ...more,
    };
    const command = spawn(process.execPath, ['--import', 'tsx', 'script/setup-messenger.ts'], { env, stdio: 'ignore' });
    const [code] = (await once(command, 'exit')) as [number];
    return code;
  };
  platform.calls.length = 0;
  expect(await run({})).toBe(1);
  expect(platform.calls).toEqual([]);
  expect(await run({ MESSENGER_PAGE_TOKEN: 'page-token' })).toBe(0);
  expect(platform.calls.map((call) => call.path)).toEqual(['/v25.0/me/messenger_profile', '/v25.0/me/subscribed_apps']);
  const body = platform.calls[0]?.body as { persistent_menu: { call_to_actions: object[] }[] };
  expect(body.persistent_menu[0]?.call_to_actions).toContainEqual({
    type: 'postback',
    title: 'Gặp nhân viên',
    payload: '#menu:human',
  });
});
