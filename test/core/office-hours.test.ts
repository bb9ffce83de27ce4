import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOfficeOpen, officeOpensAt } from '../../src/core/office-hours.ts';

/** Monday to Friday with a break at noon, and Saturday morning. 2022-05-27 is a Friday. */
const HOURS = [
  { days: [1, 2, 3, 4, 5], fromMinute: 450, toMinute: 690 },
  { days: [1, 2, 3, 4, 5], fromMinute: 810, toMinute: 1020 },
  { days: [6], fromMinute: 450, toMinute: 690 },
];
const at = (local: string): number => Date.parse(`${local}:00+07:00`);

it.each([
  ['2022-05-27T07:29', false, '2022-05-27T07:30'],
  ['2022-05-27T07:30', true, null],
  ['2022-05-27T11:29', true, null],
  ['2022-05-27T11:30', false, '2022-05-27T13:30'],
  ['2022-05-27T17:00', false, '2022-05-28T07:30'],
  ['2022-05-28T11:30', false, '2022-05-30T07:30'],
  ['2022-05-29T00:00', false, '2022-05-30T07:30'],
  ['2022-05-30T06:59', false, '2022-05-30T07:30'],
  ['2022-05-30T16:59', true, null],
  ['1969-12-31T12:00', false, '1969-12-31T13:30'],
])('at %s someone is there: %s', (local, isOpen, opensAt) => {
  expect(isOfficeOpen(HOURS, at(local))).toBe(isOpen);
  expect(officeOpensAt(HOURS, at(local))).toBe(opensAt && at(opensAt));
});

it('without hours someone is always there', () => {
  expect(isOfficeOpen([], at('2022-05-29T03:00'))).toBe(true);
  expect(officeOpensAt([], at('2022-05-29T03:00'))).toBeNull();
});

it('an office until midnight is open in its last minute', () => {
  const late = [{ days: [7], fromMinute: 0, toMinute: 1440 }];
  expect(isOfficeOpen(late, at('2022-05-29T23:59'))).toBe(true);
  expect(officeOpensAt(late, at('2022-05-30T00:00'))).toBe(at('2022-06-05T00:00'));
});

it('when it says someone is there again, someone is, and not a minute before', () => {
  const line = fc
    .record({
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      fromMinute: fc.nat(1439),
      length: fc.integer({ min: 1, max: 600 }),
    })
    .map(({ days, fromMinute, length }) => ({ days, fromMinute, toMinute: Math.min(1440, fromMinute + length) }));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), fc.nat(4e9), (hours, minute) => {
      const now = minute * 1000;
      const opensAt = officeOpensAt(hours, now);
      expect(opensAt === null).toBe(isOfficeOpen(hours, now));
      if (opensAt === null) return;
      expect(opensAt).toBeGreaterThan(now);
      expect(isOfficeOpen(hours, opensAt)).toBe(true);
      expect(isOfficeOpen(hours, opensAt - 1)).toBe(false);
    }),
  );
});
