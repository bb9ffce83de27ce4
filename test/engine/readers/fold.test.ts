import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean, countChars, cutChars, fold } from '../../../src/engine/readers/fold.ts';
import { joinParts, measure, oneLine } from '../../../src/engine/readers/long-text.ts';

const anything = fc.string({ unit: 'binary', maxLength: 60 });
const accented = fc.string({
  unit: fc.constantFrom('ế', 'Ự', 'a', 'ă\u0301', 'đ', 'o\u031B\u0323', ' ', '\r\n', '👩🏽\u200D🏭', '\u00A0', '𝒳'),
});

describe('folding makes everything typed the same way look the same', () => {
  it.each([
    ['Trà Vinh', 'tra vinh'],
    ['TRÀ VINH'.normalize('NFD'), 'tra vinh'],
    ['Đắk Lắk', 'dak lak'],
    ['Ðăk Nông', 'dak nong'],
    ['Hoà Bình', 'hoa binh'],
    ['ＴＰ．ＨＣＭ', 'tp hcm'],
    ['  Bà Rịa – Vũng\u00A0Tàu!!! ', 'ba ria vung tau'],
    ['số\u200B 2', 'so 2'],
    ['İstanbul ıı', 'istanbul ii'],
    ['②', '2'],
    ['ﬁn', 'fin'],
    ['…', ''],
    ['😀', ''],
    ['', ''],
  ])('%j as %j', (text, folded) => {
    expect(fold(text)).toBe(folded);
  });
  it('folding twice changes nothing', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});

describe('cleaning keeps what people see', () => {
  it.each([
    ['• một\r\n• hai\r• ba', '• một\n• hai\n• ba'],
    ['“ngoặc” ‘kép’ – 10\u00A0%', '“ngoặc” ‘kép’ – 10\u00A0%'],
    ['hai  dòng  \t\n  thụt', 'hai  dòng\n  thụt'],
    ['tie\u0302\u0301ng', 'tiếng'],
    ['a\u0000b\u001Bc\u0085d', 'abc\nd'],
    ['\u202Eabc\u202C \uFEFFd\u00AD', 'abc d'],
    ['👩🏽\u200D🏭 ❤️ 1️⃣', '👩🏽\u200D🏭 ❤️ 1️⃣'],
    ['a\u200Db\u200D', 'ab'],
    ['\uFE0F\uFE0F', ''],
    ['nửa \uD83D cặp', 'nửa \uFFFD cặp'],
    ['\u3164\u200B', ''],
    [' \n\u00A0\t', ''],
  ])('%j as %j', (text, cleaned) => {
    expect(clean(text)).toBe(cleaned);
  });
  it('cleaning twice changes nothing', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(clean(clean(text))).toBe(clean(text));
      }),
    );
  });
});

describe('characters are counted as the campaigns count', () => {
  it.each([
    ['', 0],
    ['Tiếng Việt', 10],
    ['Tiếng Việt'.normalize('NFD'), 10],
    ['một\r\nhai', 7],
    ['😀', 1],
    ['👩🏽\u200D🏭', 4],
    ['10\u00A0%', 4],
  ])('%j has %i', (text, count) => {
    expect(countChars(text)).toBe(count);
  });
  it('a cut stays within the limit, is a beginning of the text, and splits no character a person sees', () => {
    const seen = new Intl.Segmenter('vi', { granularity: 'grapheme' });
    fc.assert(
      fc.property(fc.oneof(accented, anything), fc.nat(40), (text, max) => {
        const whole = text
          .normalize('NFC')
          .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
          .normalize('NFC');
        const cut = cutChars(text, max);
        expect(countChars(cut)).toBeLessThanOrEqual(max);
        expect(whole.startsWith(cut)).toBe(true);
        if (countChars(text) <= max) expect(cut).toBe(whole);
        const ends = new Set([0, ...[...seen.segment(whole)].map((s) => s.index + s.segment.length)]);
        expect(ends.has(cut.length)).toBe(true);
      }),
    );
  });
  it('a cut leaves no letter without its marks', () => {
    expect(cutChars('ab\u0323\u0302c', 2)).toBe('a');
    expect(cutChars('Việt 👩🏽\u200D🏭', 6)).toBe('Việt ');
    expect(cutChars('abc', 0)).toBe('');
  });
});

describe('a long text is measured, never cut in silence', () => {
  it('two messages are joined by one line break', () => {
    expect(joinParts(['một', 'hai'])).toBe('một\nhai');
    expect(joinParts([])).toBe('');
  });
  it('what fits is kept whole', () => {
    expect(measure('một\r\nhai', 7)).toEqual({ count: 7, over: 0, keep: 'một\nhai', tail: 'một hai' });
  });
  it('what is too long says by how much and where it would end', () => {
    const text = `${'chữ '.repeat(500)}tiết kiệm 20 phút mỗi ca`;
    const { count, over, keep, tail } = measure(text, 2017);
    expect([count, over, countChars(keep)]).toEqual([2024, 7, 2017]);
    expect(tail).toBe('chữ chữ chữ tiết kiệm 20 phút');
    expect(keep.endsWith('20 phút')).toBe(true);
  });
  it('a preview is one line of at most so many characters, cut between words', () => {
    expect(oneLine('một\nhai\t ba', 20)).toBe('một hai ba');
    expect(oneLine('Làm giá đỡ xoay giúp đổi rập nhanh hơn', 20)).toBe('Làm giá đỡ xoay…');
    expect(oneLine('a'.repeat(50), 10)).toBe(`${'a'.repeat(9)}…`);
    expect(oneLine('abc', 0)).toBe('');
    fc.assert(
      fc.property(fc.oneof(accented, anything), fc.nat(40), (text, max) => {
        const line = oneLine(text, max);
        expect(countChars(line)).toBeLessThanOrEqual(max);
        expect(line).not.toMatch(/[\r\n]/);
      }),
    );
  });
});
