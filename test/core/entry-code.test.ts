import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { makeEntryCode, readEntryCode } from '../../src/core/entry-code.ts';

const codes = fc
  .array(fc.nat({ max: 1_000_000 }), { minLength: 8, maxLength: 8 })
  .map((numbers) => makeEntryCode('SK', (limit) => (numbers.shift() ?? 0) % limit));

describe('a code as people give it back', () => {
  test.each([
    ['SK-7K3F-92QX', 'SK-7K3F-92QX'],
    ['sk-7k3f-92qx', 'SK-7K3F-92QX'],
    ['SK7K3F92QX', 'SK-7K3F-92QX'],
    ['sk 7k3f 92qx', 'SK-7K3F-92QX'],
    ['  SK – 7K3F – 92QX  ', 'SK-7K3F-92QX'],
    ['S​K-7K3F‑92QX', 'SK-7K3F-92QX'],
    ['SK-7K3F-92QX', 'SK-7K3F-92QX'],
    ['mã của tôi là SK-7K3F-92QX ạ', 'SK-7K3F-92QX'],
    ['trạng thái sk7k3f92qx?', 'SK-7K3F-92QX'],
    ['SK-7K3F-920X', 'SK-7K3F-92QX'],
    ['SK-7K3F-92OX', 'SK-7K3F-92QX'],
    ['SK-7K3F-9ZQX', 'SK-7K3F-92QX'],
    ['SK-7K3F-92QX.', 'SK-7K3F-92QX'],
  ])('%j is read', (text, code) => {
    expect(readEntryCode(text)).toBe(code);
  });

  test.each([
    '',
    'SK',
    'sáng kiến',
    'SK-7K3F-92Q',
    'SK-7K3F-92QXX',
    'SK-7K31-92QX',
    'SK-7K3L-92QX',
    'TV-7K3F-92QX',
    '7K3F-92QX',
    'sk cong doan',
    'SKKNCONGDOAN',
    '0912345678',
    'ask 7k3f 92qx',
    'SK KHKT CNTT',
    'sk công 2022',
    'SK cong 2022',
  ])('%j is no code', (text) => {
    expect(readEntryCode(text)).toBeNull();
  });

  it('every code made is read back, however it is spaced or cased', () => {
    fc.assert(
      fc.property(codes, fc.constantFrom('-', '', ' ', ' - '), fc.boolean(), (code, between, lower) => {
        const typed = code.replaceAll('-', between);
        expect(readEntryCode(lower ? typed.toLowerCase() : typed)).toBe(code);
      }),
      { numRuns: 300 },
    );
  });

  it('no made code holds a look-alike or a letter that Vietnamese keyboards change', () => {
    fc.assert(
      fc.property(codes, (code) => !/[01ILOSZGBAEUYDW]/.test(code.slice(3))),
      { numRuns: 200 },
    );
  });

  it('never fails, whatever is typed', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => void readEntryCode(text)));
  });
});
