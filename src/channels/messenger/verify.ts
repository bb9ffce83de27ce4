import { createHmac } from 'node:crypto';
import type { RawWebhook } from '../channel.ts';
import { readSignature, requireSame } from '../signature.ts';

const HEADER = 'x-hub-signature-256';

/**
 * Checks `X-Hub-Signature-256: sha256=<hex>`, an HMAC-SHA256 of the raw body under the app secret. The body comes in the
 * escaped form that was signed, so it must not be parsed and printed again first. Throws `webhook.badSignature`.
 * Source: Messenger Platform, Webhooks, "Validate payloads" (read 2026-11-20).
 */
export function verifyMessenger(webhook: RawWebhook, appSecret: string): void {
  const given = readSignature(webhook, HEADER, /^sha256=/i);
  requireSame(given, createHmac('sha256', appSecret).update(webhook.body).digest(), HEADER);
}
