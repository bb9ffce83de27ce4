import mongoose, { type Connection } from 'mongoose';
import { AppError } from '../../base/errors.ts';
import { refusedWrites, type Refused } from './storing.ts';

const { WriteConcern } = mongoose.mongo;

/** A document or an update, and what it may at most be large. */
export type Weighed<T> = { write: T; bytes: number };

export type UpdateStatement = { q: object; u: object; upsert?: boolean };

/** Source: MongoDB manual, "MongoDB Limits and Thresholds": a command has at most 16 MiB; with room for what stands around. */
const MAX_COMMAND_BYTES = 12 * 1024 * 1024;
const MAX_STATEMENTS = 5000;

/**
 * Inserts in one command, none of them stopped by another's refusal. Gives the refusals; throws what means that all must be done
 * again. Commands and not the driver's bulk writes, which read every document twice: to measure it, then to write it.
 */
export const insertAll = <T extends object>(
  connection: Connection,
  collection: string,
  documents: readonly Weighed<T>[],
): Promise<Refused[]> =>
  inCommands(connection, documents, (list) => ({ insert: collection, documents: list, ordered: false }));

/** The same for updates. */
export const updateAll = (
  connection: Connection,
  collection: string,
  updates: readonly Weighed<UpdateStatement>[],
): Promise<Refused[]> =>
  inCommands(connection, updates, (list) => ({ update: collection, updates: list, ordered: false }));

async function inCommands<T>(
  connection: Connection,
  writes: readonly Weighed<T>[],
  command: (list: T[]) => Record<string, unknown>,
): Promise<Refused[]> {
  const { db } = connection;
  if (!db) throw new AppError('store.unavailable', 'MongoDB was never connected', { retryable: true });
  const { writeConcern } = db; // a command of one's own has none otherwise
  const refused: Refused[] = [];
  for (let from = 0; from < writes.length;) {
    const list: T[] = [];
    let bytes = 0;
    for (let at = from; at < writes.length && list.length < MAX_STATEMENTS; at += 1) {
      const one = writes[at]!;
      bytes += one.bytes;
      if (list.length > 0 && bytes > MAX_COMMAND_BYTES) break;
      list.push(one.write);
    }
    const document = command(list);
    const reply = await db.command(writeConcern ? WriteConcern.apply(document, writeConcern) : document);
    for (const { index, ...rest } of refusedWrites(reply)) refused.push({ index: from + index, ...rest });
    from += list.length;
  }
  return refused;
}
