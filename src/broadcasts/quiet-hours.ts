const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Vietnam keeps UTC+7 all year. Source: domain.md, head. */
const OFFSET_MS = 7 * HOUR_MS;
/** Nobody is written to unasked before 06:00 or after 21:59, Asia/Ho_Chi_Minh. Zalo refuses promotion then (-234, zalo.md §3.1). */
const FROM_MS = 6 * HOUR_MS;
const UNTIL_MS = 22 * HOUR_MS;
/** What must be said before a night begins so early, because a long run takes its time. */
const EVENING_MS = 21 * HOUR_MS;
/** What was handed out still has to be said and sent. */
const LAST_CALL_MS = 5 * 60_000;

const sinceMidnight = (at: number): number => (((at + OFFSET_MS) % DAY_MS) + DAY_MS) % DAY_MS;

/** Whether something may be said unasked at this instant. All instants are epoch ms. */
export function isDay(at: number): boolean {
  const time = sinceMidnight(at);
  return time >= FROM_MS && time < UNTIL_MS;
}

/** Whether something may still be handed out: it is day, and not about to end. */
export const mayHandOut = (at: number): boolean => isDay(at) && isDay(at + LAST_CALL_MS);

/** When the day of this instant, or the next one, is over: nothing handed out now is said at this instant or later. */
export function dayEnd(at: number): number {
  const midnight = at - sinceMidnight(at);
  return sinceMidnight(at) < UNTIL_MS ? midnight + UNTIL_MS : midnight + DAY_MS + UNTIL_MS;
}

/** When on this day that is said which would otherwise fall into the night. */
export const eveningOf = (at: number): number => at - sinceMidnight(at) + EVENING_MS;

/** The day in Viet Nam, `2022-05-31`. */
export const dayName = (at: number): string => new Date(at + OFFSET_MS).toISOString().slice(0, 10);

/**
 * When to say what is due at `at`: by night the next morning, and where that would not be before `before`, the evening before; so
 * too what falls so late into an evening that the night would break it off. Infinity = at any time later.
 */
export function dayTime(at: number, before: number): number {
  const time = sinceMidnight(at);
  if (time >= FROM_MS && time < EVENING_MS) return at;
  const midnight = at - time;
  const morning = midnight + (time < FROM_MS ? 0 : DAY_MS) + FROM_MS;
  if (morning < before) return isDay(at) ? at : morning;
  return midnight - (time < FROM_MS ? DAY_MS : 0) + EVENING_MS;
}
