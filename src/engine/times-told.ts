import { tell, type Talk } from './talk.ts';
import { showClosing, showInstant, timeLeft, type ShownTime } from './times.ts';

const tellTime = (talk: Talk, { key, ...params }: ShownTime): string => tell(talk, `time.${key}`, params);

/** `7h00 ngày 01/6/2022`. */
export const tellInstant = (talk: Talk, at: number): string => tellTime(talk, showInstant(at));

/** `24h00 ngày 31/5/2022`. */
export const tellClosing = (talk: Talk, at: number): string => tellTime(talk, showClosing(at));

/** `3 ngày 5 giờ`. */
export function tellLeft(talk: Talk, ms: number): string {
  const { key, a, b } = timeLeft(ms);
  return tell(talk, b > 0 ? `left.${key}And` : `left.${key}`, { a, b });
}
