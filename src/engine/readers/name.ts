import { clean, countChars } from './fold.ts';

export type NameRead =
  | { type: 'ok'; name: string }
  /** One word only: warned, not forced. */
  | { type: 'oneWord'; name: string }
  | { type: 'refused'; reason: 'empty' | 'digits' | 'link' | 'tooLong' | 'symbols' };

const MAX = 100;
const EMOJI = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u{1f3fb}-\u{1f3ff}\u20e3\u200d]/gu;
const INTRO =
  /^(?:dạ[, ]+)?(?:(?:họ (?:và )?tên|ho (?:va )?ten|tên|ten|full name|name)(?: (?:của )?(?:tôi|toi|em|mình|minh|tui|cháu|chau))?(?: (?:là|la|is))?\s*[:\-]?|(?:tôi|toi|em|mình|minh|cháu|chau)(?: (?:tên|ten))?(?: (?:là|la))|(?:tôi|toi|em|mình|minh) (?:tên|ten)|my name(?: is|'s)|i am|i'm)\s+(?=\S)/iu;
const ALLOWED = /^[\p{L}\p{M} .'’ʼ\-–]+$/u;
const LINK = /:\/\/|www\.|\.(?:com|vn|net|org)\b|@/i;

/** A person's name: letters of any script with marks, spaces, hyphens, apostrophes and the dots of initials. */
export function readName(text: string): NameRead {
  const line = clean(text).replace(EMOJI, '').replace(/\s+/g, ' ').trim();
  if (line === '') return { type: 'refused', reason: 'empty' };
  if (LINK.test(line)) return { type: 'refused', reason: 'link' };
  const name = line
    .replace(INTRO, '')
    .replace(/[\s.,;:!?]*(?:\s(?:ạ|nhé|nha))?[\s,;:!?]*$/iu, '')
    .replace(/^[\s,;:\-]+/, '')
    .trim();
  if (/\p{N}/u.test(name)) return { type: 'refused', reason: 'digits' };
  if (!/\p{L}/u.test(name)) return { type: 'refused', reason: name === '' ? 'empty' : 'symbols' };
  if (!ALLOWED.test(name)) return { type: 'refused', reason: 'symbols' };
  if (countChars(name) > MAX) return { type: 'refused', reason: 'tooLong' };
  return { type: name.includes(' ') || !/^[\p{Script=Latin}\p{M}]+$/u.test(name) ? 'ok' : 'oneWord', name };
}
