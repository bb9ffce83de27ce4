import type { Done, OpenJob, Window } from './open-driver.ts';
import { busySeconds, cpuSeconds } from './processes.ts';
import { backlogOf, scrape, type Backlog } from './scrape.ts';
import { LOAD_CORE, SERVER_CORE, type Contender } from './setting.ts';

/** Shares of the cores' time, and the largest backlog seen. */
type Watched = { backlog: Backlog; serverBusy: number; foreign: number };

export type Surge = {
  name: string;
  /** Of the capacity. */
  share: number;
  /** Turns/s of the closed loop. */
  capacity: number;
  job: OpenJob;
  windows: (Watched & { window: Window })[];
  done: Done;
  entries: number;
};

const SURGE = 1;
const AIM_ACK_MS = 100;
/** Replies of one batch leave together, and sixteen partitions take turns: some are passed by so many without being kept waiting. */
const AIM_OVERTAKEN = 1.5;

const ALL_IDLE: Backlog = { worker: 0, sender: 0, jobs: 0, oldestSeconds: 0 };

/** Asks `/metrics` once a second; `take` gives what was seen since the last time. */
export function watch(product: Contender, driverPid: number): { take(): Watched; stop(): Promise<void> } {
  const pids = [...product.servers, product.redis.process, ...(product.mongo ? [product.mongo.process] : [])]
    .map(({ pid }) => pid)
    .concat(driverPid);
  const busyAll = (): number => busySeconds(SERVER_CORE) + busySeconds(LOAD_CORE);
  const read = () => ({
    at: performance.now(),
    server: product.servers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0),
    ours: pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    busy: busyAll(),
  });
  let was = read();
  let backlog = ALL_IDLE;
  let asking: Promise<void> | null = null;
  const timer = setInterval(() => {
    asking ??= scrape(product.origin)
      .then((scraped) => {
        const now = backlogOf(scraped);
        const larger = (key: keyof Backlog): number => Math.max(now[key] || 0, backlog[key]);
        backlog = {
          worker: larger('worker'),
          sender: larger('sender'),
          jobs: larger('jobs'),
          oldestSeconds: larger('oldestSeconds'),
        };
      })
      .catch(() => {}) // a product that is over its limit may not answer in time
      .finally(() => (asking = null));
  }, 1000);
  return {
    take() {
      const now = read();
      const seconds = (now.at - was.at) / 1000;
      const taken = {
        backlog,
        serverBusy: (now.server - was.server) / seconds,
        foreign: (now.busy - was.busy - (now.ours - was.ours)) / seconds,
      };
      was = now;
      backlog = ALL_IDLE;
      return taken;
    },
    async stop() {
      clearInterval(timer);
      await asking;
    },
  };
}

const HEADS = [
  ['at s', 'said/s', 'answered/s', 'ack ms p50 / p95 / p99 / max', 'wait ms p50 / p95 / p99 / max', 'outstanding'],
  [
    'skb_backlog worker / sender / jobs',
    'oldest s',
    'longest wait: s, ahead, own, answered meanwhile',
    'driver late ms',
  ],
  ['product busy', 'others'],
].flat();

const four = ({ p50, p95, p99, max }: Window['ackMs']): string =>
  [p50, p95, p99, max].map((ms) => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0))).join(' / ');

