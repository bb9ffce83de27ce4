import { distance, slack } from './distance.ts';
import { fold } from './fold.ts';

export type ChoiceText = { label: string; short: string; aliases: readonly string[] };

/** Options folded once. */
export type ChoiceMatcher = { readonly options: readonly (readonly string[])[] };

export type ChoiceRead = { type: 'one'; index: number } | { type: 'some'; indexes: number[] } | { type: 'none' };

const NUMBER = /^(?:so|cau|muc|nhom|dong|chon|lua chon|y|thu|number|no|option|item)? ?(\d{1,2})$/;
const SPELLED = new Map<string, number>([
  ...'mot hai ba bon nam sau bay tam chin'.split(' ').map((w, i) => [w, i + 1] as const),
  ...'one two three four five six seven eight nine'.split(' ').map((w, i) => [w, i + 1] as const),
  ['nhat', 1],
  ['nhi', 2],
  ['tu', 4],
]);

export function compileChoices(options: readonly ChoiceText[]): ChoiceMatcher {
  return {
    options: options.map(({ label, short, aliases }) => [
      ...new Set([label, short.replace(/^\d+\.\s*/, ''), ...aliases].map(fold).filter((text) => text !== '')),
    ]),
  };
}

/** Which option was meant: by number, label, alias, unique beginning of the label or of a word in it, or near misspelling. */
export function readChoice(text: string, { options }: ChoiceMatcher): ChoiceRead {
  if (text.length > 300) return { type: 'none' };
  const folded = fold(text);
  if (folded === '') return { type: 'none' };
  const said = NUMBER.exec(folded)?.[1];
  const number = said === undefined ? SPELLED.get(folded.replace(/^(?:so|cau|muc|nhom|number) /, '')) : Number(said);
  if (number !== undefined)
    return number >= 1 && number <= options.length ? { type: 'one', index: number - 1 } : { type: 'none' };
  const tests: ((key: string) => boolean)[] = [
    (key) => key === folded,
    (key) => key.startsWith(folded),
    (key) => ` ${key}`.includes(` ${folded}`),
    (key) => key.length >= 4 && near(folded, key),
    (key) => key.length >= 6 && ` ${folded} `.includes(` ${key} `),
  ];
  for (const test of tests) {
    const indexes = options.flatMap((keys, index) => (keys.some(test) ? [index] : []));
    const [only] = indexes;
    if (only !== undefined) return indexes.length === 1 ? { type: 'one', index: only } : { type: 'some', indexes };
  }
  return { type: 'none' };
}

function near(folded: string, key: string): boolean {
  const allowed = slack(Math.min(folded.length, key.length));
  return allowed > 0 && distance(folded.replaceAll(' ', ''), key.replaceAll(' ', ''), allowed) <= allowed;
}
