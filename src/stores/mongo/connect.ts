import mongoose, { type Connection } from 'mongoose';
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { unavailable } from './storing.ts';

/** Turns wait for MongoDB; a quick "not now" lets the worker tell the person and try again. */
const SERVER_SELECTION_MS = 3_000;
const WAIT_FOR_SOCKET_MS = 3_000;
/** Past this an answer is not coming: longer than any write of ours, shorter than a person's patience. */
const SOCKET_SILENCE_MS = 10_000;
const MAX_POOL_SIZE = 20;

export type Mongo = {
  connection: Connection;
  /** As far as the driver's heartbeat knows. */
  ready(): boolean;
  close(): Promise<void>;
};

/** Opens a connection of its own. Throws AppError `store.unavailable` (retryable) when the server does not answer. */
export async function connectMongo(uri: string, { log }: { log: Log }): Promise<Mongo> {
  const connection = mongoose.createConnection(uri, {
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    connectTimeoutMS: SERVER_SELECTION_MS,
    socketTimeoutMS: SOCKET_SILENCE_MS,
    waitQueueTimeoutMS: WAIT_FOR_SOCKET_MS,
    heartbeatFrequencyMS: 5_000,
    maxPoolSize: MAX_POOL_SIZE,
    bufferCommands: false,
    autoIndex: false, // created once at start, see stores.ts
    autoCreate: false,
  });
  connection.on('error', (error: unknown) => log.warn(describeError(error), 'MongoDB connection error'));
  connection.on('disconnected', () => log.warn({}, 'MongoDB is away'));
  connection.on('reconnected', () => log.info({}, 'MongoDB is back'));
  try {
    await connection.asPromise();
  } catch (error) {
    await connection.destroy(true).catch(() => {});
    throw unavailable(error);
  }
  return {
    connection,
    ready: () => connection.readyState === mongoose.ConnectionStates.connected,
    close: () => connection.destroy(true),
  };
}
