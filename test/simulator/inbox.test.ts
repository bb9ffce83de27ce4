import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channels/channel.ts';
import type { ReadFile } from '../../src/channels/uploads.ts';
import { messengerChannel } from '../../src/channels/messenger/channel.ts';
import { zaloChannel } from '../../src/channels/zalo/channel.ts';
import { contactId, type ChannelName } from '../../src/core/contact.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import type { Reply } from '../../src/core/reply.ts';
import { makeSample } from '../../src/simulator/samples.ts';
import { item, makeStage, MESSENGER, ZALO, type Got, type Stage } from './stage.ts';

const HOUR_MS = 3_600_000;
let at: number;
let stage: Stage;
let channels: Record<ChannelName, Channel>;
let who: Awaited<ReturnType<Stage['people']>>;

const readFile: ReadFile = async (fileId) =>
  fileId === 'lost' ? null : makeSample(fileId === 'image' ? 'image' : 'pdf');

beforeEach(async () => {
  at = Date.parse('2022-05-28T08:00:00+07:00');
  const clock = { now: () => at };
  stage = await makeStage({ clock });
  channels = {
    messenger: messengerChannel({ ...MESSENGER, verifyToken: 'v', graphUrl: stage.url, readFile }),
    zalo: zaloChannel({
      ...ZALO,
      apiUrl: stage.url,
      oauthUrl: stage.url,
      clock,
      readFile,
      tokens: {
        store: { read: async () => null, write: async () => true },
        lock: { run: (work) => work() },
        first: { accessToken: ZALO.accessToken, refreshToken: ZALO.refreshToken },
        onAlarm: () => {},
      },
    }),
  };
  who = await stage.people();
});
afterEach(async () => {
  for (const channel of Object.values(channels)) await channel.close?.();
  await stage.close();
});

const accounts = { zalo: ZALO.oaId, messenger: MESSENGER.pageId };
const readAs = (name: ChannelName) => (got: Got) =>
  channels[name].parse({ headers: got.headers, body: got.raw }, at).events;
/** Events of a kind, once there are `count`. */
async function heard(name: ChannelName, type: InboundEvent['type'], count = 1): Promise<InboundEvent[]> {
  const events = (got: Got): InboundEvent[] =>
    got.path.endsWith(name) ? readAs(name)(got).filter((event) => event.type === type) : [];
  return (await stage.wait((got) => events(got).length > 0, count)).flatMap(events);
}
const echoes = (name: ChannelName, count = 1) => heard(name, 'echo', count);
const write = (name: ChannelName, text = 'xin chào') => stage.act(who, name, { type: 'text', text });
const file = (fileId: string, mime: string) => ({ fileId, name: fileId, mime, size: 1000, sha256: '' });
const send = async (name: ChannelName, reply: Partial<Reply>) => {
  const [message] = channels[name].render({
    text: '',
    options: [],
    from: { type: 'staff', staff: 'an', name: 'An' },
    ...reply,
  });
  return channels[name].send(contactId(name, accounts[name], who[name]), message!, 'row-1');
};

describe.each(['zalo', 'messenger'] as const)('staff in the inbox of %s', (name) => {
  it('are heard as staff who wrote past us, with what they sent', async () => {
    await stage.inbox(who, name, { type: 'say', text: 'Chào anh/chị', via: 'web' });
    await stage.inbox(who, name, { type: 'files', files: [{ id: await stage.sample('image') }], via: 'web' });
    const found = await echoes(name, 2);
    expect(found).toMatchObject([
      { origin: 'staff', text: 'Chào anh/chị' },
      { origin: 'staff', text: '', items: [{ kind: 'image', url: expect.stringContaining('/simulator/files/') }] },
    ]);
  });

  it('are refused when their words or files are none', async () => {
    expect(await stage.inbox(who, name, { type: 'say', text: '', via: 'web' })).toBe(400);
    expect(await stage.inbox(who, name, { type: 'files', files: [{ id: 'nowhere' }], via: 'web' })).toBe(404);
    expect(await stage.inbox({ ...who, session: 'somebody-else' }, name, { type: 'take' })).toBe(404);
  });

  it('have an automatic answer that comes once, to what a person writes', async () => {
    await stage.inbox(who, name, { type: 'autoReply', text: 'Cảm ơn anh/chị đã nhắn tin.' });
    await write(name);
    const [echo] = await echoes(name);
    expect(echo).toMatchObject({
      text: 'Cảm ơn anh/chị đã nhắn tin.',
      origin: name === 'zalo' ? 'unsure' : 'staff',
    });
    await write(name);
    await stage.inbox(who, name, { type: 'say', text: 'rồi', via: 'web' });
    expect(await echoes(name, 2)).toMatchObject([{}, { text: 'rồi' }]);
  });

  it('are not heard while echoes are lost', async () => {
    await stage.act(who, name, { type: 'text', text: 'a' }, { dropEcho: true });
    await stage.inbox(who, name, { type: 'say', text: 'lost', via: 'web' });
    await stage.act(who, name, { type: 'text', text: 'b' });
    await heard(name, 'text', 2);
    expect(stage.got.flatMap(readAs(name)).filter((event) => event.type === 'echo')).toEqual([]);
  });
});

