import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * The challenge to answer Meta's verification GET with, or null when mode or token do not match (403).
 * Source: Messenger Platform, Webhooks, "Verification requests" (read 2026-11-20).
 */
export function handshake(query: URLSearchParams, verifyToken: string): string | null {
  const challenge = query.get('hub.challenge') ?? '';
  const matches =
    query.get('hub.mode') === 'subscribe' &&
    timingSafeEqual(digest(query.get('hub.verify_token') ?? ''), digest(verifyToken)) &&
    // Meta sends digits. Anything richer would be printed back to whoever asked.
    /^[\w-]{1,256}$/.test(challenge);
  return matches ? challenge : null;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
