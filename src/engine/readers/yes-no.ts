import { fold } from './fold.ts';

const YES =
  'co|co a|da co|roi|da roi|xong roi|dung|dung roi|dung vay|chinh xac|phai|ok|oke|okay|okie|oki|dong y|toi dong y|em dong y|nhat tri|vang|da|u|uh|um|uk|duoc|yes|y|yep|yeah|agree|i agree|sure|correct|right|da duoc|da ap dung|co roi'.split(
    '|',
  );
const NO =
  'khong|ko|k|hong|hok|kg|khong co|chua|chua co|chua a|sai|sai roi|khong dung|khong phai|khong dong y|no|nope|not yet|thoi|khong can|chua duoc|chua ap dung|disagree|i do not agree'.split(
    '|',
  );
const PARTICLES = new Set(['a', 'nhe', 'nha', 'da', 'thua', 'anh', 'chi', 'em', 'oi', 'vang', 'please', 'luon', 'di']);

const ANSWERS = new Map<string, boolean>([
  ...YES.map((w) => [w, true] as const),
  ...NO.map((w) => [w, false] as const),
]);

/** A yes or a no, in either language, with or without accents and polite words; null for anything else. Never by containment. */
export function readYesNo(text: string): boolean | null {
  if (text.length > 60) return null;
  const folded = fold(text);
  const exact = ANSWERS.get(folded);
  if (exact !== undefined) return exact;
  const words = folded.split(' ');
  const bare = words.filter((word) => !PARTICLES.has(word)).join(' ');
  return ANSWERS.get(bare) ?? null;
}
