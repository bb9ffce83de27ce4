import { createHash } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { Cluster, Redis } from 'ioredis';
import { describeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

/** Where the queue lives. `prefix` in braces, so that all its keys share a slot of a cluster. */
export type QueuePlace = { url: string; prefix: string };

/** Work of one kind, done by one process at a time for each `key`. */
export type Job<Name extends string> = { name: Name; key: string };

export type JobQueue<Name extends string> = {
  /** Has it done soon; while the same (name and key) waits or is being done, nothing is added. */
  add(job: Job<Name>): Promise<void>;
  close(): Promise<void>;
};

/** Within which a process that was killed is noticed, and what it was doing begun again elsewhere. */
const LOCK_MS = 10_000;
const STALLED_MS = 5000;
const ADD_LIMIT_MS = 2000;
/** Within which what is under way ends at a stop. A Redis that is away would have it wait for ever; others take up what is left. */
const CLOSE_LIMIT_MS = 5000;

async function ended(closing: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_LIMIT_MS)));
  await Promise.race([closing.catch(() => {}), late]);
  clearTimeout(timer);
}

const open = ({ url }: QueuePlace): Redis | Cluster => {
  const options = {
    maxRetriesPerRequest: null,
    connectTimeout: 3000,
    retryStrategy: (times: number) => Math.min(50 * 2 ** times, 2000),
  };
  const nodes = url.split(',');
  return nodes.length === 1
    ? new Redis(url, options)
    : new Cluster(nodes, { redisOptions: options, clusterRetryStrategy: options.retryStrategy });
};

/** For adding only. */
export function openQueue<Name extends string>(name: string, place: QueuePlace, log: Log): JobQueue<Name> {
  const connection = open(place);
  connection.on('error', () => {}); // told by the other connections
  const queue = new Queue(name, {
    connection,
    prefix: place.prefix,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  queue.on('error', (error) => log.warn(describeError(error), 'the job queue cannot be reached'));
  return {
    async add(job) {
      let timer: NodeJS.Timeout | undefined;
      // ids of jobs hold no colon, and those of ours may hold anything
      const jobId = createHash('sha256').update(`${job.name} ${job.key}`).digest('hex').slice(0, 32);
      const added = queue.add(job.name, { key: job.key }, { jobId: `j${jobId}` });
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('the job queue does not answer')), ADD_LIMIT_MS);
      });
      added.catch(() => {});
      try {
        await Promise.race([added, late]);
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      await ended(queue.close());
      connection.disconnect();
    },
  };
}

export type QueueWork<Name extends string> = {
  name: string;
  place: QueuePlace;
  log: Log;
  /** Jobs at a time in this process. */
  concurrency: number;
  /** Does a job; rejecting ends it as well, and it is logged. `goOn` is false once this process is to stop. */
  work(job: Job<Name>, goOn: () => boolean): Promise<void>;
  /** A job that is done again and again, by one process at a time. */
  every?: { name: Name; ms: number };
};

/** Takes jobs and does them. What a process that was killed was doing is begun again by another, or by itself when it is back. */
export function startQueueWorker<Name extends string>(options: QueueWork<Name>): { close(): Promise<void> } {
  const { name, place, log, concurrency, work, every } = options;
  const connection = open(place);
  let complained = false;
  const complain = (error: unknown): void => {
    if (!complained) log.warn(describeError(error), 'the job queue cannot be reached');
    complained = true;
  };
  connection.on('error', complain);
  connection.on('ready', () => (complained = false));
  let closing = false;
  const worker = new Worker<{ key: string }>(
    name,
    async (job) => {
      try {
        await work({ name: job.name as Name, key: job.data.key }, () => !closing);
      } catch (error) {
        log.warn({ job: job.name, ...describeError(error) }, 'a job failed and is left to the next look');
      }
    },
    {
      connection,
      prefix: place.prefix,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_MS,
      maxStalledCount: 1_000_000, // killed as often as one likes it is begun again: all of it may be repeated
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
  );
  worker.on('error', complain);
  let scheduler: Queue | null = null;
  if (every) {
    const clock = new Queue(name, { connection, prefix: place.prefix });
    scheduler = clock;
    clock.on('error', complain);
    clock
      .upsertJobScheduler(
        every.name,
        { every: every.ms },
        { name: every.name, data: { key: '' }, opts: { removeOnComplete: true, removeOnFail: true } },
      )
      .catch(complain);
  }
  return {
    async close() {
      closing = true;
      await ended(worker.close().then(() => scheduler?.close()));
      connection.disconnect();
    },
  };
}
