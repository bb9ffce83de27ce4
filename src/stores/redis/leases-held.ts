import type { RedisConnection } from './connection.ts';
import type { Role } from './keys.ts';

/** Whether every partition is worked on by some process in each of these roles. */
export async function leasesHeld(
  connection: RedisConnection,
  partitions: number,
  roles: readonly Role[],
): Promise<boolean> {
  const { client, keys } = connection;
  const found = await Promise.all(
    roles.flatMap((role) => Array.from({ length: partitions }, (_, p) => client.exists(keys.partition(p).lease[role]))),
  );
  return found.every((count) => count === 1);
}
