import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance } from '../../../src/engine/readers/distance.ts';
import { READERS } from './all-readers.ts';

/** Code units of every kind, lone halves of surrogate pairs among them. */
const units = fc
  .array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff }), fc.integer({ min: 32, max: 126 })), {
    maxLength: 80,
  })
  .map((codes) => String.fromCharCode(...codes));
/** What makes patterns go back and forth: runs of what may begin or end something, and never does. */
const RUNS = [
  [
    ' ',
    '\t',
    '\n',
    '.',
    'a',
    'a.',
    'a-',
    '1',
    '1 ',
    '+',
    '0',
    'o',
    '0o',
    '(',
    ')',
    ' (',
    '-',
    "'",
    '"',
    ',;',
    '\u00A0',
  ],
  [
    'da em la ',
    'ten ',
    'so ',
    'ạ ',
    '\u0301',
    'e\u0302\u0301',
    '\u200D',
    '👩\u200D',
    '\uFE0F',
    '🇻🇳',
    '\u200B',
    '\uD83D',
  ],
  ['http://', 'https://a.', 'a.com ', 'a.com', 'drive.google.com/', '@', ')]}', '0912345678', '0912345678 ', '84', 'ﷺ'],
  ['co ', 'khong ', '2 ', 'a\u0000', '\r', '\r\n', 'đ', '\u0130', '가'],
].flat();
const ENDS = ['', 'x', '\u0000', ' x', '!', '\uD800', '1'];

describe.each(READERS)('%s', (_name, read) => {
  it('takes any text', () => {
    fc.assert(
      fc.property(units, (text) => {
        read(text);
        expect(read(text)).toEqual(read(text));
      }),
    );
  });
  it('takes 20,000 characters of the worst kinds', () => {
    for (const run of RUNS) {
      for (const end of ENDS) read(run.repeat(Math.ceil(20_000 / run.length)) + end);
    }
  });
});

it('a distance is the same both ways, none for equal words, and never more than one past the limit', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.nat(4), (a, b, limit) => {
      const far = distance(a, b, limit);
      expect(far).toBe(distance(b, a, limit));
      expect(far).toBeLessThanOrEqual(limit + 1);
      if (far === 0) expect(a).toBe(b);
      expect(distance(a, a, limit)).toBe(0);
    }),
  );
});
it.each<[string, string, number]>([
  ['tra vinh', 'tra vin', 1],
  ['tra vinh', 'tra vihn', 1],
  ['tra vinh', 'tra vinhh', 1],
  ['tra vinh', 'tro winh', 2],
  ['khanh hoa', 'thanh hoa', 1],
  ['', 'ab', 2],
])('%j and %j differ by %i', (a, b, far) => {
  expect(distance(a, b, 3)).toBe(far);
});
