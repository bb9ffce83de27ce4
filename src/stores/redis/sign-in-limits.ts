import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../base/errors.ts';
import type { RedisConnection } from './connection.ts';

export type SignInLimitOptions = {
  /** Tries at one account from one address. */
  pair: { tries: number; seconds: number };
  /** Tries at one account from anywhere: more than one address can use up, or anyone could lock a colleague out. */
  account: { tries: number; seconds: number };
  /** Tries from one address: an office behind one address signs in together in the morning. */
  address: { tries: number; seconds: number };
};

export const SIGN_IN_LIMITS: SignInLimitOptions = {
  pair: { tries: 10, seconds: 900 },
  account: { tries: 60, seconds: 3600 },
  address: { tries: 100, seconds: 900 },
};

export type SignInLimits = ReturnType<typeof signInLimits>;

/**
 * Counts tries to sign in, for all processes together. Names of accounts and addresses stand in Redis as digests only.
 * While Redis is away nobody signs in: throws AppError `store.unavailable`.
 */
export function signInLimits(connection: RedisConnection, limits: SignInLimitOptions = SIGN_IN_LIMITS) {
  const make = (name: keyof SignInLimitOptions): RateLimiterRedis =>
    new RateLimiterRedis({
      storeClient: connection.client,
      keyPrefix: connection.keys.console.tries(name),
      points: limits[name].tries,
      duration: limits[name].seconds,
    });
  const pair = make('pair');
  const account = make('account');
  const address = make('address');

  return {
    /** Counts a try before it is made, so that many at once are no way around. Gives how long to wait in ms, null = go on. */
    async take(email: string, ip: string): Promise<number | null> {
      // in this order: what is stopped at the address does not count against the account
      return (
        (await taken(address, digest(networkOf(ip)))) ??
        (await taken(pair, digest(email, networkOf(ip)))) ??
        (await taken(account, digest(email)))
      );
    },
    /** For what has no account. */
    takeAddress: (ip: string): Promise<number | null> => taken(address, digest(networkOf(ip))),

    /** A try that succeeded was none; what went wrong before it at this account from this address is forgotten. */
    async forgive(email: string, ip: string): Promise<void> {
      await asking(() =>
        Promise.all([
          address.reward(digest(networkOf(ip)), 1),
          account.reward(digest(email), 1),
          pair.delete(digest(email, networkOf(ip))),
        ]),
      );
    },
  };
}

async function taken(limiter: RateLimiterRedis, key: string): Promise<number | null> {
  return asking(async () => {
    try {
      await limiter.consume(key);
      return null;
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return Math.max(1000, refused.msBeforeNext);
      throw refused;
    }
  });
}

async function asking<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new AppError('store.unavailable', 'Redis does not answer', { retryable: true, cause: error });
  }
}

const digest = (...parts: string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 24);

/** A home or an office has a whole /64 of IPv6 to choose from. */
function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip); // `::ffff:192.0.2.1` is an address of IPv4
  return address instanceof ipaddr.IPv6 ? address.parts.slice(0, 4).join(':') : address.toString();
}
