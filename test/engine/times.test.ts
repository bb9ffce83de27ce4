import { describe, expect, it } from 'vitest';
import type { Lang } from '../../src/core/campaign.ts';
import { say } from '../../src/engine/texts.ts';
import { showClosing, showInstant, timeLeft, type ShownTime } from '../../src/engine/times.ts';
import { theWorld } from '../support/world.ts';

const at = (text: string) => Date.parse(text);
const told = (lang: Lang, { key, ...params }: ShownTime) => say(theWorld().texts, lang, `time.${key}`, params);

describe('a closing at midnight belongs to the day that ends', () => {
  it.each([
    ['2022-06-01T00:00:00+07:00', '24h00 ngày 31/5/2022', '24:00 on 31/5/2022'],
    ['2021-04-21T00:00:00+07:00', '24h00 ngày 20/4/2021', '24:00 on 20/4/2021'],
    ['2023-09-02T00:00:00+07:00', '24h00 ngày 01/9/2023', '24:00 on 01/9/2023'],
    ['2022-01-01T00:00:00+07:00', '24h00 ngày 31/12/2021', '24:00 on 31/12/2021'],
    ['2024-03-01T00:00:00+07:00', '24h00 ngày 29/02/2024', '24:00 on 29/02/2024'],
    ['2022-05-31T17:00:00Z', '24h00 ngày 31/5/2022', '24:00 on 31/5/2022'],
    ['2021-04-20T23:55:00+07:00', '23h55 ngày 20/4/2021', '23:55 on 20/4/2021'],
    ['2021-04-20T00:05:00+07:00', '0h05 ngày 20/4/2021', '0:05 on 20/4/2021'],
  ])('%s', (instant, vi, en) => {
    expect([told('vi', showClosing(at(instant))), told('en', showClosing(at(instant)))]).toEqual([vi, en]);
  });
});

describe('an opening is shown as the papers write it', () => {
  it.each([
    ['2022-06-01T07:00:00+07:00', '7h00 ngày 01/6/2022'],
    ['2022-01-08T07:00:00+07:00', '7h00 ngày 08/01/2022'],
    ['2021-03-10T00:00:00+07:00', '0h00 ngày 10/3/2021'],
    ['2022-12-25T13:30:00+07:00', '13h30 ngày 25/12/2022'],
    ['2022-05-28T07:05:59Z', '14h05 ngày 28/5/2022'],
  ])('%s', (instant, vi) => {
    expect(told('vi', showInstant(at(instant)))).toBe(vi);
  });
});

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
it.each([
  [3 * DAY, 'days', 3, 0],
  [3 * DAY - 1, 'days', 2, 23],
  [DAY, 'days', 1, 0],
  [DAY - 1, 'hours', 23, 59],
  [HOUR, 'hours', 1, 0],
  [HOUR - 1, 'minutes', 59, 0],
  [MINUTE, 'minutes', 1, 0],
  [MINUTE - 1, 'moment', 0, 0],
  [0, 'moment', 0, 0],
  [-DAY, 'moment', 0, 0],
])('%i ms left is never told as more than it is: %s %i %i', (ms, key, a, b) => {
  expect(timeLeft(ms)).toEqual({ key, a, b });
});
