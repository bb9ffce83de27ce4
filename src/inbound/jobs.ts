import type { Clock } from '../base/clock.ts';
import { AppError, describeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { ArchiveItem } from '../core/archive.ts';
import type { InboundEvent } from '../core/event.ts';
import type { Task } from '../core/request.ts';
import type { RedisConnection } from '../stores/redis/connection.ts';
import { startLeases } from '../stores/redis/leases.ts';
import { field, startStreamReader, type StreamEntry } from '../stores/redis/stream-reader.ts';
import { finishTask } from '../stores/redis/tasks.ts';
import { startArchiving, type ArchiveWriter } from './archiver.ts';

export type JobsOptions = {
  connection: RedisConnection;
  partitions: number;
  /** Unique per process. */
  processId: string;
  clock: Clock;
  log: Log;
  leaseMs?: number;
  /** Does a task; what it gives comes back as an event. May be called again for the same task. */
  doTask(task: Task): Promise<InboundEvent | null>;
  archive: ArchiveWriter;
  /** Hears what was archived, in batches. What it rejects with is logged. */
  onArchived?(items: readonly ArchiveItem[]): Promise<void>;
  /** Tasks at a time. */
  concurrency?: number;
  /** First wait after a failure; doubles up to 30 s. */
  retryMs?: number;
  /** Tries of a task that fails for good, the first one included. */
  taskTries?: number;
};

export type Jobs = { close(): Promise<void>; stats(): JobsStats };
export type JobsStats = {
  tasksDone: number;
  tasksRetried: number;
  tasksDead: number;
  archived: number;
  waiting: number;
  /** Partitions that this process holds. */
  partitions: number;
};

type Job = { p: number; token: string; entry: string; task: Task; tries: number };

const PENDING = 200;
/** Those that wait for another try included: what is not held lies safe in the stream. */
const HELD = 1000;
const RETRY_MAX_MS = 30_000;

/** The work behind the conversation: tasks that turns asked for, and the archive. */
export function startJobs(options: JobsOptions): Jobs {
  const { connection, partitions, processId, clock, log } = options;
  const { concurrency = 8, retryMs = 500, taskTries = 5 } = options;
  const stats: Omit<JobsStats, 'partitions' | 'waiting'> = { tasksDone: 0, tasksRetried: 0, tasksDead: 0, archived: 0 };
  const reader = startStreamReader(connection, PENDING);
  const tokens = new Map<number, string>();
  const queue: Job[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const archiving = startArchiving({
    connection,
    log,
    write: options.archive,
    retryMs,
    onArchived(items) {
      stats.archived += items.length;
      options.onArchived?.(items).catch((error: unknown) => {
        log.warn(describeError(error), 'what was archived could not be told');
      });
    },
  });
  let active = 0;
  let closing = false;
  let whenIdle: () => void = () => {};
  const isOurs = (job: Job): boolean => tokens.get(job.p) === job.token;

  function pump(): void {
    while (active < concurrency && queue.length > 0 && !closing) {
      const job = queue.shift()!;
      if (!isOurs(job)) continue;
      active++;
      void run(job).finally(() => {
        active--;
        if (active === 0) whenIdle();
        pump();
        reader.wake();
      });
    }
  }

  async function run(job: Job): Promise<void> {
    try {
      const event = await options.doTask(job.task);
      if (!isOurs(job)) return;
      await finishTask(connection, job.p, job.token, job.entry, event, clock.now());
      stats.tasksDone++;
    } catch (error) {
      await failed(job, error);
    }
  }

  async function failed(job: Job, error: unknown): Promise<void> {
    job.tries++;
    log.warn({ task: job.task.type, tries: job.tries, ...describeError(error) }, 'a task failed');
    const retryable = error instanceof AppError && error.retryable;
    if (retryable || job.tries < taskTries) {
      stats.tasksRetried++;
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          queue.push(job);
          pump();
        },
        Math.min(retryMs * 2 ** (job.tries - 1), RETRY_MAX_MS),
      );
      timers.add(timer);
      return;
    }
    stats.tasksDead++;
    const code = error instanceof AppError ? error.code : 'task.failed';
    await bury(job.p, job.token, job.entry, code, JSON.stringify(job.task));
  }

  async function bury(p: number, token: string, entry: string, code: string, json: string): Promise<void> {
    const at = connection.keys.partition(p);
    await connection.client.xadd(at.dead, '*', 'c', code, 'k', 'task', 'j', json).catch(() => null);
    await finishTask(connection, p, token, entry, null, clock.now()).catch(() => false);
  }

  function onEntries(p: number, token: string, entries: StreamEntry[]): void {
    for (const [entry, fields] of entries) {
      const json = field(fields, 't');
      try {
        queue.push({ p, token, entry, task: JSON.parse(json) as Task, tries: 0 }); // written by our own commit
      } catch {
        void bury(p, token, entry, 'task.unreadable', json);
      }
    }
    pump();
  }

  const leases = startLeases({
    connection,
    role: 'jobs',
    partitions,
    processId,
    leaseMs: options.leaseMs ?? 10_000,
    log,
    onAcquire(p, token) {
      tokens.set(p, token);
      archiving.add(p);
      reader.add(connection.keys.partition(p).tasks, {
        onEntries: (entries) => onEntries(p, token, entries),
        wants: () => queue.length < PENDING && queue.length + timers.size < HELD,
        onGap: () => leases.drop(p),
      });
    },
    onLose(p) {
      tokens.delete(p);
      archiving.remove(p);
      reader.remove(connection.keys.partition(p).tasks);
    },
    onRelease: () => Promise.resolve(),
  });

  return {
    async close() {
      closing = true;
      for (const timer of timers) clearTimeout(timer);
      await archiving.close();
      if (active > 0) {
        await Promise.race([
          new Promise<void>((resolve) => (whenIdle = resolve)),
          new Promise<void>((resolve) => setTimeout(resolve, 5000).unref()),
        ]);
      }
      await leases.close();
      await reader.close();
    },
    stats: () => ({ ...stats, waiting: queue.length + timers.size, partitions: tokens.size }),
  };
}
