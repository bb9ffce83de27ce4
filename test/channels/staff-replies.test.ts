import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Channel, OutMessage } from '../../src/channels/channel.ts';
import type { ReadFile } from '../../src/channels/uploads.ts';
import type { ProofFile } from '../../src/core/answers.ts';
import { contactId } from '../../src/core/contact.ts';
import type { Reply } from '../../src/core/reply.ts';
import { startFakePlatform, type FakePlatform, type Upload } from '../support/fake-platform.ts';
import { makeMessenger, makeZalo, memoryTokens, freeLock, sample, subjects } from './subjects.ts';

const stored = new Map<string, { bytes: Buffer; name: string; mime: string }>();
let isStoreAway = false;
const readFile: ReadFile = (fileId) =>
  isStoreAway ? Promise.reject(new Error('away')) : Promise.resolve(stored.get(fileId) ?? null);

/** Keeps a file and gives what a reply says of it. */
function keep(name: string, mime: string, bytes: Buffer): ProofFile {
  const fileId = `file-${stored.size}`;
  stored.set(fileId, { bytes, name, mime });
  return { fileId, name, mime, size: bytes.length, sha256: '' };
}

const gif = Buffer.from([...Buffer.from('GIF89a'), 0xf4, 0x01, 0x18, 0x01, 0, 0, 0]);
const staff: Reply['from'] = { type: 'staff', staff: 'an', name: 'Nguyễn An' };
const says = (text: string, more: Partial<Reply> = {}): Reply => ({ text, options: [], from: staff, ...more });

let platform: FakePlatform;
beforeAll(async () => {
  platform = await startFakePlatform();
});
afterAll(() => platform.close());

