import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { repairAppendOnly } from '../support/redis.ts';
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

type StoreOptions = {
  name: string;
  dir: string;
  command(port: number, dir: string): string[];
  env?(port: number, dir: string): Record<string, string>;
  /** Before each start. */
  prepare?(dir: string): void;
};

async function makeStore({ name, dir, command, env, prepare }: StoreOptions): Promise<StoreServer> {
  const port = await freePort();
  const own = join(dir, name);
  mkdirSync(own, { recursive: true });
  const runner = makeRunner({
    name,
    command: command(port, own),
    env: () => env?.(port, own) ?? {},
    cwd: own,
    logFile: join(dir, 'logs', `${name}.log`),
  });
  return {
    port,
    runner,
    dir: own,
    async start() {
      prepare?.(own);
      runner.start();
      const said = (): string => runner.said();
      await untilTrue(`${name} takes connections`, () => isOpen(port), START_MS, said);
    },
  };
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const REDIS = 'redis-server --bind 127.0.0.1 --appendonly yes --appendfsync always --aof-load-truncated no'.split(' ');

/** A real redis-server as docs/operations.md asks for it. `args` come last and win. */
export const makeRedis = (dir: string, args: readonly string[]): Promise<StoreServer> =>
  makeStore({
    name: 'redis',
    dir,
    command: (port, own) => [...REDIS, '--port', String(port), '--dir', own, '--save', '', ...args],
    prepare: repairAppendOnly,
  });

/** The MongoDB server at hand, as a process of its own. */
export const makeMongo = (dir: string, dist: string): Promise<StoreServer> =>
  makeStore({
    name: 'mongo',
    dir,
    command: () => [process.execPath, join(dist, 'embedded/mongo/main.js')],
    env: (port, own) => ({ DATA_DIR: own, HOST: '127.0.0.1', PORT: String(port) }),
  });
