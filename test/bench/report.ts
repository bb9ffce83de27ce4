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
