import { Pool } from 'undici';
import { systemClock, type Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { Channel } from '../channel.ts';
import { zaloClient } from './client.ts';
import { zaloRefresh } from './oauth.ts';
import { parseZalo } from './parse.ts';
import { makeUploads, noFiles, UPLOAD_TIMEOUT_MS, type ReadFile } from '../uploads.ts';
import { describeZalo, echoKindsOf, echoTextOf, renderZalo, type ButtonSetting } from './render.ts';
import { callWithToken, zaloSender } from './send.ts';
import { zaloTemplates } from './templates.ts';
import { zaloTokens, type TokenOptions } from './token.ts';
import { verifyZalo } from './verify.ts';

export const ZALO_API_URL = 'https://openapi.zalo.me';
export const ZALO_OAUTH_URL = 'https://oauth.zaloapp.com';
const ZALO_BUSINESS_URL = 'https://business.openapi.zalo.me';

/**
 * Source: Zalo OA API, rate limit as relayed (zalo.md §3.4): 4,000 calls a minute per app, no limit per second known.
 * Assumed: an echo is there within 15 s if it comes at all; 5 s are recommended for telling it from staff (§1.9).
 */
const LIMITS: Channel['limits'] = { concurrency: 64, perSecond: 60, echoWaitMs: 15_000 };

export type ZaloOptions = {
  appId: string;
  oaId: string;
  /** OA Secret Key of the webhook page; signs events. */
  oaSecret: string;
  /** App Secret Key; renews tokens. */
  appSecret: string;
  tokens: Pick<TokenOptions, 'store' | 'lock' | 'first' | 'onAlarm' | 'saveWaitMs'>;
  /** Origins, http only for a stand-in on this machine. */
  apiUrl?: string;
  oauthUrl?: string;
  /** Of templates: by phone, and their list. */
  businessUrl?: string;
  buttons?: ButtonSetting;
  /** Sends `appsecret_proof`, for apps whose settings ask for it. */
  proof?: boolean;
  clock?: Clock;
  timeoutMs?: number;
  uploadTimeoutMs?: number;
  /** Files that staff send; without it there are none. */
  readFile?: ReadFile;
  limits?: Partial<Channel['limits']>;
};

/** Zalo Official Account. Throws `config.invalid` on an empty secret: its digest could be forged by anyone. */
export function zaloChannel(options: ZaloOptions): Channel {
  const { appId, oaId, oaSecret, appSecret } = options;
  for (const [name, value] of Object.entries({ appId, oaId, oaSecret, appSecret }))
    if (value === '') throw new AppError('config.invalid', `zalo: ${name} is empty`);
  const clock = options.clock ?? systemClock;
  const timeoutMs = options.timeoutMs ?? 10_000;
  const limits = { ...LIMITS, ...options.limits };
  const connect = { timeout: Math.min(5_000, timeoutMs) };
  const apiPool = new Pool(new URL(options.apiUrl ?? ZALO_API_URL).origin, {
    connections: limits.concurrency,
    connect,
  });
  const oauthPool = new Pool(new URL(options.oauthUrl ?? ZALO_OAUTH_URL).origin, { connections: 1, connect });
  const businessPool = new Pool(new URL(options.businessUrl ?? ZALO_BUSINESS_URL).origin, { connections: 16, connect });
  const timeouts = { timeoutMs, uploadTimeoutMs: options.uploadTimeoutMs ?? UPLOAD_TIMEOUT_MS };
  const client = zaloClient(apiPool, clock, timeouts, options.proof ? appSecret : undefined);
  const business = zaloClient(businessPool, clock, timeouts, options.proof ? appSecret : undefined);
  const uploads = makeUploads('zalo', options.readFile ?? noFiles);
  const refresh = zaloRefresh(oauthPool, appId, appSecret, timeoutMs);
  const tokens = zaloTokens({ ...options.tokens, refresh, clock });
  return {
    name: 'zalo',
    limits,
    verify: (webhook) => verifyZalo(webhook, appId, oaSecret),
    parse: (webhook, receivedAt) => parseZalo(webhook, receivedAt, oaId),
    render: (reply) => renderZalo(reply, options.buttons ?? 'on'),
    send: zaloSender(client, business, tokens, uploads, clock),
    templates: zaloTemplates((path) =>
      callWithToken(business, tokens, (accessToken) => business.get(path, accessToken)),
    ),
    describe: describeZalo,
    // Zalo gives no row of ours back: a late echo is known by its text. Source: zalo.md §1.9.
    echoText: echoTextOf,
    echoKinds: echoKindsOf,
    close: async () => {
      await Promise.all([apiPool.close(), oauthPool.close(), businessPool.close()]);
    },
  };
}
