import { distance, misspellingLimit } from './distance.ts';
import { fold } from './fold.ts';

export type ChoiceOption = { label: string; short: string; aliases: readonly string[] };
/** `some`: each of them fits as well as the others; indexes count from 0, in the order of the options. */
export type ChoiceRead = { type: 'one'; index: number } | { type: 'some'; indexes: number[] } | { type: 'none' };

/** Options folded once, so that nothing is folded per turn but what was typed. */
export type ChoiceMatcher = {
  size: number;
  keys: readonly { index: number; key: string; words: readonly string[] }[];
};

const NUMBER_WORDS: Readonly<Record<string, number>> = Object.fromEntries(
  [
    'mot hai ba bon nam sau bay tam chin muoi',
    'one two three four five six seven eight nine ten',
    'first second third',
    'nhat nhi',
  ].flatMap((list) => list.split(' ').map((word, at) => [word, at + 1] as const)),
);
/** Before a number: "số 2", "câu 2", "chọn số 2", "nhóm thứ hai". */
const BEFORE_NUMBER = words(
  'da em toi minh anh chi so muc cau chon lua phuong an dap y cai thu nhom doi tuong dong khoi number no option item choose pick the',
);
/** Around an answer; taken off only when nothing matched with them. */
const AROUND = words(
  'da thua em toi minh anh chi thuoc o la chon lam ben nhom doi tuong muc so a ah nhe nha i am in at it is the from choose',
);
const LONGEST = 300;

export function compileChoices(options: readonly ChoiceOption[]): ChoiceMatcher {
  const keys = options.flatMap(({ label, short, aliases }, index) =>
    [...new Set([label, short, ...aliases].map((text) => fold(text)))]
      .filter((key) => key !== '')
      .map((key) => ({ index, key, words: key.split(' ') })),
  );
  return { size: options.length, keys };
}

/**
 * Which option a person means: by number ("2", "số 2", "hai"), label, alias, unique prefix, word prefixes or a near
 * misspelling. What fits several is `some`, never a guess.
 */
export function readChoice(text: string, matcher: ChoiceMatcher): ChoiceRead {
  if (text.length > LONGEST) return { type: 'none' };
  const said = fold(text);
  if (said === '') return { type: 'none' };
  const exact = indexes(matcher, ({ key }) => key === said);
  if (exact.length > 0) return read(exact);
  const byNumber = readNumbers(said, matcher);
  if (byNumber) return byNumber;
  const found = match(said, matcher);
  if (found.length > 0) return read(merge(found, numberWord(said, matcher)));
  const number = numberWord(said, matcher);
  if (number.length > 0) return read(number);
  const inner = without(said, AROUND);
  const peeled = inner === '' || inner === said ? [] : matchOrExact(inner, matcher);
  return read(peeled.length > 0 ? peeled : misspelt(inner || said, matcher));
}

const read = (found: number[]): ChoiceRead => {
  const [index] = found;
  if (index === undefined) return { type: 'none' };
  return found.length === 1 ? { type: 'one', index } : { type: 'some', indexes: found };
};

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

function indexes({ keys }: ChoiceMatcher, fits: (key: ChoiceMatcher['keys'][number]) => boolean): number[] {
  return merge(
    keys.flatMap((key) => (fits(key) ? key.index : [])),
    [],
  );
}

const merge = (a: readonly number[], b: readonly number[]): number[] =>
  [...new Set([...a, ...b])].sort((x, y) => x - y);

/** "2", "số 2", "1 và 3", "2 khối cơ quan"; null when the message does not begin with a number of the list. */
function readNumbers(said: string, matcher: ChoiceMatcher): ChoiceRead | null {
  const all = said.split(' ');
  let at = 0;
  while (at < all.length - 1 && BEFORE_NUMBER.has(all[at] ?? '')) at += 1;
  const rest = all.slice(at).filter((word) => !/^(?:va|and|hoac|hay|or|a|nhe|nha)$/.test(word));
  const numbers = rest.filter((word) => /^\d{1,3}$/.test(word)).map((word) => Number(word) - 1);
  const [first] = numbers;
  if (first === undefined || !/^\d/.test(rest[0] ?? '')) return null;
  if (numbers.some((index) => index < 0 || index >= matcher.size)) return null;
  if (numbers.length === rest.length) return read(merge(numbers, []));
  if (numbers.length > 1) return null;
  const named = matchOrExact(rest.slice(1).join(' '), matcher);
  return named.length > 0 ? read(named.includes(first) ? [first] : merge(named, [first])) : null;
}

function numberWord(said: string, matcher: ChoiceMatcher): number[] {
  const all = said.split(' ').filter((word) => word !== 'a' && word !== 'nhe');
  const last = all.at(-1) ?? '';
  const value = (last === 'tu' ? 4 : NUMBER_WORDS[last]) ?? (said === 'dau tien' ? 1 : 0);
  const lone = said === 'dau tien' || all.slice(0, -1).every((word) => BEFORE_NUMBER.has(word));
  return lone && value >= 1 && value <= matcher.size ? [value - 1] : [];
}

function matchOrExact(said: string, matcher: ChoiceMatcher): number[] {
  const exact = indexes(matcher, ({ key }) => key === said);
  return exact.length > 0 ? exact : match(said, matcher);
}

/** By prefix; else by words that begin words of the label, in their order. */
function match(said: string, matcher: ChoiceMatcher): number[] {
  if (said.length < 2) return [];
  const whole = indexes(matcher, ({ key }) => key.startsWith(`${said} `));
  if (whole.length > 0) return whole;
  const prefix = indexes(matcher, ({ key }) => key.startsWith(said));
  if (prefix.length > 0) return prefix;
  const typed = said.split(' ');
  return indexes(matcher, ({ words: label }) => {
    let at = 0;
    for (const word of label) if (at < typed.length && word.startsWith(typed[at] ?? '')) at += 1;
    return at === typed.length;
  });
}

/** Near misspellings of a whole key or of its first words; all that are within the limit. */
function misspelt(said: string, { keys }: ChoiceMatcher): number[] {
  const limit = misspellingLimit(said.length);
  if (limit === 0 || !/[^\d ]/.test(said)) return [];
  const count = said.split(' ').length;
  const found = keys.filter(({ key, words: label }) => {
    if (distance(said, key, limit) <= limit) return true;
    return label.length > count && distance(said, label.slice(0, count).join(' '), limit) <= limit;
  });
  return merge(
    found.map(({ index }) => index),
    [],
  );
}

function without(said: string, around: ReadonlySet<string>): string {
  const all = said.split(' ');
  let from = 0;
  let to = all.length;
  while (from < to && around.has(all[from] ?? '')) from += 1;
  while (to > from && around.has(all[to - 1] ?? '')) to -= 1;
  return all.slice(from, to).join(' ');
}
