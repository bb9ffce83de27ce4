import { createHash } from 'node:crypto';

const MAX_ID_LENGTH = 128;
const MAX_MESSAGE_ID_LENGTH = 512;
/** Below this a platform's time is in seconds: 1e11 ms is March 1973, 1e11 s is the year 5138. */
const SECONDS_BELOW = 1e11;
/** The largest instant a Date can hold, in epoch ms. */
const MAX_INSTANT = 8.64e15;

/**
 * Reads a platform's body. Whole numbers of 16 digits and more come back as strings, because `JSON.parse` would round
 * an unquoted id past 2^53. Null when the bytes are not JSON.
 */
export function readJson(body: Buffer): { value: unknown } | null {
  try {
    return { value: JSON.parse(quoteLongIntegers(body.toString('utf8'))) };
  } catch {
    return null;
  }
}

function quoteLongIntegers(text: string): string {
  if (!/[:[,\s]-?\d{16}/.test(text)) return text;
  let out = '';
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === 0x22) at = afterString(text, at);
    else if (isDigit(char) || char === 0x2d) {
      const start = at;
      while (at < text.length && isNumberChar(text.charCodeAt(at))) at += 1;
      const token = text.slice(start, at);
      if (/^-?\d{16,}$/.test(token)) {
        out += `${text.slice(copied, start)}"${token}"`;
        copied = at;
      }
    } else at += 1;
  }
  return out + text.slice(copied);
}

/** `start` is at the opening quote. */
function afterString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at + 1;
}

const isDigit = (char: number): boolean => char >= 0x30 && char <= 0x39;
const isNumberChar = (char: number): boolean =>
  isDigit(char) || char === 0x2d || char === 0x2b || char === 0x2e || char === 0x45 || char === 0x65;

/** An id of a person, page or app as a string, whichever way it was written. Null when it could not stand in one of our keys. */
export function readId(value: unknown): string | null {
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof id === 'string' && id.length <= MAX_ID_LENGTH && /^[\w.@-]+$/.test(id) ? id : null;
}

/** A message id: opaque text. Null when missing or out of all proportion. */
export function readMessageId(value: unknown): string | null {
  const id = typeof value === 'number' ? String(value) : value;
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_MESSAGE_ID_LENGTH ? id : null;
}

/** Epoch ms from a number or a numeric string, in ms or seconds. Null when it is no instant. */
export function readInstant(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,16}(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return null;
  const ms = Math.trunc(number < SECONDS_BELOW ? number * 1000 : number);
  return ms <= MAX_INSTANT ? ms : null;
}

/** JSON of a part for keeping; a placeholder when it is nested too deep to be written. */
export function toRaw(part: unknown): string {
  try {
    return JSON.stringify(part) ?? String(part);
  } catch {
    return '"nested too deep"';
  }
}

/** Short digest of a part, for the key of an event that came without an id: a redelivery has the same. */
export const digestOf = (part: unknown): string => createHash('sha256').update(toRaw(part)).digest('hex').slice(0, 16);
