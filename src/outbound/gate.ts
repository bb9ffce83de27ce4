import type { ErrorCode } from '../base/errors.ts';

/** Lets the sends of one channel through: so many at a time, so many per second, none while the platform says no. */
export type Gate<T> = {
  /** Waits for its turn: those of a smaller `order` go before, equal ones as they came. Infinity: after all that were told an order. */
  enqueue(item: T, order: number): void;
  /** A send that was let through has ended. */
  ended(): void;
  /** The platform took a message: whatever kept the channel shut is over. */
  opened(): void;
  /** The whole channel is refused. After `afterMs`, or a growing wait, one send tries whether it is open again. */
  shut(code: ErrorCode, afterMs: number | undefined): void;
  /** How many sends would be let through at once. */
  room(): number;
  /** Why the channel is shut, null when it is not. */
  shutBy(): ErrorCode | null;
  waiting(): number;
  /** How many wait for nothing but their turn: 0 while the platform's rate, or its refusal, is what holds them up. */
  late(): number;
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
  /** Nobody waits for it any more: it is left out, and takes nothing of the rate. */
  isGone(item: T): boolean;
  /** Something that waited went out, or the gate was shut. */
  onMoved?(): void;
  /** Begins a send; must call `ended` once, later. */
  start(item: T): void;
};

/** A burst may use up this many seconds' worth of sends at once. */
const BURST_SECONDS = 0.2;

export function makeGate<T>(options: GateOptions<T>): Gate<T> {
  const { limits } = options;
  let queue: { item: T; order: number }[] = [];
  let newest = -Infinity;
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

  /** Rows read from many streams come almost in order. */
  function insert(item: T, order: number): void {
    let low = head;
    let high = queue.length;
    if (high > low && queue[high - 1]!.order <= order) low = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (queue[middle]!.order <= order) low = middle + 1;
      else high = middle;
    }
    if (low === head && head > 0) queue[--head] = { item, order };
    else queue.splice(low, 0, { item, order });
  }

  function next(): T {
    const { item } = queue[head++]!;
    if (head > 1000 && head * 2 > queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
    return item;
  }

  function someoneWaits(): boolean {
    while (size() > 0 && options.isGone(queue[head]!.item)) next();
    return size() > 0;
  }

  function pump(): void {
    if (closed || !someoneWaits()) return;
    const now = performance.now();
    if (now < shutUntil) return wakeIn(shutUntil - now);
    refill(now);
    while (someoneWaits() && active < (shutCode ? 1 : limits.concurrency)) {
      if (tokens < 1) return wakeIn(((1 - tokens) / (limits.perSecond * options.share())) * 1000);
      if (shutCode && probing) return;
      probing = shutCode !== null;
      tokens--;
      active++;
      options.start(next());
      options.onMoved?.();
    }
  }

  return {
    enqueue(item, order) {
      if (order < Infinity) newest = Math.max(newest, order);
      insert(item, Math.min(order, newest));
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
      options.onMoved?.();
    },
    room() {
      refill(performance.now());
      if (shutCode !== null || someoneWaits()) return 0;
      return Math.max(0, Math.floor(Math.min(limits.concurrency - active, tokens)));
    },
    shutBy: () => shutCode,
    waiting: size,
    late() {
      if (shutCode !== null || size() === 0) return 0;
      refill(performance.now());
      return tokens < 1 ? 0 : size();
    },
    active: () => active,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
