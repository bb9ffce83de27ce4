import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { RedisConnection } from './connection.ts';
import { hash32 } from './hash.ts';
import type { Role } from './keys.ts';
import { script } from './script.ts';

/**
 * KEYS lease. ARGV token, ms, then tokens of the same process that ended or whose answer was lost.
 * Takes a free lease, or one that this process held itself: the former token ends there, and whatever was still under
 * way in its name is refused from now on. 1 = taken. A lease with more time left than any may have is from before Redis's
 * clock was set back; it is cut, and renewed by its owner if that one lives.
 */
const acquire = script(
  'skbAcquire',
  `local held = redis.call('GET', KEYS[1])
local own = not held
for i = 3, #ARGV do own = own or held == ARGV[i] end
if not own then
  if redis.call('PTTL', KEYS[1]) > tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`,
);
/** KEYS lease. ARGV token, ms. 1 = still ours, for another `ms`. */
const renew = script(
  'skbRenew',
  `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
);
/** KEYS lease. ARGV token. */
const release = script(
  'skbRelease',
  `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`,
);
/**
 * KEYS members. ARGV process id, ms after which a silent process no longer counts. Gives the number of live ones. A beat of
 * the future is from before Redis's clock was set back: whoever lives beats again soon.
 */
const beat = script(
  'skbBeat',
  `local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')
redis.call('ZADD', KEYS[1], now, ARGV[1])
return redis.call('ZCARD', KEYS[1])`,
);

export type Leases = {
  held(): number[];
  /** False when the lease may have run out behind our back: after a pause, a stall, a Redis that does not answer. */
  isFresh(p: number): boolean;
  /** Ends this tenure, for instance when it is unknown whether a commit went through; a new one begins soon, with a new token. */
  drop(p: number): void;
  /** Hands everything over: `onRelease` first, then the lease. */
  close(): Promise<void>;
};

export type LeaseOptions = {
  connection: RedisConnection;
  role: Role;
  partitions: number;
  /** Unique per process. */
  processId: string;
  leaseMs: number;
  log: Log;
  /** A tenure begins. Everything done under it carries `token`. */
  onAcquire(p: number, token: string): void;
  /** The tenure is over; nothing of it may be written any more. */
  onLose(p: number): void;
  /** Resolves when the running work of this partition is written; nothing new is begun. */
  onRelease(p: number): Promise<void>;
};

const ACQUIRED_AT_ONCE = 32;
const FORMER_KEPT = 3;
/** How soon a dropped partition is taken up again. */
const HURRY_MS = 20;

type Held = { token: string; renewedAt: number; leaving: boolean };

/** Leases over partitions, in fair shares between the live processes of a role. */
export function startLeases(options: LeaseOptions): Leases {
  const { connection, role, processId, leaseMs, log } = options;
  const { client, keys } = connection;
  const keyOf = (p: number): string => keys.partition(p).lease[role];
  const held = new Map<number, Held>();
  /** Tokens that may still stand in Redis though their tenure is over. */
  const former = new Map<number, string[]>();
  // every process begins its search elsewhere, so that two that start together do not fight over the same partition
  const first = hash32(processId) % options.partitions;
  let tenures = 0;
  let closing = false;
  let running = false;
  let hurry = false;
  let timer: NodeJS.Timeout | undefined;
  let ticking = Promise.resolve();

  function formerly(p: number, token: string): void {
    former.set(p, [...(former.get(p) ?? []), token].slice(-FORMER_KEPT));
  }

  function lose(p: number): void {
    const lease = held.get(p);
    if (!lease) return;
    held.delete(p);
    formerly(p, lease.token);
    options.onLose(p);
  }

  async function renewOne(p: number, lease: Held): Promise<void> {
    const askedAt = performance.now();
    try {
      if ((await renew(client, [keyOf(p)], [lease.token, leaseMs])) === 1) {
        lease.renewedAt = askedAt;
        return;
      }
      log.warn({ role, partition: p }, 'lease lost');
    } catch {
      if (performance.now() - lease.renewedAt < leaseMs * 0.8) return; // Redis is away; the lease still stands
    }
    if (held.get(p) === lease) lose(p);
  }

  async function giveBack(p: number, lease: Held): Promise<void> {
    lease.leaving = true;
    await options.onRelease(p);
    if (held.get(p) !== lease) return;
    lose(p);
    await release(client, [keyOf(p)], [lease.token]);
    former.delete(p);
  }

  async function acquireOne(p: number): Promise<void> {
    const token = `${processId}:${++tenures}`;
    const askedAt = performance.now();
    const tokens = former.get(p) ?? [];
    try {
      if ((await acquire(client, [keyOf(p)], [token, leaseMs, ...tokens])) !== 1) return;
    } catch (error) {
      formerly(p, token); // it may be ours without our knowing
      throw error;
    }
    former.delete(p);
    held.set(p, { token, renewedAt: askedAt, leaving: false });
    options.onAcquire(p, token);
  }

  /** Takes several at a time; what is not taken in good time must wait until those held are renewed. */
  async function acquireUpTo(share: number): Promise<void> {
    const begunAt = performance.now();
    const free: number[] = [];
    for (let i = 0; i < options.partitions; i++) {
      const p = (first + i) % options.partitions;
      if (!held.has(p)) free.push(p);
    }
    while (free.length > 0 && held.size < share && !closing) {
      if (performance.now() - begunAt > leaseMs / 4) {
        hurry = true;
        return;
      }
      const chunk = free.splice(0, Math.min(ACQUIRED_AT_ONCE, share - held.size));
      const taken = await Promise.allSettled(chunk.map(acquireOne));
      const failed = taken.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
    }
  }

  async function tick(): Promise<void> {
    try {
      const live = Number(await beat(client, [keys.members(role)], [processId, leaseMs]));
      await Promise.all([...held].map(([p, lease]) => renewOne(p, lease)));
      const share = Math.ceil(options.partitions / Math.max(1, live));
      const staying = [...held].filter(([, lease]) => !lease.leaving);
      for (const [p, lease] of staying.slice(share)) {
        giveBack(p, lease).catch((error: unknown) => log.warn({ role, ...describeError(error) }, 'lease not released'));
      }
      await acquireUpTo(share);
    } catch (error) {
      log.debug({ role, ...describeError(error) }, 'leases not renewed');
      for (const [p, lease] of held) if (performance.now() - lease.renewedAt >= leaseMs * 0.8) lose(p);
    }
  }

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    if (!closing) timer = setTimeout(loop, delayMs);
  }

  function loop(): void {
    running = true;
    hurry = false;
    ticking = tick().finally(() => {
      running = false;
      schedule(hurry ? HURRY_MS : leaseMs / 10);
    });
  }
  loop();

  return {
    held: () => [...held.keys()],
    isFresh(p) {
      const lease = held.get(p);
      return lease !== undefined && performance.now() - lease.renewedAt < leaseMs * 0.8;
    },
    drop(p) {
      lose(p);
      if (running) hurry = true;
      else schedule(HURRY_MS);
    },
    async close() {
      closing = true;
      clearTimeout(timer);
      await ticking;
      await Promise.allSettled([...held].map(([p, lease]) => giveBack(p, lease)));
      await client.zrem(keys.members(role), processId).catch(() => 0);
    },
  };
}
