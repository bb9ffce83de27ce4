import type { RedisConnection } from './connection.ts';

const LISTEN_TIMEOUT_MS = 5000;
const AGAIN_MS = 1000;

/** Tells every process that a campaign was published, by Redis pub/sub. Who misses it looks by itself. Rejects when Redis is away. */
export async function tellPublished({ client, keys }: RedisConnection, campaign: string): Promise<void> {
  await client.publish(keys.campaigns, campaign);
}

/** Calls `look` when a campaign was published, and whenever that could have gone unheard. Comes back by itself. */
export function listenPublished(connection: RedisConnection, look: () => void): { close(): void } {
  const client = connection.another(LISTEN_TIMEOUT_MS);
  let closed = false;
  const subscribe = (): void => {
    if (closed) return;
    client.subscribe(connection.keys.campaigns).then(
      () => !closed && look(),
      () => setTimeout(() => client.status === 'ready' && subscribe(), AGAIN_MS).unref(),
    );
  };
  client.on('message', () => !closed && look());
  client.on('ready', subscribe);
  if (client.status === 'ready') subscribe();
  return {
    close() {
      closed = true;
      client.disconnect();
    },
  };
}
