import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import type { Refresh, RefreshOutcome } from './oauth.ts';

const HOUR_MS = 60 * 60_000;
/** Renewed when less is left of the 25 h. Source: zalo.md §5.4. */
const RENEW_BEFORE_MS = 5 * HOUR_MS;
/** A renewal ahead of time is not tried again before this. */
const RENEW_AGAIN_MS = 60_000;
/** A token refused so soon after its renewal is not cured by another one, or somebody else renews the same grant. */
const RENEW_AT_MOST_EVERY_MS = 5 * 60_000;
/** A refresh token lives 3 months; one this old means that nothing renews it. */
const OLD_REFRESH_MS = 60 * 24 * HOUR_MS;
/** Tries to save a new pair, and the wait between them: an unsaved pair is a lost grant. */
const SAVE_TRIES = 5;
const SAVE_WAIT_MS = 200;

type Refreshed = Extract<RefreshOutcome, { type: 'refreshed' }>;

export type Token = {
  accessToken: string;
  refreshToken: string;
  /** Epoch ms. */
  accessExpiresAt: number;
  refreshIssuedAt: number;
  /** Counts renewals; the first stored pair has 1. */
  version: number;
};

/** The one place where the pair lives, shared by all processes. Secrets at rest are the store's business. */
export type TokenStore = {
  read(): Promise<Token | null>;
  /** False, and nothing written, unless the stored version is `expectedVersion` (0: nothing stored). */
  write(token: Token, expectedVersion: number): Promise<boolean>;
};

/**
 * Across processes. `run` gives null at once, without calling, when another process holds it. It must hold longer than a
 * renewal may take: the time-out of one call plus a few seconds for the saving, 30 s is ample.
 */
export type TokenLock = { run<T>(work: () => Promise<T>): Promise<T | null> };

/**
 * `needsReauth`: an OA admin must grant the app again, or what Zalo says of the token is wrong (`platformCode` is then
 * `freshTokenRefused`). `conflict`: a renewed pair met another one in the store.
 */
export type TokenAlarm =
  { type: 'needsReauth'; platformCode: string } | { type: 'conflict' } | { type: 'refreshTokenOld' };

export type TokenAnswer =
  | { type: 'token'; accessToken: string }
  /** Another process is renewing, or the store or OAuth server is away. */
  | { type: 'later' }
  | { type: 'needsReauth' };

export type ZaloTokens = {
  current(): Promise<TokenAnswer>;
  /** After -216/-220 under `used`: the pair another process stored meanwhile, else a renewed one. */
  afterRejected(used: string): Promise<TokenAnswer>;
};

export type TokenOptions = {
  store: TokenStore;
  lock: TokenLock;
  refresh: Refresh;
  /** The pair from the configuration: for an empty store, and when the stored one is dead, for then it may be a new grant. */
  first: { refreshToken: string; accessToken?: string };
  clock: Clock;
  /** Each trouble once. */
  onAlarm: (alarm: TokenAlarm) => void;
  saveWaitMs?: number;
};

/**
 * Keeps the OA's access token. Refresh tokens are single use and the old access token dies with the new one, so renewal
 * happens under the lock, after reading the store again, and the new pair is saved before it is used. Never throws, never
 * loops: a refresh token that was rejected is not tried again. Source: zalo.md §5.
 */
