import type { Pool } from 'undici';
import { z } from 'zod';
import { numeric } from '../numeric.ts';
import { post } from '../http-call.ts';

/** `{ "access_token": "…", "refresh_token": "…", "expires_in": "90000" }`, seconds as text. */
const pair = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: numeric.refine((seconds) => seconds > 0),
});

/** `rejected`: the refresh token is used up, expired or foreign. `later`: no answer, or none of the OAuth server. */
export type RefreshOutcome =
  | { type: 'refreshed'; accessToken: string; refreshToken: string; lifeMs: number }
  | { type: 'rejected'; platformCode: string }
  | { type: 'later' };

export type Refresh = (refreshToken: string) => Promise<RefreshOutcome>;

/** Source: Zalo OAuth v4 for the OA, "access_token" as relayed; java-sdk (zalo.md §5.1–5.2). */
export function zaloRefresh(pool: Pool, appId: string, appSecret: string, timeoutMs: number): Refresh {
  return async (refreshToken) => {
    const body = new URLSearchParams({ refresh_token: refreshToken, app_id: appId, grant_type: 'refresh_token' });
    const headers = { secret_key: appSecret, 'content-type': 'application/x-www-form-urlencoded' };
    const outcome = await post(pool, '/v4/oa/access_token', headers, body.toString(), timeoutMs);
    if (outcome.type !== 'answered') return { type: 'later' };
    const answer = pair.safeParse(outcome.json);
    if (answer.success) {
      const { access_token: accessToken, refresh_token: next, expires_in: seconds } = answer.data;
      return { type: 'refreshed', accessToken, refreshToken: next, lifeMs: seconds * 1000 };
    }
    const fault = z.object({ error: numeric }).safeParse(outcome.json);
    if (outcome.status >= 500 || outcome.status === 429 || !fault.success) return { type: 'later' };
    return { type: 'rejected', platformCode: String(fault.data.error) };
  };
}