export function surgeReport(surge: Surge): { markdown: string; isWhole: boolean } {
  const { windows, job, done, entries } = surge;
  const rows = windows.map(({ window, backlog, serverBusy, foreign }, i) => {
    const seconds = window.at - (windows[i - 1]?.window.at ?? 0);
    const { ms, ahead, ownAhead, answeredMeanwhile } = window.longest;
    const cells = [`${window.at.toFixed(0)}${window.phase === SURGE ? ' surge' : ''}`];
    cells.push((window.said / seconds).toFixed(0), (window.answered / seconds).toFixed(0));
    cells.push(four(window.ackMs), four(window.waitMs), String(window.outstanding));
    cells.push(`${backlog.worker} / ${backlog.sender} / ${backlog.jobs}`, backlog.oldestSeconds.toFixed(0));
    cells.push(`${(ms / 1000).toFixed(1)}, ${ahead}, ${ownAhead}, ${answeredMeanwhile}`, window.lateMs.toFixed(0));
    cells.push(`${Math.round(100 * serverBusy)}%`, `${Math.round(100 * foreign)}%`);
    return `| ${cells.join(' | ')} |`;
  });
  const [steady, peak] = job.phases;
  const finished = windows.reduce((sum, { window }) => sum + window.finished, 0);
  const faults = windows.reduce((sum, { window }) => sum + window.faults, 0);
  const isWhole = faults === 0 && done.stray === 0 && done.unfinished === 0 && entries === finished;
  const lines = [
    `\n### ${surge.name}, peak ${(100 * surge.share).toFixed(0)} % of ${surge.capacity.toFixed(0)} turns/s\n`,
    `Steady ${steady!.turnsPerSecond.toFixed(0)} turns/s, surge ${peak!.turnsPerSecond.toFixed(0)} turns/s for ${peak!.seconds} s.\n`,
    `| ${HEADS.join(' | ')} |\n|${HEADS.map(() => ' ---: |').join('')}`,
    ...rows,
    '',
    ...verdicts(surge),
    `- ${finished} conversations, ${entries} entries, ${faults} faults, ${done.stray} stray messages, ` +
      `${done.unfinished} left without a reply: ${isWhole ? 'whole' : '**not whole**'}. ${done.firstFaults.join(' | ')}`,
  ];
  return { markdown: lines.join('\n'), isWhole };
}

function verdicts({ windows, job }: Surge): string[] {
  const surge = windows.filter(({ window }) => window.phase === SURGE).map(({ window }) => window);
  const worstAck = Math.max(...surge.map(({ ackMs }) => ackMs.p99));
  const late = Math.max(...surge.map(({ lateMs }) => lateMs));
  const surgeEnd = job.phases.slice(0, SURGE + 1).reduce((sum, { seconds }) => sum + seconds, 0);
  const atEnd = surge.at(-1)?.outstanding ?? 0;
  const steadyOutstanding = windows[0]?.window.outstanding ?? 0;
  const calm = windows.find(
    ({ window }) => window.at >= surgeEnd && window.outstanding <= Math.max(32, 2 * steadyOutstanding),
  );
  const longest = windows.map(({ window }) => window.longest).toSorted((a, b) => b.ms - a.ms)[0];
  const overtaken = Math.max(...windows.map(({ window }) => window.overtaken));
  const met = (is: boolean): string => (is ? 'met' : '**missed**');
  const drainedBy = calm
    ? `drained ${Math.max(0, calm.window.at - surgeEnd).toFixed(0)} s after the surge: met`
    : '**not drained**';
  return [
    `- Acknowledgement p99 in the worst window of the surge ${worstAck.toFixed(1)} ms, aim < ${AIM_ACK_MS}: ` +
      `${met(worstAck < AIM_ACK_MS)} (the driver itself was up to ${late.toFixed(0)} ms late).`,
    `- ${atEnd} turns waited at the end of the surge, ${drainedBy} (to the window).`,
    longest === undefined
      ? ''
      : `- The longest wait was ${(longest.ms / 1000).toFixed(1)} s, with ${longest.ahead} turns ahead, ${longest.ownAhead} of them the person's own, and ${longest.answeredMeanwhile} answered ` +
        `meanwhile. Of all who waited over a second and had nothing else open nobody was passed by more than ${overtaken.toFixed(2)} × those ahead, ` +
        `aim ≤ ${AIM_OVERTAKEN}: ${met(overtaken <= AIM_OVERTAKEN)}.`,
  ];
}
