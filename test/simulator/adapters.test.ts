import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channels/channel.ts';
import { messengerChannel } from '../../src/channels/messenger/channel.ts';
import { zaloChannel } from '../../src/channels/zalo/channel.ts';
import type { Token } from '../../src/channels/zalo/token.ts';
import { contactId, type ChannelName } from '../../src/core/contact.ts';
import type { Reply } from '../../src/core/reply.ts';
import { item, makeStage, MESSENGER, ZALO, type Got, type Stage } from './stage.ts';

const HOUR_MS = 3_600_000;
let at: number;
let stage: Stage;
let channels: Record<ChannelName, Channel>;
let stored: Token | null;

beforeEach(async () => {
  at = Date.parse('2022-05-28T08:00:00+07:00');
  stored = null;
  const clock = { now: () => at };
  stage = await makeStage({ clock });
  channels = {
    messenger: messengerChannel({ ...MESSENGER, verifyToken: 'v', graphUrl: stage.url }),
    zalo: zaloChannel({
      ...ZALO,
      apiUrl: stage.url,
      oauthUrl: stage.url,
      clock,
      tokens: {
        store: {
          read: async () => stored,
          write: async (token) => {
            stored = token;
            return true;
          },
        },
        lock: { run: (work) => work() },
        first: { accessToken: ZALO.accessToken, refreshToken: ZALO.refreshToken },
        onAlarm: () => {},
      },
    }),
  };
});
afterEach(async () => {
  for (const channel of Object.values(channels)) await channel.close?.();
  await stage.close();
});

const accounts = { zalo: ZALO.oaId, messenger: MESSENGER.pageId };
const reply: Reply = {
  text: 'Anh/chị đồng ý chứ?',
  options: [
    { kind: 'action', label: 'Đồng ý', short: 'Đồng ý', payload: '#yes' },
    { kind: 'choice', label: 'Công nhân lao động trong các doanh nghiệp', short: 'Công nhân', payload: '#1' },
  ],
};
const isEcho = (got: Got): boolean => got.json.event_name === 'oa_send_text' || item(got).message?.is_echo === true;

describe.each(['zalo', 'messenger'] as const)('the real %s adapter and its stand-in', (name) => {
  const read = (got: Got) => {
    const webhook = { headers: got.headers, body: got.raw };
    channels[name].verify(webhook);
    return channels[name].parse(webhook, at);
  };

  it('understand each other both ways', async () => {
    const who = await stage.people();
    const contact = contactId(name, accounts[name], who[name]);
    await stage.act(who, name, { type: 'text', text: 'xin chào' });
    const [got] = await stage.wait((each) => each.path.endsWith(name));
    expect(read(got!).events).toMatchObject([{ type: 'text', text: 'xin chào', contact, sentAt: at }]);

    const [message] = channels[name].render(reply);
    const sent = await channels[name].send(contact, message!, 'row-1');
    expect(sent).toMatchObject({ type: 'sent' });
    const [echo] = await stage.wait(isEcho);
    expect(read(echo!).events).toMatchObject([
      { type: 'echo', contact, messageId: sent.type === 'sent' ? sent.messageId : '' },
    ]);
  });

  it('agree on what a file, a tap, an opening and a receipt are', async () => {
    const who = await stage.people();
    const sample = await fetch(`${stage.url}/simulator/api/samples?name=pdf`, { method: 'POST' });
    const { id } = (await sample.json()) as { id: string };
    await stage.act(who, name, { type: 'files', files: [{ id }] });
    for (const type of ['sticker', 'voice', 'location']) await stage.act(who, name, { type });
    await stage.act(who, name, name === 'zalo' ? { type: 'follow' } : { type: 'getStarted', title: 'Bắt đầu' });
    const all = await stage.wait((got) => got.path.endsWith(name), 5);
    const parsed = all.map(read);
    expect(parsed.flatMap(({ ignored, unreadable }) => [...ignored, ...unreadable])).toEqual([]);
    const kinds = parsed.flatMap(({ events }) =>
      events.map((event) => (event.type === 'attachments' ? event.items.map(({ kind }) => kind).join() : event.type)),
    );
    const place = name === 'zalo' ? 'location' : 'link';
    expect(kinds).toEqual(['file', 'sticker', 'audio', place, name === 'zalo' ? 'opened' : 'postback']);
  });

  it('agree that the window has closed', async () => {
    const who = await stage.people();
    await stage.act(who, name, { type: 'text', text: 'a' });
    at += 8 * 24 * HOUR_MS;
    const [message] = channels[name].render(reply);
    const result = await channels[name].send(contactId(name, accounts[name], who[name]), message!, 'row-2');
    expect(result).toMatchObject({ type: 'failed', code: 'send.windowClosed', retry: 'never' });
  });
});

it('the Zalo adapter renews its pair at the stand-in token server and keeps sending', async () => {
  const who = await stage.people();
  const contact = contactId('zalo', ZALO.oaId, who.zalo);
  for (let day = 0; day < 3; day++) {
    await stage.act(who, 'zalo', { type: 'text', text: 'a' });
    const [message] = channels.zalo.render(reply);
    expect(await channels.zalo.send(contact, message!, `row-${day}`)).toMatchObject({ type: 'sent' });
    at += 26 * HOUR_MS;
  }
  expect(stored?.version).toBeGreaterThan(1);
});
