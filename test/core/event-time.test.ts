import { describe, expect, it } from 'vitest';
import { eventTime } from '../../src/core/event-time.ts';

const RECEIVED = Date.UTC(2022, 5, 1);
const HOUR = 3_600_000;

describe('event time', () => {
  it.each([
    ['a message in time', -2000, true],
    ['a delivery two hours late', -2 * HOUR, true],
    ['just under 36 hours late', -36 * HOUR + 1, true],
    ['36 hours late', -36 * HOUR, false],
    ['our clock set back by two hours', 2 * HOUR, true],
    ['our clock just under 36 hours behind', 36 * HOUR - 1, true],
    ['36 hours ahead', 36 * HOUR, false],
    ['seconds taken for milliseconds', -RECEIVED + RECEIVED / 1000, false],
  ])('%s', (_, offset, plausible) => {
    expect(eventTime(RECEIVED + offset, RECEIVED)).toBe(plausible ? RECEIVED + offset : RECEIVED);
  });
});
