const MARKS = /\p{M}+/gu;
/** Zero-width characters, bidi controls, variation selectors, soft hyphen, BOM; not the joiner inside emoji sequences alone. */
const INVISIBLE = /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]/g;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const NOT_WORD = /[^\p{L}\p{N}]+/gu;

/** For matching only: lower case, no accents, `đ` as `d`, full-width as ASCII, anything that is no letter or digit as one space. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(INVISIBLE, '')
    .toLowerCase()
    .replace(/đ/g, 'd')
    .replace(NOT_WORD, ' ')
    .trim();
}

/**
 * For keeping: NFC, line endings folded, invisible and control characters removed, lines without trailing spaces.
 * Non-breaking spaces, bullets and smart quotes stay (domain.md §4).
 */
export function clean(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(INVISIBLE, '')
    .replace(CONTROL, '')
    .replace(/[ \t]+$/gm, '');
}

/** Unicode code points after NFC and folding of line endings, as domain.md §4 counts. */
export function countChars(text: string): number {
  let count = 0;
  for (const _char of text.normalize('NFC').replace(/\r\n?/g, '\n')) count++;
  return count;
}

/** The first `n` code points, never splitting a letter from its marks. */
export function cutChars(text: string, n: number): string {
  const chars = [...text.normalize('NFC').replace(/\r\n?/g, '\n')];
  if (chars.length <= n) return chars.join('');
  let end = n;
  while (end > 0 && /\p{M}|\u200d/u.test(chars[end] ?? '')) end--;
  return chars.slice(0, end).join('');
}
