import { collectDefaultMetrics, Counter, Gauge, type Metric, Registry } from 'prom-client';
import type { ErrorCode } from './base/errors.ts';
import type { ChannelName } from './core/contact.ts';
import { within } from './health.ts';

/**
 * What the parts of this process count for themselves, asked for at each scrape. A store that is down is told in `stores`,
 * not by failing. Counts only ever grow while the process
 * lives; parts that do not run here give empty lists.
 */
export type Stats = {
  turns: number;
  /** Events dropped because they were seen before. */
  duplicates: number;
  /** What waits and for how long the oldest has waited; `role` is who must take it up. */
  backlog: readonly { role: string; size: number; oldestMs: number }[];
  /** Kept aside because it cannot be worked on; `kind` says what it is. */
  deadLetters: readonly { kind: string; count: number }[];
  /** `result`: `sent`, or the error code of a failure. */
  sends: readonly { channel: ChannelName; result: string; count: number }[];
  /** Messages whose answer was lost: `proven` to have arrived, or `repeated`, perhaps for a second time. */
  doubts: readonly { result: 'proven' | 'repeated'; count: number }[];
  /** Messages that were not free, by the platform's quota type. */
  paid: readonly { channel: ChannelName; quota: string; count: number }[];
  /** A paused channel sends nothing until somebody or some time has passed; `by` is what it was refused with. */
  paused: readonly { channel: ChannelName; by: ErrorCode | null }[];
  stores: readonly { store: string; up: boolean }[];
  leases: number;
};

export type Metrics = {
  /** One webhook answered. Costs no more than a few additions. */
  webhook(channel: ChannelName, status: number, ackMs: number): void;
  /** One turn committed, `latencyMs` after its event was logged. */
  turn(latencyMs: number): void;
  /** One message taken by the platform, `latencyMs` after its turn. */
  sent(channel: ChannelName, latencyMs: number): void;
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

  const acks: Record<ChannelName, Tally> = { zalo: tally(ACK_BUCKETS_MS), messenger: tally(ACK_BUCKETS_MS) };
  const turnTimes = tally(TURN_BUCKETS_MS);
  const statuses = new Map<ChannelName, Map<number, number>>([
    ['zalo', new Map()],
    ['messenger', new Map()],
  ]);
  const sendTimes: Record<ChannelName, Tally> = { zalo: tally(TURN_BUCKETS_MS), messenger: tally(TURN_BUCKETS_MS) };
  const byChannel = (tallies: Record<ChannelName, Tally>): Row[] => [
    { labels: { channel: 'zalo' }, tally: tallies.zalo },
    { labels: { channel: 'messenger' }, tally: tallies.messenger },
  ];
  expose(registry, 'skb_webhook_ack_seconds', 'Time until a webhook was answered', byChannel(acks));
  expose(registry, 'skb_turn_seconds', 'Time from the log to the commit of a turn', [{ labels: {}, tally: turnTimes }]);
  expose(registry, 'skb_send_seconds', 'Time from a turn to its message at the platform', byChannel(sendTimes));

  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const webhooks = counter('skb_webhooks_total', 'Webhooks answered', 'channel', 'status');
  const failed = gauge('skb_stats_failed', 'Whether the counts of this process could not be asked');
  const polled = {
    turns: counter('skb_turns_total', 'Turns committed'),
    duplicates: counter('skb_duplicates_total', 'Events dropped as seen before'),
    backlog: gauge('skb_backlog', 'What waits', 'role'),
    oldest: gauge('skb_backlog_oldest_seconds', 'Age of the oldest that waits', 'role'),
    deadLetters: counter('skb_dead_letters_total', 'Kept aside as impossible to work on', 'kind'),
    sends: counter('skb_sends_total', 'Messages sent or given up', 'channel', 'result'),
    doubts: counter('skb_sends_in_doubt_total', 'Messages whose answer was lost, by what became of them', 'result'),
    paid: counter('skb_paid_messages_total', 'Messages that were not free', 'channel', 'quota'),
    paused: gauge('skb_channel_paused', 'Whether a channel sends nothing for now', 'channel'),
    pausedBy: gauge('skb_channel_paused_by', 'Why a channel sends nothing for now', 'channel', 'code'),
    stores: gauge('skb_store_up', 'Whether a store answers', 'store'),
    leases: gauge('skb_leases_held', 'Leases on partitions that this process holds, each role counted by itself'),
  };

  return {
    webhook(channel, status, ackMs) {
      const counts = statuses.get(channel);
      counts?.set(status, (counts.get(status) ?? 0) + 1);
      acks[channel].add(ackMs);
    },
    turn(latencyMs) {
      turnTimes.add(latencyMs);
    },
    sent(channel, latencyMs) {
      sendTimes[channel].add(latencyMs);
    },
    contentType: registry.contentType,
    async text() {
      const stats = await within(STATS_LIMIT_MS, readStats()).catch(() => null);
      webhooks.reset();
      for (const [channel, counts] of statuses) {
        for (const [status, count] of counts) webhooks.inc({ channel, status }, count);
      }
      failed.set(stats ? 0 : 1);
      if (stats) show(stats);
      return registry.metrics();
    },
  };

  function show(stats: Stats): void {
    for (const metric of Object.values(polled)) metric.reset();
    polled.turns.inc(stats.turns);
    polled.duplicates.inc(stats.duplicates);
    polled.leases.set(stats.leases);
    for (const { role, size, oldestMs } of stats.backlog) {
      polled.backlog.set({ role }, size);
      polled.oldest.set({ role }, oldestMs / 1000);
    }
    for (const { kind, count } of stats.deadLetters) polled.deadLetters.inc({ kind }, count);
    for (const { channel, result, count } of stats.sends) polled.sends.inc({ channel, result }, count);
    for (const { result, count } of stats.doubts) polled.doubts.inc({ result }, count);
    for (const { channel, quota, count } of stats.paid) polled.paid.inc({ channel, quota }, count);
    for (const { channel, by } of stats.paused) {
      polled.paused.set({ channel }, by === null ? 0 : 1);
      if (by !== null) polled.pausedBy.set({ channel, code: by }, 1);
    }
    for (const { store, up } of stats.stores) polled.stores.set({ store }, up ? 1 : 0);
  }
}

/** How many values fell under each bound. `add` is cheap enough for every request. */
type Tally = { add(value: number): void; bounds: readonly number[]; counts: Float64Array; sum: () => number };

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