describe.each(subjects)('on $name', (subject) => {
  const contact = contactId(subject.name, subject.account, subject.contactUser);
  let channel: Channel;
  beforeEach(async () => {
    isStoreAway = false;
    Object.assign(platform.zalo, { accessToken: 'access-1', refreshToken: 'refresh-1', refreshes: 0 });
    const timeouts = { readFile, uploadTimeoutMs: 300 };
    channel =
      subject.name === 'messenger'
        ? makeMessenger(platform.url, timeouts)
        : makeZalo(platform.url, {
            ...timeouts,
            tokens: { store: memoryTokens(), lock: freeLock, first: { refreshToken: 'refresh-1' }, onAlarm() {} },
          });
    await channel.send(contact, { text: 'lấy token' }, 'r0');
    platform.calls.length = 0;
  });
  const fileOnly = (file: ProofFile): OutMessage => channel.render(says('', { file }))[0]!;
  const send = (message: OutMessage) => channel.send(contact, message, 'row-1');
  const uploads = () => platform.calls.filter(({ path }) => /upload|message_attachments/.test(path));
  const sends = () => platform.calls.filter((call) => !uploads().includes(call));

  test('a text of staff is sent as one of the bot is', async () => {
    const [message] = channel.render(says('Chào anh/chị'));
    expect(await send(message!)).toMatchObject({ type: 'sent' });
    expect(sends()).toMatchObject([{ body: { message: { text: 'Chào anh/chị' } } }]);
    expect(channel.describe(message!)).toBe('Chào anh/chị');
  });

  test('a file comes after the text, or alone', () => {
    const file = keep('the-le.pdf', 'application/pdf', Buffer.from('%PDF'));
    const shown = channel.render(says('Thể lệ đây ạ', { file })).map((message) => channel.describe(message));
    expect(shown).toEqual(['Thể lệ đây ạ', '📎 the-le.pdf']);
    expect(channel.render(says('', { file }))).toHaveLength(1);
  });

  test('a file is uploaded with its name, type and bytes, and then shown', async () => {
    const bytes = Buffer.from([0, 1, 2, 250, 13, 10, 45, 45]);
    const file = keep('Thể lệ "mới".pdf', 'application/pdf', bytes);
    expect(await send(fileOnly(file))).toEqual({ type: 'sent', messageId: expect.any(String) });
    const field = subject.name === 'messenger' ? 'filedata' : 'file';
    expect((uploads()[0]!.body as Upload)[field]).toEqual({
      name: 'Thể lệ "mới".pdf',
      mime: 'application/pdf',
      bytes,
    });
    expect(JSON.stringify(sends()[0]?.body)).toContain('upload-');
  });

  test('the same file goes to many with one upload', async () => {
    const file = keep('a.png', 'image/png', Buffer.from('png'));
    for (let n = 0; n < 3; n++) expect(await send(fileOnly(file))).toMatchObject({ type: 'sent' });
    expect([uploads().length, sends().length]).toEqual([1, 3]);
  });

  test('an upload that the platform no longer knows is made again', async () => {
    const file = keep('a.png', 'image/png', Buffer.from('png'));
    await send(fileOnly(file));
    const gone =
      subject.name === 'zalo'
        ? { body: { error: -100, message: 'attachment_id was expired' } }
        : { status: 400, body: { error: { code: 100, error_subcode: 2018074 } } };
    platform.answerNext(gone);
    expect(await send(fileOnly(file))).toMatchObject({ code: 'send.temporary', retry: 'later', maxTries: 2 });
    expect(await send(fileOnly(file))).toMatchObject({ type: 'sent' });
    expect(uploads()).toHaveLength(2);
  });

  test('an upload that fails in any way has shown nothing: it is done again later, and no send is in doubt', async () => {
    const file = keep('a.png', 'image/png', Buffer.from('png'));
    for (const answer of ['cut', 'hang', { status: 500, body: 'oops' }, { body: '<html>' }, { body: {} }] as const) {
      platform.answerNext(answer);
      expect(await send(fileOnly(file))).toMatchObject({ type: 'failed', code: 'send.temporary', retry: 'later' });
    }
    expect(sends()).toEqual([]);
    expect(await send(fileOnly(file))).toMatchObject({ type: 'sent' });
  });

  test('the send after an upload can be in doubt like any other', async () => {
    const file = keep('a.png', 'image/png', Buffer.from('png'));
    await send(fileOnly(file));
    platform.answerNext('cut');
    expect(await send(fileOnly(file))).toMatchObject({ code: 'send.ambiguous', retry: 'ambiguous' });
  });

  test('a file that is gone, too large or of a wrong type is given up with a code of its own', async () => {
    const gone = { ...keep('a.png', 'image/png', Buffer.from('x')), fileId: 'nowhere' };
    const never = { type: 'failed', retry: 'never', scope: 'message', maxTries: 1 };
    expect(await send(fileOnly(gone))).toMatchObject({ ...never, code: 'file.missing' });
    const large = keep('a.png', 'image/png', Buffer.alloc(9_000_000));
    expect(await send(fileOnly(large))).toMatchObject({ ...never, code: 'file.refused', platformCode: 'size' });
    const lied = { ...large, size: 5 };
    expect(await send(fileOnly(lied))).toMatchObject({ ...never, code: 'file.refused', platformCode: 'size' });
    const odd = keep('a.exe', 'application/x-msdownload', Buffer.from('MZ'));
    expect(await send(fileOnly(odd))).toMatchObject({ ...never, code: 'file.refused', platformCode: 'type' });
    expect(platform.calls).toEqual([]);
  });

  test('a file that the platform refuses is given up', async () => {
    platform.answerNext(
      subject.name === 'zalo'
        ? { body: { error: -201, message: 'file is invalid!' } }
        : { status: 400, body: { error: { code: 100, error_subcode: 2018047 } } },
    );
    const file = keep('a.png', 'image/png', Buffer.from('png'));
    expect(await send(fileOnly(file))).toMatchObject({ code: 'file.refused', retry: 'never' });
  });

  test('while the store is away the file waits', async () => {
    const file = keep('a.png', 'image/png', Buffer.from('png'));
    isStoreAway = true;
    expect(await send(fileOnly(file))).toMatchObject({ code: 'send.temporary', retry: 'later', platformCode: 'store' });
    isStoreAway = false;
    expect(await send(fileOnly(file))).toMatchObject({ type: 'sent' });
  });
});

