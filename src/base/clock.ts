/** Where "now" comes from. Everything that needs the time is handed one of these. */
export type Clock = {
  /** Epoch ms. */
  now(): number;
};

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that reads `startAt` (epoch ms) at this moment and runs on from there. */
export function clockStartingAt(startAt: number, base: Clock = systemClock): Clock {
  const offset = startAt - base.now();
  return { now: () => base.now() + offset };
}
