import type { ErrorCode } from '../base/errors.ts';
import type { SendResult } from './channel.ts';
import { oneHeader, type CallOutcome } from './http-call.ts';

export type SendFailure = Extract<SendResult, { type: 'failed' }>;
/** One row of a platform's error table: all of a failure but the number it came under. */
export type Verdict = Omit<SendFailure, 'type' | 'platformCode'>;

const MINUTE_MS = 60_000;

const verdict = (
  code: ErrorCode,
  retry: SendFailure['retry'],
  scope: SendFailure['scope'],
  maxTries: number,
  afterMs?: number,
): Verdict => ({ code, retry, scope, maxTries, ...(afterMs === undefined ? {} : { afterMs }) });

/** The actions of the platforms' error tables (messenger.md §8.3, zalo.md §4), by name. */
export const verdicts = {
  temporary: (maxTries: number) => verdict('send.temporary', 'later', 'message', maxTries),
  /** It may have arrived: resent only after no echo was seen, `maxTries` 1 never. */
  ambiguous: (maxTries: number) => verdict('send.ambiguous', 'ambiguous', 'message', maxTries),
  throttled: (afterMs: number) => verdict('send.throttled', 'later', 'channel', 20, afterMs),
  refused: () => verdict('send.refused', 'never', 'message', 1),
  windowClosed: () => verdict('send.windowClosed', 'never', 'contact', 1),
  unreachable: () => verdict('send.unreachable', 'never', 'contact', 1),
  /** Another app of the platform holds the conversation: its inbox, or a competitor's bot. */
  notOwner: () => verdict('send.notOwner', 'never', 'contact', 1),
  /** Not kept any more, or never was. */
  fileMissing: () => verdict('file.missing', 'never', 'message', 1),
  /** The platform does not take its type or size. */
  fileRefused: () => verdict('file.refused', 'never', 'message', 1),
  /** A person must repair something for everybody: the queue stands, and is tried again every five minutes for a day. */
  configuration: () => verdict('send.configuration', 'later', 'channel', 288, 5 * MINUTE_MS),
  needsReauth: () => verdict('token.needsReauth', 'later', 'channel', 288, 5 * MINUTE_MS),
  /** The platform blocked the account for a while: hourly, for a day. */
  suspended: () => verdict('send.suspended', 'later', 'channel', 24, 60 * MINUTE_MS),
  /** The platform cannot be reached at all; nothing was sent. */
  notReached: () => verdict('send.temporary', 'later', 'channel', 50, 5_000),
};

export const failed = (row: Verdict, platformCode: string): SendFailure => ({ type: 'failed', ...row, platformCode });

/**
 * A fault in what only templates need (a permission, a package, money) must not hold up the conversations of everybody; and where
 * each message costs, one too few is better than one too many.
 */
export function ofTemplate(failure: SendFailure): SendFailure {
  if (failure.code === 'send.configuration') return { ...failure, retry: 'never', scope: 'message', maxTries: 1 };
  return failure.retry === 'ambiguous' ? { ...failure, maxTries: 1 } : failure;
}

/**
 * Judges a call by its fate and status alone: no answer, or an answer that is not the platform's JSON.
 * Time-outs, lost connections and 5xx are ambiguous; a refused connection, 429 and other 4xx sent nothing.
 */
export function judgeCall(outcome: CallOutcome): SendFailure {
  if (outcome.type === 'notReached') return failed(verdicts.notReached(), outcome.reason);
  if (outcome.type === 'lost') return failed(verdicts.ambiguous(2), outcome.reason);
  const { status } = outcome;
  const code = `http ${status}`;
  if (status === 429) {
    const seconds = Number(oneHeader(outcome.headers, 'retry-after') ?? NaN);
    return failed(verdicts.throttled(seconds > 0 ? Math.min(seconds * 1000, 60 * MINUTE_MS) : MINUTE_MS), code);
  }
  if (status < 300 || status >= 500 || status === 408) return failed(verdicts.ambiguous(2), code);
  return failed(verdicts.configuration(), code);
}
