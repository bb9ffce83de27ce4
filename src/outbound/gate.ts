import type { ErrorCode } from '../base/errors.ts';

/** Lets the sends of one channel through: so many at a time, so many per second, none while the platform says no. */
export type Gate<T> = {
  /** Waits for its turn; `first` goes before all others. */
  enqueue(item: T, first?: boolean): void;
  /** A send that was let through has ended. */
  ended(): void;
  /** The platform took a message: whatever kept the channel shut is over. */
  opened(): void;
  /** The whole channel is refused. After `afterMs`, or a growing wait, one send tries whether it is open again. */
  shut(code: ErrorCode, afterMs: number | undefined): void;
  /** Would a send be let through at once? */
  isOpen(): boolean;
  /** Why the channel is shut, null when it is not. */
  shutBy(): ErrorCode | null;
  waiting(): number;
  active(): number;
  close(): void;
};

export type GateOptions<T> = {
  limits: { concurrency: number; perSecond: number };
  /** First wait of a shut channel; doubles up to `probeMaxMs`. */
  probeMs: number;
  probeMaxMs: number;
  /** The part of the account's rate that is ours, 0 < x <= 1. */
  share(): number;
  /** Begins a send; must call `ended` once, later. */
  start(item: T): void;
};

/** A burst may use up this many seconds' worth of sends at once. */
const BURST_SECONDS = 0.2;

export function makeGate<T>(options: GateOptions<T>): Gate<T> {
  const { limits } = options;
  let queue: T[] = [];
  let head = 0; // everything before it has gone; shifting a long array would cost its length each time
  let active = 0;
  let tokens = Math.max(1, limits.perSecond * BURST_SECONDS);
  let filledAt = performance.now();
  let shutCode: ErrorCode | null = null;
  let shutTimes = 0;
  let probing = false;
  let shutUntil = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const size = (): number => queue.length - head;

  function refill(now: number): void {
    const rate = limits.perSecond * options.share();
    tokens = Math.min(tokens + ((now - filledAt) / 1000) * rate, Math.max(1, rate * BURST_SECONDS));
    filledAt = now;
  }

  function wakeIn(ms: number): void {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        pump();
      },
      Math.max(1, ms),
    );
  }

  function pump(): void {
    if (closed || size() === 0) return;
    const now = performance.now();
    if (now < shutUntil) return wakeIn(shutUntil - now);
    refill(now);
    while (size() > 0 && active < (shutCode ? 1 : limits.concurrency)) {
      if (tokens < 1) return wakeIn(((1 - tokens) / (limits.perSecond * options.share())) * 1000);
      if (shutCode && probing) return;
      probing = shutCode !== null;
      tokens--;
      active++;
      const item = queue[head++]!;
      if (head > 1000 && head * 2 > queue.length) {
        queue = queue.slice(head);
        head = 0;
      }
      options.start(item);
    }
  }

  return {
    enqueue(item, first = false) {
      if (!first) queue.push(item);
      else if (head > 0) queue[--head] = item;
      else queue.unshift(item);
      pump();
    },
    ended() {
      active--;
      probing = false;
      pump();
    },
    opened() {
      // a success while nothing is let through is that of a send begun before the platform said no
      if (!shutCode || performance.now() < shutUntil) return;
      shutCode = null;
      shutTimes = 0;
      shutUntil = 0;
    },
    shut(code, afterMs) {
      // sends that were under way when the first of them was refused say nothing new, unless it is to wait longer
      const now = performance.now();
      if (now < shutUntil && (afterMs === undefined || now + afterMs <= shutUntil)) return;
      shutCode = code;
      const waitMs = afterMs ?? Math.min(options.probeMs * 2 ** shutTimes, options.probeMaxMs);
      shutTimes++;
      shutUntil = performance.now() + waitMs;
    },
    isOpen() {
      refill(performance.now());
      return shutCode === null && size() === 0 && active < limits.concurrency && tokens >= 1;
    },
    shutBy: () => shutCode,
    waiting: size,
    active: () => active,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
