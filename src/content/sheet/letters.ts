import iconv from 'iconv-lite';

/**
 * Ways in which offices save text. windows-1258 writes most marks behind their letter, which NFC joins again; TCVN 5712 is what fonts
 * of the nineties (.VnTime) used.
 */
const ONE_BYTE = ['windows-1258', 'windows-1252', 'tcvn'] as const;
/** Less of the words that have letters outside ASCII than this, and the text was read wrongly. */
const ENOUGH_WORDS = 0.6;
/** So much of a file tells how it is written. */
const LOOKED_AT = 200_000;

export type Letters = { text: string; encoding: string };

/** The text of a file whose letters may be written in any of the ways of an office, NFC; null when none of them gives words. */
export function readLetters(bytes: Buffer): Letters | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoded(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decoded(bytes, 'utf-16be');
  const zeros = zerosAt(bytes);
  if (zeros !== null) return decoded(bytes, zeros);
  if (bytes.includes(0)) return null;
  try {
    // without a mark at its beginning too: text in another way of writing is hardly ever valid UTF-8
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes).normalize('NFC'), encoding: 'utf-8' };
  } catch {
    return oneByte(bytes);
  }
}

function oneByte(bytes: Buffer): Letters | null {
  const start = bytes.subarray(0, LOOKED_AT);
  const [best] = ONE_BYTE.map((encoding) => ({ encoding, words: wordShare(decoded(start, encoding).text) })).toSorted(
    (a, b) => b.words - a.words,
  );
  return best && best.words >= ENOUGH_WORDS ? decoded(bytes, best.encoding) : null;
}

const decoded = (bytes: Buffer, encoding: string): Letters => ({
  text: iconv
    .decode(bytes, encoding)
    .replace(/^\uFEFF/, '')
    .normalize('NFC'),
  encoding,
});

/** UTF-16 without its mark: in a table every second byte is zero for digits and separators. */
function zerosAt(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const start = bytes.subarray(0, 2000);
  let [even, odd] = [0, 0];
  for (const [at, byte] of start.entries()) {
    if (byte !== 0) continue;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  if (odd > start.length / 10 && even === 0) return 'utf-16le';
  return even > start.length / 10 && odd === 0 ? 'utf-16be' : null;
}

/**
 * A syllable as Vietnamese writes it: consonants, vowels with at most one mark of tone, an end. Whatever is read by the wrong table
 * has two marks side by side or letters that are in no Vietnamese word.
 */
const SYLLABLE =
  /^(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]{1,3}(?:ch|ng|nh|[cmnptiuoy])?$/u;
const TONES = /[\u0300\u0301\u0303\u0309\u0323]/gu;

/** How many of the words that have a letter outside ASCII are Vietnamese syllables, 0 to 1; 1 where there is none. */
function wordShare(text: string): number {
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{M}\u0080-\u00BF]+/gu) ?? []);
  let [odd, good] = [0, 0];
  for (const word of words) {
    // oxlint-disable-next-line no-control-regex
    if (/^[\u0000-\u007F]*$/.test(word)) continue;
    odd += 1;
    const apart = word.normalize('NFD');
    const tones = apart.match(TONES)?.length ?? 0;
    if (tones <= 1 && SYLLABLE.test(apart.replace(TONES, '').normalize('NFC'))) good += 1;
  }
  return odd === 0 ? 1 : good / odd;
}
