import type { Connection } from 'mongoose';
import { Mixed, modelOf } from './model.ts';
import { isDuplicateKey, storing } from './storing.ts';

type TokenDoc = { _id: string; token?: unknown; version?: number; owner?: string; leaseUntil?: Date };

export type TokenStore<T> = ReturnType<typeof tokenStore<T>>;

/**
 * The token of one account (`zalo:<OA id>`), shared by all processes. Refresh tokens are single use: take the lock, read again,
 * refresh, write, let go; the version refuses a writer that acted on an older token even if its lease ran out.
 * Source: shared/platforms/zalo.md 5.3. `parse` checks what is read back; it throws for what is no token.
 */
export function tokenStore<T>(connection: Connection, account: string, parse: (stored: unknown) => T) {
  const model = modelOf<TokenDoc>(
    connection,
    'tokens',
    { _id: String, token: Mixed, version: Number, owner: String, leaseUntil: Date },
    [],
  );
  const lockId = `lock:${account}`;
  return {
    /** Null before the first token was written. */
    read: (): Promise<{ token: T; version: number } | null> =>
      storing(async () => {
        const found = await model.findById(account).lean<TokenDoc>();
        return found ? { token: parse(found.token), version: found.version ?? 0 } : null;
      }),

    /**
     * Replaces the token that was read as `expectedVersion`; 0 = there was none. Gives the new version, null when somebody
     * else wrote in between (then read again).
     */
    write: (token: T, expectedVersion: number): Promise<number | null> =>
      storing(async () => {
        const version = expectedVersion + 1;
        if (expectedVersion === 0) {
          return insertOnce(() => model.collection.insertOne({ _id: account, token, version } as never), version);
        }
        const written = await model.updateOne({ _id: account, version: expectedVersion }, { $set: { token, version } });
        return written.matchedCount === 1 ? version : null;
      }),

    /**
     * Takes or prolongs the right to refresh for `leaseMs`; false while another owner has it. By the server's clock alone: those
     * of two processes may differ. Where the server's was set back, what another holds is cut to one lease from now.
     */
    lock: (owner: string, leaseMs: number): Promise<boolean> =>
      storing(async () => {
        const until = { $add: ['$$NOW', leaseMs] };
        // missing in a new document, and then less than any date
        const isOurs = {
          $or: [
            { $eq: ['$owner', { $literal: owner }] },
            { $lte: [{ $ifNull: ['$leaseUntil', new Date(0)] }, '$$NOW'] },
          ],
        };
        const held = {
          owner: { $cond: [isOurs, { $literal: owner }, '$owner'] },
          leaseUntil: { $cond: [isOurs, until, { $min: ['$leaseUntil', until] }] },
        };
        const options = { upsert: true, returnDocument: 'after' } as const;
        const take = () => model.collection.findOneAndUpdate({ _id: lockId as never }, [{ $set: held }], options);
        const now = await take().catch((error: unknown) => {
          if (isDuplicateKey(error)) return null; // another owner's came in between
          throw error;
        });
        return now?.['owner'] === owner;
      }),

    /** Lets go, if it is still this owner's. */
    unlock: (owner: string): Promise<void> =>
      storing(async () => {
        await model.deleteOne({ _id: lockId, owner });
      }),
  };
}

async function insertOnce<R>(insert: () => Promise<unknown>, result: R): Promise<R | null> {
  try {
    await insert();
    return result;
  } catch (error) {
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}
