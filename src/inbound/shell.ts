import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Channel } from '../channels/channel.ts';
import type { ChannelName } from '../core/contact.ts';
import type { Outcome, Request } from '../core/request.ts';
import type { Engine } from '../core/turn.ts';
import type { Outlet } from '../outbound/outlet.ts';
import type { RedisConnection } from '../stores/redis/connection.ts';

/** What every tenure of a worker shares. */
export type TurnShell = {
  connection: RedisConnection;
  engine: Engine;
  /** Idempotent; throws AppError, `retryable` when the store is away. */
  answer(request: Request): Promise<Outcome>;
  channels: ReadonlyMap<ChannelName, Channel>;
  clock: Clock;
  log: Log;
  /** 0 <= x < 1, for jitter. */
  random(): number;
  counters: TurnCounters;
  /** The sender of this process, if it has one. */
  outlet?: Outlet | undefined;
  /** Time from receipt to commit of one event, in ms. */
  onTurn?(tookMs: number): void;
  limits: TurnLimits;
};

export type TurnCounters = {
  turns: number;
  duplicates: number;
  dead: number;
  commits: number;
  requestRetries: number;
  unreadableSessions: number;
};

export type TurnLimits = {
  /** Contacts in one commit. */
  batch: number;
  /** Events of one partition held in memory before reading pauses. */
  pending: number;
  /** Sessions of one partition kept parsed. */
  cached: number;
  /** Tries of a turn that throws, the first one included. */
  faultTries: number;
  /** First wait after a failure; doubles up to `retryMaxMs`. */
  retryMs: number;
  retryMaxMs: number;
  /** A person who was told that the store is down is not told again within this. */
  toldMs: number;
  /** Waiting longer than this for an outside answer shows a typing sign. */
  typingMs: number;
};

export const TURN_LIMITS: TurnLimits = {
  batch: 256,
  pending: 1000,
  cached: 500,
  faultTries: 3,
  retryMs: 200,
  retryMaxMs: 5000,
  toldMs: 10 * 60_000,
  typingMs: 400,
};

/** Under which code a turn that threw is kept among the dead. */
export const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : 'turn.failed');
