import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from './driver.ts';
import { isWhole, measure, type Driver, type Slice } from './measure.ts';
import { cpuSeconds } from './processes.ts';
import type { Contender } from './setting.ts';
import { median } from './trend.ts';

/** One of several to be compared; several may share a contender and differ in what people say. */
export type Variant = { name: string; contender: Contender; job: Partial<Job> };

export type Series = {
  variant: Variant;
  /** In the order of the rounds. */
  slices: Slice[];
  /** Since the warm-up began. */
  conversations: number;
  /** Share of a core that the product takes when nobody talks: it is in the cost of a turn, the more the fewer turns there are. */
  idle: number;
  isWhole: boolean;
};

/** Flat means within this share of the first. */
const FLAT = 0.1;
const IDLE_SECONDS = 5;
/** No conversation begins later, however slow the machine is. */
const LIMIT_MS = 300_000;

/** The same amount of talk for all: warms every variant up, then measures each once a round, every other round in the opposite order. */
export async function interleave(
  variants: readonly Variant[],
  driver: Driver,
  options: { rounds: number; conversations: number; warmConversations: number; people: number },
): Promise<Series[]> {
  const series = variants.map((variant): Series => ({ variant, slices: [], conversations: 0, idle: 0, isWhole: true }));
  const take = async (one: Series, conversations: number): Promise<Slice> => {
    const { contender, job } = one.variant;
    const slice = await measure(contender, driver, { people: options.people, forMs: LIMIT_MS, conversations, ...job });
    one.conversations += slice.conversations;
    one.isWhole &&= isWhole(slice);
    if (slice.firstFaults.length > 0) console.error(`${one.variant.name}: ${slice.firstFaults.join(' | ')}`);
    return slice;
  };
  for (const one of series) await take(one, options.warmConversations);
  const cpuOf = ({ variant }: Series): number =>
    variant.contender.servers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const was = series.map(cpuOf);
  await wait(IDLE_SECONDS * 1000);
  for (const [i, one] of series.entries()) one.idle = (cpuOf(one) - was[i]!) / IDLE_SECONDS;
  for (let round = 0; round < options.rounds; round++) {
    for (const one of round % 2 === 0 ? series : series.toReversed()) {
      const slice = await take(one, options.conversations);
      one.slices.push(slice);
      console.error(
        `round ${round + 1}, ${one.variant.name}: ${slice.cpuPer1000Turns.toFixed(3)} s, ` +
          `${slice.turnsPerSecond.toFixed(0)} turns/s, others ${slice.foreign.toFixed(2)}`,
      );
    }
  }
  return series;
}

const range = (values: readonly number[], digits: number): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;

/** Of each round, what `of` gives over what it gives for the first. */
const ratios = (series: Series, first: Series, of: (slice: Slice) => number): number[] =>
  series.slices.map((slice, i) => of(slice) / of(first.slices[i]!));

/** Medians with the smallest and the largest. */
export function ratioTable(
  series: readonly Series[],
  extra: readonly { head: string; of(variant: Variant): string }[],
): string {
  const [first] = series;
  if (!first) return '';
  const heads = [
    'variant',
    'CPU s per 1000 turns',
    'of the first',
    'turns/s',
    'of the first',
    'Redis CPU',
    'MongoDB CPU',
  ];
  heads.push('RSS MB', 'idle CPU', 'others', ...extra.map(({ head }) => head));
  const rows = series.map((one) => {
    const { slices, variant } = one;
    const cells = [
      variant.name,
      range(
        slices.map((slice) => slice.cpuPer1000Turns),
        3,
      ),
    ];
    cells.push(
      range(
        ratios(one, first, (slice) => slice.cpuPer1000Turns),
        2,
      ),
    );
    cells.push(
      range(
        slices.map((slice) => slice.turnsPerSecond),
        0,
      ),
    );
    cells.push(
      range(
        ratios(one, first, (slice) => slice.turnsPerSecond),
        2,
      ),
    );
    cells.push(median(slices.map((slice) => slice.cpuOfRedis)).toFixed(3));
    cells.push(median(slices.map((slice) => slice.cpuOfMongo)).toFixed(3));
    cells.push(Math.max(...slices.map((slice) => slice.rssMb)).toFixed(0));
    cells.push(`${(100 * one.idle).toFixed(1)}%`, `${Math.round(100 * median(slices.map((slice) => slice.foreign)))}%`);
    cells.push(...extra.map(({ of }) => of(variant)));
    return `| ${cells.join(' | ')} |`;
  });
  return [`| ${heads.join(' | ')} |`, `| --- |${' ---: |'.repeat(heads.length - 1)}`, ...rows].join('\n');
}

/** One line against the aim of a flat cost. When the rounds disagree about it, that is said. */
export function verdict(what: string, series: Series, first: Series): string {
  const found = ratios(series, first, (slice) => slice.cpuPer1000Turns);
  const judge = (ratio: number): string => {
    if (ratio > 1 + FLAT) return '**missed**';
    return ratio >= 1 - FLAT ? 'met' : 'cheaper than the first, so measured too shortly or another cost hides it';
  };
  const said = judge(median(found));
  const agree = found.filter((ratio) => judge(ratio) === said).length;
  return `- ${what}: ${range(found, 2)} × the first, aim 1 ± ${FLAT}: ${said}, in ${agree} of ${found.length} rounds.`;
}
