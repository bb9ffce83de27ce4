import { fold } from './readers/fold.ts';

/** They mean the same at any moment. */
const ANYWHERE = [
  'status',
  'deadline',
  'help',
  'human',
  'back',
  'edit',
  'cancel',
  'restart',
  'vietnamese',
  'english',
  'stopReminders',
  'startReminders',
  'deleteData',
  'hello',
  'thanks',
  'newEntry',
  'correctEntry',
  'withdrawEntry',
  'contact',
] as const;

/** Words that only some questions understand. */
const OF_A_STEP = [
  'done',
  'skip',
  'submit',
  'later',
  'more',
  'keepPart',
  'rewrite',
  'reuse',
  'retype',
  'otherUnit',
  'directUnit',
  'details',
  /** Go on with the bot: said while staff own the conversation. */
  'resume',
] as const;

export const COMMANDS = [...ANYWHERE, ...OF_A_STEP] as const;
export type CommandName = (typeof COMMANDS)[number];

const WORKS_ANYWHERE: ReadonlySet<CommandName> = new Set(ANYWHERE);
export const worksAnywhere = (name: CommandName): boolean => WORKS_ANYWHERE.has(name);

/**
 * Words of the locales, folded once. `fillers` are polite words that change nothing: "cho tôi", "ạ", "please".
 * `onlyAlone` are phrases of commands that answers hold too: "số của tôi là …" is a telephone number.
 */
export type CommandWords = {
  phrases: ReadonlyMap<string, CommandName>;
  fillers: ReadonlySet<string>;
  /** Phrases of two words or more that say what is wanted wherever they stand in a short message. */
  loose: readonly (readonly [string, CommandName])[];
};

export type Command = { name: CommandName; rest: string };

/** Longest message that may be taken for a command around other words. */
const MAX_LOOSE_WORDS = 12;
const EDIT = /^(.+?) (?:(?:muc|so|cau|phan|dong|item|line|number|no) )?(\d{1,2})$/;

function withoutFillers(folded: string, fillers: ReadonlySet<string>): string {
  return folded
    .split(' ')
    .filter((word) => !fillers.has(word))
    .join(' ');
}

/** What a message is looked up by; signs alone, such as a question mark, as they are. */
const key = (text: string): string => fold(text) || text.trim();

export function compileCommandWords(words: Readonly<Record<string, readonly string[]>>): CommandWords {
  const fillers = new Set((words['fillers'] ?? []).map(fold));
  const onlyAlone = new Set((words['onlyAlone'] ?? []).map((phrase) => fold(phrase)));
  const phrases = new Map<string, CommandName>();
  const loose: [string, CommandName][] = [];
  for (const name of COMMANDS) {
    for (const phrase of words[name] ?? []) {
      const folded = key(phrase);
      if (!folded) continue;
      phrases.set(folded, name);
      const bare = withoutFillers(folded, fillers);
      if (bare && !phrases.has(bare)) phrases.set(bare, name);
      if (folded.includes(' ') && LOOSE.has(name) && !onlyAlone.has(folded)) loose.push([` ${folded} `, name]);
    }
  }
  loose.sort((a, b) => b[0].length - a[0].length);
  return { phrases, fillers, loose };
}

/** Commands that may stand inside a sentence; the others would be too easily meant otherwise. */
const LOOSE: ReadonlySet<CommandName> = new Set([
  'status',
  'help',
  'human',
  'stopReminders',
  'deleteData',
  'newEntry',
  'correctEntry',
  'withdrawEntry',
  'contact',
]);

/**
 * A message that is a command and nothing else, polite words aside: "cho em hỏi kết quả với ạ", "sửa 2", "go back please".
 * `sửa <words>` gives the words as `rest`.
 */
export function readCommand(text: string, words: CommandWords): Command | null {
  if (text.length > 120) return null;
  const folded = key(text);
  if (!folded) return null;
  const exact = words.phrases.get(folded);
  if (exact) return { name: exact, rest: '' };
  const bare = withoutFillers(folded, words.fillers);
  const edit = EDIT.exec(folded) ?? EDIT.exec(bare);
  if (edit && words.phrases.get(withoutFillers(edit[1] ?? '', words.fillers)) === 'edit') {
    return { name: 'edit', rest: edit[2] ?? '' };
  }
  const found = bare ? words.phrases.get(bare) : undefined;
  if (found) return { name: found, rest: '' };
  const space = bare.indexOf(' ');
  if (space > 0 && bare.length < 40 && words.phrases.get(bare.slice(0, space)) === 'edit') {
    return { name: 'edit', rest: bare.slice(space + 1) };
  }
  return null;
}

/** Word for word: for a command that could be an answer too when polite words around it are passed over. */
export const isPhraseOf = (name: CommandName, text: string, words: CommandWords): boolean =>
  text.length <= 120 && words.phrases.get(key(text)) === name;

/** A short message with a command in it, for places where it is no possible answer. */
export function readLooseCommand(text: string, words: CommandWords): Command | null {
  if (text.length > 160) return null;
  const folded = fold(text);
  if (folded.split(' ').length > MAX_LOOSE_WORDS) return null;
  const padded = ` ${folded} `;
  const hit = words.loose.find(([phrase]) => padded.includes(phrase));
  return hit ? { name: hit[1], rest: '' } : null;
}
