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
/** Everything that reads what a person typed, by name. */
export const READERS: readonly [string, (text: string) => unknown][] = [
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
