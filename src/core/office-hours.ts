import type { Support } from './campaign.ts';

type Hours = Support['hours'];

/** Vietnam keeps UTC+7 all year. Source: domain.md, head. */
const OFFSET_MS = 7 * 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS = 7;

/** Whether someone is there at `at` (epoch ms). No hours at all = always. */
export function isOfficeOpen(hours: Hours, at: number): boolean {
  if (hours.length === 0) return true;
  const midnight = midnightOf(at);
  const minute = Math.floor((at - midnight) / MINUTE_MS);
  const day = weekday(midnight);
  return hours.some((line) => line.days.includes(day) && line.fromMinute <= minute && minute < line.toMinute);
}

/** When someone is there again after `at`, epoch ms; null where someone is there at `at`, or never. */
export function officeOpensAt(hours: Hours, at: number): number | null {
  if (isOfficeOpen(hours, at)) return null;
  const today = midnightOf(at);
  for (let ahead = 0; ahead <= DAYS; ahead++) {
    const midnight = today + ahead * DAY_MS;
    const opens = hours
      .filter(({ days, fromMinute, toMinute }) => days.includes(weekday(midnight)) && fromMinute < toMinute)
      .map(({ fromMinute }) => midnight + fromMinute * MINUTE_MS)
      .filter((instant) => instant > at);
    if (opens.length > 0) return Math.min(...opens);
  }
  return null;
}

const midnightOf = (at: number): number => Math.floor((at + OFFSET_MS) / DAY_MS) * DAY_MS - OFFSET_MS;

/** 1 = Monday … 7 = Sunday; the epoch began on a Thursday. */
const weekday = (midnight: number): number => ((Math.round((midnight + OFFSET_MS) / DAY_MS) + 3) % DAYS) + 1;
