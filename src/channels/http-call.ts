import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher, Pool } from 'undici';

/** Longer answers than this are cut off: the platforms' answers have a few hundred bytes. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * What became of one call.
 * `notReached`: no byte of it can have been read by the platform. `lost`: it may have been read, its answer was not.
 */
export type CallOutcome =
  | { type: 'answered'; status: number; headers: IncomingHttpHeaders; json: unknown }
  | { type: 'notReached'; reason: string }
  | { type: 'lost'; reason: string };

/** One POST; see `call`. */
export const post = (
  pool: Pool,
  path: string,
  headers: Record<string, string>,
  body: string | Buffer,
  timeoutMs: number,
): Promise<CallOutcome> => call(pool, 'POST', path, headers, body, timeoutMs);

/**
 * One call over kept-open connections. Redirects are not followed. Never throws; `json` is undefined for other bodies.
 * Measured: 2026-11-21 with test/channels/messenger/send-cost.ts, medians of 3 runs in turn: 65 µs CPU a send with `dispatch`
 * and handlers of our own, 112 µs with `pool.request`, whose stream and AbortSignal are made for each call.
 */
export function call(
  pool: Pool,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  headers: Record<string, string>,
  body: string | Buffer | null,
  timeoutMs: number,
): Promise<CallOutcome> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | null = null;
    let over = false;
    let status = 0;
    let answerHeaders: IncomingHttpHeaders = {};
    let text = '';
    let first: Buffer | null = null;
    let chunks: Buffer[] | null = null;
    let bytes = 0;

    const end = (outcome: CallOutcome): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      resolve(outcome);
    };
    const giveUp = (reason: string): void => {
      // one that never got a connection was not written, and `onRequestStart` sees to it that it never is
      end({ type: controller ? 'lost' : 'notReached', reason });
      controller?.abort(new Error(reason));
    };
    const timer = setTimeout(() => giveUp('TimeoutError'), timeoutMs);
    const fail = (error: unknown): void => {
      const reason = reasonOf(error);
      end({ type: NOT_REACHED.test(reason) ? 'notReached' : 'lost', reason });
    };

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        if (over) started.abort(new Error('TimeoutError')); // it waited too long for a connection: it must not go out now
      },
      onResponseStart(_controller, statusCode, given) {
        status = statusCode;
        answerHeaders = given;
      },
      onResponseData(_controller, chunk) {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) return giveUp('tooLong');
        if (first === null) first = chunk;
        else (chunks ??= [first]).push(chunk);
      },
      onResponseEnd() {
        if (first) text = (chunks ? Buffer.concat(chunks) : first).toString('utf8');
        end({ type: 'answered', status, headers: answerHeaders, json: readAnswer(text) });
      },
      onResponseError: (_controller, error) => fail(error),
    };
    try {
      pool.dispatch({ path, method, headers, body }, handler);
    } catch (error) {
      fail(error);
    }
  });
}

/**
 * Faults that come before the request is written. All others (reset, closed, timed out) may come after.
 * Source: undici 7 errors.js; node errno and TLS error codes (read 2026-11-21).
 */
const NOT_REACHED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|UND_ERR_CLOSED|UND_ERR_DESTROYED|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|ERR_TLS_CERT_ALTNAME_INVALID)$/;

function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  // Several addresses tried (`localhost`): the codes are inside.
  if (error instanceof AggregateError && !hasCode(error)) return reasonOf(error.errors[0]);
  return hasCode(error) ? error.code : error instanceof Error ? error.name : 'unknown';
}

const hasCode = (error: object): error is { code: string } => 'code' in error && typeof error.code === 'string';

function readAnswer(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A header that holds one value; undefined when missing. */
export function oneHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
