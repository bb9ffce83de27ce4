import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { silentLog } from '../../src/base/log.ts';
import { freePort } from '../../src/embedded/listen-address.ts';
import { connectRedis, type RedisConnection } from '../../src/stores/redis/connection.ts';

export type RedisServer = {
  url: string;
  /** Keys of one test are apart from those of all others. */
  connect(prefix?: string): Promise<RedisConnection>;
  /** Kills the server, and starts it again on the same port with the same data. Only for a server of our own. */
  stop(): Promise<void>;
  start(): Promise<void>;
  isOwn: boolean;
  close(): Promise<void>;
};

/**
 * Cuts what a kill tore off the end of an append-only file, before a server works on `dir` again. Redis would do it by
 * itself (`aof-load-truncated yes`), but when a script's writes are torn in their midst it leaves their MULTI open, and
 * all that is written from then on is lost at the next start, or half of the script comes true.
 * Source: github.com/valkey-io/valkey pull 4342 (2026-08). Seen on Redis 7.0.15, 2026-11-21.
 */
export function repairAppendOnly(dir: string): void {
  const manifest = join(dir, 'appendonlydir', 'appendonly.aof.manifest');
  if (!existsSync(manifest)) return;
  const { status, stdout, error } = spawnSync('redis-check-aof', ['--fix', manifest], {
    input: 'y\n',
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`redis-check-aof: ${error?.message ?? stdout}`);
}

/** A real Redis: that of `REDIS_URL` (`own: false`), else a server of this test file's own. */
export async function startRedis(options: { own?: boolean } = {}): Promise<RedisServer> {
  const given = options.own ? undefined : process.env['REDIS_URL'];
  const dir = given ? '' : mkdtempSync(join(tmpdir(), 'skb-redis-'));
  const port = given ? 0 : await freePort();
  const url = given ?? `redis://127.0.0.1:${port}`;
  const connections: RedisConnection[] = [];
  let child: ReturnType<typeof spawn> | null = null;

  async function start(): Promise<void> {
    repairAppendOnly(dir);
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'yes'];
    args.push('--appendfsync', 'always', '--aof-load-truncated', 'no');
    child = spawn('redis-server', args, { stdio: 'ignore' });
    const probe = await connectRedis(url, silentLog);
    probe.close();
  }

  async function stop(): Promise<void> {
    const running = child;
    if (!running || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
    child = null;
  }

  if (!given) await start();
  return {
    url,
    isOwn: !given,
    async connect(prefix = `t${randomUUID().slice(0, 8)}`) {
      const connection = await connectRedis(url, silentLog, { prefix });
      connections.push(connection);
      return connection;
    },
    start,
    stop,
    async close() {
      for (const connection of connections) connection.close();
      await stop();
      if (dir) rmSync(dir, { recursive: true, force: true });
    },
  };
}
