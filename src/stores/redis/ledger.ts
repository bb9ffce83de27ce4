import type { RedisConnection } from './connection.ts';
import { hash64 } from './hash.ts';
import { bucketOf, DAYS_BUCKET_MS, SAID_BUCKET_MS } from './keys.ts';

/** By what an echo without metadata is known again: the contact and the text, whatever became of its white space. */
export const textKey = (contact: string, text: string): string =>
  hash64(`${contact}\n${text.normalize('NFC').replace(/\s+/gu, ' ').trim()}`);

export type EchoQuestion = { contact: string; messageId: string; text: string };
/** `ours`: a settled message of ours. `said`: our send of this key, perhaps still in flight. `unknown`: not from the bot. */
export type EchoVerdict = { type: 'ours' } | { type: 'said'; key: string } | { type: 'unknown' };

/** Settles echoes of one partition that say nothing of their origin: first by message id, then by what was said lately. */
export async function judgeEchoes(
  connection: RedisConnection,
  p: number,
  echoes: readonly EchoQuestion[],
  now: number,
): Promise<EchoVerdict[]> {
  if (echoes.length === 0) return [];
  const { client } = connection;
  const at = connection.keys.partition(p);
  const sent = bucketOf(now, DAYS_BUCKET_MS);
  const said = bucketOf(now, SAID_BUCKET_MS);
  const ids = echoes.map((echo) => hash64(echo.messageId));
  const texts = echoes.map((echo) => textKey(echo.contact, echo.text));
  const [sentNow, sentBefore, saidNow, saidBefore] = await Promise.all([
    client.smismember(at.sent(sent), ...ids),
    client.smismember(at.sent(sent - 1), ...ids),
    client.hmget(at.said(said), ...texts),
    client.hmget(at.said(said - 1), ...texts),
  ]);
  return echoes.map((_, i) => {
    if (sentNow[i] === 1 || sentBefore[i] === 1) return { type: 'ours' };
    const key = saidNow[i] ?? saidBefore[i];
    return key ? { type: 'said', key } : { type: 'unknown' };
  });
}

/** Was the event of this hash played before? */
export async function alreadySeen(connection: RedisConnection, p: number, hash: string, now: number): Promise<boolean> {
  const at = connection.keys.partition(p);
  const bucket = bucketOf(now, DAYS_BUCKET_MS);
  const found = await Promise.all([
    connection.client.sismember(at.seen(bucket), hash),
    connection.client.sismember(at.seen(bucket - 1), hash),
  ]);
  return found.includes(1);
}
