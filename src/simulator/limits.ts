/** What the platforms allow an account. */
export type PlatformLimits = {
  /** Calls of Zalo's OpenAPI per minute of the clock. Source: zalo.md §3.4. */
  zaloPerMinute: number;
  /** Sends per second of a page. Source: messenger.md §8.1. */
  messengerPerSecond: number;
  /** Calls in rolling 24 hours, times the people who can be written to. Source: messenger.md §8.1. */
  messengerPerPerson: number;
};

export const PLATFORM_LIMITS: PlatformLimits = {
  zaloPerMinute: 4000,
  messengerPerSecond: 300,
  messengerPerPerson: 200,
};

/** An allowance that begins anew with each `spanMs` of the clock. */
export function makeAllowance(now: () => number, spanMs: number, most: number) {
  let span = 0;
  let used = 0;
  const begin = (): void => {
    const current = Math.floor(now() / spanMs);
    if (current !== span) used = 0;
    span = current;
  };
  return {
    /** False when nothing is left. */
    take(): boolean {
      begin();
      if (used >= most) return false;
      used++;
      return true;
    },
    left(): number {
      begin();
      return most - used;
    },
  };
}

/** How many there were in the last `spanMs`. A clock that is set back forgets what is then to come. */
export function makeRollingCount(now: () => number, spanMs: number) {
  const times: number[] = [];
  return {
    add: (): unknown => times.push(now()),
    count(): number {
      while (times.length > 0 && (times[0] ?? 0) <= now() - spanMs) times.shift();
      while (times.length > 0 && (times.at(-1) ?? 0) > now()) times.pop();
      return times.length;
    },
  };
}