describe('on Messenger', () => {
  const contact = contactId('messenger', subjects[0]!.account, subjects[0]!.contactUser);
  const channel = () => makeMessenger(platform.url, { readFile });
  const bodyOf = async (reply: Reply) => {
    platform.calls.length = 0;
    for (const message of channel().render(reply)) await channel().send(contact, message, 'row-1');
    return platform.calls.map(({ body }) => body as { messaging_type?: string; tag?: string; message: object });
  };

  test('only a text typed by staff after the window goes out as written by a person', async () => {
    const { request } = sample('messenger', 'api.send-human-agent.success.json') as {
      request: { body: { message: { text: string } } };
    };
    expect(await bodyOf(says(request.body.message.text, { isLate: true }))).toMatchObject([request.body]);
    expect(await bodyOf(says('x'.repeat(3000), { isLate: true }))).toMatchObject([
      { tag: 'HUMAN_AGENT' },
      { tag: 'HUMAN_AGENT' },
    ]);
    const file = keep('a.png', 'image/png', Buffer.from('png'));
    const automatic: Reply[] = [
      { text: 'x', options: [], isLate: true },
      { text: 'x', options: [], isLate: true, from: { type: 'notice' } },
      says('x'),
      says('', { file, isLate: true }),
    ];
    for (const reply of automatic) {
      const [body] = (await bodyOf(reply)).filter((each) => 'messaging_type' in each);
      expect(body).toMatchObject({ messaging_type: 'RESPONSE' });
      expect(body).not.toHaveProperty('tag');
    }
  });

  test('the echo tells of each message whose row it was, and its call holds nothing of ours', async () => {
    const rows = [
      [says('chào'), 'staff:row-1'],
      [{ text: 'chào', options: [] }, 'bot:row-1'],
      [{ text: 'chào', options: [], from: { type: 'notice' } }, 'bot:row-1'],
    ] as const;
    for (const [reply, metadata] of rows) expect((await bodyOf(reply))[0]?.message).toEqual({ text: 'chào', metadata });
  });

  test('an uploaded file is the documented call', async () => {
    const { request } = sample('messenger', 'api.send-saved-attachment.success.json') as { request: { body: object } };
    const { request: upload, response } = sample('messenger', 'api.attachment-upload-url.success.json') as {
      request: { path: string };
      response: object;
    };
    platform.answerNext(response);
    const [, body] = await bodyOf(says('', { file: keep('a.gif', 'image/gif', gif) }));
    expect(platform.calls[0]).toMatchObject({ method: 'POST', path: upload.path });
    const wanted = structuredClone(request.body) as { message: { attachment: { payload: { attachment_id: string } } } };
    wanted.message.attachment.payload.attachment_id = '1857777774821032';
    expect(body).toMatchObject(wanted);
  });
});

describe('on Zalo', () => {
  const contact = contactId('zalo', subjects[1]!.account, subjects[1]!.contactUser);
  test.each([
    ['image/png', 'image', 'image_by_attachment_id', 'upload_image', ['image']],
    ['image/gif', 'gif', 'gif', 'upload_gif', ['image']],
    ['application/pdf', 'file', 'file', 'upload_file', ['file']],
  ])(
    'a file of %s is the documented calls, and its echo is known again',
    async (mime, kind, request, response, kinds) => {
      Object.assign(platform.zalo, { accessToken: 'access-1', refreshToken: 'refresh-1', refreshes: 0 });
      const channel = makeZalo(platform.url, { readFile });
      await channel.send(contact, { text: 'lấy token' }, 'r0');
      platform.calls.length = 0;
      const [message] = channel.render(says('', { file: keep('a', mime, gif) }));
      platform.answerNext({ body: sample('zalo', `response.${response}.json`) });
      expect(await channel.send(contact, message!, 'row-1')).toMatchObject({ type: 'sent' });
      const wanted = sample('zalo', `request.message_cs.${request}.json`) as { message: { text?: string } };
      delete wanted.message.text; // its caption
      expect(platform.calls).toMatchObject([{ path: `/v2.0/oa/upload/${kind}` }, { path: '/v3.0/oa/message/cs' }]);
      expect(platform.calls[1]?.body).toEqual(wanted);
      expect([channel.echoText?.(message!), channel.echoKinds?.(message!)]).toEqual(['', kinds]);
    },
  );
});
