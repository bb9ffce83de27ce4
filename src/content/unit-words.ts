import { fold } from '../engine/readers/fold.ts';

/** Places are known by one of these words before the bare name; folded, with what people write for it. */
export type Kind = 'province' | 'city' | 'town' | 'rural' | 'urban' | 'union';

const KINDS: readonly [RegExp, Kind][] = [
  [/^(?:tinh|t) /, 'province'],
  [/^(?:thanh pho|t p|tp) /, 'city'],
  [/^(?:thi xa|t x|tx) /, 'town'],
  [/^(?:huyen|h) /, 'rural'],
  [/^(?:quan|q) /, 'urban'],
];
const UNION = /^(?:cong doan nganh|cong doan|cd nganh|cd|nganh) /;
const FEDERATION = /^(?:lien doan lao dong|ldld|lien doan) /;
/** The state body stands for its union: "Sở Y tế", "Tổng công ty Hàng không". */
const BODY = /^(?:so|bo|ban|cap|tong cong ty|tct|tap doan|co quan|don vi|cdcs|cong doan co so) /;
/** "tôi làm ở …" */
const TALK = /^(?:da|toi|em|minh|chau|anh|chi|la|lam|viec|dang|o|tai|thuoc|ben|cho) /;
/** "… ạ" */
const CLOSING = / (?:a|ah|nhe|nha|day)$/;
const COUNTRY = / (?:viet nam|vn)$/;
const COUNTRY_BEGUN = /^(?:vi|vie|viet|viet ?n|viet ?na|viet ?nam|vn)$/;

/** True when a folded text is only words for kinds: what it finds may be shown, but never taken. */
export function saysOnlyKind(folded: string): boolean {
  const only = [FEDERATION, UNION, BODY, ...KINDS.map(([pattern]) => pattern)];
  return COUNTRY_BEGUN.test(folded) || only.some((pattern) => isAll(pattern, folded));
}

/** The kind that a folded text consists of: `huyen` → rural. A letter alone is the beginning of a name. */
export function kindAlone(folded: string): Kind | null {
  if (folded.length < 2) return null;
  return KINDS.find(([pattern]) => isAll(pattern, folded))?.[1] ?? (isAll(UNION, folded) ? 'union' : null);
}

const isAll = (pattern: RegExp, folded: string): boolean => `${folded} `.replace(pattern, '') === '';

/** A unit's own name without its kind, by the one word that its official name has for it: `LĐLĐ huyện Quan Hóa` → `quan hoa`. */
export function nameParts(official: string): { bare: string; kind: Kind | null } {
  const full = fold(official);
  if (UNION.test(`${full} `))
    return { bare: full.replace(UNION, '').replace(BODY, '').replace(COUNTRY, ''), kind: 'union' };
  const place = full.replace(FEDERATION, '');
  const kind = KINDS.find(([pattern]) => pattern.test(place));
  return kind ? { bare: place.replace(kind[0], ''), kind: kind[1] } : { bare: place, kind: null };
}

const SHORT_KINDS: readonly [RegExp, string][] = [
  [/^thanh pho /, 'tp '],
  [/^thi xa /, 'tx '],
  [/^huyen /, 'h '],
  [/^quan /, 'q '],
];

/** A place with the word for its kind, whole and shortened: `quan 1`, `q 1`. */
export function placeForms(official: string): string[] {
  const place = fold(official).replace(FEDERATION, '');
  return [place, ...SHORT_KINDS.flatMap(([kind, short]) => (kind.test(place) ? place.replace(kind, short) : []))];
}

/** One way to understand what was typed; `kind` when a word for it was taken off. */
export type Reading = { text: string; kind: Kind | null };

/**
 * A folded text as typed, then with less and less of what may only be a word for the kind: `Quan Hóa` is a place and
 * `quận 1` is one. Something is always left. Words of talk are taken off only where a whole name must be left, for
 * `Châu Thành` and `Ô Môn` begin with such words.
 */
export function readings(folded: string, takeTalkOff: boolean): Reading[] {
  let reading: Reading = { text: folded.replace(/\bq(\d{1,2})\b/g, 'quan $1'), kind: null };
  const all = [reading];
  const add = (text: string, kind: Kind | null = reading.kind) => {
    if (text === '' || text === reading.text) return false;
    reading = { text, kind };
    all.push(reading);
    return true;
  };
  if (takeTalkOff) while (add(reading.text.replace(TALK, '').replace(CLOSING, '')));
  add(reading.text.replace(COUNTRY, ''));
  const union = UNION.test(reading.text);
  add(reading.text.replace(FEDERATION, '').replace(UNION, ''), union ? 'union' : null);
  const place = KINDS.find(([pattern]) => pattern.test(reading.text));
  if (place) add(reading.text.replace(place[0], ''), place[1]);
  while (add(reading.text.replace(BODY, '').replace(UNION, '')));
  return all;
}
