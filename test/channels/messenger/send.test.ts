import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Channel } from '../../../src/channels/channel.ts';
import { contactId } from '../../../src/core/contact.ts';
import { startFakePlatform, type FakePlatform } from '../../support/fake-platform.ts';
import { APP_SECRET, makeMessenger, PAGE, PSID, sample, sampleNames } from '../subjects.ts';

let platform: FakePlatform;
let channel: Channel;
beforeAll(async () => {
  platform = await startFakePlatform();
  channel = makeMessenger(platform.url);
});
afterAll(() => platform.close());

const contact = contactId('messenger', PAGE, PSID);
const MINUTE = 60_000;

test('a send is the documented call, with the token in a header and our row in the metadata', async () => {
  const { request, response } = sample('messenger', 'api.send-text.success.json') as {
    request: { path: string; body: object };
    response: { body: { message_id: string } };
  };
  platform.answerNext(response);
  const result = await channel.send(contact, { text: 'Đã nhận bài' }, 'out-000123');
  expect(result).toEqual({ type: 'sent', messageId: response.body.message_id });
  const [call] = platform.calls;
  expect(call).toMatchObject({ method: 'POST', path: request.path, body: request.body });
  expect(call?.headers['authorization']).toBe('Bearer page-token');
  expect([...(call?.query ?? [])]).toEqual([
    ['appsecret_proof', createHmac('sha256', APP_SECRET).update('page-token').digest('hex')],
  ]);
});

test('typing is shown by a sender action alone, and its failure is of no matter', async () => {
  await channel.typing?.(contact);
  expect(platform.calls.at(-1)?.body).toEqual({ recipient: { id: PSID }, sender_action: 'typing_on' });
  platform.answerNext('cut');
  await expect(channel.typing?.(contact)).resolves.toBeUndefined();
});

const configuration = { code: 'send.configuration', retry: 'later', scope: 'channel' };
const reauth = { code: 'token.needsReauth', retry: 'later', scope: 'channel' };
const throttled = { code: 'send.throttled', retry: 'later', scope: 'channel' };
const suspended = { code: 'send.suspended', retry: 'later', scope: 'channel' };
const refused = { code: 'send.refused', retry: 'never', scope: 'message', maxTries: 1 };
const windowClosed = { code: 'send.windowClosed', retry: 'never', scope: 'contact' };
const unreachable = { code: 'send.unreachable', retry: 'never', scope: 'contact' };
const notOwner = { code: 'send.notOwner', retry: 'never', scope: 'contact' };

/** By the table of messenger.md §8.3. */
const EXPECTED: Record<string, object> = {
  'app-rate-limit-4': { ...throttled, afterMs: MINUTE },
  'appsecret-proof-100': configuration,
  'attachment-fetch-100-2018008': { code: 'send.temporary', retry: 'later', maxTries: 2 },
  'attachment-id-100-2018074': refused,
  'attachment-too-big-100-2018109': refused,
  'attachment-type-100-2018047': refused,
  'cannot-receive-10-2018108': unreachable,
  'custom-limit-613': throttled,
  'deprecated-tag-100-1893061': refused,
  'marketing-message-not-ready-2300012': { code: 'send.temporary', retry: 'later', afterMs: 60 * MINUTE },
  'messenger-buc-limit-80006': { ...throttled, afterMs: 7 * MINUTE },
  'no-matching-user-100-2018001': refused,
  'not-a-tester-200-2018028': { code: 'send.configuration', retry: 'never', scope: 'contact' },
  'not-thread-owner-100-2534037': notOwner,
  'other-app-controls-thread-10-2018300': notOwner,
  'outside-window-10-2018278': windowClosed,
  'outside-window-news-10-2018065': windowClosed,
  'page-rate-limit-32': throttled,
  'page-restricted-10-1893063': suspended,
  'permission-missing-10': configuration,
  'person-unavailable-200-1545041': unreachable,
  'person-unavailable-551-1545041': unreachable,
  'policy-block-368': suspended,
  'service-2': { code: 'send.temporary', retry: 'later', scope: 'contact', maxTries: 3 },
  'tag-abuse-613-2018338': suspended,
  'take-thread-control-blocked-27': refused,
  'template-buttons-2018416': refused,
  'temporary-1200-2018024': { code: 'send.temporary', retry: 'later', scope: 'message' },
  'text-too-long-100': refused,
  'token-expired-190-463': reauth,
  'token-not-authorized-190-458': reauth,
  'unknown-1': { code: 'send.ambiguous', retry: 'ambiguous', maxTries: 2 },
  'user-profile-none-2018218': refused,
  'user-profile-permission-2018247': refused,
};

