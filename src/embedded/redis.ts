import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, describeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { reservePath, waitForRoom } from './disk-room.ts';
import { canBeSocketPath, freePort } from './listen-address.ts';
import { takeLock } from './lock.ts';
import { askRedis, toUrl, type RedisAddress } from './redis-client.ts';
import { guardRedis } from './redis-guard.ts';
import { leftoverPath, stopLeftover } from './redis-leftover.ts';
import { repairAppendOnlyFile } from './redis-repair.ts';

/** How long a log of hundreds of megabytes may take to load. */
const START_TIMEOUT_MS = 60_000;
/** Redis saves its log on SIGTERM; after this it is killed. */
const STOP_TIMEOUT_MS = 10_000;
const PORT_ATTEMPTS = 3;
/** First wait before a server that ended by itself is started again; doubles. */
const AGAIN_MS = 200;
const AGAIN_MAX_MS = 10_000;

export type EmbeddedRedis = {
  /** For `new Redis(url)` of ioredis: a path of a unix socket, or `redis://…` on loopback. Stays the same. */
  url: string;
  /** Of the server that runs now; another one after it ended by itself. */
  readonly pid: number;
  /** SIGTERM, then waits until the server has saved and is gone. Calling twice is safe. */
  close(): Promise<void>;
};

export type Fsync = 'always' | 'everysec';

type Program = { binary: string; fsync: Fsync };
type Server = {
  child: ChildProcess;
  pid: number;
  address: RedisAddress;
  gone: Promise<void>;
  /** The end of what it printed. */
  said(): string;
};

/**
 * Runs redis-server (or valkey-server) as a child on `dataDir/redis`, with every write in an append-only file, on the
 * disk before it is acknowledged unless `fsync` says otherwise. The promise ends when it has loaded its data and answers;
 * while the disk is full it waits. The child ends with us, also when we are killed; when it ends by itself it is started
 * again. Throws `config.invalid` when no server is installed or another process already works on this folder,
 * `store.unavailable` when its data is damaged in the middle.
 */
export async function startEmbeddedRedis(options: {
  dataDir: string;
  log: Log;
  /** The server program, see `findRedisServer`. */
  binary: string;
  /** When a write is on the disk: before it is acknowledged (the default), or within about two seconds. */
  fsync?: Fsync;
}): Promise<EmbeddedRedis> {
  const { binary, log } = options;
  const program = { binary, fsync: options.fsync ?? 'always' };
  await waitForRoom(options.dataDir, log);
  const lock = takeLock(join(resolve(options.dataDir), 'redis'));
  const dir = realpathSync(join(options.dataDir, 'redis')); // the name Redis itself gives the folder
  try {
    await stopLeftover(dir, log);
    let server = await launchRepaired(program, dir, log);
    const guard = guardRedis(dir, server.address, log);
    log.info({ pid: server.pid, dir }, 'embedded redis started');
    const ending = new AbortController();
    const keepRunning = async (): Promise<void> => {
      for (let failures = 0; ;) {
        await server.gone;
        if (ending.signal.aborted) return;
        if (failures === 0)
          log.error(
            { pid: server.pid, said: server.said().slice(-300) },
            'embedded redis ended by itself and is started again',
          );
        await delay(Math.min(AGAIN_MS * 2 ** failures, AGAIN_MAX_MS), undefined, { signal: ending.signal });
        try {
          server = await launchRepaired(program, dir, log, server.address);
          if (ending.signal.aborted) return await stopChild(server);
          failures = 0;
          await guard.look();
        } catch (error) {
          failures += 1;
          log.error(describeError(error), 'embedded redis could not be started again');
        }
      }
    };
    const running = keepRunning().catch(() => {}); // only the wait rejects, when it is told to end
    const close = async (): Promise<void> => {
      ending.abort();
      guard.close();
      await stopChild(server);
      await running;
      rmSync(leftoverPath(dir), { force: true });
      lock.release();
    };
    let closed: Promise<void> | undefined;
    return {
      url: toUrl(server.address),
      get pid() {
        return server.pid;
      },
      close: () => (closed ??= close()),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A server that refuses to load its data is started once more when the data could be repaired. */
async function launchRepaired(program: Program, dir: string, log: Log, address?: RedisAddress): Promise<Server> {
  try {
    return await launch(program, dir, address);
  } catch (error) {
    if (!repairAppendOnlyFile(dir, log)) throw error;
    return await launch(program, dir, address);
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

async function chooseAddress(dir: string): Promise<RedisAddress> {
  const socketPath = join(dir, 'redis.sock');
  return canBeSocketPath(socketPath)
    ? { type: 'socket', path: socketPath }
    : { type: 'port', port: await freePort(), password: randomBytes(24).toString('hex') };
}

/** `given`: the address of an earlier run, which its clients know. */
async function launch({ binary, fsync }: Program, dir: string, given?: RedisAddress): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    const address = given ?? (await chooseAddress(dir));
    // Settings go through stdin, so that the password is not in the list of processes. A group of its own keeps Ctrl-C
    // in the terminal from ending Redis before we have finished with it.
    const child = spawn(binary, ['-'], { cwd: dir, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    let output = '';
    const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-2000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.stdin.on('error', () => {});
    child.stdin.end(settings(dir, address, fsync));
    if (child.pid !== undefined) {
      // At once, not when it is ready: we may be killed while it loads.
      writeFileSync(leftoverPath(dir), JSON.stringify({ pid: child.pid, address }), { mode: 0o600 });
      watch(child, child.pid, reservePath(dir));
    }
    const gone = new Promise<void>((done) => child.once('exit', () => done()));
    const failure = await untilReady(child, address);
    if (failure === null && child.pid !== undefined)
      return { child, pid: child.pid, address, gone, said: () => output };
    child.kill('SIGKILL');
    if (
      given === undefined &&
      address.type === 'port' &&
      attempt < PORT_ATTEMPTS &&
      output.includes('Address already in use')
    )
      continue;
    throw new AppError(
      'store.unavailable',
      `embedded redis did not start (${failure ?? 'no pid'}): ${output.slice(-500)}`,
      {
        facts: { binary, dir },
      },
    );
  }
}

/**
 * A shell that waits on a pipe from us: when we die in whatever way, `read` ends and the server is told to stop. It
 * gets the reserve for its last writes.
 */
function watch(child: ChildProcess, pid: number, reserve: string): void {
  const script = 'read -r _; rm -f "$2"; kill -TERM "$1" 2>/dev/null';
  const watchdog = spawn('sh', ['-c', script, 'redis-watchdog', String(pid), reserve], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.on('error', () => {}); // no shell: the next start stops the leftover
  watchdog.stdin.on('error', () => {});
  child.once('exit', () => watchdog.kill('SIGKILL')); // before the pid may belong to somebody else
  watchdog.unref();
}

function settings(dir: string, address: RedisAddress, fsync: Fsync): string {
  const listen =
    address.type === 'socket'
      ? ['port 0', `unixsocket "${address.path}"`, 'unixsocketperm 700']
      : [`port ${address.port}`, 'bind 127.0.0.1', `requirepass ${address.password}`];
  return [
    ...listen,
    `dir ${JSON.stringify(dir)}`,
    'daemonize no',
    'appendonly yes',
    `appendfsync ${fsync}`,
    'save ""',
    'maxmemory-policy noeviction',
    // Redis would take a damaged length in the middle for a torn end, and forget all that follows; see repairAppendOnlyFile
    'aof-load-truncated no',
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

async function stopChild({ child, gone }: Server): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(timer);
}
