import { AppError } from '../../base/errors.ts';
import type { ArchiveItem } from '../../core/archive.ts';
import { inboundEventSchema, type InboundEvent } from '../../core/event.ts';
import type { RedisConnection } from './connection.ts';
import { hash64, partitionOf } from './hash.ts';
import { field, type StreamEntry } from './stream-reader.ts';

export type InboundLog = {
  /** Resolves when every event is in the log. Throws `log.unavailable`; then some may be there, and a redelivery does no harm. */
  append(events: readonly InboundEvent[], receivedAt: number): Promise<void>;
  /** Keeps what could not be understood. Throws `log.unavailable`. */
  keepRaw(channel: string, parts: readonly { reason: string; raw: string }[], receivedAt: number): Promise<void>;
};

/** An event as the log holds it. */
export type LoggedEvent = {
  entry: string;
  event: InboundEvent;
  /** `hash64` of the event id. */
  hash: string;
  receivedAt: number;
  /** The event's JSON, kept so that it need not be made again. */
  json: string;
};

/** Within which an answer of Redis must come: Zalo wants its own within 2 s. */
const APPEND_TIMEOUT_MS = 1500;

/** Has a connection of its own, so that an append never waits behind other work. */
export function inboundLog(connection: RedisConnection, partitions: number): InboundLog {
  const { keys } = connection;
  const client = connection.another(APPEND_TIMEOUT_MS);
  // the first webhooks of a process wait for the connection; later, a Redis that is away is told at once
  let opening: Promise<void> | null = connection.ready(client).finally(() => (opening = null));
  opening.catch(() => {});
  const written = async (writes: Promise<unknown>[]): Promise<void> => {
    const results = await Promise.allSettled(writes);
    const failed = results.find((result) => result.status === 'rejected');
    if (!failed) return;
    throw new AppError('log.unavailable', 'the inbound log cannot be written', {
      retryable: true,
      cause: failed.reason,
    });
  };
  const append = (event: InboundEvent, receivedAt: number): Promise<unknown> =>
    client.xadd(
      keys.partition(partitionOf(event.contact, partitions)).in,
      '*',
      'e',
      JSON.stringify(event),
      'r',
      receivedAt,
    );
  return {
    async append(events, receivedAt) {
      if (opening) await written([opening]);
      await written(events.map((event) => append(event, receivedAt)));
    },
    async keepRaw(channel, parts, receivedAt) {
      if (opening) await written([opening]);
      await written(
        parts.map(({ reason, raw }) => {
          const item: ArchiveItem = { type: 'unreadable', channel, receivedAt, reason, raw };
          return client.xadd(keys.partition(partitionOf(raw, partitions)).archive, '*', 'i', JSON.stringify(item));
        }),
      );
    },
  };
}

/** Null when the entry cannot be understood. */
export function readLogged([entry, fields]: StreamEntry): LoggedEvent | null {
  const json = field(fields, 'e');
  try {
    const event = inboundEventSchema.parse(JSON.parse(json));
    return { entry, event, hash: hash64(event.id), receivedAt: Number(field(fields, 'r')), json };
  } catch {
    return null;
  }
}
