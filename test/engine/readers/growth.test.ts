import { describe, expect, it } from 'vitest';
import { tame } from '../../../src/channels/tame.ts';
import { READERS } from './all-readers.ts';

/** What makes a pattern, a loop or a normalization go over the same characters again and again. */
const RUNS = [
  [' ', '\n', '\r', '.', 'a', 'a.', 'a-', 'a:', '-.', '1', '1 ', '+ ', '( ', '0', '0o', '(', ')', "'", ',;', '\u00A0'],
  ['da em la ', 'ten ', '\u0301', '\u0302\u0323', "a'\u0301", '\u200D', '👩\u200D', '\uFE0F', '🇻🇳', '\u200B', '\uD83D'],
  [`${'\u0302\u0323'.repeat(15)}\u200B`, `${'\u0302\u0323'.repeat(15)}\u0000`],
  ['http://', 'https://a.', 'a.com ', 'a.com', '@', ')]}', '0912345678', '0912345678 ', 'ﷺ', 'co ', '\u1100\u1161'],
].flat();

const LARGE = 100_000;
/** Eight times the text takes eight times as long where the work is linear, and 64 times where it is its square. */
const STEP = 8;
const MOST = 30;
/** CPU time of one call below this is not worth a second look, and too short to compare. */
const NOISE_MS = 60;

/** CPU time of this process, which others on the machine do not change. */
function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe.each(READERS)('%s', (_name, read) => {
  it('takes eight times the text in no more than a few times eight times the work', () => {
    for (const run of RUNS) {
      // the words of a person as the channels hand them on
      const text = (length: number): string => tame(`x${run.repeat(Math.ceil(length / run.length))}!`);
      const large = text(LARGE);
      const first = cpuMs(() => read(large));
      if (first < NOISE_MS) continue;
      const small = text(LARGE / STEP);
      const least = (sample: string): number => Math.min(...[1, 2, 3].map(() => cpuMs(() => read(sample))));
      expect(least(large) / least(small), JSON.stringify(run.slice(0, 10))).toBeLessThan(MOST);
    }
  });
});
