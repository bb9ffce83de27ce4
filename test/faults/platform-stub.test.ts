import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Channel } from '../../src/channels/channel.ts';
import { contactId } from '../../src/core/contact.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import { ACCOUNTS } from './platforms-accounts.ts';
import { stubChannels } from './platforms-channels.ts';
import type { FaultKind } from './platforms-faults.ts';
import { startPlatforms, type Platforms, type PlatformsOptions } from './platforms.ts';

/** What the stub platforms promise to the harness, seen through the product's own adapters. */
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const PEOPLE = {
  zalo: contactId('zalo', ACCOUNTS.zalo.oaId, '8100000000000000001'),
  messenger: contactId('messenger', ACCOUNTS.messenger.pageId, '24000000000000001'),
};
const BOTH = ['zalo', 'messenger'] as const;
type Both = { platforms: Platforms; channels: Record<(typeof BOTH)[number], Channel> };

async function start(options: Partial<PlatformsOptions> = {}): Promise<Both> {
  const platforms = await startPlatforms({ random: () => 0.5, ...options });
  const channels = stubChannels(platforms, { timeoutMs: 300 });
  closing.push(
    () => platforms.close(),
    () => channels.zalo.close?.(),
    () => channels.messenger.close?.(),
  );
  return { platforms, channels };
}

const say = (channel: Channel, text = 'xin chào') => channel.send(PEOPLE[channel.name], { text }, 'row-1');

test.each(BOTH)('%s: a good send is accepted, answered and written down', async (name) => {
  const { platforms, channels } = await start();
  const result = await say(channels[name]);
  expect(result).toMatchObject({ type: 'sent', messageId: platforms.accepted[0]?.messageId });
  await expect.poll(() => platforms.accepted[0]?.answeredAt).toBeTypeOf('number');
  expect(platforms.accepted).toMatchObject([{ channel: name, text: 'xin chào', answer: 'ok' }]);
});

const KINDS: readonly [FaultKind, string, 'accepted' | 'refused'][] = [
  ['status429', 'send.throttled', 'refused'],
  ['rateCode', 'send.throttled', 'refused'],
  ['rateHeaders', 'send.throttled', 'refused'],
  ['serverError', 'send.ambiguous', 'refused'],
  ['temporary', 'send.temporary', 'refused'],
  ['tokenExpired', 'token.needsReauth', 'refused'],
  ['resetBefore', 'send.ambiguous', 'refused'],
  ['malformed', 'send.ambiguous', 'refused'],
  ['resetAfter', 'send.ambiguous', 'accepted'],
  ['hangAfter', 'send.ambiguous', 'accepted'],
  ['serverErrorAfter', 'send.ambiguous', 'accepted'],
  ['malformedAfter', 'send.ambiguous', 'accepted'],
];
test.each(BOTH.flatMap((name) => KINDS.map(([kind, code, fate]) => ({ name, kind, code, fate }))))(
  '$name: $kind comes out as $code, the message $fate',
  async ({ name, kind, code, fate }) => {
    const { platforms, channels } = await start({ faults: { [name]: { [kind]: 1 } } });
    expect(await say(channels[name])).toMatchObject({ type: 'failed', code });
    const { accepted, counts } = platforms;
    expect(accepted.map((one) => one.answer)).toEqual(fate === 'accepted' ? ['lost'] : []);
    expect(counts.refused.get(kind) ?? 0).toBe(
      fate === 'accepted' ? 0 : kind === 'tokenExpired' && name === 'zalo' ? 2 : 1,
    );
  },
);

test.each(BOTH)('%s: a person may be blocked or out of the window, others not', async (name) => {
  const { platforms, channels } = await start();
  for (const [fault, code] of [
    ['blocked', 'send.unreachable'],
    ['windowClosed', 'send.windowClosed'],
  ] as const) {
    platforms.setFaults({ person: (_channel, user) => (PEOPLE[name].endsWith(user) ? fault : null) });
    expect(await say(channels[name])).toMatchObject({ type: 'failed', scope: 'contact', code });
  }
});

test('a revoked grant refuses every renewal until an admin grants anew', async () => {
  const { platforms, channels } = await start();
  platforms.zalo.revoke();
  expect(await say(channels.zalo)).toMatchObject({ code: 'token.needsReauth' });
  platforms.zalo.grant();
  const after = stubChannels(platforms);
  closing.push(() => after.zalo.close?.());
  expect(await say(after.zalo)).toMatchObject({ type: 'sent' });
});

test.each(BOTH)('%s: echoes are signed, name the message, and come again until they are taken', async (name) => {
  const { platforms, channels } = await start();
  const heard: InboundEvent[] = [];
  let refusals = 2;
  const web = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const webhook = { headers: request.headers, body: Buffer.concat(chunks) };
      channels[name].verify(webhook);
      if (refusals-- > 0) response.writeHead(503);
      else heard.push(...channels[name].parse(webhook, Date.now()).events);
      response.end();
    });
  });
  await new Promise<void>((ready) => web.listen(0, '127.0.0.1', ready));
  closing.push(() => new Promise((closed) => web.close(closed)));
  const origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  platforms.setEcho({ to: () => [origin], delayMs: [0, 5], againMs: 5 });
  await say(channels[name], 'Đã nhận bài');
  await expect.poll(() => platforms.echoesWaiting()).toBe(0);
  const [message] = platforms.accepted;
  expect(heard).toMatchObject([{ type: 'echo', text: 'Đã nhận bài', messageId: message?.messageId }]);
  expect(heard[0]).toMatchObject(name === 'zalo' ? { origin: 'unsure' } : { origin: 'bot', row: 'row-1' });
});

test('whoever is gone between acceptance and answer has lost the answer', async () => {
  let letAnswer: () => void = () => {};
  const { platforms, channels } = await start({ beforeAnswer: () => new Promise((resolve) => (letAnswer = resolve)) });
  // its time-out breaks the connection, as its death would
  expect(await say(channels.messenger)).toMatchObject({ code: 'send.ambiguous' });
  await expect.poll(() => platforms.accepted[0]?.answer).toBe('lost');
  letAnswer();
});
