import type { Lang } from '../core/campaign.ts';

/** Vietnam keeps UTC+7 all year. Source: domain.md, head. */
const OFFSET_MS = 7 * 3_600_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const pad = (n: number) => String(n).padStart(2, '0');
/** As the papers write dates: `31/5/2022`, `01/6/2022`, `08/01/2022`: the month is padded only in January and February. */
const date = (at: Date) =>
  `${pad(at.getUTCDate())}/${at.getUTCMonth() + 1 < 3 ? pad(at.getUTCMonth() + 1) : at.getUTCMonth() + 1}/${at.getUTCFullYear()}`;

/** An opening instant: `7h00 ngày 01/6/2022`, `7:00 on 01/6/2022`. */
export function showOpening(at: number, lang: Lang): string {
  const local = new Date(at + OFFSET_MS);
  const minutes = pad(local.getUTCMinutes());
  return lang === 'vi'
    ? `${local.getUTCHours()}h${minutes} ngày ${date(local)}`
    : `${local.getUTCHours()}:${minutes} on ${date(local)}`;
}

/** A closing instant; midnight belongs to the day that ends: `24h00 ngày 31/5/2022`. */
export function showClosing(at: number, lang: Lang): string {
  const local = new Date(at + OFFSET_MS);
  if (local.getUTCHours() + local.getUTCMinutes() > 0) return showOpening(at, lang);
  const day = new Date(at + OFFSET_MS - DAY_MS);
  return lang === 'vi' ? `24h00 ngày ${date(day)}` : `24:00 on ${date(day)}`;
}

/** When something was sent: `14h05 ngày 28/5/2022`. */
export const showInstant = showOpening;

/** What is left until an instant, in the two largest units; `key` names the sentence `left.<key>`. */
export function timeLeft(ms: number): { key: 'days' | 'hours' | 'minutes' | 'moment'; a: number; b: number } {
  if (ms >= 2 * DAY_MS) return { key: 'days', a: Math.floor(ms / DAY_MS), b: Math.floor((ms % DAY_MS) / HOUR_MS) };
  if (ms >= HOUR_MS) return { key: 'hours', a: Math.floor(ms / HOUR_MS), b: Math.floor((ms % HOUR_MS) / MINUTE_MS) };
  if (ms >= MINUTE_MS) return { key: 'minutes', a: Math.floor(ms / MINUTE_MS), b: 0 };
  return { key: 'moment', a: 0, b: 0 };
}
