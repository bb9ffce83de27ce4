import type { Slice } from './measure.ts';

export type Row = {
  slice: Slice;
  /** Its turns/s and CPU over those of the floor's slices around it. */ speed: number;
  cpu: number;
};

const spread = ({ p50, p95, p99 }: Slice['ackMs']): string =>
  [p50, p95, p99].map((ms) => ms.toFixed(ms < 10 ? 2 : 1)).join(' / ');
const percent = (share: number): string => `${Math.round(share * 100)}%`;

/** One Markdown table per level. */
export function markdown(rows: readonly Row[]): string {
  const levels = [...new Set(rows.map(({ slice }) => slice.people))];
  return levels
    .map((people) =>
      table(
        people,
        rows.filter(({ slice }) => slice.people === people),
      ),
    )
    .join('\n\n');
}

function table(people: number, rows: readonly Row[]): string {
  const heads = ['contender', 'conv/s', 'turns/s', 'of floor', 'ack ms p50 / p95 / p99', 'turn ms p50 / p95 / p99'];
  heads.push(
    'CPU s per 1000 turns',
    'of floor',
    'server / load busy',
    'others',
    'RSS MB',
    'entries / conversations',
    'faults',
  );
  const lines = rows.map(({ slice, speed, cpu }) => {
    const cells = [slice.name, (slice.conversations / slice.seconds).toFixed(1), slice.turnsPerSecond.toFixed(0)];
    cells.push(`${speed.toFixed(2)}×`, spread(slice.ackMs), spread(slice.turnMs));
    cells.push(slice.cpuPer1000Turns.toFixed(3), `${cpu.toFixed(2)}×`);
    cells.push(
      `${percent(slice.serverBusy)} / ${percent(slice.loadBusy)}`,
      percent(slice.foreign),
      slice.rssMb.toFixed(0),
    );
    cells.push(slice.entries === null ? '–' : `${slice.entries} / ${slice.conversations}`);
    cells.push(String(slice.faults + slice.stray));
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `### ${people} ${people === 1 ? 'person' : 'people at once'}`,
    '',
    `| ${heads.join(' | ')} |`,
    `|${heads.map((_, i) => (i === 0 ? ' --- |' : ' ---: |')).join('')}`,
    ...lines,
  ].join('\n');
}

const AIM_OF_FLOOR = 0.6;
const AIM_LEVELS = [64, 256];

/** The aims of the issue, with AOF as in production: a line for each level measured, met or missed. */
export function aims(rows: readonly Row[]): string {
  const lines = AIM_LEVELS.flatMap((people) => {
    const level = rows.filter(({ slice }) => slice.people === people);
    const floor = level.find(({ slice }) => slice.entries === null)?.slice;
    if (!floor) return [];
    return level
      .filter(({ slice }) => slice.entries !== null)
      .flatMap(({ slice, speed }) => {
        const limit = floor.turnMs.p99;
        return [
          line(
            people,
            slice.name,
            `≥ ${AIM_OF_FLOOR.toFixed(2)} of the floor`,
            `${speed.toFixed(2)}×`,
            speed >= AIM_OF_FLOOR,
          ),
          line(
            people,
            slice.name,
            `ack p99 below the floor's turn p99 (${limit.toFixed(1)} ms)`,
            `${slice.ackMs.p99.toFixed(1)} ms`,
            slice.ackMs.p99 < limit,
          ),
        ];
      });
  });
  if (lines.length === 0) return 'The aims are for 64 and 256 people: neither was measured.';
  return ['| people | contender | aim | measured | |', '| ---: | --- | --- | ---: | --- |', ...lines].join('\n');
}

const line = (people: number, name: string, aim: string, measured: string, met: boolean): string =>
  `| ${people} | ${name} | ${aim} | ${measured} | ${met ? 'met' : '**missed**'} |`;