export function zaloTokens(options: TokenOptions): ZaloTokens {
  const { store, lock, refresh, first, clock, onAlarm } = options;
  let cached: Token | null = null;
  /** A pair that Zalo gave and the store did not take yet. */
  let unsaved: { token: Token; expectedVersion: number } | null = null;
  const rejected = new Set<string>();
  /** Zalo has answered a renewal of this process. */
  let hasAsked = false;
  let refusedWhenFresh: string | null = null;
  let renewing: Promise<TokenAnswer> | null = null;
  let renewNotBefore = 0;
  let warnedOld = false;

  const isUsable = (token: Token): boolean => token.accessToken !== '' && token.accessExpiresAt > clock.now();
  const give = (token: Token): TokenAnswer => {
    cached = token;
    return { type: 'token', accessToken: token.accessToken };
  };

  async function current(): Promise<TokenAnswer> {
    if (cached === null) await load();
    const token = cached;
    if (token && !warnedOld && clock.now() - token.refreshIssuedAt > OLD_REFRESH_MS) {
      warnedOld = true;
      onAlarm({ type: 'refreshTokenOld' });
    }
    const isFresh = token !== null && isUsable(token) && token.accessExpiresAt - clock.now() > RENEW_BEFORE_MS;
    if (isFresh || (token && isUsable(token) && clock.now() < renewNotBefore)) return give(token);
    const renewed = await renew(token?.accessToken ?? '', false);
    renewNotBefore = clock.now() + RENEW_AGAIN_MS;
    return renewed.type === 'token' || token === null || !isUsable(token) ? renewed : give(token);
  }

  async function load(): Promise<void> {
    try {
      cached = await store.read();
    } catch {
      // Answered by the renewal, which reads again: later.
    }
  }

  async function afterRejected(used: string): Promise<TokenAnswer> {
    await load();
    if (cached && cached.accessToken !== used && isUsable(cached)) return give(cached);
    return renew(used, true);
  }

  /** One renewal at a time in this process; the lock sees to the other processes. */
  function renew(used: string, isRefused: boolean): Promise<TokenAnswer> {
    renewing ??= renewUnderLock(used, isRefused).finally(() => {
      renewing = null;
    });
    return renewing;
  }

  async function renewUnderLock(used: string, isRefused: boolean): Promise<TokenAnswer> {
    try {
      return (await lock.run(() => renewOnce(used, isRefused))) ?? { type: 'later' };
    } catch {
      return { type: 'later' };
    }
  }

  async function renewOnce(used: string, isRefused: boolean): Promise<TokenAnswer> {
    if (unsaved) return save(unsaved.token, unsaved.expectedVersion);
    const stored = await store.read();
    if (stored && stored.accessToken !== used && isUsable(stored)) return give(stored);
    const now = clock.now();
    if (stored && now - stored.refreshIssuedAt < RENEW_AT_MOST_EVERY_MS) {
      if (!isRefused && isUsable(stored)) return give(stored);
      // A process that has just started asks once all the same: it may have been given a new grant.
      if (isRefused && hasAsked && !rejected.has(stored.refreshToken)) return refuseFresh(stored);
    }
    const refreshToken = stored?.refreshToken ?? first.refreshToken;
    if (stored === null && used === '' && first.accessToken) {
      // Its age is unknown: in use until Zalo refuses it, and renewed at the next chance.
      const accessExpiresAt = now + RENEW_BEFORE_MS;
      const refreshIssuedAt = now - RENEW_AT_MOST_EVERY_MS;
      return save({ accessToken: first.accessToken, refreshToken, accessExpiresAt, refreshIssuedAt, version: 1 }, 0);
    }
    // What an admin granted anew is set in the configuration, while the store still holds the dead pair.
    for (const candidate of new Set([refreshToken, first.refreshToken])) {
      if (rejected.has(candidate)) continue;
      const outcome = await refresh(candidate);
      if (outcome.type === 'later') return { type: 'later' };
      hasAsked = true;
      if (outcome.type === 'refreshed') return save(toToken(outcome, now, stored), stored?.version ?? 0);
      rejected.add(candidate);
      if (rejected.has(first.refreshToken)) onAlarm({ type: 'needsReauth', platformCode: outcome.platformCode });
    }
    return { type: 'needsReauth' };
  }

  function refuseFresh(stored: Token): TokenAnswer {
    if (refusedWhenFresh !== stored.accessToken) onAlarm({ type: 'needsReauth', platformCode: 'freshTokenRefused' });
    refusedWhenFresh = stored.accessToken;
    return { type: 'needsReauth' };
  }

  /** Still under the lock: until the pair is stored, no other process may try the used-up refresh token. */
  async function save(token: Token, expectedVersion: number): Promise<TokenAnswer> {
    unsaved = { token, expectedVersion };
    for (let tries = 1; ; tries += 1) {
      try {
        const isSaved = await store.write(token, expectedVersion);
        unsaved = null;
        if (isSaved) return give(token);
        return await adoptOther(token);
      } catch {
        if (tries === SAVE_TRIES) return { type: 'later' };
        await wait(options.saveWaitMs ?? SAVE_WAIT_MS);
      }
    }
  }

  /** The store holds another pair than the one renewed from: perhaps our own write whose answer was lost, else pasted by hand. */
  async function adoptOther(token: Token): Promise<TokenAnswer> {
    const stored = await store.read();
    if (stored?.accessToken !== token.accessToken) onAlarm({ type: 'conflict' });
    return stored ? give(stored) : { type: 'later' };
  }

  return { current, afterRejected };
}

const toToken = (outcome: Refreshed, now: number, before: Token | null): Token => ({
  accessToken: outcome.accessToken,
  refreshToken: outcome.refreshToken,
  accessExpiresAt: now + outcome.lifeMs,
  refreshIssuedAt: now,
  version: (before?.version ?? 0) + 1,
});
