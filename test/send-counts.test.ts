import { expect, it } from 'vitest';
import type { SendResult } from '../src/channels/channel.ts';
import { contactId } from '../src/core/contact.ts';
import { countSends } from '../src/send-counts.ts';

it('sends are counted by what they came to, those that were not free by their quota, and results pass through', async () => {
  const results: SendResult[] = [
    { type: 'sent', messageId: '1' },
    { type: 'sent', messageId: '2', paid: 'sub_quota' },
    { type: 'failed', code: 'send.throttled', retry: 'later', scope: 'channel', maxTries: 5, platformCode: '-32' },
  ];
  const waiting = results.values();
  const { channel, sends, paid } = countSends({
    name: 'zalo',
    verify() {},
    parse: () => ({ events: [], ignored: [], unreadable: [], notices: [] }),
    render: () => [],
    describe: () => '',
    limits: { concurrency: 1, perSecond: 1, echoWaitMs: 0 },
    send: () => Promise.resolve(waiting.next().value as SendResult),
  });
  for (const result of results) expect(await channel.send(contactId('zalo', '1', '2'), {}, 'row')).toBe(result);
  expect(sends()).toEqual([
    { channel: 'zalo', result: 'sent', count: 2 },
    { channel: 'zalo', result: 'send.throttled', count: 1 },
  ]);
  expect(paid()).toEqual([{ channel: 'zalo', quota: 'sub_quota', count: 1 }]);
});
