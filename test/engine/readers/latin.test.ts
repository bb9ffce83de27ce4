import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean, countChars, cutChars, fold } from '../../../src/engine/readers/fold.ts';
import { oneLine } from '../../../src/engine/readers/long-text.ts';

/** An emoji makes the readers take the long way of all Unicode, and changes nothing beside itself. */
const LONG_WAY = '😀';

const codes = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code));
const latin = fc.string({ unit: fc.constantFrom(...codes), maxLength: 40 });
const vietnamese = fc.string({
  unit: fc.constantFrom('ế', 'Ự', 'a', 'B', 'đ', 'Ð', ' ', '\t', '\n', '\r', '-', '…', '½', 'e\u0302', '\u0301', 'ß'),
  maxLength: 40,
});

/** What stands between the two, as the long way has it. */
const cleanTheLongWay = (text: string): string =>
  clean(`${LONG_WAY}\n${text}\n${LONG_WAY}`).slice(LONG_WAY.length, -LONG_WAY.length).trim();

function expectTheSame(text: string): void {
  expect(fold(text)).toBe(fold(text + LONG_WAY));
  expect(clean(text)).toBe(cleanTheLongWay(text));
  expect(countChars(text)).toBe(countChars(`${LONG_WAY} ${text}`) - 2);
}

describe('Latin text is read the short way as it would be the long way', () => {
  it('for every character below U+2100, alone and between letters', () => {
    for (const character of codes) {
      expectTheSame(character);
      expectTheSame(`a${character}b`);
      expectTheSame(`ơ ${character}\u0301`);
    }
  });
  it('for any text of them', () => {
    fc.assert(fc.property(fc.oneof(latin, vietnamese), expectTheSame));
  });
  it('and a preview of its beginning is that of the whole', () => {
    const text = fc.array(fc.oneof(latin, vietnamese), { maxLength: 6 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 60 }), (long, max) => {
        const line = clean(long).replace(/\s+/g, ' ').trim();
        const cut = cutChars(line, max - 1).trimEnd();
        const space = cut.lastIndexOf(' ');
        const atWord = line[cut.length] === ' ' || space < cut.length / 2 ? cut : cut.slice(0, space);
        expect(oneLine(long, max)).toBe(countChars(line) <= max ? line : `${atWord.trimEnd()}…`);
      }),
    );
  });
  it('and is cut between the same characters', () => {
    const graphemes = new Intl.Segmenter('vi', { granularity: 'grapheme' });
    fc.assert(
      fc.property(fc.oneof(latin, vietnamese), fc.nat(40), (text, max) => {
        const cut = cutChars(text, max);
        const ends = Array.from(
          graphemes.segment(text.replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n').normalize('NFC')),
        );
        expect(['', ...ends.map(({ index, segment }) => index + segment.length)].map(Number)).toContain(cut.length);
      }),
    );
  });
});
