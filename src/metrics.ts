import { collectDefaultMetrics, Counter, Gauge, type Metric, Registry } from 'prom-client';
import type { Channel } from './channels/channel.ts';
import type { ChannelName } from './core/contact.ts';
import { within } from './health.ts';
import type { JobsStats } from './inbound/jobs.ts';
import type { WorkerStats } from './inbound/worker.ts';
import type { SenderStats } from './outbound/sender.ts';
import type { Backlog } from './stores/redis/backlog.ts';

/**
 * What the parts of this process say of themselves, asked for at each scrape; null for a part that does not run here.
 * Their counts only ever grow while the process lives.
 */
export type Stats = {
  worker: WorkerStats | null;
  sender: SenderStats | null;
  jobs: JobsStats | null;
  /** Empty while Redis is away: a store that is down is told in `stores`, not by failing. */
  backlog: readonly Backlog[];
  stores: readonly { store: string; up: boolean }[];
};

export type Metrics = {
  /** One webhook answered. Costs no more than a few additions. */
  webhook(channel: ChannelName, status: number, ackMs: number): void;
  /** One turn committed, `tookMs` after its event was logged. */
  turn(tookMs: number): void;
  /** One message taken by the platform, `tookMs` after its turn. */
  sent(channel: ChannelName, tookMs: number): void;
  /** The same channel, with the results of its sends counted: `sent` or the code of the failure, and what was not free. */
  counted(channel: Channel): Channel;
  /** Prometheus text. Never throws: what cannot be asked stays as it last was, and `skb_stats_failed` is 1. */
  text(): Promise<string>;
  contentType: string;
};

/** Upper bounds in ms. Zalo switches off webhooks slower than 2 s, so that bound has a bucket. */
const ACK_BUCKETS_MS = [1, 2, 5, 10, 20, 50, 100, 250, 500, 1000, 2000, 5000];
const TURN_BUCKETS_MS = [5, 10, 20, 50, 100, 250, 500, 1000, 2500, 5000, 15_000, 60_000];
/** A scrape does not wait longer for a store that hangs. */
const STATS_LIMIT_MS = 1000;

