import { describeError } from './base/errors.ts';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Config } from './config/config.ts';
import { startEmbeddedMongo } from './embedded/mongo/server.ts';
import { findRedisServer, startEmbeddedRedis } from './embedded/redis.ts';
import { connectMongo, type Mongo } from './stores/mongo/connect.ts';
import { mongoStores, prepareStores, type MongoStores } from './stores/mongo/stores.ts';
import { connectRedis, fixPartitions, type RedisConnection } from './stores/redis/connection.ts';
import { warnOfLosses } from './stores/redis/durability.ts';

export type AppStores = {
  redis: RedisConnection;
  mongo: Mongo;
  stores: MongoStores;
  /** Connections first, then the embedded servers. */
  close(): Promise<void>;
};

/** Connects to the stores, starting the embedded ones where none is configured. Ends what it started when a later part fails. */
export async function openStores(config: Config, clock: Clock, log: Log): Promise<AppStores> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closers.toReversed()) {
      try {
        await end();
      } catch (error) {
        log.warn(describeError(error), 'a store did not close cleanly');
      }
    }
  };
  try {
    let redisUrl: string;
    if (config.redis.type === 'embedded') {
      const server = await startEmbeddedRedis({
        dataDir: config.dataDir,
        log,
        binary: findRedisServer(config.searchPath),
        fsync: config.redis.fsync,
      });
      closers.push(() => server.close());
      redisUrl = server.url;
    } else redisUrl = config.redis.urls.map((url) => url.reveal()).join(',');
    let mongoUri: string;
    if (config.mongo.type === 'embedded') {
      const server = await startEmbeddedMongo({ dataDir: config.dataDir, log });
      closers.push(() => server.close());
      mongoUri = server.uri;
    } else mongoUri = config.mongo.uri.reveal();
    const redis = await connectRedis(redisUrl, log);
    closers.push(() => redis.close());
    await fixPartitions(redis, config.partitions);
    if (config.redis.type === 'server') await warnOfLosses(redis, log);
    const mongo = await connectMongo(mongoUri, { log });
    closers.push(() => mongo.close());
    const stores = mongoStores(mongo.connection, undefined, clock);
    await prepareStores(mongo.connection, stores, log);
    return { redis, mongo, stores, close };
  } catch (error) {
    await close();
    throw error;
  }
}
