import type { Done, Window } from './open-driver.ts';
import { spread, trendOf } from './trend.ts';

/** What is looked at every few seconds, all processes of the product together. */
export type Sample = {
  seconds: number;
  rssMb: number;
  heapMb: number;
  externalMb: number;
  handles: number;
  fds: number;
  /** Largest of the processes, since the sample before. */
  lagP99Ms: number;
  redisKeys: number;
  redisMb: number;
  /** RSS of the MongoDB server. */
  mongoMb: number;
};

/** With the people who came and the turns that were answered until then. */
export type Taken = Sample & { arrived: number; turns: number };

/** Flat is a growth of less than this share of the mean in an hour, or of this much where the mean is small. */
const FLAT_SHARE = 0.02;
const MEASURES: readonly { name: string; of: keyof Sample; least: number; grows: boolean }[] = [
  { name: 'RSS MB', of: 'rssMb', least: 5, grows: false },
  { name: 'heap used MB', of: 'heapMb', least: 5, grows: false },
  { name: 'external MB', of: 'externalMb', least: 1, grows: false },
  { name: 'active handles', of: 'handles', least: 1, grows: false },
  { name: 'open files', of: 'fds', least: 1, grows: false },
  { name: 'event loop lag p99 ms', of: 'lagP99Ms', least: 5, grows: false },
  { name: 'Redis keys', of: 'redisKeys', least: 1, grows: true },
  { name: 'Redis used_memory MB', of: 'redisMb', least: 1, grows: true },
  { name: 'MongoDB server RSS MB', of: 'mongoMb', least: 5, grows: true },
];
const SHOWN = 12;
/** Growth for each person or turn may differ by so much between two quarters. */
const STEADY = 0.15;

export function soakReport(soak: {
  samples: readonly Taken[];
  windows: readonly Window[];
  done: Done;
  entries: number;
  rate: number;
}): { markdown: string; isWhole: boolean } {
  const { samples, windows, done, entries, rate } = soak;
  const finished = windows.reduce((sum, window) => sum + window.finished, 0);
  const faults = windows.reduce((sum, window) => sum + window.faults, 0);
  const isWhole = faults === 0 && done.stray === 0 && done.unfinished === 0;
  const half = samples.filter(({ seconds }) => seconds > (samples.at(-1)?.seconds ?? 0) / 2);
  const acks = spread(windows.map((window) => window.ackMs.p99));
  const lines = [
    sampleTable(samples),
    '',
    `The last half, a line through it with its 95 % error:\n`,
    '| what | mean | change per hour | | |',
    '| --- | ---: | ---: | --- | --- |',
    ...MEASURES.map((measure) => trendRow(half, measure)),
    '',
    ...growth(samples),
    `- Ack p99 of a sample's time: median ${acks.p50.toFixed(1)} ms, largest ${acks.max.toFixed(1)} ms, at ${rate.toFixed(0)} turns/s.`,
    `- ${finished} people finished, ${entries} entries, ${faults} faults, ${done.stray} stray messages, ` +
      `${done.unfinished} without a reply: ${isWhole ? 'whole' : '**not whole**'}. ${done.firstFaults.join(' | ')}`,
  ];
  return { markdown: lines.join('\n'), isWhole };
}

function sampleTable(samples: readonly Taken[]): string {
  const step = Math.max(1, Math.ceil(samples.length / SHOWN));
  const heads = ['s', ...MEASURES.map(({ name }) => name), 'people so far', 'turns so far'];
  const rows = samples
    .filter((_, i) => (samples.length - 1 - i) % step === 0)
    .map((sample) => {
      const values = MEASURES.map(({ of }) => sample[of].toFixed(of === 'redisMb' ? 1 : 0));
      return `| ${[sample.seconds.toFixed(0), ...values, sample.arrived, sample.turns].join(' | ')} |`;
    });
  return [`| ${heads.join(' | ')} |`, `|${heads.map(() => ' ---: |').join('')}`, ...rows].join('\n');
}

function trendRow(half: readonly Taken[], measure: (typeof MEASURES)[number]): string {
  const { mean, perHour, errorPerHour } = trendOf(
    half.map((one) => ({ seconds: one.seconds, value: one[measure.of] })),
  );
  const limit = Math.max(measure.least, FLAT_SHARE * mean);
  const verdict =
    Math.abs(perHour) + errorPerHour <= limit
      ? 'flat'
      : Math.abs(perHour) - errorPerHour > limit
        ? `**${perHour > 0 ? 'grows' : 'falls'}**`
        : 'not shown to be flat';
  const change = `${perHour >= 0 ? '+' : ''}${perHour.toFixed(1)} ± ${errorPerHour.toFixed(1)}`;
  const aim = measure.grows ? 'grows by what is kept, see below' : `flat within ${limit.toFixed(0)}`;
  return `| ${measure.name} | ${mean.toFixed(0)} | ${change} | ${aim} | ${verdict} |`;
}

/** Records are kept until the campaign is over, so stores grow; by the same for each person and turn, or something else grows too. */
function growth(samples: readonly Taken[]): string[] {
  const at = (share: number): Taken | undefined => samples[Math.round(share * (samples.length - 1))];
  const [from, middle, end] = [at(0.5), at(0.75), at(1)];
  if (!from || !middle || !end) return [];
  const line = (name: string, of: keyof Sample, factor: number, by: 'arrived' | 'turns'): string => {
    const each = (a: Taken, b: Taken): number => ((b[of] - a[of]) * factor) / Math.max(1, b[by] - a[by]);
    const [third, last] = [each(from, middle), each(middle, end)];
    const steady = Math.abs(last / third - 1) <= STEADY;
    return (
      `- ${name}: ${third.toFixed(2)} in the third quarter, ${last.toFixed(2)} in the last: ` +
      `${steady ? 'the same' : `**not the same** within ${STEADY * 100} %`}.`
    );
  };
  return [
    line('Redis keys for each new person', 'redisKeys', 1, 'arrived'),
    line('Redis bytes for each turn', 'redisMb', 2 ** 20, 'turns'),
    line('Bytes of the MongoDB server for each turn', 'mongoMb', 2 ** 20, 'turns'),
  ];
}