describe.each(['zalo', 'messenger'] as const)('a file of ours on %s', (name) => {
  it.each([
    ['image', 'image/png', 'image'],
    ['pdf', 'application/pdf', 'file'],
  ])('is uploaded, shown, and echoed as ours: %s', async (fileId, mime, kind) => {
    await write(name);
    const sent = await send(name, { file: file(fileId, mime) });
    expect(sent).toMatchObject({ type: 'sent' });
    const [echo] = await echoes(name);
    expect(echo).toMatchObject({
      messageId: sent.type === 'sent' ? sent.messageId : '',
      items: [{ kind }],
      ...(name === 'zalo' ? { origin: 'unsure' } : { origin: 'bot', row: 'row-1' }),
    });
    const url = echo?.type === 'echo' ? (echo.items?.[0]?.url ?? '') : '';
    expect((await fetch(url)).headers.get('content-type')).toBe(mime);
  });

  it('goes out as the type it is kept under, and is given up when it is not kept any more', async () => {
    await write(name);
    expect(await send(name, { file: file('pdf', 'image/png') })).toMatchObject({ type: 'sent' });
    expect(await echoes(name)).toMatchObject([{ items: [{ kind: 'file' }] }]);
    expect(await send(name, { file: file('lost', 'application/pdf') })).toMatchObject({ code: 'file.missing' });
  });
});

describe('Zalo', () => {
  it('tells who wrote in the web chat only, not on the phone', async () => {
    await stage.inbox(who, 'zalo', { type: 'say', text: 'từ điện thoại', via: 'mobile' });
    expect(await echoes('zalo')).toMatchObject([{ origin: 'unsure', text: 'từ điện thoại' }]);
  });

  it('forgets an upload after seven days, and it is made again', async () => {
    await write('zalo');
    expect(await send('zalo', { file: file('image', 'image/png') })).toMatchObject({ type: 'sent' });
    at += 7 * 24 * HOUR_MS + 1;
    await write('zalo');
    expect(await send('zalo', { file: file('image', 'image/png') })).toMatchObject({ platformCode: '-100' });
    expect(await send('zalo', { file: file('image', 'image/png') })).toMatchObject({ type: 'sent' });
  });
});

describe('Messenger', () => {
  it('takes a text of staff until seven days after the person wrote, and files only for one', async () => {
    await write('messenger');
    at += 25 * HOUR_MS;
    expect(await send('messenger', { text: 'a' })).toMatchObject({ code: 'send.windowClosed' });
    expect(await send('messenger', { text: 'a', isLate: true })).toMatchObject({ type: 'sent' });
    expect(await send('messenger', { file: file('image', 'image/png'), isLate: true })).toMatchObject({
      code: 'send.windowClosed',
    });
    at += 6 * 24 * HOUR_MS;
    expect(await send('messenger', { text: 'a', isLate: true })).toMatchObject({ code: 'send.windowClosed' });
  });

  it('without routing moves no thread: the inbox writes and we may go on writing', async () => {
    await write('messenger');
    await stage.inbox(who, 'messenger', { type: 'say', text: 'Chào', via: 'mobile' });
    expect(await echoes('messenger')).toMatchObject([{ origin: 'staff' }]);
    expect(stage.got.some((got) => 'app_id' in (item(got).message ?? {}))).toBe(false);
    expect(await send('messenger', { text: 'a' })).toMatchObject({ type: 'sent' });
    const path = `/${MESSENGER.pageId}/take_thread_control`;
    expect((await stage.graph(path, { recipient: { id: who.messenger } })).json.error.code).toBe(27);
  });

  it('with routing gives the thread to the inbox that writes, and what the person says goes to standby', async () => {
    await write('messenger', 'trước');
    await stage.inbox(who, 'messenger', { type: 'routing', on: true });
    await stage.inbox(who, 'messenger', { type: 'say', text: 'Để em xem', via: 'web' });
    await stage.inbox(who, 'messenger', { type: 'say', text: 'Xong ạ', via: 'web' });
    expect(await heard('messenger', 'control')).toMatchObject([{ kind: 'takenFromUs' }]);
    await echoes('messenger', 2);
    await write('messenger', 'cảm ơn');
    const [standby] = await stage.wait((got) => got.json.entry?.[0]?.standby?.[0]?.message?.text === 'cảm ơn');
    expect(readAs('messenger')(standby!)).toMatchObject([{ type: 'control', kind: 'takenFromUs' }, { type: 'text' }]);
    expect(await send('messenger', { text: 'a' })).toMatchObject({ code: 'send.notOwner', retry: 'never' });

    await stage.inbox(who, 'messenger', { type: 'passBack' });
    await stage.wait((got) => item(got).pass_thread_control?.new_owner_app_id === MESSENGER.appId);
    expect(await send('messenger', { text: 'a' })).toMatchObject({ type: 'sent' });
  });

  it('with routing lets the hold of the inbox end after a day of silence, and our app pass and take', async () => {
    await write('messenger');
    await stage.inbox(who, 'messenger', { type: 'routing', on: true });
    await stage.inbox(who, 'messenger', { type: 'take' });
    expect(await send('messenger', { text: 'a' })).toMatchObject({ code: 'send.notOwner' });
    at += 24 * HOUR_MS;
    expect(await send('messenger', { text: 'a' })).toMatchObject({ code: 'send.notOwner' });
    at += 1;
    await write('messenger');
    expect(await send('messenger', { text: 'a' })).toMatchObject({ type: 'sent' });

    const call = async (edge: string, more: object = {}) =>
      (await stage.graph(`/${MESSENGER.pageId}/${edge}`, { recipient: { id: who.messenger }, ...more })).json;
    expect(await call('pass_thread_control', { target_app_id: 263902037430900 })).toEqual({ success: true });
    expect(await send('messenger', { text: 'a' })).toMatchObject({ code: 'send.notOwner' });
    expect((await call('release_thread_control')).error.error_subcode).toBe(2534037);
    expect(await call('take_thread_control')).toEqual({ success: true });
    expect(await send('messenger', { text: 'a' })).toMatchObject({ type: 'sent' });
  });
});
