import mongoose from 'mongoose';
import { AppError } from '../../base/errors.ts';

const { mongo } = mongoose;

/**
 * Server codes that mean "not now": shutting down, stepping down, interrupted, out of time, disk full (14031). Source: MongoDB
 * error codes (`error_codes.yml`).
 */
const PASSING_CODES: ReadonlySet<number> = new Set([
  6, 7, 24, 50, 64, 89, 91, 133, 189, 202, 262, 9001, 10058, 10107, 11600, 11602, 13435, 13436, 134, 14031,
]);
const DUPLICATE_KEY = 11000;

/**
 * Does one piece of work on MongoDB. A server that is away, too slow or changing its primary becomes AppError `store.unavailable`
 * (retryable); everything else, a duplicate key included, comes through as it is.
 */
export async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUnavailable(error)) throw unavailable(error);
    throw error;
  }
}

export function unavailable(cause: unknown): AppError {
  return new AppError('store.unavailable', 'MongoDB does not answer', {
    retryable: true,
    facts: { cause: cause instanceof Error ? cause.name : 'unknown' },
    cause,
  });
}

/** True for a unique index that refused a write. With `index`, only when that one did. */
export function isDuplicateKey(error: unknown, index?: string): boolean {
  if (!(error instanceof mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return false;
  const pattern: unknown = error['keyPattern'];
  return index === undefined || (typeof pattern === 'object' && pattern !== null && index in pattern);
}

/** A write that the server refused, by its place among those sent. */
export type Refused = { index: number; duplicate: boolean; code: number };

/** Refusals in the reply to a write command. Throws where it says that all must be done again. */
export function refusedWrites(reply: Record<string, unknown>): Refused[] {
  if (reply['writeConcernError']) throw unavailable(new Error('write concern'));
  const errors = (reply['writeErrors'] ?? []) as { index: number; code: number }[]; // by the protocol of MongoDB
  if (errors.some(({ code }) => PASSING_CODES.has(code))) throw unavailable(new Error('write errors'));
  return errors.map(({ index, code }) => ({ index, code, duplicate: code === DUPLICATE_KEY }));
}

/** Refusals of single items of an unordered bulk write, by their place in it; rethrows what is no such refusal. */
export function refusedItems(error: unknown): Refused[] {
  if (!(error instanceof mongo.MongoBulkWriteError) || error.result.getWriteConcernError()) throw error;
  const refused = error.result.getWriteErrors();
  if (refused.length === 0 || refused.some(({ code }) => PASSING_CODES.has(code))) throw error;
  return refused.map(({ index, code }) => ({ index, code, duplicate: code === DUPLICATE_KEY }));
}

function isUnavailable(error: unknown): boolean {
  if (error instanceof mongo.MongoServerSelectionError || error instanceof mongo.MongoNetworkError) return true;
  if (error instanceof mongo.MongoNotConnectedError || error instanceof mongo.MongoTopologyClosedError) return true;
  if (error instanceof mongo.MongoClientClosedError || error instanceof mongo.MongoServerClosedError) return true;
  if (error instanceof mongo.MongoExpiredSessionError || error instanceof mongo.MongoOperationTimeoutError) return true;
  if (error instanceof mongo.MongoBulkWriteError) {
    // a bulk write hides the driver's error in here; what is left are refusals, or a concern that was not met in time
    const within: unknown = error.errorResponse;
    if (within instanceof Error) return isUnavailable(within);
    if (error.result.getWriteConcernError()) return true;
    if (error.result.getWriteErrors().some(({ code }) => PASSING_CODES.has(code))) return true;
  }
  if (error instanceof mongo.MongoServerError && PASSING_CODES.has(Number(error.code))) return true;
  if (error instanceof mongo.MongoError) {
    // the pool's own errors are not exported; a write whose acknowledgement is unsure may be done again, all of ours are idempotent
    if (error.name === 'MongoWaitQueueTimeoutError' || error.name === 'MongoPoolClosedError') return true;
    return error.hasErrorLabel('RetryableWriteError') || error instanceof mongo.MongoWriteConcernError;
  }
  // the driver gives the socket's own error when a connection breaks while it waits to write on (mongodb 7, Connection.writeCommand)
  if (error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string') return true;
  // mongoose's own: before the first connection, after a close
  return error instanceof mongoose.Error.MongooseServerSelectionError || isUnopened(error);
}

const isUnopened = (error: unknown): boolean => error instanceof Error && error.name === 'MongooseError';
