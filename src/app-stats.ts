import type { CountedChannel } from './send-counts.ts';
import type { Jobs } from './inbound/jobs.ts';
import type { Worker } from './inbound/worker.ts';
import type { Stats } from './metrics.ts';
import type { Sender } from './outbound/sender.ts';
import type { Mongo } from './stores/mongo/connect.ts';
import { readBacklog } from './stores/redis/backlog.ts';
import type { RedisConnection } from './stores/redis/connection.ts';

/** What the parts of this process count, gathered at each scrape. */
export async function appStats(
  parts: { worker: Worker | null; sender: Sender | null; jobs: Jobs | null },
  redis: RedisConnection,
  partitions: number,
  mongo: Mongo,
  counted: readonly CountedChannel[],
): Promise<Stats> {
  const worker = parts.worker?.stats();
  const sender = parts.sender?.stats();
  const jobs = parts.jobs?.stats();
  const redisUp = await redis.client.ping().then(
    () => true,
    () => false,
  );
  return {
    turns: worker?.turns ?? 0,
    duplicates: worker?.duplicates ?? 0,
    backlog: redisUp ? await readBacklog(redis, partitions) : [],
    deadLetters: [
      ...(worker ? [{ kind: 'turn', count: worker.dead }] : []),
      ...(sender ? [{ kind: 'send', count: sender.failed }] : []),
      ...(jobs ? [{ kind: 'task', count: jobs.tasksDead }] : []),
    ],
    sends: counted.flatMap((one) => one.sends()),
    paid: counted.flatMap((one) => one.paid()),
    doubts: sender
      ? [
          { result: 'proven', count: sender.proven },
          { result: 'repeated', count: sender.resent },
        ]
      : [],
    paused: sender ? counted.map(({ channel: { name } }) => ({ channel: name, by: sender.shut[name] ?? null })) : [],
    stores: [
      { store: 'redis', up: redisUp },
      { store: 'mongo', up: mongo.ready() },
    ],
    leases: (worker?.partitions ?? 0) + (sender?.partitions ?? 0) + (jobs?.partitions ?? 0),
  };
}
