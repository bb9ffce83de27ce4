import type { ChannelName } from './contact.ts';

/**
 * What a platform still takes from us, counted from what the person did last.
 * `free` and `charged`: anything; `humanAgent`: only what a person typed; `closed`: nothing.
 * The instants (epoch ms) from which each is over, null where the platform has no such time or the person never did anything.
 */
export type Window = {
  now: 'free' | 'charged' | 'humanAgent' | 'closed';
  freeUntil: number | null;
  chargedUntil: number | null;
  humanUntil: number | null;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Consultation messages: free for 48 h after the person's last interaction, from the package's quota or charged until 7 days,
 * refused after (-230, -232). Source: Zalo OA "tin tư vấn" as relayed (zalo.md §3).
 */
const ZALO = { freeMs: 48 * HOUR_MS, chargedMs: 7 * DAY_MS };

/**
 * Anything for 24 h after what the person did last; after that `HUMAN_AGENT` for what a person wrote, until 7 days. Our own
 * gate closes half an hour early, because a message waits and travels. Source: Messenger Platform, "Message tags" (messenger.md §4.1, §4.2).
 */
const MESSENGER = { freeMs: 23.5 * HOUR_MS, humanMs: 7 * DAY_MS };

/** `lastSeenAt`: when the person last did anything, by the platform's clock; null = never. `at`: now. Both epoch ms. */
export function windowAt(channel: ChannelName, lastSeenAt: number | null, at: number): Window {
  if (lastSeenAt === null) return { now: 'closed', freeUntil: null, chargedUntil: null, humanUntil: null };
  if (channel === 'zalo') {
    const [freeUntil, chargedUntil] = [lastSeenAt + ZALO.freeMs, lastSeenAt + ZALO.chargedMs];
    const now = at < freeUntil ? 'free' : at < chargedUntil ? 'charged' : 'closed';
    return { now, freeUntil, chargedUntil, humanUntil: null };
  }
  const [freeUntil, humanUntil] = [lastSeenAt + MESSENGER.freeMs, lastSeenAt + MESSENGER.humanMs];
  const now = at < freeUntil ? 'free' : at < humanUntil ? 'humanAgent' : 'closed';
  return { now, freeUntil, chargedUntil: null, humanUntil };
}
