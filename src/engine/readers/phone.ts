import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

export type PhoneRead =
  | { type: 'ok'; e164: string }
  | { type: 'confirm'; e164: string; why: 'letterO' | 'trailingText' | 'landline' | 'foreign' }
  | { type: 'retired'; old: string; e164: string }
  | { type: 'several'; options: string[] }
  | {
      type: 'refused';
      reason: 'none' | 'tooShort' | 'tooLong' | 'short' | 'premium' | 'foreign' | 'unknownPrefix';
      digits: string;
    };

/**
 * 11-digit mobile prefixes and what they became between 15/9 and 14/11/2018.
 * Source: plan 798/QĐ-BTTTT of the Ministry of Information and Communications; general knowledge, not in the seeds.
 */
const RETIRED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '0120': '070', '0121': '079', '0122': '077', '0126': '076', '0128': '078',
    '0123': '083', '0124': '084', '0125': '085', '0127': '081', '0129': '082',
    '0162': '032', '0163': '033', '0164': '034', '0165': '035', '0166': '036', '0167': '037', '0168': '038', '0169': '039',
    '0186': '056', '0188': '058', '0199': '059',
  }), // prettier-ignore
);
const MOBILE_DIGITS = 10;
/** Digits with what people put between them. */
const RUN = /(?:\+|00)?\(?\d(?:[ .\-–—()\u00a0\t]{0,2}\d)*/gu;

/** A Vietnamese phone number as people type it, to E.164. A doubtful reading is to be confirmed, never guessed. */
export function readPhone(text: string): PhoneRead {
  const line = text
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .slice(0, 500);
  const zeros = line.replace(/(?<![\p{L}])[oO](?=[ .\-]?\d)|(?<=\d[ .\-]?)[oO](?![\p{L}])/gu, '0');
  const runs = [...zeros.matchAll(RUN)].map((m) => m[0]).filter((run) => run.replace(/\D/g, '').length >= 3);
  if (runs.length === 0) {
    const digits = zeros.replace(/\D/g, '');
    return { type: 'refused', reason: digits === '' ? 'none' : 'tooShort', digits };
  }
  const reads = runs.map(readRun);
  const good = [...new Set(reads.flatMap((read) => ('e164' in read ? [read.e164] : [])))];
  if (good.length > 1) return { type: 'several', options: good };
  const best = reads.find((read) => 'e164' in read) ?? reads[0];
  if (!best) return { type: 'refused', reason: 'none', digits: '' };
  if (best.type !== 'ok') return best;
  if (zeros !== line) return { type: 'confirm', e164: best.e164, why: 'letterO' };
  const rest = zeros.replace(RUN, ' ');
  const label =
    /^[\s:.,\-]*(?:(?:số|so|sđt|sdt|đt|dt|điện thoại|dien thoai|phone|tel|là|la|của|cua|tôi|toi|em|mình|minh|dạ|ạ|a|my|number|is)[\s:.,\-]*)*$/iu;
  return label.test(rest) ? best : { type: 'confirm', e164: best.e164, why: 'trailingText' };
}

function readRun(run: string): Exclude<PhoneRead, { type: 'several' }> {
  const typed = run.replace(/\D/g, '');
  const refuse = (
    reason: Extract<PhoneRead, { type: 'refused' }>['reason'],
    digits = typed,
  ): PhoneRead & { type: 'refused' } => ({
    type: 'refused',
    reason,
    digits,
  });
  const abroad = /^(?:\+|00)(?!84|0?84)/.test(run) && !typed.startsWith('84') && !typed.startsWith('0084');
  if (abroad) {
    const parsed = parsePhoneNumberFromString(`+${typed.replace(/^00/, '')}`);
    return parsed?.isValid() && parsed.country !== 'VN' ? refuse('foreign') : refuse('foreign');
  }
  const digits = national(run, typed);
  if (/^1[89]00/.test(digits) || /^01[89]00\d{4}/.test(digits))
    return refuse('premium', digits.replace(/^0(?=1[89]00)/, ''));
  const retired = RETIRED.get(digits.slice(0, 4));
  if (digits.length === 11 && retired !== undefined)
    return { type: 'retired', old: digits, e164: `+84${(retired + digits.slice(4)).slice(1)}` };
  if (/^1\d{2,3}$/.test(typed)) return refuse('short');
  if (digits.length < MOBILE_DIGITS) return refuse('tooShort', digits);
  const isLandline = digits.startsWith('02');
  if (digits.length > (isLandline ? 11 : MOBILE_DIGITS)) return refuse('tooLong', digits);
  const parsed = parsePhoneNumberFromString(digits, 'VN');
  if (!parsed?.isValid()) return refuse(isLandline && digits.length < 11 ? 'tooShort' : 'unknownPrefix', digits);
  switch (parsed.getType()) {
    case 'MOBILE':
      return { type: 'ok', e164: parsed.number };
    case 'FIXED_LINE':
    case 'FIXED_LINE_OR_MOBILE':
      return { type: 'confirm', e164: parsed.number, why: 'landline' };
    default:
      return refuse('premium', digits);
  }
}

/** The digits as dialled inside the country: 0 first. `84` without a plus counts as the country only when the rest fits. */
function national(run: string, typed: string): string {
  const digits = typed.replace(/^00(?=84)/, '');
  if (digits.startsWith('84') && (run.startsWith('+') || run.startsWith('00') || digits.length >= 11)) {
    return `0${digits.slice(2).replace(/^0/, '')}`;
  }
  return digits.length === 9 && /^[35789]/.test(digits) && !run.startsWith('0') ? `0${digits}` : digits;
}

/** `+84912345678` → `0912 345 678`; landlines `024 3825 1234`. */
export function formatPhone(e164: string): string {
  const digits = e164.replace(/^\+84/, '0').replace(/\D/g, '');
  if (digits.length === 10) return `${digits.slice(0, 4)} ${digits.slice(4, 7)} ${digits.slice(7)}`;
  return parsePhoneNumberFromString(e164)?.formatNational() ?? e164;
}
