/** 0 <= x < 1. The same seed gives the same row of numbers (mulberry32). */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A row of its own for one purpose, so that one more throw in one place changes nothing elsewhere. */
export const branch = (seed: number, purpose: string): Random =>
  seeded(
    [...purpose].reduce((sum, char) => Math.imul(sum ^ (char.codePointAt(0) ?? 0), 0x01000193), seed ^ 0x811c9dc5),
  );

export const below = (random: Random, limit: number): number => Math.floor(random() * limit);
export const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)]!;
export const between = (random: Random, least: number, most: number): number => least + random() * (most - least);
