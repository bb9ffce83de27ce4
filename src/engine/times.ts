/** Vietnam keeps UTC+7 all year. Source: domain.md, head. */
const OFFSET_MS = 7 * 3_600_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const pad = (n: number): string => String(n).padStart(2, '0');

/** As the papers write dates: `31/5/2022`, `01/6/2022`, `08/01/2022`: the month is padded only in January and February. */
function dateOf(local: Date): string {
  const month = local.getUTCMonth() + 1;
  return `${pad(local.getUTCDate())}/${month < 3 ? pad(month) : month}/${local.getUTCFullYear()}`;
}

/** An instant for the sentence `time.<key>`: `7h00 ngày 01/6/2022`. */
export type ShownTime = { key: 'instant' | 'endOfDay'; hours: number; minutes: string; date: string };

/** When something opened or was sent. `at` is epoch ms. */
export function showInstant(at: number): ShownTime {
  const local = new Date(at + OFFSET_MS);
  return { key: 'instant', hours: local.getUTCHours(), minutes: pad(local.getUTCMinutes()), date: dateOf(local) };
}

/** When something closes; midnight belongs to the day that ends: `24h00 ngày 31/5/2022`. */
export function showClosing(at: number): ShownTime {
  const shown = showInstant(at);
  if (shown.hours > 0 || shown.minutes !== '00') return shown;
  return { ...shown, key: 'endOfDay', date: dateOf(new Date(at + OFFSET_MS - DAY_MS)) };
}

/** What is left until an instant, in the two largest units; `key` names the sentence `left.<key>`. */
export function timeLeft(ms: number): { key: 'days' | 'hours' | 'minutes' | 'moment'; a: number; b: number } {
  if (ms >= DAY_MS) return { key: 'days', a: Math.floor(ms / DAY_MS), b: Math.floor((ms % DAY_MS) / HOUR_MS) };
  if (ms >= HOUR_MS) return { key: 'hours', a: Math.floor(ms / HOUR_MS), b: Math.floor((ms % HOUR_MS) / MINUTE_MS) };
  if (ms >= MINUTE_MS) return { key: 'minutes', a: Math.floor(ms / MINUTE_MS), b: 0 };
  return { key: 'moment', a: 0, b: 0 };
}
