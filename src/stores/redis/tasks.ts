import type { InboundEvent } from '../../core/event.ts';
import type { RedisConnection } from './connection.ts';
import { script } from './script.ts';

/**
 * KEYS lease, tasks, in. ARGV token, task entry, event JSON ('' = none), received at.
 * Ends a task and logs what came of it. 1 = done, 0 = the lease is not ours; the next owner does the task again.
 */
const finishScript = script(
  'skbFinishTask',
  `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if redis.call('XDEL', KEYS[2], ARGV[2]) == 1 and ARGV[3] ~= '' then
  redis.call('XADD', KEYS[3], '*', 'e', ARGV[3], 'r', ARGV[4])
end
return 1`,
);

export async function finishTask(
  connection: RedisConnection,
  p: number,
  token: string,
  entry: string,
  event: InboundEvent | null,
  now: number,
): Promise<boolean> {
  const at = connection.keys.partition(p);
  const json = event ? JSON.stringify(event) : '';
  return (await finishScript(connection.client, [at.lease.jobs, at.tasks, at.in], [token, entry, json, now])) === 1;
}
