import { Cluster, type Redis } from 'ioredis';
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { RedisConnection } from './connection.ts';

const SEE = 'see docs/operations.md, Redis';

/**
 * Says in the log what would make this Redis lose something that was answered 200: no append-only file, a policy that
 * throws keys away, a flush to the disk that comes later. Never throws: a provider may forbid the look, and then that is said.
 */
export async function warnOfLosses(connection: RedisConnection, log: Log): Promise<void> {
  const { client } = connection;
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  await Promise.all(nodes.map((node) => lookAt(node, log)));
}

async function lookAt(node: Redis, log: Log): Promise<void> {
  const of = { node: `${node.options.host ?? ''}:${node.options.port ?? ''}` };
  try {
    const info = `${await node.info('persistence')}\n${await node.info('memory')}`;
    for (const gap of gapsOf(read(info, 'aof_enabled'), read(info, 'maxmemory_policy'))) log.warn(of, gap);
    if (read(info, 'aof_enabled') === '0') return;
  } catch (error) {
    log.warn({ ...of, ...describeError(error) }, `Redis does not tell whether it keeps what it takes (INFO); ${SEE}`);
    return;
  }
  try {
    for (const gap of flushGaps(await settingOf(node, 'appendfsync'), await settingOf(node, 'aof-load-truncated')))
      log.warn(of, gap);
  } catch (error) {
    log.warn(
      { ...of, ...describeError(error) },
      `Redis does not tell when it flushes to the disk (CONFIG GET); ${SEE}`,
    );
  }
}

function gapsOf(aofEnabled: string | null, policy: string | null): string[] {
  const gaps: string[] = [];
  if (aofEnabled === null) gaps.push(`Redis does not tell whether it keeps an append-only file; ${SEE}`);
  if (aofEnabled === '0')
    gaps.push(`Redis keeps no append-only file: a restart loses drafts and messages; set appendonly yes, ${SEE}`);
  if (policy === null) gaps.push(`Redis does not tell its maxmemory-policy; ${SEE}`);
  else if (policy !== 'noeviction')
    gaps.push(`maxmemory-policy is ${policy}: a full Redis throws drafts and messages away; set noeviction, ${SEE}`);
  return gaps;
}

function flushGaps(appendfsync: string | null, loadTruncated: string | null): string[] {
  const gaps: string[] = [];
  if (appendfsync !== null && appendfsync !== 'always')
    gaps.push(
      `appendfsync is ${appendfsync}: the last seconds are lost when the machine fails, or Redis is killed while its ` +
        `disk is busy; set always, ${SEE}`,
    );
  if (loadTruncated === 'yes')
    gaps.push(`aof-load-truncated is yes: after a kill Redis may lose what it takes from then on; set no, ${SEE}`);
  return gaps;
}

async function settingOf(node: Redis, name: string): Promise<string | null> {
  const answer = await node.config('GET', name);
  return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : null;
}

const read = (info: string, name: string): string | null =>
  new RegExp(`^${name}:(.*)\\r?$`, 'm').exec(info)?.[1]?.trim() ?? null;
