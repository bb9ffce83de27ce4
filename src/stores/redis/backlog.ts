import type { RedisConnection } from './connection.ts';
import type { Role } from './keys.ts';

/** What waits for a role over all partitions, and for how long the oldest has waited. */
export type Backlog = { role: Role; size: number; oldestMs: number };

/** Counted from Redis's own clock, because stream ids are; costs a few commands for each partition, so not for a hot path. */
export async function readBacklog(connection: RedisConnection, partitions: number): Promise<Backlog[]> {
  const { client, keys } = connection;
  const [seconds] = await client.time();
  const now = Number(seconds) * 1000;
  const read = async (role: Role, streams: (p: number) => string[]): Promise<Backlog> => {
    const names = Array.from({ length: partitions }, (_, p) => streams(p)).flat();
    const lengths = await Promise.all(names.map((name) => client.xlen(name)));
    const busy = names.filter((_, index) => (lengths[index] ?? 0) > 0);
    const oldest = await Promise.all(busy.map((name) => client.xrange(name, '-', '+', 'COUNT', 1)));
    const instants = oldest.flatMap((entries) => entries.map(([id]) => Number(id.split('-')[0])));
    return {
      role,
      size: lengths.reduce((sum, length) => sum + length, 0),
      oldestMs: instants.length === 0 ? 0 : Math.max(0, now - Math.min(...instants)),
    };
  };
  return Promise.all([
    read('worker', (p) => [keys.partition(p).in]),
    read('sender', (p) => Object.values(keys.partition(p).out)),
    read('jobs', (p) => [keys.partition(p).tasks, keys.partition(p).archive]),
  ]);
}
