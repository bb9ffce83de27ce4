import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance } from '../../../src/engine/readers/distance.ts';

/** The same distance by the whole table, as it stands in textbooks. */
function plain(a: string, b: string): number {
  const cell: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number) => cell[i]?.[j] ?? 0;
  const set = (i: number, j: number, value: number) => {
    const row = cell[i];
    if (row) row[j] = value;
  };
  for (let j = 0; j <= b.length; j += 1) set(0, j, j);
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const moved = swapped ? at(i - 2, j - 2) + 1 : Infinity;
      set(i, j, Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, changed, moved));
    }
  }
  return at(a.length, b.length);
}

describe('how far two words are apart', () => {
  it.each([
    ['tra vinh', 'tra vinh', 0],
    ['tra vin', 'tra vinh', 1],
    ['tra vihn', 'tra vinh', 1],
    ['tra vnih', 'tra vinh', 1],
    ['tar vihn', 'tra vinh', 2],
    ['ha nam', 'da nang', 3],
    ['', 'abc', 3],
    ['ca', 'abc', 3],
  ])('%j and %j: %i', (a, b, far) => {
    expect(distance(a, b, 5)).toBe(far);
    expect(distance(b, a, 5)).toBe(far);
  });
  it('is told up to the limit, and one more for all that is farther', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 6 }), (a, b, limit) => {
        expect(distance(a, b, limit)).toBe(Math.min(plain(a, b), limit + 1));
      }),
      { numRuns: 2000 },
    );
  });
});
