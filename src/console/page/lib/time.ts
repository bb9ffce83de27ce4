import type { Translate } from './texts.tsx';

const ZONE = 'Asia/Ho_Chi_Minh';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(lang: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = lang + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(lang === 'vi' ? 'vi-VN' : 'en-GB', { ...options, timeZone: ZONE });
    formats.set(key, format);
  }
  return format;
}

/** `14:05`. */
export const showClock = (lang: string, at: number): string =>
  formatOf(lang, { hour: '2-digit', minute: '2-digit', hour12: false }).format(at);

/** `28/05/2022`. */
export const showDay = (lang: string, at: number): string =>
  formatOf(lang, { day: '2-digit', month: '2-digit', year: 'numeric' }).format(at);

/** `14:05 28/05/2022`. */
export const showMoment = (lang: string, at: number): string => `${showClock(lang, at)} ${showDay(lang, at)}`;

/** The clock for what is of today, else the day without its year, else all of the day. */
export function showShort(lang: string, at: number, now: number): string {
  const today = showDay(lang, now);
  const day = showDay(lang, at);
  if (day === today) return showClock(lang, at);
  return day.slice(-4) === today.slice(-4) ? day.slice(0, 5) : day;
}

/** How long something has lasted or will last, in its largest unit: `5 phút`. */
export function showSpan(t: Translate, ms: number): string {
  const span = Math.max(0, ms);
  if (span < MINUTE_MS) return t('span.moment');
  if (span < HOUR_MS) return t('span.minutes', { n: Math.floor(span / MINUTE_MS) });
  if (span < DAY_MS) {
    const hours = Math.floor(span / HOUR_MS);
    const minutes = Math.floor((span % HOUR_MS) / MINUTE_MS);
    return minutes && hours < 10 ? t('span.hoursMinutes', { h: hours, m: minutes }) : t('span.hours', { n: hours });
  }
  return t('span.days', { n: Math.floor(span / DAY_MS) });
}

/** `1,2 MB`. */
export function showSize(lang: string, bytes: number): string {
  const number = new Intl.NumberFormat(lang === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: 1 });
  return bytes < 1_000_000 ? `${number.format(Math.ceil(bytes / 1000))} KB` : `${number.format(bytes / 1_000_000)} MB`;
}

/** `0912 345 678` for a Vietnamese mobile number in E.164, anything else as it is. */
export function showPhone(e164: string): string {
  const digits = /^\+84(\d{9})$/.exec(e164)?.[1];
  if (!digits) return e164;
  const national = `0${digits}`;
  return `${national.slice(0, 4)} ${national.slice(4, 7)} ${national.slice(7)}`;
}
