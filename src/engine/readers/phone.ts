import parsePhone from 'libphonenumber-js/max';
import { fold } from './fold.ts';

/** E.164 strings begin with `+84`. Foreign numbers are refused: the organisers call inside Vietnam. */
export type PhoneRead =
  | { type: 'ok'; e164: string }
  | { type: 'confirm'; e164: string; why: 'letterO' | 'trailingText' | 'landline' | 'missingZero' }
  /** `old` is the eleven digits with their zero: `01644697123`. */
  | { type: 'retired'; old: string; e164: string }
  | { type: 'several'; options: string[] }
  | { type: 'refused'; reason: RefusedPhone; digits: string };
type RefusedPhone = 'none' | 'tooShort' | 'tooLong' | 'short' | 'premium' | 'foreign' | 'unknownPrefix';

/**
 * Mobile prefixes of eleven-digit numbers, changed to ten digits from 15/9/2018; the last seven digits stay.
 * Source: plan of the Ministry of Information and Communications (29/5/2018), all 21 prefixes as printed by
 * sggpnews.org.vn, "Mobile phone numbers conversion to affect 60 million subscribers" (read 2026-11-21).
 */
// prettier-ignore
export const RETIRED_PREFIXES: Readonly<Record<string, string>> = {
  '0120': '070', '0121': '079', '0122': '077', '0126': '076', '0128': '078',
  '0123': '083', '0124': '084', '0125': '085', '0127': '081', '0129': '082',
  '0162': '032', '0163': '033', '0164': '034', '0165': '035', '0166': '036', '0167': '037', '0168': '038', '0169': '039',
  '0186': '056', '0188': '058', '0199': '059',
};

/** Words around a number that leave no doubt about it, folded. */
const EXPECTED_WORDS = new Set(
  'so sdt dt dtdd dd dien thoai di dong cua toi em minh anh chi la da a ah nhe nha day zalo tel phone number mobile my is lien he voi moi vang co the goi qua'.split(
    ' ',
  ),
);

/** Nothing after this is looked at. */
const MAX_TYPED_CHARS = 2000;

type One = { e164: string; retired: string | null; landline: boolean; missingZero: boolean };
type Judged = One | { reason: RefusedPhone; digits: string };

