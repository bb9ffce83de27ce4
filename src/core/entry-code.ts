/**
 * Letters and digits of a public entry code. Left out:
 * what looks like another on a screen or in handwriting (0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B: of each pair at most the digit stays),
 * and vowels, D and W, because Vietnamese keyboards turn `AA`, `DD` or `W` into `Â`, `Đ`, `Ư` while one types.
 */
const DIGITS = '23456789';
const ALPHABET = `${DIGITS}CFHJKMNPQRTVX`;
const LENGTH = 8;

/** Look-alikes that a reader may have meant; 1, I and L stand for nothing in the alphabet. */
const FOLDED: Readonly<Record<string, string>> = { O: 'Q', '0': 'Q', Z: '2', S: '5', G: '6', B: '8' };

/**
 * A new code such as `SK-7K3F-92QX`, 1.4e10 per prefix. It begins with a digit, so that abbreviations (`SK KHKT CNTT`) are no codes.
 * `randomBelow(n)` gives an unguessable whole number from 0 to n-1.
 */
export function makeEntryCode(prefix: string, randomBelow: (limit: number) => number): string {
  let letters = '';
  for (let index = 0; index < LENGTH; index++) {
    const choice = index === 0 ? DIGITS : ALPHABET;
    letters += choice[randomBelow(choice.length)] ?? '';
  }
  return `${prefix}-${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** Latin letters have neither invisible marks but the soft hyphen nor dashes but the one on every keyboard. */
const NOT_LATIN = /[\u00AD\u0250-\u1DFF\u1F00-\uFFFF]/;

/**
 * The code a person typed or pasted, alone or within a sentence, as it is stored; null when there is none.
 * Forgives case, full-width letters, missing or other dashes, spaces between, invisible marks and look-alikes (O and 0 read as Q).
 * The prefix (capital letters) must be there: eight letters alone are too often something else.
 */
export function readEntryCode(text: string, prefixes: readonly string[] = ['SK']): string | null {
  const upper = text.slice(0, 500).normalize('NFKC').toUpperCase();
  const plain = NOT_LATIN.test(upper) ? upper.replace(/\p{Cf}/gu, '').replace(/\p{Pd}/gu, '-') : upper;
  for (const prefix of prefixes) {
    if (!plain.includes(prefix)) continue;
    const shape = new RegExp(
      `(?<![\\p{L}\\p{N}])${prefix}[ .·_-]{0,3}((?:[A-Z0-9][ .·_-]{0,3}){7}[A-Z0-9])(?![\\p{L}\\p{N}\\p{M}])`,
      'gu',
    );
    for (const [, body] of plain.matchAll(shape)) {
      const typed = (body ?? '').replace(/[^A-Z0-9]/g, '');
      const letters = Array.from(typed, (letter) => FOLDED[letter] ?? letter);
      const isCode = DIGITS.includes(letters[0] ?? '') && letters.every((letter) => ALPHABET.includes(letter));
      if (isCode) return `${prefix}-${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
    }
  }
  return null;
}
