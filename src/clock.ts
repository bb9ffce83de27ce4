import { systemClock, type Clock } from './base/clock.ts';

export type AppClock = Clock & {
  /** Sets the clock to an instant, epoch ms; it runs on from there. For the simulator only. */
  set(at: number): void;
};

/** The real time, or one that starts at `startAt` (epoch ms) and can be set. */
export function makeClock(startAt: number | null, base: Clock = systemClock): AppClock {
  let offset = startAt === null ? 0 : startAt - base.now();
  return {
    now: () => base.now() + offset,
    set(at) {
      offset = at - base.now();
    },
  };
}
