import { describeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { ArchiveItem } from '../core/archive.ts';
import { itemsOf } from '../stores/redis/archive-list.ts';
import type { RedisConnection } from '../stores/redis/connection.ts';
import { field, type StreamEntry } from '../stores/redis/stream-reader.ts';

/** Writes items to the archive; writing one again changes nothing. Throws when the archive is away. */
export type ArchiveWriter = (items: ArchiveItem[]) => Promise<void>;

export type Archiving = { add(p: number): void; remove(p: number): void; close(): Promise<void> };

/** Entries of one partition read at a time; a commit of many turns is one, and reading must not hold up the webhooks. */
const READ_COUNT = 20;
/** Partitions are written together until there are so many items. */
const BATCH = 500;
/** Between two looks: the archive is nobody's answer, and larger writes are cheaper ones. */
const PAUSE_MS = 200;
const RETRY_MAX_MS = 10_000;

type Read = { stream: string; entries: string[]; items: ArchiveItem[] };

/** Empties the archive streams of the partitions added. Only what was written is removed. */
export function startArchiving(options: {
  connection: RedisConnection;
  log: Log;
  write: ArchiveWriter;
  retryMs: number;
  onArchived(items: readonly ArchiveItem[]): void;
}): Archiving {
  const { connection, log, write } = options;
  const { client, keys } = connection;
  const owned = new Set<number>();
  let closing = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();

  async function read(p: number): Promise<Read> {
    const stream = keys.partition(p).archive;
    const entries = (await client.xrange(stream, '-', '+', 'COUNT', READ_COUNT)) as StreamEntry[];
    const items: ArchiveItem[] = [];
    for (const [entry, fields] of entries) {
      try {
        for (const item of itemsOf(fields)) items.push(item);
      } catch {
        await client.xadd(
          keys.partition(p).dead,
          '*',
          'c',
          'archive.unreadable',
          'k',
          'entry',
          'j',
          field(fields, 'l') || field(fields, 'i'),
        );
        log.error({ partition: p, entry }, 'an archive item could not be read');
      }
    }
    return { stream, entries: entries.map(([entry]) => entry), items };
  }

  /** Writes what several partitions have in one go: a command costs MongoDB and us more than the items in it. */
  async function empty(group: readonly Read[]): Promise<void> {
    const items = group.flatMap((one) => one.items);
    if (items.length > 0) await write(items);
    options.onArchived(items);
    await Promise.all(group.map(({ stream, entries }) => client.xdel(stream, ...entries)));
  }

  async function round(): Promise<void> {
    try {
      const found = (await Promise.all([...owned].map(read))).filter(({ entries }) => entries.length > 0);
      let group: Read[] = [];
      let size = 0;
      for (const one of found) {
        group.push(one);
        size += one.items.length;
        if (size < BATCH && one !== found.at(-1)) continue;
        await empty(group);
        group = [];
        size = 0;
      }
      failures = 0;
      schedule(found.some(({ entries }) => entries.length === READ_COUNT) ? 0 : PAUSE_MS);
    } catch (error) {
      failures++;
      if (failures === 1) log.warn(describeError(error), 'the archive waits');
      schedule(Math.min(options.retryMs * 2 ** (failures - 1), RETRY_MAX_MS));
    }
  }

  function schedule(delayMs: number): void {
    if (closing) return;
    timer = setTimeout(() => (running = round()), delayMs);
  }
  schedule(PAUSE_MS);

  return {
    add: (p) => void owned.add(p),
    remove: (p) => void owned.delete(p),
    async close() {
      closing = true;
      clearTimeout(timer);
      await running;
    },
  };
}
