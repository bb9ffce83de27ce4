import { describeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { ArchiveItem } from '../core/archive.ts';
import type { RedisConnection } from '../stores/redis/connection.ts';
import { field, type StreamEntry } from '../stores/redis/stream-reader.ts';

/** Writes items to the archive; writing one again changes nothing. Throws when the archive is away. */
export type ArchiveWriter = (items: ArchiveItem[]) => Promise<void>;

export type Archiving = { add(p: number): void; remove(p: number): void; close(): Promise<void> };

/** Entries of one partition written at a time. */
const BATCH = 500;
/** Between two looks: the archive is nobody's answer, and larger writes are cheaper ones. */
const PAUSE_MS = 200;
const RETRY_MAX_MS = 10_000;

/** Empties the archive streams of the partitions added. Only what was written is removed. */
export function startArchiving(options: {
  connection: RedisConnection;
  log: Log;
  write: ArchiveWriter;
  retryMs: number;
  onArchived(items: number): void;
}): Archiving {
  const { connection, log, write } = options;
  const { client, keys } = connection;
  const owned = new Set<number>();
  let closing = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();

  async function drain(p: number): Promise<boolean> {
    const stream = keys.partition(p).archive;
    const entries = (await client.xrange(stream, '-', '+', 'COUNT', BATCH)) as StreamEntry[];
    if (entries.length === 0) return false;
    const items: ArchiveItem[] = [];
    for (const [entry, fields] of entries) {
      try {
        items.push(JSON.parse(field(fields, 'i')) as ArchiveItem); // written by ourselves
      } catch {
        await client.xadd(
          keys.partition(p).dead,
          '*',
          'c',
          'archive.unreadable',
          'k',
          'entry',
          'j',
          field(fields, 'i'),
        );
        log.error({ partition: p, entry }, 'an archive item could not be read');
      }
    }
    if (items.length > 0) await write(items);
    await client.xdel(stream, ...entries.map(([entry]) => entry));
    options.onArchived(items.length);
    return entries.length === BATCH;
  }

  async function round(): Promise<void> {
    try {
      const more = await Promise.all([...owned].map((p) => drain(p)));
      failures = 0;
      schedule(more.includes(true) ? 0 : PAUSE_MS);
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
