import type { RedisConnection } from '../stores/redis/connection.ts';
import { startLeases } from '../stores/redis/leases.ts';
import { startStreamReader } from '../stores/redis/stream-reader.ts';
import { TURN_LIMITS, type TurnCounters, type TurnLimits, type TurnShell } from './shell.ts';
import { beginTenure, type Tenure } from './tenure.ts';

export type WorkerOptions = Omit<TurnShell, 'counters' | 'limits'> & {
  connection: RedisConnection;
  partitions: number;
  /** Unique per process. */
  processId: string;
  leaseMs?: number;
  limits?: Partial<TurnLimits>;
};

export type WorkerStats = TurnCounters & { partitions: number; pending: number; waiting: number };

export type Worker = {
  /** Finishes running turns and hands the partitions over. */
  close(): Promise<void>;
  stats(): WorkerStats;
};

/** Entries of one partition fetched at a time; those of one person are played in the order of their own time. */
const READ_COUNT = 500;
/** Running turns get this long to finish at a handover; what is not written then is played by the next owner. */
const FINISH_MS = 6000;

/** Plays the events of the partitions that this process holds. */
export function startWorker(options: WorkerOptions): Worker {
  const { connection, partitions, processId, log } = options;
  const counters = { turns: 0, duplicates: 0, dead: 0, commits: 0, requestRetries: 0, unreadableSessions: 0 };
  const shell: TurnShell = { ...options, counters, limits: { ...TURN_LIMITS, ...options.limits } };
  const reader = startStreamReader(connection, READ_COUNT);
  const tenures = new Map<number, Tenure>();
  const streamOf = (p: number): string => connection.keys.partition(p).in;

  const leases = startLeases({
    connection,
    role: 'worker',
    partitions,
    processId,
    leaseMs: options.leaseMs ?? 10_000,
    log,
    onAcquire(p, token) {
      const tenure = beginTenure(shell, p, token, {
        onBroken: () => leases.drop(p),
        onRoom: () => reader.wake(),
      });
      tenures.set(p, tenure);
      reader.add(streamOf(p), {
        onEntries: (entries) => tenure.take(entries),
        wants: () => tenure.wants(),
        onGap: () => leases.drop(p),
      });
    },
    onLose(p) {
      reader.remove(streamOf(p));
      tenures.get(p)?.drop();
      tenures.delete(p);
    },
    async onRelease(p) {
      reader.remove(streamOf(p));
      const tenure = tenures.get(p);
      if (!tenure) return;
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, FINISH_MS)));
      await Promise.race([tenure.finish(), deadline]);
      clearTimeout(timer);
    },
  });

  return {
    async close() {
      await leases.close();
      await reader.close();
    },
    stats() {
      let pending = 0;
      let waiting = 0;
      for (const tenure of tenures.values()) {
        pending += tenure.pending();
        waiting += tenure.waiting();
      }
      return { ...counters, partitions: tenures.size, pending, waiting };
    },
  };
}
