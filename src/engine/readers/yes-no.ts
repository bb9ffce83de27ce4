import { fold } from './fold.ts';

const YES = words(
  'co, dung, dung roi, dung vay, dung the, phai, phai roi, roi, co roi, da co, co chu, ok, oke, okay, okie, oki, okla, oce',
  'dong y, toi dong y, dong y roi, nhat tri, chap nhan, duoc, duoc roi, vang, da, u, uh, uhm, um, uk, uhu, chuan, chinh xac',
  'chac chan, xac nhan, yes, y, yep, yeah, yup, ye, sure, right, correct, true, agree, i agree, confirm, confirmed, of course',
  'co dung, dung la the, co dong y, roi day, hoan toan dong y, chuan roi, tat nhien, di nhien, duong nhien',
);
const NO = words(
  'khong, ko, k, kg, kh, khg, hong, hok, hem, hong phai, kong, khong phai, ko phai, k phai, khong dung, ko dung, k dung',
  'chua, chua co, chua phai, khong co, ko co, k co, sai, sai roi, nham, nham roi, khong dong y, ko dong y, k dong y',
  'khong duoc, ko duoc, tu choi, no, n, nope, nah, not, not yet, wrong, false, incorrect, never, disagree, i disagree',
  'chua duoc, chua dung, ko dong y, dau co, khong phai the, no thanks, no thank you, khong chap nhan, khong dau, chua dau',
);
/** Said out of politeness before or after the answer, folded. */
const POLITE = new Set(
  words(
    'a, nhe, nha, nhi, ne, da, vang, thua, em, anh, chi, toi, minh, ah, ak, day, do, please, thanks, cam on, vay, ban, ad, bot',
  ),
);
const THUMBS: readonly [RegExp, boolean][] = [
  [/^(?:👍|👌|✅|✔)\p{Emoji_Modifier}?\uFE0F?$/u, true],
  [/^(?:👎|❌|✖)\p{Emoji_Modifier}?\uFE0F?$/u, false],
];
/** The self-check answered in its own words: "đã được công nhận", "chưa áp dụng". */
const DONE = /^(?:da|co|dang)(?: duoc)? (?:ap dung|ap dung thu|cong nhan|bao ho)(?: roi)?$/;
const UNDONE = /^(?:chua|khong|ko|k)(?: co| duoc| he)? (?:ap dung|ap dung thu|cong nhan|bao ho|dang ky bao ho)$/;
const LONGEST = 60;

/**
 * Yes, no, or null when it is neither, in Vietnamese with or without accents and in English. The whole message must say
 * it, apart from polite words: `có` is a yes, `có ba người` is not.
 */
export function readYesNo(text: string): boolean | null {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST) return null;
  for (const [sign, means] of THUMBS) if (sign.test(trimmed)) return means;
  const said = once(fold(trimmed).split(' '));
  for (const candidate of peeled(said)) {
    const phrase = candidate.join(' ');
    if (YES.has(phrase) || DONE.test(phrase)) return true;
    if (NO.has(phrase) || UNDONE.test(phrase)) return false;
  }
  return null;
}

function words(...lists: string[]): Set<string> {
  return new Set(lists.flatMap((list) => list.split(', ')));
}

/** `có có`, `không không`: said twice is said once. */
const once = (said: readonly string[]): string[] => said.filter((word, i) => word !== said[i - 1]);

/** The message, then without polite words at its end, then at its beginning; something is always left. */
function* peeled(said: string[]): Generator<string[]> {
  yield said;
  let end = said.length;
  while (end > 1 && POLITE.has(said[end - 1] ?? '')) yield said.slice(0, --end);
  let start = 0;
  while (start < end - 1 && POLITE.has(said[start] ?? '')) yield said.slice(++start, end);
}