test.each(sampleNames('messenger', 'api.').filter((name) => name.endsWith('.error.json')))(
  'the sample %s is judged as its table says',
  async (name) => {
    const { response } = sample('messenger', name) as {
      response: { status: number; body: { error: { code?: number; error_subcode?: number } } };
    };
    platform.answerNext(response);
    const wanted = EXPECTED[name.replace(/^api\.(.*)\.error\.json$/, '$1')];
    expect(wanted).toBeDefined();
    const { code = 0, error_subcode: subcode } = response.body.error;
    const platformCode = subcode === undefined ? String(code) : `${code}/${subcode}`;
    expect(await channel.send(contact, { text: 'x' }, 'r')).toMatchObject({ type: 'failed', platformCode, ...wanted });
  },
);

test.each([
  [1, 1357046, { code: 'send.ambiguous', retry: 'ambiguous', maxTries: 1 }],
  [-1, undefined, { code: 'send.temporary', retry: 'later', maxTries: 2 }],
  [4, 2018354, refused],
  [17, undefined, throttled],
  [341, undefined, throttled],
  [613, 2534040, throttled],
  [613, 1893016, refused],
  [9, 2018352, refused],
  [10, 2534022, windowClosed],
  [10, 1893015, refused],
  [100, 33, configuration],
  [100, 2018164, configuration],
  [100, 2018014, refused],
  [200, 551, unreachable],
  [200, undefined, configuration],
  [3, undefined, configuration],
  [299, undefined, configuration],
  [230, undefined, configuration],
  [551, undefined, unreachable],
  [10303, undefined, refused],
  [10, 2018321, { code: 'send.temporary', retry: 'later', scope: 'contact' }],
  [9000001, undefined, refused],
  [2300028, undefined, { retry: 'later', afterMs: 60 * MINUTE }],
  [2300052, undefined, refused],
  [424242, undefined, refused],
])('error %d/%s of the table is judged so, whatever the status', async (code, subcode, wanted) => {
  for (const status of [200, 400, 500]) {
    platform.answerNext({ status, body: { error: { message: '?', code, error_subcode: subcode } } });
    expect(await channel.send(contact, { text: 'x' }, 'r')).toMatchObject({ type: 'failed', ...wanted });
  }
});

test.each([4, 32, 613, 80006])('a limit (%d) lasts as long as the usage header says, if it says so', async (code) => {
  const row = { type: 'messenger', call_count: 100, total_cputime: 20, total_time: 22 };
  for (const [minutes, wanted] of [
    [12, 12],
    [0, code === 80006 ? 5 : 1],
  ]) {
    const usage = JSON.stringify({ [PAGE]: [{ ...row, estimated_time_to_regain_access: minutes }] });
    platform.answerNext({ status: 400, headers: { 'x-business-use-case-usage': usage }, body: { error: { code } } });
    expect(await channel.send(contact, { text: 'x' }, 'r')).toMatchObject({
      ...throttled,
      afterMs: (wanted ?? 0) * MINUTE,
    });
  }
});

test('an unknown error that Meta calls transient is tried again', async () => {
  platform.answerNext({ status: 400, body: { error: { code: 424242, is_transient: true } } });
  expect(await channel.send(contact, { text: 'x' }, 'r')).toMatchObject({ code: 'send.temporary', retry: 'later' });
});

test('a send taken without a message id is never sent again', async () => {
  platform.answerNext({ body: { recipient_id: PSID } });
  expect(await channel.send(contact, { text: 'x' }, 'r')).toMatchObject({ code: 'send.ambiguous', maxTries: 1 });
});

test('an empty secret is refused at start', () => {
  for (const key of ['appSecret', 'verifyToken', 'pageToken'])
    expect(() => makeMessenger(platform.url, { [key]: '' })).toThrow(
      expect.objectContaining({ code: 'config.invalid' }),
    );
});
