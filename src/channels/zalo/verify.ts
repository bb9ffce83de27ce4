import { createHash } from 'node:crypto';
import type { RawWebhook } from '../channel.ts';
import { readJson } from '../read-json.ts';
import { readSignature, requireSame } from '../signature.ts';

const HEADER = 'x-zevent-signature';

/**
 * Checks `X-ZEvent-Signature: mac=<hex>`, a plain SHA-256 of app id + raw body + the body's `timestamp` + OA Secret Key
 * (which is not the App Secret). Throws `webhook.badSignature`. There is no nonce and redeliveries come up to two hours
 * later with the first timestamp, so age is not checked.
 * Source: Zalo OA, Webhook, "Xác thực sự kiện" as relayed; recomputed on a published event (zalo.md §1.3, 2026-11-21).
 */
export function verifyZalo(webhook: RawWebhook, appId: string, oaSecret: string): void {
  const given = readSignature(webhook, HEADER, /^mac\s*=\s*/i);
  const wanted = createHash('sha256')
    .update(appId)
    .update(webhook.body)
    .update(timestampOf(webhook.body) + oaSecret)
    .digest();
  requireSame(given, wanted, HEADER);
}

/** As written in the body; empty when there is none. */
function timestampOf(body: Buffer): string {
  const value = readJson(body)?.value;
  if (typeof value !== 'object' || value === null || !('timestamp' in value)) return '';
  const { timestamp } = value;
  return typeof timestamp === 'string' || typeof timestamp === 'number' ? String(timestamp) : '';
}
