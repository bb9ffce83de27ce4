import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Channel, OutMessage } from '../../src/channels/channel.ts';
import { dressReply } from '../../src/channels/dress-reply.ts';
import { shorten, splitText } from '../../src/channels/split-text.ts';
import type { Option, Reply } from '../../src/core/reply.ts';
import { makeMessenger, makeZalo, sample } from './subjects.ts';

const nowhere = 'http://127.0.0.1:9';
const messenger = makeMessenger(nowhere);
const zalo = makeZalo(nowhere);
const zaloPlain = makeZalo(nowhere, { buttons: 'off' });

const choice = (label: string, short = label.slice(0, 20)): Option => ({
  kind: 'choice',
  label,
  short,
  payload: `#c:${label.slice(0, 20)}`,
});
const action = (label: string): Option => ({
  kind: 'action',
  label,
  short: label.slice(0, 20),
  payload: `#a:${label}`,
});
const picture = (channel: Channel, text: string, ...options: Option[]) =>
  channel.render({ text, options }).map((message) => channel.describe(message));

describe('on Messenger', () => {
  test('short choices that all fit are numbered lines and buttons', () => {
    expect(picture(messenger, 'Chọn:', choice('Có'), choice('Không'))).toEqual([
      'Chọn:\n1. Có\n2. Không\n[Có] [Không]',
    ]);
  });

  test('a label too long for a button stands as a numbered line, its short label on the button', () => {
    const long = choice('Liên đoàn Lao động thành phố Mẫu', 'LĐLĐ TP Mẫu');
    expect(picture(messenger, 'Nơi nào?', long, choice('Khác'), action('Quay lại'))).toEqual([
      'Nơi nào?\n1. Liên đoàn Lao động thành phố Mẫu\n2. Khác\n[LĐLĐ TP Mẫu] [Khác] [Quay lại]',
    ]);
  });

  test('more options than buttons leave the choices to their numbers and the buttons to the actions', () => {
    const many = Array.from({ length: 13 }, (_, index) => choice(`Tỉnh ${index + 1}`));
    const [text] = picture(messenger, 'Tỉnh nào?', ...many, action('Thêm'));
    expect(text).toContain('\n13. Tỉnh 13\n[Thêm]');
  });

  test('options go on the last part of a long text', () => {
    const messages = messenger.render({ text: 'Một câu dài. '.repeat(400), options: [choice('Có')] });
    expect(messages.length).toBeGreaterThan(2);
    expect(messages.map((message) => 'quick_replies' in message)).toEqual([
      ...messages.slice(1).map(() => false),
      true,
    ]);
  });

  test('a message has the shape of the Send API', () => {
    expect(messenger.render({ text: 'Chọn:', options: [choice('Có')] })).toEqual([
      { text: 'Chọn:\n1. Có', quick_replies: [{ content_type: 'text', title: 'Có', payload: '#c:Có' }] },
    ]);
  });
});

describe('on Zalo', () => {
  test('choices always stand as numbered lines, with buttons when all options fit', () => {
    expect(picture(zalo, 'Chọn:', choice('Có'), choice('Không'), action('Quay lại'))).toEqual([
      'Chọn:\n1. Có\n2. Không\n[Có] [Không] [Quay lại]',
    ]);
  });

  test('actions alone have no numbers', () => {
    expect(picture(zalo, 'Xong chưa?', action('Xong'), action('Quay lại'))).toEqual(['Xong chưa?\n[Xong] [Quay lại]']);
  });

  test('more options than buttons leave only the actions on buttons', () => {
    const many = ['A', 'B', 'C', 'D', 'E'].map((label) => choice(label));
    expect(picture(zalo, 'Chọn:', ...many, action('Thêm'))).toEqual(['Chọn:\n1. A\n2. B\n3. C\n4. D\n5. E\n[Thêm]']);
  });

  test('the echo of a message is known by its text alone', () => {
    const [message = {}] = zalo.render({ text: 'Chọn:', options: [choice('Có')] });
    expect(zalo.echoText?.(message)).toBe('Chọn:\n1. Có');
  });

  test('with buttons off everything stands in the text', () => {
    expect(picture(zaloPlain, 'Chọn:', choice('Có'), action('Quay lại'))).toEqual(['Chọn:\n1. Có\n• Quay lại']);
  });

  test('a message has the shape of a consultation message', () => {
    const { message } = sample('zalo', 'request.message_cs.text_buttons.json') as { message: OutMessage };
    const shape = ({ attachment }: OutMessage) => Object.keys((attachment as { payload: object }).payload);
    const [rendered = {}] = zalo.render({ text: 'Chọn:', options: [choice('Có')] });
    expect(shape(rendered)).toEqual(shape(message));
    expect(rendered).toMatchObject({
      attachment: {
        type: 'template',
        payload: { buttons: [{ title: 'Có', type: 'oa.query.hide', payload: '#c:Có' }] },
      },
    });
  });
});

test('where numbers are only for need, short choices that all fit are buttons alone', () => {
  const dress = { textLimit: 1900, maxButtons: 3, titleLimit: 20, numbers: 'whenNeeded' as const };
  const texts = (...options: Option[]) => dressReply({ text: 'Chọn:', options }, dress).map((message) => message.text);
  expect(texts(choice('Có'), choice('Không'))).toEqual(['Chọn:']);
  expect(texts(choice('Liên đoàn Lao động'), choice('Liên đoàn Lao động tỉnh Mẫu'))).toEqual([
    'Chọn:\n1. Liên đoàn Lao động\n2. Liên đoàn Lao động tỉnh Mẫu',
  ]);
  expect(texts(choice('A'), choice('B'), choice('C'), choice('D'))).toEqual(['Chọn:\n1. A\n2. B\n3. C\n4. D']);
});

