import { expect, it } from 'vitest';
import { windowAt } from '../../src/core/window.ts';

const HOUR_MS = 3_600_000;
const SEEN = Date.parse('2022-05-28T08:00:00+07:00');
const hoursAfter = (hours: number): number => SEEN + hours * HOUR_MS;

it.each([
  ['zalo', 0, 'free'],
  ['zalo', 47.99, 'free'],
  ['zalo', 48, 'charged'],
  ['zalo', 167.99, 'charged'],
  ['zalo', 168, 'closed'],
  ['messenger', 0, 'free'],
  ['messenger', 23.49, 'free'],
  ['messenger', 23.5, 'humanAgent'],
  ['messenger', 167.99, 'humanAgent'],
  ['messenger', 168, 'closed'],
] as const)('%s, %f hours after the person did something: %s', (channel, hours, now) => {
  expect(windowAt(channel, SEEN, hoursAfter(hours)).now).toBe(now);
});

it('tells until when each lasts', () => {
  expect(windowAt('zalo', SEEN, SEEN)).toMatchObject({ freeUntil: hoursAfter(48), chargedUntil: hoursAfter(168) });
  expect(windowAt('messenger', SEEN, SEEN)).toMatchObject({ freeUntil: hoursAfter(23.5), humanUntil: hoursAfter(168) });
});

it('is closed for someone who never did anything', () => {
  expect(windowAt('zalo', null, SEEN)).toEqual({
    now: 'closed',
    freeUntil: null,
    chargedUntil: null,
    humanUntil: null,
  });
});
