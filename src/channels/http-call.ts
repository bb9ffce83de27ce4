import type { IncomingHttpHeaders } from 'node:http';
import type { Pool } from 'undici';

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

/** One POST over kept-open connections. Redirects are not followed. Never throws; `json` is undefined for other bodies. */
export async function post(
  pool: Pool,
  path: string,
  headers: Record<string, string>,
  body: string,
  timeoutMs: number,
): Promise<CallOutcome> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await pool.request({ path, method: 'POST', headers, body, signal });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) return { type: 'lost', reason: 'tooLong' };
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString('utf8');
    return { type: 'answered', status: answer.statusCode, headers: answer.headers, json: readAnswer(text) };
  } catch (error) {
    const reason = reasonOf(error);
    return { type: NOT_REACHED.test(reason) ? 'notReached' : 'lost', reason };
  }
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
