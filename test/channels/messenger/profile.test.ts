import { createHmac } from 'node:crypto';
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

test('an error of Meta rejects with its words', async () => {
  platform.answerNext({ status: 400, body: { error: { message: 'too many', type: 'OAuthException', code: 613 } } });
  await expect(setUpProfile(access(), profile)).rejects.toThrow('613 OAuthException too many');
});
