import { expect, test } from 'vitest';
import type { RawWebhook } from '../../src/channels/channel.ts';
import { makeMessenger, makeZalo, messengerItem, PAGE, subjects, webhookOf } from './subjects.ts';

/** A fault of ours, played by a setting that cannot be read while an echo is looked at. */
const fault = (): never => {
  throw new RangeError('invented');
};

test('messenger: a fault of ours in one item is kept raw, and its neighbours are taken', () => {
  const autoReplies: string[] = [];
  autoReplies.includes = fault;
  const channel = makeMessenger('http://127.0.0.1:9', { autoReplies });
  const echo = { is_echo: true, mid: 'm_2', text: 'x', app_id: 1 };
  const messaging = [
    messengerItem('trước', {}, 'm_1'),
    messengerItem('', { message: echo }),
    messengerItem('sau', {}, 'm_3'),
  ];
  const entry = [
    { id: PAGE, time: 1795069200400, messaging },
    { id: PAGE, time: 1795069200400, standby: messaging },
  ];
  const { events, unreadable } = channel.parse(webhookOf({ object: 'page', entry }), 1795069300000);
  const texts = events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
  expect(texts).toEqual(['trước', 'sau', 'trước', 'sau']);
  expect(unreadable.map(({ reason }) => reason)).toEqual(['RangeError', 'RangeError']);
  expect(unreadable[0]?.raw).toContain('"m_2"');
});

test('zalo: a fault of ours in an event is kept raw', () => {
  const [, zalo] = subjects;
  const channel = makeZalo('http://127.0.0.1:9');
  const headers = {
    get 'x-zevent-server'(): string {
      return fault();
    },
  };
  const webhook: RawWebhook = { ...webhookOf(zalo?.says('xin chào')), headers };
  const { events, unreadable } = channel.parse(webhook, 1795069300000);
  expect(events).toEqual([]);
  expect(unreadable).toMatchObject([{ reason: 'RangeError' }]);
  expect(unreadable[0]?.raw).toContain('xin chào');
});
