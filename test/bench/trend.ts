/** Order and trend of measured values. */

export type Spread = { p50: number; p95: number; p99: number; max: number };

export function spread(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** 0 for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

/** Two-sided 95 % quantiles of Student's t for 1, 2, 3 … degrees of freedom. */
const T95 = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13];
const BLOCKS = 12;

export type Trend = {
  mean: number;
  /** Change per hour, and half the width of its 95 % interval. */
  perHour: number;
  errorPerHour: number;
};

/**
 * A line through values taken at `seconds`. They are first averaged in up to 12 blocks of equal count, because memory that was not collected
 * at one sample is not at the next either, and an error that takes neighbours for independent would be too small.
 */
export function trendOf(points: readonly { seconds: number; value: number }[]): Trend {
  const size = Math.max(1, Math.ceil(points.length / BLOCKS));
  const blocks: { x: number; y: number }[] = [];
  for (let at = 0; at < points.length; at += size) {
    const block = points.slice(at, at + size);
    blocks.push({ x: mean(block.map((p) => p.seconds)) / 3600, y: mean(block.map((p) => p.value)) });
  }
  const x0 = mean(blocks.map(({ x }) => x));
  const y0 = mean(blocks.map(({ y }) => y));
  const sxx = blocks.reduce((sum, { x }) => sum + (x - x0) ** 2, 0);
  const slope = blocks.reduce((sum, { x, y }) => sum + (x - x0) * (y - y0), 0) / sxx;
  const residual = blocks.reduce((sum, { x, y }) => sum + (y - y0 - slope * (x - x0)) ** 2, 0);
  const freedom = blocks.length - 2;
  const error = freedom > 0 ? (T95[freedom - 1] ?? 2) * Math.sqrt(residual / freedom / sxx) : Infinity;
  return { mean: y0, perHour: slope, errorPerHour: error };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
