import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { freePort, makeRunner, untilTrue, type Runner } from './processes.ts';

/** A store that can be killed, paused and started again on the same port with the same files. */
export type StoreServer = {
  port: number;
  runner: Runner;
  /** Resolves when it takes connections. */
  start(): Promise<void>;
  dir: string;
};

const START_MS = 60_000;

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

async function makeStore(
  name: string,
  dir: string,
  make: (port: number) => Omit<Parameters<typeof makeRunner>[0], 'name' | 'cwd' | 'logFile'>,
): Promise<StoreServer> {
  const port = await freePort();
  const own = join(dir, name);
  mkdirSync(own, { recursive: true });
  const runner = makeRunner({ ...make(port), name, cwd: own, logFile: join(dir, 'logs', `${name}.log`) });
  return {
    port,
    runner,
    dir: own,
    async start() {
      runner.start();
      await untilTrue(
        `${name} takes connections`,
        () => isOpen(port),
        START_MS,
        () => runner.said(),
      );
    },
  };
}

const REDIS_ARGS = '--bind 127.0.0.1 --appendonly yes --appendfsync everysec --maxmemory-policy noeviction'.split(' ');

/** A real redis-server as docs/operations.md asks for it. `args` come last and win. */
export const makeRedis = (dir: string, args: readonly string[]): Promise<StoreServer> =>
  makeStore('redis', dir, (port) => ({
    command: [
      'redis-server',
      '--port',
      String(port),
      '--dir',
      join(dir, 'redis'),
      '--save',
      '',
      ...REDIS_ARGS,
      ...args,
    ],
    env: () => ({}),
  }));

/** The MongoDB server at hand, as a process of its own. */
export const makeMongo = (dir: string, dist: string): Promise<StoreServer> =>
  makeStore('mongo', dir, (port) => ({
    command: [process.execPath, join(dist, 'embedded/mongo/main.js')],
    env: () => ({ DATA_DIR: join(dir, 'mongo'), HOST: '127.0.0.1', PORT: String(port) }),
  }));