/** A phone number as people type it: 0…, 84…, +84…, 0084…, with dots, spaces, dashes, full-width digits. */
export function readPhone(text: string): PhoneRead {
  const tidy = text
    .slice(0, MAX_TYPED_CHARS)
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .slice(0, MAX_TYPED_CHARS);
  const zeros = tidy
    .replace(/(?<![\p{L}\p{M}])[oO]+(?=[\s.-]?\d)|(?<=\d)[oO]+(?![\p{L}\p{M}])/gu, (o) => '0'.repeat(o.length))
    .replace(/(?<=\d)[lI|](?=\d)/g, '1');
  const found: One[] = [];
  const bad: Extract<Judged, { reason: string }>[] = [];
  // A plus sign or a letter ends a number; any other sign may stand inside one.
  for (const run of zeros.match(/\+?[\s(]*\d[^\p{L}+]*/gu) ?? []) {
    for (const judged of readRun(run)) {
      if ('reason' in judged) bad.push(judged);
      else if (!found.some((one) => one.e164 === judged.e164)) found.push(judged);
    }
  }
  const [one] = found;
  if (!one) return refusal(bad);
  if (found.length > 1) return { type: 'several', options: found.slice(0, 5).map(({ e164 }) => e164) };
  const { e164 } = one;
  if (one.retired !== null) return { type: 'retired', old: one.retired, e164 };
  if (zeros !== tidy) return { type: 'confirm', e164, why: 'letterO' };
  if (one.landline) return { type: 'confirm', e164, why: 'landline' };
  if (one.missingZero) return { type: 'confirm', e164, why: 'missingZero' };
  return bad.length > 0 || hasOtherWords(tidy) ? { type: 'confirm', e164, why: 'trailingText' } : { type: 'ok', e164 };
}

/** `0912 345 678`; landlines by their area, foreign numbers with `+`. What is no number comes back as it is. */
export function formatPhone(e164: string): string {
  const mobile = /^\+84(\d{2})(\d{3})(\d{4})$/.exec(e164);
  if (mobile) {
    const digits = `0${e164.slice(3)}`;
    return `${digits.slice(0, 4)} ${digits.slice(4, 7)} ${digits.slice(7)}`;
  }
  const parsed = parsePhone(e164);
  if (!parsed) return e164;
  return parsed.countryCallingCode === '84' ? parsed.formatNational() : parsed.formatInternational();
}

/** One run of digits and signs: a number, several written after one another, or why it is none. */
function readRun(run: string): Judged[] {
  const plus = run.startsWith('+') ? '+' : '';
  const groups = run.match(/\d+/g) ?? [];
  const whole = judge(plus + groups.join(''));
  if (!('reason' in whole)) return [whole];
  const parts = groups.length <= 24 ? (split(groups, plus) ?? halves(groups.join(''))) : null;
  if (parts) return parts;
  // A number written in one piece, or set apart by a comma, stands for itself beside digits of something else.
  const apart = run.split(/[,;/|\n()]+/).filter((piece) => /\d/.test(piece));
  for (const pieces of [groups, apart]) {
    if (pieces.length < 2 || pieces.length > 24) continue;
    const each = pieces.map((piece, i) => judge((i === 0 ? plus : '') + piece.replace(/\D/g, '')));
    if (each.some((one) => !('reason' in one))) return each;
  }
  return [whole];
}

/** Groups shared out so that each part is a number with its zero; null when they cannot be. */
function split(groups: readonly string[], plus: string): One[] | null {
  if (groups.length === 0) return [];
  for (let n = 1, digits = plus; n <= groups.length; n += 1) {
    digits += groups[n - 1] ?? '';
    if (digits.length > 14) return null;
    if (digits.length < 10) continue;
    const one = judge(digits);
    const rest = 'reason' in one ? null : split(groups.slice(n), '');
    if (rest && !('reason' in one)) return [one, ...rest];
  }
  return null;
}

/** Two ten-digit numbers with nothing between them. */
function halves(digits: string): One[] | null {
  if (digits.length !== 20) return null;
  const [first, second] = [judge(digits.slice(0, 10)), judge(digits.slice(10))];
  return 'reason' in first || 'reason' in second ? null : [first, second];
}

/** One number by its digits, `+` first when it was typed. */
function judge(typed: string): Judged {
  const digits = typed.replace('+', '');
  const abroad = typed.startsWith('+') ? digits : digits.startsWith('00') ? digits.slice(2) : null;
  if (abroad !== null && abroad !== '' && !abroad.startsWith('84')) {
    if (abroad.startsWith('0')) return { reason: 'unknownPrefix', digits };
    return { reason: abroad.length >= 7 ? 'foreign' : 'tooShort', digits };
  }
  const national = nationalDigits(abroad ?? digits, abroad !== null);
  const refused = (reason: RefusedPhone): Judged => ({ reason, digits: abroad === null ? digits : `0${national}` });
  if (/^1[89]00/.test(national) && national.length <= 10) return refused('premium');
  if (/^1\d{2,4}$/.test(national)) return refused('short');
  const fresh = RETIRED_PREFIXES[`0${national.slice(0, 3)}`];
  if (national.length === 10 && fresh !== undefined) {
    const e164 = `+84${fresh.slice(1)}${national.slice(3)}`;
    return { e164, retired: `0${national}`, landline: false, missingZero: false };
  }
  const e164 = `+84${national}`;
  const parsed = national.length >= 9 && national.length <= 10 ? parsePhone(e164) : undefined;
  const kind = parsed?.isValid() ? parsed.getType() : undefined;
  const landline = kind === 'FIXED_LINE';
  if (parsed && (landline || kind === 'MOBILE')) {
    return { e164: parsed.number, retired: null, landline, missingZero: national === digits };
  }
  if (kind === 'PREMIUM_RATE' || kind === 'TOLL_FREE') return refused('premium');
  if (national.length < 9) return refused('tooShort');
  const tooLong = national.length > 10 || (national !== digits && national.length === 10 && !national.startsWith('2'));
  return refused(tooLong ? 'tooLong' : 'unknownPrefix');
}

/** Without the zero or the country code in front: nine digits for a mobile, ten for a landline. */
function nationalDigits(digits: string, abroad: boolean): string {
  const inner = digits.startsWith('84') && (abroad || digits.length >= 11) ? digits.slice(2) : digits;
  return inner.startsWith('0') ? inner.slice(1) : inner;
}

/** Of several faults, the one of the longest run of digits. */
function refusal(bad: readonly { reason: RefusedPhone; digits: string }[]): PhoneRead {
  const worst = bad.toSorted((a, b) => b.digits.length - a.digits.length)[0];
  return worst ? { type: 'refused', ...worst } : { type: 'refused', reason: 'none', digits: '' };
}

function hasOtherWords(tidy: string): boolean {
  return fold(tidy.replace(/\d/g, ' '))
    .split(' ')
    .some((word) => word !== '' && !EXPECTED_WORDS.has(word));
}
