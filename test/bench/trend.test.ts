import { describe, expect, it } from 'vitest';
import { makeHeap, seededRandom } from './schedule.ts';
import { median, spread, trendOf } from './trend.ts';

const SEED = 20261121;

describe('what the benches say about their samples', () => {
  const hour = (value: (seconds: number) => number) =>
    Array.from({ length: 180 }, (_, i) => ({ seconds: i * 10, value: value(i * 10) }));

  it('a value that swings about the same height has no slope beyond its error', () => {
    const random = seededRandom(SEED);
    const { mean, perHour, errorPerHour } = trendOf(hour(() => 300 + 20 * random()));
    expect(mean).toBeCloseTo(310, -1);
    expect(Math.abs(perHour)).toBeLessThan(errorPerHour);
    expect(errorPerHour).toBeLessThan(30);
  });

  it('a slow leak under a swing is found, with its size', () => {
    const random = seededRandom(SEED);
    const { perHour, errorPerHour } = trendOf(hour((seconds) => 300 + 20 * random() + (60 * seconds) / 3600));
    expect(perHour - errorPerHour).toBeGreaterThan(0);
    expect(Math.abs(perHour - 60)).toBeLessThan(errorPerHour * 2);
  });

  it('two samples say nothing about a trend', () => {
    expect(trendOf(hour(() => 1).slice(0, 2)).errorPerHour).toBe(Infinity);
  });

  it('the median of an even number lies between the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([9, 1, 3])).toBe(3);
    expect(spread([3, 1, 2])).toMatchObject({ p50: 2, max: 3 });
  });
});

describe('the schedule of people who do not wait', () => {
  it('gives everything once, earliest first, and nothing before its time', () => {
    const random = seededRandom(SEED);
    const heap = makeHeap<number>();
    const instants = Array.from({ length: 2000 }, () => random() * 1000);
    for (const [i, at] of instants.entries()) heap.push(at, i);
    const early: number[] = [];
    for (let next = heap.next(500); next; next = heap.next(500)) early.push(next.at);
    expect(early).toEqual(instants.filter((at) => at <= 500).toSorted((a, b) => a - b));
    let rest = 0;
    while (heap.next(1000)) rest++;
    expect(rest).toBe(2000 - early.length);
  });
});
