import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { APP_SECRET, PAGE_ID, VERIFY_TOKEN } from './conversation.ts';
import { freePort } from '../../src/embedded/listen-address.ts';
import { startPinned, until, untilServing, type Pinned } from './processes.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const SERVER_CORE = 0;
/** The product's own default. */
export const PARTITIONS = 16;
/** Of the driver, the stub, Redis and MongoDB. */
export const LOAD_CORE = 1;

const folders: string[] = [];
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A temp folder that goes with the process. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skb-bench-'));
  folders.push(folder);
  return folder;
}

/** The flows with the last phase of `01-trieu-sang-kien` still open: CLOCK_AT is not for production. Gives the folder. */
export function openFlows(root: string, folder: string): string {
  const flows = join(folder, 'flows');
  cpSync(join(root, 'flows'), flows, { recursive: true });
  const file = join(flows, '01-trieu-sang-kien', 'campaign.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(': 2023-09-0', ': 2043-09-0'));
  return flows;
}

/** When Redis flushes its append-only file: `always` as in production, or none at all as `../shared/bench` has it. */
export type Aof = 'always' | 'everysec' | 'off';

/** `on` is `everysec`, as it was before there was a choice. */
export function readAof(word: string): Aof {
  if (word === 'on') return 'everysec';
  if (word === 'always' || word === 'everysec' || word === 'off') return word;
  throw new Error(`--aof: always, everysec or off, not ${word}`);
}

export async function startRedis(aof: Aof, folder: string): Promise<{ process: Pinned; client: Redis; url: string }> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--io-threads', '1'];
  args.push(
    '--appendfilename',
    `bench-${port}.aof`,
    '--appenddirname',
    `aof-${port}`,
    '--maxmemory-policy',
    'noeviction',
  );
  args.push('--appendonly', aof === 'off' ? 'no' : 'yes', '--appendfsync', aof === 'always' ? 'always' : 'everysec');
  const process = startPinned(LOAD_CORE, ['redis-server', ...args]);
  const client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null });
  client.on('error', () => {}); // refused until redis-server listens
  await client.ping();
  return { process, client, url: `redis://127.0.0.1:${port}` };
}

/** The embedded MongoDB-wire-compatible server, from the built product. */
export async function startMongo(dist: string, folder: string): Promise<{ process: Pinned; uri: string }> {
  const env = { DATA_DIR: folder, HOST: '127.0.0.1', PORT: String(await freePort()) };
  const process = startPinned(LOAD_CORE, ['node', join(dist, 'embedded/mongo/main.js')], env);
  const uri = await until('the MongoDB server', process, () => {
    return Promise.resolve(/mongodb:\/\/\S+/.exec(process.said())?.[0] ?? null);
  });
  return { process, uri };
}

/** What the product is told by its environment, beside its own addresses. */
export const productEnv = (flowsDir: string, root: string): NodeJS.ProcessEnv => ({
  NODE_ENV: 'production',
  PARTITIONS: String(PARTITIONS),
  HOST: '127.0.0.1',
  PUBLIC_URL: 'https://bench.invalid',
  ROLES: 'web,worker,sender,jobs',
  FLOWS_DIR: flowsDir,
  LOCALES_DIR: join(root, 'locales'),
  CAMPAIGN: '01-trieu-sang-kien',
  ADMIN_EMAIL: 'bench@example.invalid',
  ADMIN_PASSWORD: 'bench-password',
  MESSENGER_PAGE_ID: PAGE_ID,
  MESSENGER_APP_ID: '200000000000001',
  MESSENGER_APP_SECRET: APP_SECRET,
  MESSENGER_VERIFY_TOKEN: VERIFY_TOKEN,
  MESSENGER_PAGE_TOKEN: 'bench-page-token',
  MESSENGER_SENDS_PER_SECOND: '100000',
  LOG_LEVEL: 'warn',
});

/** One process of the product. */
export type Part = { roles: string; core: number };
export const ALL_IN_ONE: readonly Part[] = [{ roles: 'web,worker,sender,jobs', core: SERVER_CORE }];
/** A process for each role, with so many workers. */
export const apart = (workers: number): Part[] => [
  { roles: 'web', core: SERVER_CORE },
  ...Array.from({ length: workers }, () => ({ roles: 'worker', core: SERVER_CORE })),
  { roles: 'sender', core: SERVER_CORE },
  { roles: 'jobs', core: SERVER_CORE },
];

