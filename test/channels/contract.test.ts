import { createServer, type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../src/channels/channel.ts';
import { contactId } from '../../src/core/contact.ts';
import { startFakePlatform, type FakePlatform, type ScriptedAnswer } from '../support/fake-platform.ts';
import { makeMessenger, makeZalo, sample, sampleNames, subjects, webhookOf } from './subjects.ts';

const RECEIVED_AT = 1795069300000;
const SENT_AT = 1795069200000;

describe.each(subjects)('on $name', (subject) => {
  let platform: FakePlatform;
  let channel: Channel;
  beforeAll(async () => {
    platform = await startFakePlatform();
    channel = subject.make(platform.url);
  });
  afterAll(() => platform.close());

  const contact = contactId(subject.name, subject.account, subject.contactUser);
  const parse = (body: unknown) => channel.parse(webhookOf(body), RECEIVED_AT);
  const body = subject.bytes(subject.says('Tôi ở https://vd.example 👍'));
  const signed = subject.sign(body);
  const [hex = ''] = /[0-9a-f]{64}/.exec(signed[subject.header] ?? '') ?? [];

  describe('a signature', () => {
    const bad: [string, Record<string, string | string[] | undefined>][] = [
      ['missing', {}],
      ['empty', { [subject.header]: '' }],
      ['wrong', { [subject.header]: (signed[subject.header] ?? '').replace(hex, 'a'.repeat(64)) }],
      ['too short', { [subject.header]: (signed[subject.header] ?? '').slice(0, -2) }],
      ['not hex', { [subject.header]: (signed[subject.header] ?? '').replace(hex, 'z'.repeat(64)) }],
      ['sent twice, joined', { [subject.header]: `${signed[subject.header]}, ${signed[subject.header]}` }],
      ['sent twice, apart', { [subject.header]: [signed[subject.header] ?? '', signed[subject.header] ?? ''] }],
    ];
    test.each(bad)('that is %s is refused', (_name, headers) => {
      expect(() => channel.verify({ headers, body })).toThrow(
        expect.objectContaining({ code: 'webhook.badSignature', retryable: false }),
      );
    });

    test('that is right passes, in upper case too, and fails on any other body', () => {
      expect(() => channel.verify({ headers: signed, body })).not.toThrow();
      const upper = { [subject.header]: (signed[subject.header] ?? '').replace(hex, hex.toUpperCase()) };
      expect(() => channel.verify({ headers: upper, body })).not.toThrow();
      const other = Buffer.concat([body, Buffer.from(' ')]);
      expect(() => channel.verify({ headers: signed, body: other })).toThrow();
      expect(() => channel.verify({ headers: signed, body: Buffer.alloc(0) })).toThrow();
    });
  });

  describe('a body', () => {
    test('on the wire gives the text, the person and the platform time', () => {
      expect(parse(body).events).toEqual([
        { id: `${subject.name}/m_1`, contact, sentAt: SENT_AT, type: 'text', text: 'Tôi ở https://vd.example 👍' },
      ]);
    });

    test.each([
      ['', 'nothing'],
      ['{"object":', 'half a body'],
      ['<html>', 'a page'],
      ['\u0000', 'a zero byte'],
    ])('of %j is kept raw', (text) => {
      expect(parse(text)).toEqual({
        events: [],
        ignored: [],
        notices: [],
        unreadable: [{ reason: 'notJson', raw: text }],
      });
    });

    test.each([[[]], [[{}]], [null], [7], ['"text"'], [{}], [{ object: 'page', entry: {}, event_name: [] }]])(
      'of the wrong shape (%j) is kept raw',
      (wrong) => {
        expect(parse(wrong)).toMatchObject({ events: [], unreadable: [{ raw: expect.any(String) }] });
      },
    );

    test('nested deeper than anything is kept raw', () => {
      expect(parse('['.repeat(200_000) + ']'.repeat(200_000))).toMatchObject({ events: [], unreadable: [{}] });
    });

    test('of another page or OA, and an unknown event, are known and ignored', () => {
      expect(parse(subject.foreign)).toMatchObject({ events: [], ignored: [{}], unreadable: [] });
      expect(parse(subject.unknownEvent)).toMatchObject({ events: [], ignored: [{}], unreadable: [] });
    });

    test('with keys given twice counts the last, as every reader of JSON does', () => {
      const text = JSON.stringify(subject.says('sau')).replace('"text":"sau"', '"text":"trước","text":"sau"');
      expect(parse(text).events).toMatchObject([{ type: 'text', text: 'sau' }]);
    });
  });

  test('ids written as numbers are the same ids, however long', () => {
    const asText = JSON.stringify(subject.says('số 12345678901234567890 và "9007199254740993"'));
    const asNumbers = asText
      .replaceAll(`"${subject.contactUser}"`, subject.contactUser)
      .replaceAll(`"${subject.account}"`, subject.account);
    expect(asNumbers).not.toBe(asText);
    expect(parse(asNumbers)).toEqual(parse(asText));
  });

  test('an id that could not stand in a key is not taken', () => {
    for (const user of ['a b', 'x:y', '{tag}', '', 1.5, {}, 'x'.repeat(200)])
      expect(parse(subject.says('chào', subject.userKeys(user)))).toMatchObject({ events: [], unreadable: [{}] });
  });

  test('a message without id is told from the next one, and its redelivery is not', () => {
    const ids = ['một', 'một', 'hai'].map((text) => parse(subject.says(text, {}, null)).events[0]?.id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
    const later = parse(subject.says('một', { timestamp: SENT_AT + 1 }, undefined)).events[0]?.id;
    expect(later).not.toBe(ids[0]);
    expect(parse(subject.says('một', {}, undefined)).events).toHaveLength(1);
  });

  test.each([
    [SENT_AT, SENT_AT],
    [String(SENT_AT), SENT_AT],
    [SENT_AT / 1000, SENT_AT],
    [String(SENT_AT / 1000), SENT_AT],
  ])('the time %j is read as %d', (timestamp, wanted) => {
    expect(parse(subject.says('chào', { timestamp })).events).toMatchObject([{ sentAt: wanted }]);
  });

  test.each([[null], [undefined], ['hôm qua'], [-5], [0], [1e300], [{}], [[]]])(
    'without a readable time (%j) the platform or we tell it',
    (timestamp) => {
      const [event] = parse(subject.says('chào', { timestamp })).events;
      expect([RECEIVED_AT, 1795069200400]).toContain(event?.sentAt);
    },
  );

  test('no JSON at all makes the reader throw', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (json) => {
        parse(json);
      }),
      { numRuns: 200 },
    );
  });

  test('no mutation of a sample makes the reader throw or lose the body without a trace', () => {
    const bodies = sampleNames(subject.name, 'webhook.').map((name) => sample(subject.name, name));
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(), fc.anything({ maxDepth: 2 }), (whole, place, value) => {
        const mutated = mutate(structuredClone(whole), place, value);
        const parsed = parse(
          JSON.stringify(mutated, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}` : part)),
        );
        for (const event of parsed.events) {
          expect(event.contact.split(':')).toHaveLength(3);
          expect(event.id.length).toBeLessThan(2_000);
          expect(Number.isSafeInteger(event.sentAt)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  describe('a send', () => {
    beforeEach(() => {
      platform.calls.length = 0;
    });
    const [message = {}] = subject.make('http://127.0.0.1:9').render({ text: 'Chào bạn', options: [] });
    const send = (to = channel) => to.send(contact, message, 'row-1');
    const sendInto = (answer: ScriptedAnswer, to = channel) => {
      platform.answerNext(answer);
      return send(to);
    };

    test('that arrives gives its message id', async () => {
      // The first Zalo send fetches its token.
      expect(await send()).toEqual({ type: 'sent', messageId: expect.any(String) });
      expect(platform.calls.at(-1)?.body).toMatchObject({ message: { text: 'Chào bạn' } });
    });

    test('whose answer is lost may have arrived', async () => {
      const wanted = { type: 'failed', code: 'send.ambiguous', retry: 'ambiguous', scope: 'message', maxTries: 2 };
      expect(await sendInto('cut')).toMatchObject(wanted);
      expect(await sendInto({ status: 500, body: 'oops' })).toMatchObject(wanted);
      expect(await sendInto({ status: 502, body: '<html>' })).toMatchObject(wanted);
      expect(await sendInto({ status: 200, body: '<html>' })).toMatchObject(wanted);
      expect(await sendInto({ status: 200, body: 'x'.repeat(300_000) })).toMatchObject(wanted);
    });

    test('that is answered too late may have arrived', async () => {
      const hurried = { timeoutMs: 300 };
      const impatient =
        subject.name === 'zalo' ? makeZalo(platform.url, hurried) : makeMessenger(platform.url, hurried);
      platform.zalo.refreshToken = 'refresh-1';
      await send(impatient);
      expect(await sendInto('hang', impatient)).toMatchObject({
        code: 'send.ambiguous',
        retry: 'ambiguous',
        platformCode: 'TimeoutError',
      });
    });

    test('that is throttled is sent later, when the platform says', async () => {
      const wanted = { code: 'send.throttled', retry: 'later', scope: 'channel' };
      expect(await sendInto({ status: 429, headers: { 'retry-after': '7' } })).toMatchObject({
        ...wanted,
        afterMs: 7_000,
      });
      expect(await sendInto({ status: 429 })).toMatchObject({ ...wanted, afterMs: 60_000 });
    });

    test('that a firewall or a wrong address refuses waits for a person', async () => {
      const wanted = { code: 'send.configuration', retry: 'later', scope: 'channel' };
      expect(await sendInto({ status: 403, body: '<html>' })).toMatchObject(wanted);
      expect(await sendInto({ status: 302, headers: { location: '/elsewhere' }, body: '' })).toMatchObject(wanted);
      expect(platform.calls).toHaveLength(2);
    });

    test('that cannot reach the platform has not arrived and is sent later', async () => {
      const closed = await closedPort();
      const away = subject.name === 'zalo' ? makeZalo(platform.url, { apiUrl: closed }) : makeMessenger(closed);
      platform.zalo.refreshToken = 'refresh-1';
      expect(await send(away)).toMatchObject({
        type: 'failed',
        code: 'send.temporary',
        retry: 'later',
        scope: 'channel',
      });
    });
  });
});

/** Puts `value` in place of the part that is `place`th in a walk through `whole`. */
function mutate(whole: unknown, place: number, value: unknown): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    for (const key of Object.keys(part)) {
      places.push([part as Record<string, unknown>, key]);
      walk((part as Record<string, unknown>)[key]);
    }
  };
  walk(whole);
  const found = places[place % places.length];
  if (found) found[0][found[1]] = value;
  return whole;
}

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}
