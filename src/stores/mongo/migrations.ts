import type { Connection } from 'mongoose';
import { AppError } from '../../base/errors.ts';
import { storing } from './storing.ts';

/** What a stored document looks like before its version is known. */
export type Stored = { readonly [field: string]: unknown };

/** Step `n` makes a document of version `n` one of version `n + 1`; it need not set `v`. */
export type Migrations = Readonly<Record<number, (document: Stored) => Stored>>;

/**
 * A document of any older version as one of `version`. One of a newer version (after a rollback) is left as it is.
 * Throws AppError `store.conflict` where a step is missing.
 */
export function migrated(document: Stored, version: number, migrations: Migrations): Stored {
  let current = document;
  for (let from = versionOf(document); from < version; from++) {
    const step = migrations[from];
    if (!step) throw new AppError('store.conflict', `no way from version ${from}`, { facts: { from, to: version } });
    current = { ...step(current), v: from + 1 };
  }
  return current;
}

/**
 * Brings a whole collection to `version`, for the start. Safe to run twice and by several processes: a document is only replaced
 * where it still has the version that was read. Gives how many were changed.
 */
export async function migrateCollection(
  connection: Connection,
  collection: string,
  version: number,
  migrations: Migrations,
): Promise<number> {
  return storing(async () => {
    let changed = 0;
    const documents = connection.collection<Stored>(collection);
    for await (const document of documents.find({ $or: [{ v: { $lt: version } }, { v: { $exists: false } }] })) {
      const filter = { _id: document['_id'], v: document['v'] ?? { $exists: false } };
      const result = await documents.replaceOne(filter as never, migrated(document, version, migrations));
      changed += result.modifiedCount;
    }
    return changed;
  });
}

const versionOf = (document: Stored): number => (typeof document['v'] === 'number' ? document['v'] : 0);
