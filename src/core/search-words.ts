import { readEntryCode } from './entry-code.ts';

/** What staff find a person by: whole, folded words. A search meets the beginning of one. */
type Findable = { name: string; phone: string; entries: readonly { code: string }[] };

const MAX_WORDS = 8;
/** Country code of Viet Nam, before a number without its leading 0. */
const COUNTRY = '84';

/** Lower case, without accents, `đ` as `d`; everything but letters and digits parts words. */
const fold = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[đð]/g, 'd')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** Names by their words; telephone numbers as dialled here, from abroad and without either; codes whole, without prefix, and their last part. */
export function searchWords({ name, phone, entries }: Findable): string[] {
  const words = new Set(fold(name).slice(0, MAX_WORDS));
  const digits = phone.replace(/\D/g, '');
  if (digits) words.add(digits);
  if (digits.startsWith(COUNTRY)) words.add(digits.slice(COUNTRY.length)).add(`0${digits.slice(COUNTRY.length)}`);
  for (const { code } of entries) {
    const parts = fold(code);
    for (let from = 0; from < parts.length; from++) words.add(parts.slice(from).join(''));
  }
  return [...words];
}

/** The words that staff typed, each of which must begin a word of whom they look for; letters and digits only. */
export function wordsSought(query: string): string[] {
  const text = query.slice(0, 200);
  const code = readEntryCode(text);
  if (code) return [fold(code).join('')];
  if (/\d/.test(text) && /^[\d\s.+()-]+$/.test(text)) return [text.replace(/\D/g, '')];
  return fold(text).slice(0, MAX_WORDS);
}
