import { Cluster, Redis } from 'ioredis';
import type { Log } from '../../base/log.ts';
import { AppError } from '../../base/errors.ts';
import { redisKeys, type RedisKeys } from './keys.ts';
import { defineScripts } from './script.ts';

export type RedisClient = Redis | Cluster;

export type RedisConnection = {
  client: RedisClient;
  /** As it was given: may hold a password. */
  url: string;
  cluster: boolean;
  keys: RedisKeys;
  /** Another connection to the same place, for blocking reads or for commands with another deadline. */
  another(commandTimeoutMs: number): RedisClient;
  /** Resolves when this connection takes commands; throws `store.unavailable` when that takes too long. */
  ready(client: RedisClient): Promise<void>;
  close(): void;
};

/**
 * Commands fail at once while Redis is away and are never repeated by the client: a script sent twice is a thing only its
 * caller can judge. Connections come back by themselves.
 */
function open(url: string, commandTimeoutMs: number): RedisClient {
  const options = {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
    autoPipeliningIgnoredCommands: ['evalsha'], // scripts gather by themselves
    connectTimeout: 3000,
    commandTimeout: commandTimeoutMs,
    retryStrategy: (times: number) => Math.min(20 * 2 ** times, 1000),
  };
  const nodes = url.split(',');
  if (nodes.length === 1) return new Redis(url, options);
  return new Cluster(nodes, {
    enableOfflineQueue: false,
    // ioredis 5.11.1 takes a script's number of keys for its first key, and so sends it along with those of another node
    enableAutoPipelining: false,
    clusterRetryStrategy: options.retryStrategy,
    redisOptions: { connectTimeout: options.connectTimeout, commandTimeout: commandTimeoutMs },
  });
}

async function ready(client: RedisClient, deadlineMs: number): Promise<void> {
  if (client.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      client.disconnect();
      reject(new AppError('store.unavailable', 'Redis cannot be reached', { retryable: true }));
    }, deadlineMs);
    client.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * `url`: one `redis://` address, or several separated by commas for a cluster. Resolves when Redis answers; throws
 * `store.unavailable` after `startMs`.
 */
export async function connectRedis(
  url: string,
  log: Log,
  options: { prefix?: string; commandTimeoutMs?: number; startMs?: number } = {},
): Promise<RedisConnection> {
  const clients: RedisClient[] = [];
  const connect = (commandTimeoutMs: number): RedisClient => {
    const client = open(url, commandTimeoutMs);
    defineScripts(client);
    let complained = false;
    client.on('error', (error: Error) => {
      if (!complained) log.warn({ name: error.name, message: error.message.slice(0, 200) }, 'Redis connection failed');
      complained = true;
    });
    client.on('ready', () => {
      if (complained) log.info({}, 'Redis connection is back');
      complained = false;
    });
    clients.push(client);
    return client;
  };
  const client = connect(options.commandTimeoutMs ?? 5000);
  const startMs = options.startMs ?? 10_000;
  await ready(client, startMs);
  return {
    client,
    url,
    cluster: client instanceof Cluster,
    keys: redisKeys(options.prefix ?? 'skb'),
    another: connect,
    ready: (one) => ready(one, startMs),
    close() {
      for (const one of clients) one.disconnect();
    },
  };
}

/** The number of partitions is fixed by the first start: another one would send a contact's events past its earlier ones. */
export async function fixPartitions(connection: RedisConnection, partitions: number): Promise<void> {
  const key = connection.keys.partitions;
  await connection.client.set(key, String(partitions), 'NX');
  const stored = await connection.client.get(key);
  if (stored === String(partitions)) return;
  throw new AppError('config.invalid', `PARTITIONS is ${partitions}, but this deployment was started with ${stored}`, {
    facts: { partitions, stored: stored ?? '' },
  });
}
