import { describe, expect, it } from 'vitest';
import { tame } from '../../../src/channels/tame.ts';
import { compileChoices, readChoice } from '../../../src/engine/readers/choice.ts';
import { clean, countChars, cutChars, fold } from '../../../src/engine/readers/fold.ts';
import { readLinks } from '../../../src/engine/readers/link.ts';
import { measure, oneLine } from '../../../src/engine/readers/long-text.ts';
import { readName } from '../../../src/engine/readers/name.ts';
import { formatPhone, readPhone } from '../../../src/engine/readers/phone.ts';
import { readYesNo } from '../../../src/engine/readers/yes-no.ts';

const matcher = compileChoices([
  { label: 'Cán bộ công đoàn', short: 'Cán bộ', aliases: ['cbcd'] },
  { label: 'Công nhân', short: 'Công nhân', aliases: [] },
]);
const READERS: readonly [string, (text: string) => unknown][] = [
  ['fold', fold],
  ['clean', clean],
  ['countChars', countChars],
  ['cutChars', (text) => cutChars(text, 50)],
  ['measure', (text) => measure(text, 2000)],
  ['oneLine', (text) => oneLine(text, 60)],
  ['readName', readName],
  ['readPhone', readPhone],
  ['formatPhone', formatPhone],
  ['readChoice', (text) => readChoice(text, matcher)],
  ['readYesNo', readYesNo],
  ['readLinks', (text) => readLinks(text)],
];
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
