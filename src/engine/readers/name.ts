import { clean, countChars, fold } from './fold.ts';
import { isPlain } from './latin.ts';

/** `oneWord` is a warning: many people have such a name, most who type one left something out. */
export type NameRead =
  | { type: 'ok'; name: string }
  | { type: 'oneWord'; name: string }
  | { type: 'refused'; reason: 'empty' | 'digits' | 'link' | 'tooLong' | 'symbols' };

const MAX_NAME_CHARS = 100;
/** Nothing longer is looked at: a name with all that people say around it is shorter. */
const MAX_TYPED_CHARS = 300;

/** What people say before their name; the longest that fits, accents aside, is taken off. */
const OPENINGS = [
  'ho va ten, ho ten, ho va ten la, ho ten la, ho ten day du, ho va ten day du, ten, ten la, name, full name',
  'ten toi, ten toi la, ten cua toi la, ten em, ten em la, ten minh la, ten cua em la, ten chau la',
  'toi la, toi ten, toi ten la, em la, em ten, em ten la, minh la, minh ten, minh ten la',
  'anh la, anh ten, anh ten la, chi la, chi ten, chi ten la, chau la, chau ten la, con ten la',
  "my name is, my name's, my full name is, i am, i'm, this is, xin chao",
]
  .flatMap((line) => line.split(', '))
  .map((opening) => opening.split(' ').map((word) => fold(word)))
  .sort((a, b) => b.length - a.length);
const OPENINGS_BY_WORD = new Map(OPENINGS.map(([first]) => [first, OPENINGS.filter((o) => o[0] === first)]));
/** A message that only repeats what was asked: "họ và tên". */
const ASKED = new Set(OPENINGS.map((o) => o.join(' ')).filter((opening) => /\b(?:ten|name)\b/.test(opening)));
/** Polite words that begin a message; with their accents, for `vang` may be the family name Vàng. */
const POLITE = new Set(['dạ', 'vâng', 'thưa', 'chào']);
const POLITE_FOLDED = new Set(['da', 'vang', 'thua', 'chao']);
/** Said after a name, in small letters; a capital makes it a part of the name. */
const CLOSINGS = new Set(['ạ', 'nhé', 'nhá', 'đó', 'đấy']);

const EMOJI =
  /(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Variation_Selector}]|\u200D|\u20E3)+/gu;
const LINK = /https?:|www\.|\/\/|@|[\p{L}\d-]{2}\.(?:com|vn|net|org|edu|gov|info)(?![\p{L}\d])/iu;
const LETTERS_ONLY = /^(?:\p{L}\p{M}*|[ '.-])+$/u;
/** Scripts that write a whole name without a space. */
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]{2,}$/u;

/** A person's full name as typed: trimmed, NFC, inner spaces folded; capitals are set when all or none were typed. */
export function readName(text: string): NameRead {
  const plain = clean(withoutEmoji(text))
    .replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[‘’ʼ´`′]/g, "'")
    .replace(/[‐‑‒–—−]/g, '-')
    .replace(/\s+/g, ' ')
    .normalize('NFC')
    .trim();
  if (!plain) return { type: 'refused', reason: 'empty' };
  if (LINK.test(plain)) return { type: 'refused', reason: 'link' };
  if (plain.length > MAX_TYPED_CHARS) return { type: 'refused', reason: 'tooLong' };
  const name = trimEnds(withoutTalk(plain));
  if (ASKED.has(fold(name))) return { type: 'refused', reason: 'empty' };
  if (countChars(name) > MAX_NAME_CHARS) return { type: 'refused', reason: 'tooLong' };
  if (/\p{N}/u.test(name)) return { type: 'refused', reason: 'digits' };
  if (!LETTERS_ONLY.test(name) || !/\p{L}/u.test(name)) return { type: 'refused', reason: 'symbols' };
  const whole = capitalised(name);
  if (countChars(whole) > MAX_NAME_CHARS) return { type: 'refused', reason: 'tooLong' };
  return whole.includes(' ') || UNSPACED.test(whole) ? { type: 'ok', name: whole } : { type: 'oneWord', name: whole };
}

/** In plain text only © and ® count as emoji. */
const withoutEmoji = (text: string): string => (isPlain(text) && !/[©®]/.test(text) ? text : text.replace(EMOJI, ' '));

/** Without "em tên là …", "… ạ", while something is left. */
function withoutTalk(plain: string): string {
  let words = plain.split(' ');
  let folded = words.map((word) => fold(word));
  for (;;) {
    const opening = openingOf(words, folded);
    if (opening > 0 && words.slice(opening).some((word) => /\p{L}/u.test(word))) {
      words = words.slice(opening);
      folded = folded.slice(opening);
    } else if (words.length > 1 && CLOSINGS.has(bare(words.at(-1) ?? ''))) words = words.slice(0, -1);
    else return words.join(' ');
  }
}

/** How many words at the beginning are talk. An unaccented `da` or `vang` is, when talk follows. */
function openingOf(words: readonly string[], folded: readonly string[]): number {
  const opens = (from: number) =>
    OPENINGS_BY_WORD.get(folded[from] ?? '')?.find(
      (o) => words.length >= from + o.length && o.every((word, i) => folded[from + i] === word),
    );
  const polite = POLITE.has(bare((words[0] ?? '').toLowerCase())) || (POLITE_FOLDED.has(folded[0] ?? '') && opens(1));
  return polite ? 1 : (opens(0)?.length ?? 0);
}

const bare = (word: string): string => word.replace(/[^\p{L}]/gu, '');

/** Without punctuation around; the dot of a last initial stays. */
function trimEnds(name: string): string {
  const inner = name.replace(/^[\s,.;:!?'"“”()-]+/u, '').replace(/[\s,;:!?"“”()'.-]+$/u, '');
  return /(?:^|[ .])\p{L}$/u.test(inner) && name.includes(`${inner}.`) ? `${inner}.` : inner;
}

/** `tran thi binh` and `TRẦN THỊ BÌNH` as names are written; a name with capitals of its own stays as it is. */
function capitalised(name: string): string {
  const lower = name.toLowerCase();
  if (name !== lower && name !== name.toUpperCase()) return name;
  return lower
    .replace(/(?<=^|[ .-]|(?<!\p{L}\p{M}*)\p{L}\p{M}*')\p{L}/gu, (letter) => {
      const upper = letter.toUpperCase();
      return upper.length === letter.length ? upper : letter;
    })
    .normalize('NFC');
}
