import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { canBeSocketPath, freePort } from './listen-address.ts';
import { takeLock } from './lock.ts';
import { askRedis, toUrl, type RedisAddress } from './redis-client.ts';
import { leftoverPath, stopLeftover } from './redis-leftover.ts';

/** How long a log of hundreds of megabytes may take to load. */
const START_TIMEOUT_MS = 60_000;
/** Redis saves its log on SIGTERM; after this it is killed. */
const STOP_TIMEOUT_MS = 10_000;
const PORT_ATTEMPTS = 3;

export type EmbeddedRedis = {
  /** For `new Redis(url)` of ioredis: a path of a unix socket, or `redis://…` on loopback. */
  url: string;
  pid: number;
  /** SIGTERM, then waits until the server has saved and is gone. Calling twice is safe. */
  close(): Promise<void>;
};

/**
 * Runs redis-server (or valkey-server) as a child on `dataDir/redis`, with every write in an append-only file (flushed
 * to the disk each second). The promise ends when it has loaded its data and answers. The child ends with us, also when we are killed.
 * Throws `config.invalid` when no server is installed, or when another process already works on this folder.
 */
export async function startEmbeddedRedis(options: {
  dataDir: string;
  log: Log;
  /** The server program, see `findRedisServer`. */
  binary: string;
}): Promise<EmbeddedRedis> {
  const binary = options.binary;
  const lock = takeLock(join(resolve(options.dataDir), 'redis'));
  const dir = realpathSync(join(options.dataDir, 'redis')); // the name Redis itself gives the folder
  try {
    await stopLeftover(dir, options.log);
    const { child, pid, address } = await launch(binary, dir);
    const gone = new Promise<void>((done) => child.once('exit', () => done()));
    let closing = false;
    void gone.then(() => {
      if (!closing) options.log.error({ pid }, 'embedded redis ended by itself');
    });
    options.log.info({ pid, dir }, 'embedded redis started');
    const close = async (): Promise<void> => {
      closing = true;
      await stopChild(child, gone);
      rmSync(leftoverPath(dir), { force: true });
      lock.release();
    };
    let closed: Promise<void> | undefined;
    return { url: toUrl(address), pid, close: () => (closed ??= close()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The first of redis-server and valkey-server on PATH. Throws `config.invalid` with the command that installs one. */
export function findRedisServer(path: string): string {
  for (const name of ['redis-server', 'valkey-server'])
    for (const folder of path.split(delimiter)) {
      if (folder === '') continue;
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        continue;
      }
    }
  const command = process.platform === 'darwin' ? 'brew install redis' : 'sudo apt-get install -y redis-server';
  throw new AppError(
    'config.invalid',
    `neither redis-server nor valkey-server is on PATH. Install one with \`${command}\`, or set REDIS_URL to a server that runs elsewhere.`,
  );
}

async function launch(
  binary: string,
  dir: string,
): Promise<{ child: ChildProcess; pid: number; address: RedisAddress }> {
  const socketPath = join(dir, 'redis.sock');
  for (let attempt = 1; ; attempt += 1) {
    const address: RedisAddress = canBeSocketPath(socketPath)
      ? { type: 'socket', path: socketPath }
      : { type: 'port', port: await freePort(), password: randomBytes(24).toString('hex') };
    // Settings go through stdin, so that the password is not in the list of processes. A group of its own keeps Ctrl-C
    // in the terminal from ending Redis before we have finished with it.
    const child = spawn(binary, ['-'], { cwd: dir, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    let output = '';
    const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-2000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.stdin.on('error', () => {});
    child.stdin.end(settings(dir, address));
    if (child.pid !== undefined) {
      // At once, not when it is ready: we may be killed while it loads.
      writeFileSync(leftoverPath(dir), JSON.stringify({ pid: child.pid, address }), { mode: 0o600 });
      watch(child, child.pid);
    }
    const failure = await untilReady(child, address);
    if (failure === null && child.pid !== undefined) return { child, pid: child.pid, address };
    child.kill('SIGKILL');
    if (address.type === 'port' && attempt < PORT_ATTEMPTS && output.includes('Address already in use')) continue;
    throw new AppError(
      'store.unavailable',
      `embedded redis did not start (${failure ?? 'no pid'}): ${output.slice(-500)}`,
      {
        facts: { binary, dir },
      },
    );
  }
}

/** A shell that waits on a pipe from us: when we die in whatever way, `read` ends and the server is told to stop. */
function watch(child: ChildProcess, pid: number): void {
  const watchdog = spawn('sh', ['-c', 'read -r _; kill -TERM "$1" 2>/dev/null', 'redis-watchdog', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.on('error', () => {}); // no shell: the next start stops the leftover
  watchdog.stdin.on('error', () => {});
  child.once('exit', () => watchdog.kill('SIGKILL')); // before the pid may belong to somebody else
  watchdog.unref();
}

function settings(dir: string, address: RedisAddress): string {
  const listen =
    address.type === 'socket'
      ? ['port 0', `unixsocket "${address.path}"`, 'unixsocketperm 700']
      : [`port ${address.port}`, 'bind 127.0.0.1', `requirepass ${address.password}`];
  return [
    ...listen,
    `dir ${JSON.stringify(dir)}`,
    'daemonize no',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    'aof-load-truncated yes', // a line torn by a kill was never acknowledged
    '',
  ].join('\n');
}

/** Null when the server answers PING with its data loaded, else what went wrong. */
async function untilReady(child: ChildProcess, address: RedisAddress): Promise<string | null> {
  const failed = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(`ended with ${code ?? signal}`));
  });
  const patience = new AbortController();
  const ready = (async (): Promise<string | null> => {
    const until = performance.now() + START_TIMEOUT_MS;
    while (performance.now() < until && !patience.signal.aborted) {
      const answer = await askRedis(address, ['PING', 'INFO persistence'], 1000);
      if (answer?.includes('+PONG') && /^loading:0/m.test(answer)) return null;
      await delay(10);
    }
    return 'no answer in time';
  })();
  const outcome = await Promise.race([ready, failed]);
  patience.abort();
  return outcome;
}

async function stopChild(child: ChildProcess, gone: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(timer);
}