export function makeMetrics(readStats: () => Promise<Stats>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  const acks = { zalo: tally(ACK_BUCKETS_MS), messenger: tally(ACK_BUCKETS_MS) };
  const sends = { zalo: tally(TURN_BUCKETS_MS), messenger: tally(TURN_BUCKETS_MS) };
  const turns = tally(TURN_BUCKETS_MS);
  const byChannel = (tallies: Record<ChannelName, Tally>): Row[] => [
    { labels: { channel: 'zalo' }, tally: tallies.zalo },
    { labels: { channel: 'messenger' }, tally: tallies.messenger },
  ];
  expose(registry, 'skb_webhook_ack_seconds', 'Time until a webhook was answered', byChannel(acks));
  expose(registry, 'skb_turn_seconds', 'Time from the log to the commit of a turn', [{ labels: {}, tally: turns }]);
  expose(registry, 'skb_send_seconds', 'Time from a turn to its message at the platform', byChannel(sends));

  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const sendResults = counter('skb_sends_total', 'Sends, by what they came to', 'channel', 'result');
  const paid = counter('skb_paid_messages_total', 'Messages that were not free', 'channel', 'quota');
  const statuses = { zalo: new Map<number, number>(), messenger: new Map<number, number>() };
  const webhooks = counter('skb_webhooks_total', 'Webhooks answered', 'channel', 'status');
  const failed = gauge('skb_stats_failed', 'Whether the counts of this process could not be asked');
  const polled = {
    turns: counter('skb_turns_total', 'Turns committed'),
    duplicates: counter('skb_duplicates_total', 'Events dropped as seen before'),
    rows: counter('skb_outbox_rows_total', 'Outbox rows, by what became of them', 'outcome'),
    tasks: counter('skb_tasks_total', 'Tasks behind the conversation, by what became of them', 'outcome'),
    deadLetters: counter('skb_dead_letters_total', 'Given up and kept aside', 'kind'),
    backlog: gauge('skb_backlog', 'What waits for a role, over all partitions', 'role'),
    oldest: gauge('skb_backlog_oldest_seconds', 'Age of the oldest that waits', 'role'),
    paused: gauge('skb_channel_paused', 'Whether a channel sends nothing for now', 'channel', 'code'),
    leases: gauge('skb_leases_held', 'Partitions this process works on', 'role'),
    stores: gauge('skb_store_up', 'Whether a store answers', 'store'),
  };

  return {
    webhook(channel, status, ackMs) {
      statuses[channel].set(status, (statuses[channel].get(status) ?? 0) + 1);
      acks[channel].add(ackMs);
    },
    turn: turns.add,
    sent(channel, tookMs) {
      sends[channel].add(tookMs);
    },
    counted(channel) {
      return {
        ...channel,
        async send(...args) {
          const result = await channel.send(...args);
          sendResults.inc({ channel: channel.name, result: result.type === 'sent' ? 'sent' : result.code });
          if (result.type === 'sent' && result.paid) paid.inc({ channel: channel.name, quota: result.paid });
          return result;
        },
      };
    },
    contentType: registry.contentType,
    async text() {
      const stats = await within(STATS_LIMIT_MS, readStats()).catch(() => null);
      webhooks.reset();
      for (const [channel, counts] of Object.entries(statuses)) {
        for (const [status, count] of counts) webhooks.inc({ channel, status }, count);
      }
      failed.set(stats ? 0 : 1);
      if (stats) show(stats);
      return registry.metrics();
    },
  };

  function show({ worker, sender, jobs, backlog, stores }: Stats): void {
    for (const metric of Object.values(polled)) metric.reset();
    for (const { store, up } of stores) polled.stores.set({ store }, up ? 1 : 0);
    for (const { role, size, oldestMs } of backlog) {
      polled.backlog.set({ role }, size);
      polled.oldest.set({ role }, oldestMs / 1000);
    }
    if (worker) {
      polled.turns.inc(worker.turns);
      polled.duplicates.inc(worker.duplicates);
      polled.deadLetters.inc({ kind: 'event' }, worker.dead);
      polled.leases.set({ role: 'worker' }, worker.partitions);
    }
    if (sender) {
      for (const outcome of ROW_OUTCOMES) polled.rows.inc({ outcome }, sender[outcome]);
      polled.deadLetters.inc({ kind: 'row' }, sender.failed);
      polled.leases.set({ role: 'sender' }, sender.partitions);
      for (const [channel, code] of Object.entries(sender.shut)) polled.paused.set({ channel, code }, 1);
    }
    if (jobs) {
      polled.tasks.inc({ outcome: 'done' }, jobs.tasksDone);
      polled.tasks.inc({ outcome: 'retried' }, jobs.tasksRetried);
      polled.deadLetters.inc({ kind: 'task' }, jobs.tasksDead);
    }
  }
}

const ROW_OUTCOMES = ['sent', 'failed', 'withdrawn', 'retried', 'proven', 'resent'] as const;

/** How many values fell under each bound. `add` is cheap enough for every request. */
type Tally = { add: (value: number) => void; bounds: readonly number[]; counts: Float64Array; sum: () => number };

function tally(bounds: readonly number[]): Tally {
  const counts = new Float64Array(bounds.length + 1);
  let sum = 0;
  return {
    bounds,
    counts,
    sum: () => sum,
    add(value) {
      let at = 0;
      while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1;
      counts[at] = (counts[at] ?? 0) + 1;
      sum += value;
    },
  };
}

type Row = { labels: Record<string, string>; tally: Tally };

/**
 * Shows tallies of ms as a Prometheus histogram of seconds. prom-client's own histogram hashes its labels at every
 * observation, which is more than an addition, so only its output format is used.
 */
function expose(registry: Registry, name: string, help: string, rows: readonly Row[]): void {
  const values = () => rows.flatMap((row) => histogramLines(name, row));
  const metric = {
    name,
    help,
    type: 'histogram',
    reset() {},
    get: () => Promise.resolve({ name, help, type: 'histogram', values: values() }),
  };
  registry.registerMetric(metric as unknown as Metric); // the registry asks a metric for its name and `get`, nothing more
}

function histogramLines(name: string, { labels, tally: { bounds, counts, sum } }: Row) {
  let total = 0;
  const lines = [...counts].map((count, index) => {
    total += count;
    const bound = bounds[index];
    const le = bound === undefined ? '+Inf' : String(bound / 1000);
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total };
  });
  return [
    ...lines,
    { metricName: `${name}_sum`, labels, value: sum() / 1000 },
    { metricName: `${name}_count`, labels, value: total },
  ];
}
