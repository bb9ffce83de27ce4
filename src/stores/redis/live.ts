import { Cluster } from 'ioredis';
import type { ArchiveItem } from '../../core/archive.ts';
import type { ActResult } from '../../core/handover.ts';
import type { RedisConnection } from './connection.ts';

/** Something new is in the archive of this conversation; `acts` are those of staff that are done with, by event id. */
export type LiveNews = { contact: string; acts: LiveAct[] };
/** Without what was written before and after: that is for the audit log, and goes past nobody else. */
export type LiveAct = { id: string; result: ActResult };

export type LiveEvents = {
  onNews(news: readonly LiveNews[]): void;
  /** What was said meanwhile went unheard: look at the stores. Also called once when listening begins. */
  onGap(): void;
};

/** Of one message, so that no listener's buffer fills with one. */
const MAX_BYTES = 32_000;

/** What a batch of the archive has for listeners, a line each conversation, in the order of the items. */
export function newsOf(items: readonly ArchiveItem[]): LiveNews[] {
  const news = new Map<string, LiveNews>();
  for (const item of items) {
    if (item.type === 'unreadable') continue;
    const contact = item.type === 'inbound' ? item.event.contact : item.contact;
    let one = news.get(contact);
    if (!one) news.set(contact, (one = { contact, acts: [] }));
    if (item.type === 'act') one.acts.push({ id: item.id, result: toldOf(item.result) });
  }
  return [...news.values()];
}

function toldOf(result: ActResult): ActResult {
  if (result.type === 'refused') return result;
  return { type: 'done', ...(result.code !== undefined && { code: result.code }) };
}

/** Tells every listener, by Redis pub/sub: whoever does not listen just now never hears it. Rejects when Redis is away. */
export async function publishLive(connection: RedisConnection, news: readonly LiveNews[]): Promise<void> {
  const { client, keys } = connection;
  let chunk: string[] = [];
  let bytes = 0;
  const messages: string[] = [];
  for (const one of news) {
    const json = JSON.stringify(one);
    if (bytes + json.length > MAX_BYTES && chunk.length > 0) {
      messages.push(`[${chunk.join()}]`);
      chunk = [];
      bytes = 0;
    }
    chunk.push(json);
    bytes += json.length + 1;
  }
  if (chunk.length > 0) messages.push(`[${chunk.join()}]`);
  await Promise.all(messages.map((message) => client.publish(keys.live, message)));
}

/** Listens on a connection of its own, which comes back by itself. */
export function listenLive(connection: RedisConnection, events: LiveEvents): { close(): void } {
  const client = connection.another(LISTEN_TIMEOUT_MS);
  let closed = false;
  const subscribe = (): void => {
    if (closed) return;
    client.subscribe(connection.keys.live).then(
      () => !closed && events.onGap(),
      () => setTimeout(() => client.status === 'ready' && subscribe(), AGAIN_MS).unref(),
    );
  };
  client.on('message', (_channel: string, message: string) => {
    if (!closed) events.onNews(JSON.parse(message) as LiveNews[]); // written by `publishLive`
  });
  client.on('ready', subscribe);
  // a cluster's client moves its subscription to another node without a word
  if (client instanceof Cluster) client.on('-node', () => !closed && events.onGap());
  if (client.status === 'ready') subscribe();
  return {
    close() {
      closed = true;
      client.disconnect();
    },
  };
}

const LISTEN_TIMEOUT_MS = 5000;
const AGAIN_MS = 1000;
