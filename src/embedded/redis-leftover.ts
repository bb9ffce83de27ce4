import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { processStart } from './lock.ts';
import { askRedis, type RedisAddress } from './redis-client.ts';

const STOP_TIMEOUT_MS = 15_000;

/** Holds `{ pid, address }` of the server that works on `dir`. */
export function leftoverPath(dir: string): string {
  return join(dir, 'server.json');
}

/**
 * Ends a server that an earlier run of ours left on `dir` (we were killed and it is still saving, or the watchdog died
 * too). Two servers on one append-only file would destroy it. A process that cannot be shown to be that server is not touched.
 */
export async function stopLeftover(dir: string, log: Log): Promise<void> {
  const left = readLeftover(dir);
  if (left === null) return;
  const startedAt = processStart(left.pid);
  if (startedAt !== '') {
    const verdict = await isRedisOn(dir, left.pid, left.address);
    if (verdict === 'unknown')
      throw new AppError(
        'config.invalid',
        `process ${left.pid} may still be the redis-server of ${dir}. Stop it (kill ${left.pid}) and start again; ` +
          `if it is something else, delete ${leftoverPath(dir)}.`,
        { facts: { pid: left.pid, dir } },
      );
    if (verdict === 'yes') {
      log.warn({ pid: left.pid, dir }, 'stopping the embedded redis of an earlier run');
      await stopProcess(left.pid, startedAt);
    }
  }
  rmSync(leftoverPath(dir), { force: true });
}

function readLeftover(dir: string): { pid: number; address: RedisAddress } | null {
  try {
    return JSON.parse(readFileSync(leftoverPath(dir), 'utf8')) as { pid: number; address: RedisAddress };
  } catch {
    return null;
  }
}

async function isRedisOn(dir: string, pid: number, address: RedisAddress): Promise<'yes' | 'no' | 'unknown'> {
  const answer = await askRedis(address, ['INFO server', 'CONFIG GET dir'], 2000);
  if (answer !== null && new RegExp(`^process_id:${pid}\\r`, 'm').test(answer) && answer.includes(`\r\n${dir}\r\n`))
    return 'yes';
  try {
    // It no longer answers while it shuts down; Redis works inside its folder.
    return readlinkSync(`/proc/${pid}/cwd`) === dir && isRedisProgram(pid) ? 'yes' : 'no';
  } catch {
    return isRedisProgram(pid) ? 'unknown' : 'no';
  }
}

function isRedisProgram(pid: number): boolean {
  try {
    return /redis|valkey/.test(execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }));
  } catch {
    return true; // no `ps` here: the folder has to decide
  }
}

async function stopProcess(pid: number, startedAt: string): Promise<void> {
  process.kill(pid, 'SIGTERM');
  const until = performance.now() + STOP_TIMEOUT_MS;
  while (processStart(pid) === startedAt) {
    if (performance.now() > until) {
      process.kill(pid, 'SIGKILL');
      return;
    }
    await delay(20);
  }
}
