import type { Clock } from '../base/clock.ts';
import type { ErrorCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Channel } from '../channels/channel.ts';
import type { ChannelName } from '../core/contact.ts';
import type { RedisConnection } from '../stores/redis/connection.ts';
import { startLeases } from '../stores/redis/leases.ts';
import { proveSent } from '../stores/redis/outbox.ts';
import { startStreamReader } from '../stores/redis/stream-reader.ts';
import { makeGate, type Gate } from './gate.ts';
import { makeOutlet, type Outlet } from './outlet.ts';
import { makeRoom } from './room.ts';
import { SEND_LIMITS, type OutLane, type SenderCounters, type SendLimits, type SendShell } from './shell.ts';
import { beginSendTenure, type SendTenure } from './tenure.ts';

export type SenderOptions = {
  connection: RedisConnection;
  partitions: number;
  /** Unique per process. */
  processId: string;
  /** Rows of a channel that is not among these stay where they are. */
  channels: ReadonlyMap<ChannelName, Channel>;
  clock: Clock;
  log: Log;
  random(): number;
  leaseMs?: number;
  limits?: Partial<SendLimits>;
  onSent?(channel: ChannelName, tookMs: number): void;
};

export type SenderStats = SenderCounters & {
  partitions: number;
  pending: number;
  /** Channels that refuse everything just now, and why: an alarm. */
  shut: Partial<Record<ChannelName, ErrorCode>>;
};

export type Sender = {
  /** For a worker in the same process. */
  outlet: Outlet;
  /** Running sends finish and are written down; the rest is handed over. */
  close(): Promise<void>;
  stats(): SenderStats;
};

const READ_COUNT = 100;
const FINISH_MS = 7000;
const PROVE_AGAIN_MS = 500;
/** Words to leave while Redis is away; more than can be in flight. */
const MANY_PROOFS = 10_000;

/** Sends the outbox rows of the partitions that this process holds. */
export function startSender(options: SenderOptions): Sender {
  const { connection, partitions, processId, channels, log } = options;
  const limits = { ...SEND_LIMITS, ...options.limits };
  const counters = { sent: 0, failed: 0, withdrawn: 0, retried: 0, proven: 0, resent: 0 };
  const reader = startStreamReader(connection, READ_COUNT);
  const tenures = new Map<number, SendTenure>();
  const gates = new Map<ChannelName, Gate<OutLane>>();
  const room = makeRoom(() => {
    let late = 0;
    for (const gate of gates.values()) late += gate.late();
    return late;
  });
  const share = (): number => Math.max(1, tenures.size) / partitions;
  for (const [name, channel] of channels) {
    const { probeMs, probeMaxMs } = limits;
    gates.set(
      name,
      makeGate<OutLane>({
        limits: channel.limits,
        probeMs,
        probeMaxMs,
        share,
        isGone: (lane) => lane.isGone(),
        start: (lane) => lane.deliver(lane),
        onMoved: () => room.eased(),
      }),
    );
  }
  const words = new Map<number, { row: string; part: number; messageId: string }[]>();
  const shell: SendShell = { ...options, gates, counters, limits, prove };
  let saying: NodeJS.Timeout | undefined;

  function prove(p: number, proof: { row: string; part: number; messageId: string }): void {
    const list = words.get(p);
    if (!list) words.set(p, [proof]);
    else if (list.length < MANY_PROOFS) list.push(proof);
    saying ??= setTimeout(sayAll, 0);
  }

  function sayAll(): void {
    const all = [...words];
    words.clear();
    saying = undefined;
    for (const [p, list] of all) {
      for (const proof of list) {
        proveSent(connection, p, proof).catch(() => {
          words.set(p, [...(words.get(p) ?? []), proof]);
          saying ??= setTimeout(sayAll, PROVE_AGAIN_MS);
        });
      }
    }
  }

  async function begin(p: number, tenure: SendTenure): Promise<void> {
    await tenure.begin();
    if (tenures.get(p) !== tenure) return;
    for (const channel of channels.values()) {
      reader.add(connection.keys.partition(p).out[channel.name], {
        onEntries: (entries) => tenure.take(channel, entries),
        wants: () => tenure.wants(channel.name),
        onGap: () => leases.drop(p),
      });
    }
  }

  function stopReading(p: number): void {
    for (const name of channels.keys()) reader.remove(connection.keys.partition(p).out[name]);
  }

  const leases = startLeases({
    connection,
    role: 'sender',
    partitions,
    processId,
    leaseMs: options.leaseMs ?? 10_000,
    log,
    onAcquire(p, token) {
      const tenure = beginSendTenure(shell, p, token, {
        onBroken: () => leases.drop(p),
        onRoom: () => reader.wake(),
        isFresh: () => leases.isFresh(p),
      });
      tenures.set(p, tenure);
      begin(p, tenure).catch(() => leases.drop(p));
    },
    onLose(p) {
      stopReading(p);
      const tenure = tenures.get(p);
      tenures.delete(p);
      tenure?.drop();
    },
    async onRelease(p) {
      stopReading(p);
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, FINISH_MS)));
      await Promise.race([tenures.get(p)?.finish(), deadline]);
      clearTimeout(timer);
    },
  });

  return {
    outlet: makeOutlet(tenures, room),
    async close() {
      room.close();
      await leases.close();
      await reader.close();
      for (const gate of gates.values()) gate.close();
      clearTimeout(saying);
    },
    stats() {
      const shut: Partial<Record<ChannelName, ErrorCode>> = {};
      for (const [name, gate] of gates) {
        const code = gate.shutBy();
        if (code) shut[name] = code;
      }
      let pending = 0;
      for (const tenure of tenures.values()) pending += tenure.pending();
      return { ...counters, partitions: tenures.size, pending, shut };
    },
  };
}
