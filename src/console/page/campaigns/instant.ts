/** Vietnam keeps UTC+7 all year. Source: domain.md, head. */
const OFFSET = '+07:00';
const OFFSET_MS = 7 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** An instant as people here write it: `31/5/2022` and `24:00`. */
export type InstantParts = { date: string; time: string };

/** What is said of an instant: something begins at it, or ends before it. Midnight belongs to the day that ends. */
export type InstantKind = 'opens' | 'closes';

/** `at` is epoch ms. */
export function partsOf(at: number, kind: InstantKind): InstantParts {
  const time = new Date(at + OFFSET_MS).toISOString().slice(11, 16);
  const isEnd = kind === 'closes' && time === '00:00';
  const [year = '', month = '', day = ''] = new Date(at + OFFSET_MS - (isEnd ? DAY_MS : 0))
    .toISOString()
    .slice(0, 10)
    .split('-');
  return { date: `${day}/${month}/${year}`, time: isEnd ? '24:00' : time };
}

/** `31/5/2022`, also with dashes or dots: midnight of that day as if it were UTC, epoch ms. Null when there is no such day. */
function readDay(text: string): number | null {
  const [, day, month, year] = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text.trim()) ?? [];
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // 31 February becomes a day of March elsewhere, and nothing here
  return !Number.isNaN(at) && new Date(at).getUTCDate() === Number(day) && Number(month) <= 12 ? at : null;
}

/** `7h`, `7h30`, `07:30`, `7g30`, `24h00`; null when it is no time of day. */
export function readTime(text: string): { hours: number; minutes: number } | null {
  const [, hours, minutes] = /^(\d{1,2})(?:\s*[:hg.]\s*(\d{2})?)?$/i.exec(text.trim()) ?? [];
  if (hours === undefined) return null;
  const read = { hours: Number(hours), minutes: Number(minutes ?? 0) };
  const isTime = read.minutes < 60 && (read.hours < 24 || (read.hours === 24 && read.minutes === 0));
  return isTime ? read : null;
}

/** The instant as campaign files write it, `2022-06-01T00:00:00+07:00`; null when one of the two is none. */
export function readInstant({ date, time }: InstantParts): string | null {
  const clock = readTime(time);
  const day = readDay(date);
  if (!clock || day === null) return null;
  return toFileInstant(day - OFFSET_MS + clock.hours * 3_600_000 + clock.minutes * 60_000);
}

/** Epoch ms as campaign files write it. */
export const toFileInstant = (at: number): string => new Date(at + OFFSET_MS).toISOString().slice(0, 19) + OFFSET;
