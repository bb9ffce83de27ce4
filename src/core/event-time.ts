const OLDEST_MS = 36 * 3_600_000;
const AHEAD_MS = 36 * 3_600_000;

/**
 * When a person did it: the platform's time while it is plausible, else the time we received it. Both epoch ms.
 * Plausible is up to 36 h back, the longest a platform goes on delivering (Messenger Platform, Webhooks, "Response
 * requirements"), and as far ahead: the time is the platform's own, in a body it signed, so where the two differ it is our
 * clock that is wrong, and no deadline may hang on that.
 */
export function eventTime(sentAt: number, receivedAt: number): number {
  return sentAt > receivedAt - OLDEST_MS && sentAt < receivedAt + AHEAD_MS ? sentAt : receivedAt;
}
