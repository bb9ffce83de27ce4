import { createHmac } from 'node:crypto';
import type { Pool } from 'undici';
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { numeric } from '../numeric.ts';
import { call, oneHeader, post, type CallOutcome } from '../http-call.ts';
import { multipart } from '../multipart.ts';
import type { ReadyFile } from '../uploads.ts';

const MINUTE_MS = 60_000;

/** `{ "data": { "message_id": "4241" }, "error": 0, "message": "Success" }`; failures come with status 200 as well. */
const envelope = z.object({ data: z.unknown().optional(), error: numeric });
export type Envelope = z.infer<typeof envelope>;

/** Null when it is not an answer of the OpenAPI. */
export function readEnvelope(json: unknown): Envelope | null {
  const parsed = envelope.safeParse(json);
  return parsed.success ? parsed.data : null;
}

export type ZaloClient = {
  /** One POST to the OpenAPI. Never throws. */
  call(path: string, accessToken: string, body: unknown): Promise<CallOutcome>;
  /** One GET. Never throws. */
  get(path: string, accessToken: string): Promise<CallOutcome>;
  /** One upload, as a form with the field `file`. Never throws. */
  upload(path: string, accessToken: string, file: Omit<ReadyFile, 'limit'>): Promise<CallOutcome>;
  /** Ms until the app may call again; 0 when it may now. */
  pauseMs(): number;
};

/**
 * A thin client of openapi.zalo.me. With `appSecret` every call carries `appsecret_proof`, needed when the app's setting
 * asks for it. Source: Zalo OA API, request headers and rate limit as relayed (zalo.md §2.1, §3.4).
 */
export function zaloClient(
  pool: Pool,
  clock: Clock,
  { timeoutMs, uploadTimeoutMs }: { timeoutMs: number; uploadTimeoutMs: number },
  appSecret?: string,
): ZaloClient {
  let pausedUntil = 0; // performance.now(): a clock that is set back must not prolong it
  let proof = { token: '', hex: '' };

  function headersFor(token: string, contentType: string): Record<string, string> {
    const headers = { access_token: token, 'content-type': contentType };
    if (!appSecret) return headers;
    if (proof.token !== token) proof = { token, hex: createHmac('sha256', appSecret).update(token).digest('hex') };
    return { ...headers, appsecret_proof: proof.hex };
  }

  function watched(outcome: CallOutcome): CallOutcome {
    // The allowance is the app's and begins anew each minute.
    if (outcome.type === 'answered' && oneHeader(outcome.headers, 'x-ratelimit-remain') === '0')
      pausedUntil = performance.now() + MINUTE_MS - (clock.now() % MINUTE_MS);
    return outcome;
  }

  return {
    async call(path, accessToken, body) {
      const headers = headersFor(accessToken, 'application/json');
      return watched(await post(pool, path, headers, JSON.stringify(body), timeoutMs));
    },
    async get(path, accessToken) {
      return watched(await call(pool, 'GET', path, headersFor(accessToken, 'application/json'), null, timeoutMs));
    },
    async upload(path, accessToken, { name, mime, bytes }) {
      const { contentType, body } = multipart([{ name: 'file', bytes, fileName: name, mime }]);
      return watched(await post(pool, path, headersFor(accessToken, contentType), body, uploadTimeoutMs));
    },
    pauseMs: () => Math.max(0, pausedUntil - performance.now()),
  };
}