test('a reply with nothing in it sends nothing, and one of options alone still has a text', () => {
  expect(messenger.render({ text: ' \n ', options: [] })).toEqual([]);
  expect(picture(messenger, '', action('Bắt đầu'))).toEqual(['Bắt đầu\n[Bắt đầu]']);
  expect(picture(zalo, '', action(' '))).toEqual(['…\n[…]']);
});

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 5_000 }),
  fc
    .array(fc.constantFrom('đơn vị ', 'một. ', '👨‍👩‍👧‍👦', 'ế', '\n', '\n\n', 'x'.repeat(90), '👍🏽'), { maxLength: 900 })
    .map((parts) => parts.join('')),
);
const label = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 150 });
const option: fc.Arbitrary<Option> = fc.record({
  kind: fc.constantFrom('choice' as const, 'action' as const),
  label,
  short: fc.string({ maxLength: 20 }),
  payload: fc.string({ maxLength: 199 }).map((rest) => `#${rest}`),
});
const reply: fc.Arbitrary<Reply> = fc.record({ text, options: fc.array(option, { maxLength: 40 }) });

const solid = (words: string): string => words.normalize('NFC').replace(/\s+/g, '');

const dressings: [string, Channel, { text: number; buttons: number; title: number }][] = [
  ['Messenger', messenger, { text: 1999, buttons: 13, title: 20 }],
  ['Zalo', zalo, { text: 2000, buttons: 5, title: 100 }],
  ['Zalo without buttons', zaloPlain, { text: 2000, buttons: 0, title: 0 }],
];

test.each(dressings)(
  'any reply keeps the limits of %s, loses no text and leaves every option within reach',
  (_name, channel, limit) => {
    fc.assert(
      fc.property(reply, (said) => {
        const messages = channel.render(said).map(read);
        const whole = messages.map((message) => message.text).join('\n');
        for (const message of messages) {
          expect(message.text.length).toBeGreaterThan(0);
          expect(message.text.length).toBeLessThanOrEqual(limit.text);
          expect(message.buttons.length).toBeLessThanOrEqual(limit.buttons);
          for (const { title, payload } of message.buttons) {
            expect(title.trim().length).toBeGreaterThan(0);
            expect(title.length).toBeLessThanOrEqual(limit.title);
            expect(payload.length).toBeLessThanOrEqual(1000);
          }
        }
        expect(solid(whole).startsWith(solid(said.text))).toBe(true);
        const buttons = messages.flatMap((message) => message.buttons);
        let number = 0;
        for (const each of said.options) {
          if (each.kind === 'choice') number += 1;
          const line = solid(each.kind === 'choice' ? `${number}. ${each.label}` : `• ${each.label}`);
          const onButton = buttons.some(({ payload }) => payload === each.payload);
          expect(onButton || solid(whole).includes(line)).toBe(true);
        }
        expect(messages.slice(0, -1).every((message) => message.buttons.length === 0)).toBe(true);
      }),
      { numRuns: 150 },
    );
  },
);

/** Text and buttons of either platform's message. */
function read(message: OutMessage): { text: string; buttons: { title: string; payload: string }[] } {
  type Button = { title: string; payload: string };
  const { quick_replies: quick, attachment } = message as {
    quick_replies?: Button[];
    attachment?: { payload: { buttons: Button[] } };
  };
  return { text: String(message['text']), buttons: quick ?? attachment?.payload.buttons ?? [] };
}

describe('cutting text', () => {
  test.each([
    ['between paragraphs', 'Một hai.\n\nBa bốn năm sáu', 16, ['Một hai.', 'Ba bốn năm sáu']],
    ['between lines', 'Một hai\nba bốn năm', 12, ['Một hai', 'ba bốn năm']],
    ['after a sentence', 'Một hai. Ba bốn', 13, ['Một hai.', 'Ba bốn']],
    ['between words', 'Một hai ba bốn năm', 14, ['Một hai ba bốn', 'năm']],
    ['anywhere when there is no better place', 'xxxxxxxx', 3, ['xxx', 'xxx', 'xx']],
    ['never inside an emoji', 'ab👍👍', 3, ['ab', '👍', '👍']],
    ['never between a letter and its marks', 'abe\u0323\u0302c', 4, ['ab', 'e\u0323\u0302c']],
    ['never inside a joined emoji', 'abcdefgh👩‍🔧', 10, ['abcdefgh', '👩‍🔧']],
    ['not at all when it fits', 'vừa đủ', 6, ['vừa đủ']],
  ])('%s', (_name, words, limit, parts) => {
    expect(splitText(words, limit)).toEqual(parts);
  });

  test('a pile of marks longer than a part is cut all the same', () => {
    expect(splitText(`a${'\u0301'.repeat(500)}`, 100).join('')).toHaveLength(501);
  });

  test('a short label is cut with an ellipsis', () => {
    expect(shorten('Liên đoàn Lao động', 10)).toBe('Liên đoàn…');
    expect(shorten('👩‍🔧👩‍🔧', 6)).toBe('👩‍🔧…');
  });
});
