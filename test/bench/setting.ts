import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { APP_SECRET, PAGE_ID, VERIFY_TOKEN } from './conversation.ts';
import { freePort, startPinned, until, untilServing, type Pinned } from './processes.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const SERVER_CORE = 0;
/** Of the driver, the stub, Redis and MongoDB. */
export const LOAD_CORE = 1;

/** A temp folder that goes with the process. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skb-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
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

/** `appendonly`: as in production (`everysec`), or off as `../shared/bench` has it. */
export async function startRedis(
  appendonly: boolean,
  folder: string,
): Promise<{ process: Pinned; client: Redis; url: string }> {
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
  args.push('--appendonly', appendonly ? 'yes' : 'no', '--appendfsync', 'everysec');
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

export type Contender = {
  name: string;
  isFloor: boolean;
  origin: string;
  server: Pinned;
  redis: { process: Pinned; client: Redis };
  mongo: { process: Pinned; uri: string } | null;
};

export async function startFloor(graphUrl: string, folder: string): Promise<Contender> {
  const redis = await startRedis(false, folder);
  const port = await freePort();
  const env = { NODE_ENV: 'production', PORT: String(port), REDIS_URL: redis.url, GRAPH_API_URL: graphUrl };
  const file = join(ROOT, 'test/bench/floor.ts');
  const server = startPinned(SERVER_CORE, ['node', '--import', 'tsx', file], env);
  const origin = `http://127.0.0.1:${port}`;
  await untilServing('the floor', server, origin);
  return { name: 'floor', isFloor: true, origin, server, redis, mongo: null };
}

/** The built product `root`/dist with stores of its own. `nodeArgs` go before the file. */
export async function startProduct(
  options: { name: string; root: string; appendonly: boolean; nodeArgs?: string[]; env?: NodeJS.ProcessEnv },
  graphUrl: string,
): Promise<Contender> {
  const { name, root, appendonly, nodeArgs = [] } = options;
  const folder = tempFolder();
  const redis = await startRedis(appendonly, folder);
  const mongo = await startMongo(join(root, 'dist'), join(folder, 'mongo'));
  const port = await freePort();
  const server = startPinned(SERVER_CORE, ['node', ...nodeArgs, join(root, 'dist/main.js')], {
    ...productEnv(openFlows(root, folder), root),
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    REDIS_URL: redis.url,
    MONGODB_URI: mongo.uri,
    GRAPH_API_URL: graphUrl,
    ...options.env,
  });
  const origin = `http://127.0.0.1:${port}`;
  await untilServing(name, server, origin);
  return { name, isFloor: false, origin, server, redis, mongo };
}
