import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPhone, readPhone, RETIRED_PREFIXES } from '../../../src/engine/readers/phone.ts';

/** The answer in one line: `ok +84…`, `confirm +84… why`, `tooShort 091`. */
function said(text: string): string {
  const read = readPhone(text);
  switch (read.type) {
    case 'ok':
      return `ok ${read.e164}`;
    case 'confirm':
      return `confirm ${read.e164} ${read.why}`;
    case 'retired':
      return `retired ${read.old} ${read.e164}`;
    case 'several':
      return `several ${read.options.join(' ')}`;
    case 'refused':
      return `${read.reason} ${read.digits}`.trim();
  }
}

const OK = 'ok +84912345678';
describe('a mobile number is read in every form people type', () => {
  it.each(
    [
      ['0912345678', '84912345678', '+84912345678', '0084912345678', '+84 (0) 912 345 678', '+84.912.345.678'],
      ['0912.345.678', '0912 345 678', '091 2345 678', '0912-345-678', '0912_345_678', '0912·345·678'],
      ['0912–345–678', '(0912) 345678', '0 9 1 2 3 4 5 6 7 8', '  0912345678  ', '0912\u00A0345\u00A0678'],
      ['０９１２３４５６７８', '０９１２　３４５　６７８', '0912\u200B345678', '\u202A0912345678\u202C'],
      ['sđt: 0912345678', 'SĐT 0912345678', 'số của tôi là 0912345678 ạ', 'zalo 0912345678', 'tel:+84912345678'],
      ['0912345678 (Zalo)', '0912345678.', 'my phone number is 0912345678'],
      ['0912345678, 0912 345 678', '+84912345678 0912345678', '0912345678 0912345678'],
    ].flat(),
  )('%j', (text) => {
    expect(said(text)).toBe(OK);
  });
});

describe('what is doubtful is asked back, what is wrong is told', () => {
  it.each([
    ['O912345678', 'confirm +84912345678 letterO'],
    ['o912.345.678', 'confirm +84912345678 letterO'],
    ['0912 345 67O', 'confirm +84912345670 letterO'],
    ['09l2345678', 'confirm +84912345678 letterO'],
    ['O9I2345678', 'confirm +84912345678 letterO'],
    ['912345678', 'confirm +84912345678 missingZero'],
    ['912 345 678', 'confirm +84912345678 missingZero'],
    ['0912345678 gọi giờ hành chính', 'confirm +84912345678 trailingText'],
    ['0912345678 - Lan', 'confirm +84912345678 trailingText'],
    ['0912345678 45 tuổi', 'confirm +84912345678 trailingText'],
    ['0901234567 ext 12', 'confirm +84901234567 trailingText'],
    ['0912345678 hoặc 0987654321', 'several +84912345678 +84987654321'],
    ['0912345678/0987654321', 'several +84912345678 +84987654321'],
    ['0912345678\n0987654321', 'several +84912345678 +84987654321'],
    ['09123456780987654321', 'several +84912345678 +84987654321'],
    ['091 2345 678 va 098 7654 321', 'several +84912345678 +84987654321'],
    ['nhà riêng 0294 3856123, dđ 0912345678', 'several +842943856123 +84912345678'],
    ['0912345678;0912345679;0912345670', 'several +84912345678 +84912345679 +84912345670'],
    ['02943856123', 'confirm +842943856123 landline'],
    ['0294 3856 123', 'confirm +842943856123 landline'],
    ['024 3856 1234', 'confirm +842438561234 landline'],
    ['+842438561234', 'confirm +842438561234 landline'],
    ['028-38220000', 'confirm +842838220000 landline'],
    ['2438561234', 'confirm +842438561234 landline'],
    ['1900 1234', 'premium 19001234'],
    ['1900545426', 'premium 1900545426'],
    ['1800 599 920', 'premium 1800599920'],
    ['18001234', 'premium 18001234'],
    ...['111', '112', '113', '114', '115', '1022'].map((short) => [short, `short ${short}`]),
    ['091234567', 'tooShort 091234567'],
    ['+84 91234567', 'tooShort 091234567'],
    ['3856123', 'tooShort 3856123'],
    ['38561234', 'tooShort 38561234'],
    ['số 2', 'tooShort 2'],
    ['09123456789', 'tooLong 09123456789'],
    ['0912345678901', 'tooLong 0912345678901'],
    ['849123456789', 'tooLong 849123456789'],
    ['+1 650 253 0000', 'foreign 16502530000'],
    ['001 650 253 0000', 'foreign 0016502530000'],
    ['+66812345678', 'foreign 66812345678'],
    ['0412345678', 'unknownPrefix 0412345678'],
    ['0672 123456', 'unknownPrefix 0672123456'],
    ['0120345678', 'unknownPrefix 0120345678'],
    ['8491234567', 'unknownPrefix 8491234567'],
    ['0000000000', 'unknownPrefix 0000000000'],
    ...['', '   ', 'abc', 'tôi không có', '+', '😀', '٠٩١٢'].map((none) => [none, 'none']),
  ])('%j gives %s', (text, expected) => {
    expect(said(text ?? '')).toBe(expected);
  });

  it('a number of ten digits is never called longer than ten, nor one of ten shorter', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{10}$/), (digits) => {
        expect(said(digits)).not.toMatch(/^(?:tooLong|tooShort)/);
      }),
    );
  });
});

describe('a retired number of eleven digits is answered with the new one', () => {
  it('there are 21 such prefixes', () => {
    expect(Object.keys(RETIRED_PREFIXES)).toHaveLength(21);
  });
  it.each(Object.entries(RETIRED_PREFIXES))('%s is now %s', (old, now) => {
    for (const typed of [`${old}4697123`, `+84${old.slice(1)}4697123`, `84${old.slice(1)} 469 7123`]) {
      expect(said(typed)).toBe(`retired ${old}4697123 +84${now.slice(1)}4697123`);
    }
  });
});

describe('a number is shown as people write it', () => {
  it.each([
    ['+84912345678', '0912 345 678'],
    ['+842943856123', '0294 3856 123'],
    ['+842438561234', '024 3856 1234'],
    ['+16502530000', '+1 650 253 0000'],
    ['no number', 'no number'],
    ['', ''],
  ])('%j as %j', (e164, shown) => {
    expect(formatPhone(e164)).toBe(shown);
  });
  it('what is shown reads as the same number, with any separator', () => {
    const separator = fc.constantFrom(' ', '.', '-', '', '\u00A0', ' - ');
    fc.assert(
      fc.property(fc.constantFrom('3', '7', '8', '9'), fc.stringMatching(/^\d{8}$/), separator, (head, tail, sep) => {
        const e164 = `+84${head}${tail}`;
        const read = readPhone(formatPhone(e164).replaceAll(' ', sep));
        if (readPhone(e164).type === 'ok') expect(read).toEqual({ type: 'ok', e164 });
        else expect(read.type).toBe('refused');
      }),
    );
  });
});
