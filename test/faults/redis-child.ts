import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { repairAppendOnly } from '../support/redis.ts';
import { freePort } from './processes.ts';

export type Fsync = 'always' | 'everysec';

/** A redis-server of an experiment, with an append-only file in a folder of its own. */
export type RedisChild = {
  port: number;
  pid: number;
  /** SIGKILL: gone when it resolves. SIGTERM: Redis writes what it still holds, as at a restart. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
};

export type RedisRun = {
  fsync: Fsync;
  dir: string;
  /** How the torn end of the file is treated at a start: cut by redis-check-aof before, or by Redis itself. */
  tail: 'repaired' | 'truncated by Redis';
  /** Under strace: writes down what goes to the append-only file and when it is on the disk. */
  traceTo?: string;
  /** Under strace: every fdatasync of the append-only file takes so much longer, as on a busy disk. */
  slowSyncMs?: number;
};

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'skb-redis-'));
export const dropFolder = (dir: string): void => rmSync(dir, { recursive: true, force: true });
const appendOnlyFile = (dir: string): string => join(dir, 'appendonlydir', 'appendonly.aof.1.incr.aof');

export async function startRedisChild(run: RedisRun): Promise<RedisChild> {
  if (run.tail === 'repaired') repairAppendOnly(run.dir);
  const port = await freePort();
  const server = ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--dir', run.dir, '--save', ''];
  server.push('--appendonly', 'yes', '--appendfsync', run.fsync);
  server.push('--aof-load-truncated', run.tail === 'repaired' ? 'no' : 'yes');
  const [program = '', ...args] = [...tracer(run), ...server];
  const child = spawn(program, args, { stdio: 'ignore' });
  const pid = await untilLoaded(child, port, program);
  return {
    port,
    pid,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit'); // strace ends with the program it follows
      process.kill(pid, signal);
      await gone;
    },
  };
}

function tracer({ dir, traceTo, slowSyncMs }: RedisRun): string[] {
  if (traceTo === undefined && slowSyncMs === undefined) return [];
  const args = ['strace', '-f', '--seccomp-bpf', '-s', '0', '-o', traceTo ?? '/dev/null', '-P', appendOnlyFile(dir)];
  args.push('-e', 'trace=write,fdatasync,fsync');
  if (slowSyncMs !== undefined) args.push('-e', `inject=fdatasync:delay_enter=${slowSyncMs * 1000}`);
  return args;
}

/** Gives the server's own process id, which under strace is not that of the child. */
async function untilLoaded(child: ChildProcess, port: number, program: string): Promise<number> {
  let failure = '';
  child.once('error', (error) => (failure = `${program}: ${error.message} (apt-get install -y ${program})`));
  child.once('exit', (code, signal) => (failure ||= `${program} ended with ${code ?? signal}`));
  const client = new Redis({ port, retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => {}); // until it listens
  try {
    const info = await Promise.race([
      client.info('server'),
      new Promise<never>((_, reject) => {
        const look = setInterval(() => {
          if (!failure) return;
          clearInterval(look);
          reject(new Error(failure));
        }, 20);
        look.unref();
      }),
    ]);
    return Number(/process_id:(\d+)/.exec(info)?.[1]);
  } finally {
    client.disconnect();
  }
}

/**
 * What would be left after a power failure: the file is cut to the length that was known to be on the disk, that is
 * what had been written before the last fdatasync that had returned. Harsher than life: the system may have written
 * more of it by itself. Gives the bytes taken away.
 */
export function failPower(dir: string, trace: string): number {
  const path = appendOnlyFile(dir);
  const whole = readFileSync(path).length;
  const kept = syncedLength(readFileSync(trace, 'utf8'));
  truncateSync(path, kept);
  return whole - kept;
}

/**
 * Lines of strace -f: `12 write(8, ""..., 123) = 123`, `13 fdatasync(8) = 0`, or either in two, `… <unfinished ...>` and
 * `13 <... fdatasync resumed>) = 0`.
 */
function syncedLength(trace: string): number {
  let written = 0;
  let synced = 0;
  const begun = new Map<string, number>();
  for (const line of trace.split('\n')) {
    const [pid = ''] = line.split(' ', 1);
    const result = Number(/ = (\d+)(?: \(\w+\))?$/.exec(line)?.[1] ?? -1);
    if (/^\d+ +(?:<\.\.\. )?write\b/.test(line)) {
      if (result > 0) written += result;
      continue;
    }
    if (!/\bf(?:data)?sync\b/.test(line)) continue;
    if (!line.includes('resumed>')) begun.set(pid, written);
    if (result === 0) synced = Math.max(synced, begun.get(pid) ?? 0);
  }
  return synced;
}
