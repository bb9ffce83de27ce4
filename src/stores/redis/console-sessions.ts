import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { RedisConnection } from './connection.ts';
import { script } from './script.ts';

const storedSchema = z.object({
  /** Account. */
  staff: z.string(),
  /** Of the account, when they signed in. */
  generation: z.coerce.number(),
  csrf: z.string(),
  /** Epoch ms. */
  createdAt: z.coerce.number(),
  seenAt: z.coerce.number(),
});
export type ConsoleSession = z.infer<typeof storedSchema>;

/** Moves the instant of the last use and keeps the key so much longer, unless it is gone: one that ended does not come back. */
const touchScript = script(
  'skbTouchSession',
  `if redis.call('pexpire', KEYS[1], ARGV[2]) == 0 then return 0 end
redis.call('hset', KEYS[1], 'seenAt', ARGV[1])
return 1`,
);

/** So often the last use is written down. */
const TOUCH_EVERY_MS = 60_000;

export type ConsoleSessions = ReturnType<typeof consoleSessions>;

/**
 * Who is signed in, by the digest of a token that only their browser has. Each is one key, so any cluster holds them. Ends after
 * `idleMs` without use and `lifetimeMs` after its begin at the latest. Throws `store.unavailable` while Redis is away.
 */
export function consoleSessions(
  connection: RedisConnection,
  { idleMs, lifetimeMs }: { idleMs: number; lifetimeMs: number },
) {
  const { client } = connection;
  const keyOf = (token: string): string => connection.keys.console.session(digestOf(token));
  return {
    create: (token: string, session: Omit<ConsoleSession, 'createdAt' | 'seenAt'>, now: number): Promise<void> =>
      asking(async () => {
        const stored = { ...session, createdAt: now, seenAt: now };
        // in one step: a session without an end must not be left behind
        const done = await client.multi().hset(keyOf(token), stored).pexpire(keyOf(token), idleMs).exec();
        const failed = done?.find(([error]) => error)?.[0];
        if (failed) throw failed;
      }),

    /** Null when there is none, or no more. With `touch` it counts as used now. */
    read: (token: string, now: number, { touch }: { touch: boolean }): Promise<ConsoleSession | null> =>
      asking(async () => {
        const key = keyOf(token);
        const read = storedSchema.safeParse(await client.hgetall(key));
        if (!read.success) return null;
        const { createdAt, seenAt } = read.data;
        const leftMs = Math.min(seenAt + idleMs, createdAt + lifetimeMs) - now;
        if (leftMs <= 0) {
          await client.del(key);
          return null;
        }
        if (touch && now - seenAt >= TOUCH_EVERY_MS) {
          await touchScript(client, [key], [now, Math.min(idleMs, createdAt + lifetimeMs - now)]);
        }
        return read.data;
      }),

    end: (token: string): Promise<void> =>
      asking(async () => {
        await client.del(keyOf(token));
      }),
  };
}

export type PassingValues = ReturnType<typeof passingValues>;

/** What a browser is sent away with and brings back once: the sign-in at another place that is under way. */
export function passingValues(connection: RedisConnection, ttlMs: number) {
  const { client } = connection;
  const keyOf = (token: string): string => connection.keys.console.passing(digestOf(token));
  return {
    put: (token: string, value: string): Promise<void> =>
      asking(async () => {
        await client.set(keyOf(token), value, 'PX', ttlMs);
      }),
    /** Null when there is none, or somebody took it already. */
    take: (token: string): Promise<string | null> => asking(() => client.getdel(keyOf(token))),
  };
}

/** What stands in Redis or MongoDB for a token of 32 random bytes: of no use to who reads it there. */
export const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex');

async function asking<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new AppError('store.unavailable', 'Redis does not answer', { retryable: true, cause: error });
  }
}
