import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../base/errors.ts';
import type { RawWebhook } from './channel.ts';

/**
 * The 32 bytes of a SHA-256 signature header, upper- or lower-case hex behind `prefix`. Throws `webhook.badSignature` when
 * the header is missing, empty, sent twice (node joins those with a comma) or not of that form.
 */
export function readSignature(webhook: RawWebhook, header: string, prefix: RegExp): Buffer {
  const value = webhook.headers[header];
  const only = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof only !== 'string') throw badSignature(header, only === undefined ? 'missing' : 'sent twice');
  const hex = only.trim().replace(prefix, '');
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw badSignature(header, 'malformed');
  return Buffer.from(hex, 'hex');
}

/** Throws `webhook.badSignature` unless both digests are the same; constant time. */
export function requireSame(given: Buffer, wanted: Buffer, header: string): void {
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw badSignature(header, 'wrong');
}

function badSignature(header: string, fault: string): AppError {
  return new AppError('webhook.badSignature', `signature ${fault}`, { facts: { header, fault } });
}
