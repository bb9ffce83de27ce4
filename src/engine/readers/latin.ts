/**
 * What nearly every message consists of: Latin letters as keyboards write them, with the signs and marks around. There
 * each character can be looked at for itself, without the patterns that all of Unicode needs.
 */

/** Latin with its extensions but for the soft hyphen; dashes, quotes, bullets and the ellipsis. Tab and line feed are in it. */
const PLAIN = /^[\t\n\x20-\x7E\u00A0-\u00AC\u00AE-\u024F\u1E00-\u1EFF\u2010-\u2027]*$/;

/** True when no character of the text shows nothing, joins with another or ends a line but `\n`: it is its own NFC. */
export const isPlain = (text: string): boolean => PLAIN.test(text);

/** True when the character there is Latin and no line feed: nothing beside it joins with it but what is not plain itself. */
export function isPlainAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (
    (code >= 0x20 && code < 0x7f) ||
    (code >= 0xa0 && code < 0x250 && code !== 0xad) ||
    (code >= 0x1e00 && code < 0x1f00)
  );
}

/** Last code of the table; Latin, combining marks, Latin with two marks, and general punctuation lie below. */
const TABLE_END = 0x2070;
const inTable = (code: number): boolean => code < 0x370 || (code >= 0x1e00 && code < 0x1f00) || code >= 0x2000;

/**
 * Makes a `fold` that takes each character from a table, and null for a text that holds others than those of the table.
 * `foldOne` folds a text in whatever way; it is asked once for each character.
 */
export function foldByTable(foldOne: (text: string) => string): (text: string) => string | null {
  const table: (string | undefined)[] = Array.from({ length: TABLE_END }, (_, code) => {
    if (!inTable(code)) return undefined;
    const between = foldOne(`a${String.fromCharCode(code)}a`).slice(1, -1);
    return between === ' ' || between === between.trim() ? between : undefined;
  });
  return (text) => {
    let out = '';
    let gap = false;
    for (let i = 0; i < text.length; i += 1) {
      const folded = table[text.charCodeAt(i)];
      if (folded === undefined) return null;
      if (folded === ' ') gap = true;
      else if (folded !== '') {
        out += gap && out !== '' ? ` ${folded}` : folded;
        gap = false;
      }
    }
    return out;
  };
}
