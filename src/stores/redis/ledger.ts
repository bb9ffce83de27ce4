import type { Attachment } from '../../core/event.ts';
import type { RedisConnection } from './connection.ts';
import { hash64 } from './hash.ts';
import { bucketOf, DAYS_BUCKET_MS, SAID_BUCKET_MS } from './keys.ts';

/** What a message may consist of that is the same in its echo; platforms show buttons and links in ways of their own. */
const LASTING: ReadonlySet<string> = new Set<Attachment['kind']>(['image', 'file', 'video', 'audio']);

/**
 * By what an echo without metadata is known again: the contact, the text, whatever became of its white space, and the kinds of
 * pictures and files with it.
 */
export function textKey(contact: string, text: string, kinds: readonly Attachment['kind'][] = []): string {
  const things = kinds.filter((kind) => LASTING.has(kind));
  const plain = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  return hash64(`${contact}\n${plain}${things.length > 0 ? `\n${things.toSorted().join()}` : ''}`);
}

export type EchoQuestion = { contact: string; messageId: string; text: string; items?: readonly Attachment[] };
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
  const texts = echoes.map(({ contact, text, items }) =>
    textKey(
      contact,
      text,
      items?.map(({ kind }) => kind),
    ),
  );
  const [wasSent, wasSaid] = await Promise.all([
    Promise.all(around(sent).map((bucket) => client.smismember(at.sent(bucket), ...ids))),
    Promise.all(around(said).map((bucket) => client.hmget(at.said(bucket), ...texts))),
  ]);
  return echoes.map((_, i) => {
    if (wasSent.some((found) => found[i] === 1)) return { type: 'ours' };
    const key = wasSaid.map((found) => found[i]).find(Boolean);
    return key ? { type: 'said', key } : { type: 'unknown' };
  });
}

/** Was the event of this hash played before? */
export async function alreadySeen(connection: RedisConnection, p: number, hash: string, now: number): Promise<boolean> {
  const at = connection.keys.partition(p);
  const bucket = bucketOf(now, DAYS_BUCKET_MS);
  const found = await Promise.all(around(bucket).map((one) => connection.client.sismember(at.seen(one), hash)));
  return found.includes(1);
}

/** This bucket, the one before, and the one after: the process that wrote may have a clock that is ahead of ours. */
const around = (bucket: number): number[] => [bucket, bucket - 1, bucket + 1];
