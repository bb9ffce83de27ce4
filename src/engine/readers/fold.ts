import { foldByTable, isPlain, isPlainAt } from './latin.ts';

/**
 * The ways a text is looked at: folded to be matched, cleaned to be kept, counted as the campaigns count.
 * Accents are taken off after NFKD, which does not split `đ`; that letter and those mistyped for it are mapped by hand.
 */

/**
 * Zero-width, bidi, tag and other characters that show nothing. The joiner and the presentation selectors stay here:
 * emoji need them, and the two patterns below take them off where there is no emoji.
 */
const UNSEEN = /(?!\u200D|[\uFE00-\uFE0F])[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu;
const LONE_SELECTOR = /(?<!\p{Emoji})[\uFE00-\uFE0F]/gu;
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu;
/** A joiner with no emoji on one of its sides. */
const LONE_JOINER =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}]\uFE0F?)\u200D|\u200D(?!\p{Extended_Pictographic})/gu;
const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
/** C0 and C1 controls but tab and line feed. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000E-\u001F\u007F-\u009F]/g;
const LONE_SURROGATES = /\p{Cs}/gu;
const PLAIN_ASCII = /^[\x20-\x7E]*$/;
const LINE_SPACES = /(?<![ \t])[ \t]+$/gm;
const D_LIKE = /[đðɖ]/g;

/**
 * For matching only: lower case without accents, `đ` as `d`, full-width as ASCII, everything but letters and digits
 * as single spaces, trimmed. Folding twice changes nothing.
 */
export function fold(text: string): string {
  if (PLAIN_ASCII.test(text)) {
    return text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, ' ')
      .trim();
  }
  return foldLatin(text) ?? foldAny(text);
}

function foldAny(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(IGNORABLE, '')
    .replace(/\p{M}+/gu, '')
    .replace(D_LIKE, 'd')
    .replace(/ı/g, 'i')
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const foldLatin = foldByTable(foldAny);

/**
 * For keeping: NFC, line ends as `\n`, without characters that show nothing or break stores (controls, halves of a
 * surrogate pair), without spaces at line ends. No-break spaces, bullets, smart quotes and emoji stay.
 */
export function clean(text: string): string {
  if (isPlain(text)) return (text.includes('\n') ? text.replace(LINE_SPACES, '') : text).trim();
  return text
    .replace(LINE_ENDS, '\n')
    .replace(CONTROLS, '')
    .replace(LONE_SURROGATES, '\uFFFD')
    .replace(UNSEEN, '')
    .replace(LONE_SELECTOR, '')
    .replace(LONE_JOINER, '')
    .normalize('NFC')
    .replace(LINE_SPACES, '')
    .trim();
}

/** NFC with `\n` line ends: the form in which characters are counted (domain.md §4). */
export function countable(text: string): string {
  if (isPlain(text)) return text;
  return text.replace(LINE_ENDS, '\n').normalize('NFC');
}

/** Unicode code points after NFC and line folding. */
export function countChars(text: string): number {
  if (isPlain(text)) return text.length;
  let count = 0;
  for (const _ of countable(text)) count += 1;
  return count;
}

const graphemes = new Intl.Segmenter('vi', { granularity: 'grapheme' });
/** UTF-16 units looked at before a cut; what a person sees as one character is hardly ever longer. */
const LONGEST_GRAPHEME = 64;

/**
 * The first code points of `text` (NFC, folded lines), at most `max`. Never ends inside a surrogate pair, nor inside
 * what a person sees as one character unless that alone is longer than 64 UTF-16 units.
 */
export function cutChars(text: string, max: number): string {
  const whole = countable(text);
  let end = 0;
  let count = 0;
  for (const point of whole) {
    if (count >= max) break;
    count += 1;
    end += point.length;
  }
  if (end === 0 || end === whole.length) return whole.slice(0, end);
  if (isPlainAt(whole, end - 1) && isPlainAt(whole, end)) return whole.slice(0, end);
  const from = Math.max(0, end - LONGEST_GRAPHEME);
  const at = graphemes.segment(whole.slice(from, end + LONGEST_GRAPHEME)).containing(end - from)?.index ?? 0;
  return whole.slice(0, at === 0 && from > 0 ? end : from + at);
}
