import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisConnection } from './connection.ts';

/** One entry as it lies in a stream: id, then field names and values in turn. */
export type StreamEntry = [id: string, fields: string[]];

export type StreamReader = {
  /** Begins at the first entry that is still in the stream. */
  add(key: string, source: Source): void;
  remove(key: string): void;
  /** A source wants entries again. */
  wake(): void;
  close(): Promise<void>;
};

export type Source = {
  onEntries(entries: StreamEntry[]): void;
  /** False while too much waits in memory; the stream is not read until it is true again. */
  wants(): boolean;
  /** Reading failed: what came in between is not known, so begin anew. */
  onGap(): void;
};

type Held = Source & {
  cursor: string;
  /** False until it takes part in a read: an answer then is to the question of the source before it under this key. */
  asked: boolean;
};

const BLOCK_MS = 1000;
/** Between two looks at the streams of a cluster, where one blocking read cannot cover them all. */
const POLL_MIN_MS = 2;
const POLL_MAX_MS = 25;

/** The value of a field, '' when missing. */
export function field(fields: readonly string[], name: string): string {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return fields[i + 1] ?? '';
  return '';
}

/** Reads many streams onwards over one connection of its own. `count`: entries of one stream at a time. */
export function startStreamReader(connection: RedisConnection, count: number): StreamReader {
  const client = connection.another(BLOCK_MS + 4000);
  const sources = new Map<string, Held>();

  function ask(): [string, Held][] {
    const asked = [...sources].filter(([, source]) => source.wants());
    for (const [, source] of asked) source.asked = true;
    return asked;
  }

  let closed = false;
  let blockedAs: number | null = null;
  let connectionId: number | null = null;
  let stir: () => void = () => {};
  client.on('close', () => (connectionId = null));

  /** Ends a blocking read early, or the pause of an idle reader. */
  function wake(): void {
    stir();
    if (blockedAs === null) return;
    connection.client.call('CLIENT', 'UNBLOCK', String(blockedAs)).catch(() => {}); // the read ends by itself soon
    blockedAs = null;
  }

  async function idle(ms: number): Promise<void> {
    const abort = new AbortController();
    stir = () => abort.abort();
    await wait(ms, undefined, { signal: abort.signal }).catch(() => {});
    stir = () => {};
  }

  /** One stream after the other: taking in a backlog of all of them in one go would hold up the webhooks of this process. */
  async function deliver(reply: [string, StreamEntry[]][] | null): Promise<number> {
    let entries = 0;
    for (const [key, list] of reply ?? []) {
      const source = sources.get(key);
      const last = list.at(-1);
      if (!source?.asked || !last) continue;
      source.cursor = last[0];
      entries += list.length;
      source.onEntries(list);
      if (list.length > MANY) await new Promise(setImmediate);
    }
    return entries;
  }

  async function readBlocking(node: Redis): Promise<void> {
    connectionId ??= Number(await node.client('ID'));
    const asked = ask();
    if (asked.length === 0) return idle(BLOCK_MS);
    const keys = asked.map(([key]) => key);
    const cursors = asked.map(([, source]) => source.cursor);
    blockedAs = connectionId;
    const reply = await node.xread('COUNT', count, 'BLOCK', BLOCK_MS, 'STREAMS', ...keys, ...cursors);
    blockedAs = null;
    await deliver(reply);
    // what arrived meanwhile comes with the next read; without this pause each read brings one entry and costs as much
    await new Promise(setImmediate);
  }

  let pauseMs = POLL_MIN_MS;
  async function readByTurns(): Promise<void> {
    const asked = ask();
    const replies = await Promise.all(
      asked.map(([key, source]) => client.xread('COUNT', count, 'STREAMS', key, source.cursor)),
    );
    let entries = 0;
    for (const reply of replies) entries += await deliver(reply);
    pauseMs = entries > 0 ? POLL_MIN_MS : Math.min(pauseMs * 2, POLL_MAX_MS);
    await idle(pauseMs);
  }

  async function loop(): Promise<void> {
    while (!closed) {
      try {
        await (client instanceof Redis ? readBlocking(client) : readByTurns());
      } catch {
        blockedAs = null;
        if (closed) return;
        for (const source of sources.values()) if (source.cursor !== START) source.onGap();
        await idle(100 + Math.random() * 100);
      }
    }
  }
  const looping = loop();

  return {
    add(key, source) {
      sources.set(key, { ...source, cursor: START, asked: false });
      wake();
    },
    remove: (key) => void sources.delete(key),
    wake,
    async close() {
      closed = true;
      wake();
      client.disconnect();
      await looping;
    },
  };
}

const START = '0-0';
const MANY = 50;