export type Contender = {
  name: string;
  isFloor: boolean;
  origin: string;
  /** Of the product, or the floor's only one. Addresses in the same order. */
  servers: Pinned[];
  origins: string[];
  /** From the start of the first process until all serve, without its stores. */
  startSeconds: number;
  redis: { process: Pinned; client: Redis };
  mongo: { process: Pinned; uri: string } | null;
};

export async function startFloor(graphUrl: string, folder: string): Promise<Contender> {
  const redis = await startRedis('off', folder);
  const port = await freePort();
  const env = { NODE_ENV: 'production', PORT: String(port), REDIS_URL: redis.url, GRAPH_API_URL: graphUrl };
  const file = join(ROOT, 'test/bench/floor.ts');
  const server = startPinned(SERVER_CORE, ['node', '--import', 'tsx', file], env);
  const origin = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  await untilServing('the floor', server, origin);
  const startSeconds = (performance.now() - startedAt) / 1000;
  return {
    name: 'floor',
    isFloor: true,
    origin,
    origins: [origin],
    servers: [server],
    startSeconds,
    redis,
    mongo: null,
  };
}

export type ProductOptions = {
  name: string;
  /** A checkout with a `dist/`. */
  root: string;
  aof: Aof;
  /** Before the file. */
  nodeArgs?: string[];
  env?: NodeJS.ProcessEnv;
  parts?: readonly Part[];
  /** Changes the flows of this product alone. */
  changeFlows?(flowsDir: string): void;
};

/** The built product with stores of its own. */
export async function startProduct(options: ProductOptions, graphUrl: string): Promise<Contender> {
  const { name, root, aof, nodeArgs = [], parts = ALL_IN_ONE } = options;
  const folder = tempFolder();
  const redis = await startRedis(aof, folder);
  const mongo = await startMongo(join(root, 'dist'), join(folder, 'mongo'));
  const flows = openFlows(root, folder);
  options.changeFlows?.(flows);
  const origins: string[] = [];
  const servers: Pinned[] = [];
  const startedAt = performance.now();
  for (const { roles, core } of parts) {
    const port = await freePort();
    const server = startPinned(core, ['node', ...nodeArgs, join(root, 'dist/main.js')], {
      ...productEnv(flows, root),
      PORT: String(port),
      DATA_DIR: join(folder, 'data'),
      REDIS_URL: redis.url,
      MONGODB_URI: mongo.uri,
      GRAPH_API_URL: graphUrl,
      ...options.env,
      ...(parts !== ALL_IN_ONE && { ROLES: roles }),
    });
    servers.push(server);
    origins.push(`http://127.0.0.1:${port}`);
  }
  await untilServing(name, servers[0]!, origins[0]!);
  for (const [i, origin] of origins.entries()) {
    await until(name, servers[i]!, async () => ((await fetch(`${origin}/readyz`)).ok ? true : null));
  }
  const startSeconds = (performance.now() - startedAt) / 1000;
  return { name, isFloor: false, origin: origins[0]!, origins, servers, startSeconds, redis, mongo };
}

export async function stopContender({ servers, mongo, redis }: Contender): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
  redis.client.disconnect();
  await mongo?.process.stop();
  await redis.process.stop();
}

export function buildProduct(root: string): void {
  if (root !== ROOT && existsSync(join(root, 'dist/main.js'))) return;
  const built = spawnSync(process.execPath, [join(root, 'script/build.mjs')], { stdio: 'inherit' });
  if (built.status !== 0) throw new Error('the product could not be built');
}

/** The bench itself stays off the product's core. */
export function pinToLoadCore(): void {
  spawnSync('taskset', ['-acp', String(LOAD_CORE), String(process.pid)]);
}

/** A file of the bench as a process on the load core that says over IPC at which port its stub Graph API listens. */
export async function startWithStub(file: string): Promise<{ process: Pinned; graphUrl: string }> {
  const path = join(ROOT, 'test/bench', file);
  const process = startPinned(LOAD_CORE, ['node', '--import', 'tsx', path], { NODE_ENV: 'production' }, true);
  const { port } = await new Promise<{ port: number }>((done, failed) => {
    process.child.once('message', (message: { port: number }) => done(message));
    void process.gone.then(() => failed(new Error(`the driver did not start:\n${process.said()}`)));
  });
  return { process, graphUrl: `http://127.0.0.1:${port}` };
}
