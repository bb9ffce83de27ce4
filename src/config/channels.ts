import { secret, type Secret } from './secret.ts';
import type { Values } from './variables.ts';

export type ZaloConfig = {
  appId: string;
  oaId: string;
  oaSecret: Secret;
  appSecret: Secret;
  /** The first pair only: later ones live in the store, because a refresh token works once. */
  refreshToken: Secret;
  accessToken: Secret;
  /** Own limit below the platform's; null = the adapter's. */
  sendsPerSecond: number | null;
  /** Messages said unasked, below that; null = what suits the platform. */
  broadcastsPerSecond: number | null;
  /** Buttons under a text; false = numbered lines alone. */
  buttons: boolean;
  /** Base addresses without a slash at the end; null = the simulator's own. */
  apiUrl: string | null;
  oauthUrl: string | null;
  businessUrl: string | null;
};

export type MessengerConfig = {
  pageId: string;
  appId: string;
  appSecret: Secret;
  verifyToken: Secret;
  pageToken: Secret;
  /** Own limit; null = the adapter's, which keeps below the platform's. */
  sendsPerSecond: number | null;
  /** Messages said unasked, below that; null = what suits the platform. */
  broadcastsPerSecond: number | null;
  /** Without the `v`: `25.0`. */
  graphVersion: string;
  /** Base address without a slash at the end; null = the simulator's own. */
  graphUrl: string | null;
};

/** Source: platforms/zalo.md §2.1 and platforms/messenger.md §3.1 (read 2026-11-21). */
const REAL = {
  zaloApi: 'https://openapi.zalo.me',
  zaloOauth: 'https://oauth.zaloapp.com',
  zaloBusiness: 'https://business.openapi.zalo.me',
  graph: 'https://graph.facebook.com',
  graphVersion: '25.0',
} as const;

/**
 * Made-up ids and secrets for the stand-in platforms. They guard nothing: whoever reaches the simulator may write as anyone,
 * and the real platforms know none of them.
 */
const INVENTED = {
  ZALO_APP_ID: '9000000000000000001',
  ZALO_OA_ID: '9000000000000000002',
  ZALO_OA_SECRET: secret('simulator-zalo-oa-secret'),
  ZALO_APP_SECRET: secret('simulator-zalo-app-secret'),
  ZALO_REFRESH_TOKEN: secret('simulator-zalo-refresh-token'),
  ZALO_ACCESS_TOKEN: secret('simulator-zalo-access-token'),
  MESSENGER_PAGE_ID: '900000000000001',
  MESSENGER_APP_ID: '900000000000002',
  MESSENGER_APP_SECRET: secret('simulator-messenger-app-secret'),
  MESSENGER_VERIFY_TOKEN: secret('simulator-messenger-verify-token'),
  MESSENGER_PAGE_TOKEN: secret('simulator-messenger-page-token'),
} satisfies Values;

/** Expects `values` with the whole channel or none of it. With the simulator what is not given is invented. */
export function readZalo(values: Values, simulator: boolean): ZaloConfig | null {
  const all = simulator ? { ...INVENTED, ...values } : values;
  const { ZALO_APP_ID, ZALO_OA_ID, ZALO_OA_SECRET, ZALO_APP_SECRET, ZALO_REFRESH_TOKEN, ZALO_ACCESS_TOKEN } = all;
  if (!ZALO_APP_ID || !ZALO_OA_ID || !ZALO_OA_SECRET) return null;
  if (!ZALO_APP_SECRET || !ZALO_REFRESH_TOKEN || !ZALO_ACCESS_TOKEN) return null;
  return {
    appId: ZALO_APP_ID,
    oaId: ZALO_OA_ID,
    oaSecret: ZALO_OA_SECRET,
    appSecret: ZALO_APP_SECRET,
    refreshToken: ZALO_REFRESH_TOKEN,
    accessToken: ZALO_ACCESS_TOKEN,
    sendsPerSecond: values.ZALO_SENDS_PER_SECOND ?? null,
    broadcastsPerSecond: values.ZALO_BROADCASTS_PER_SECOND ?? null,
    buttons: values.ZALO_BUTTONS ?? true,
    apiUrl: values.ZALO_API_URL ?? (simulator ? null : REAL.zaloApi),
    oauthUrl: values.ZALO_OAUTH_URL ?? (simulator ? null : REAL.zaloOauth),
    businessUrl: values.ZALO_BUSINESS_URL ?? (simulator ? null : REAL.zaloBusiness),
  };
}

/** As `readZalo`. */
export function readMessenger(values: Values, simulator: boolean): MessengerConfig | null {
  const all = simulator ? { ...INVENTED, ...values } : values;
  const { MESSENGER_PAGE_ID, MESSENGER_APP_ID, MESSENGER_APP_SECRET, MESSENGER_VERIFY_TOKEN, MESSENGER_PAGE_TOKEN } =
    all;
  if (!MESSENGER_PAGE_ID || !MESSENGER_APP_ID || !MESSENGER_APP_SECRET) return null;
  if (!MESSENGER_VERIFY_TOKEN || !MESSENGER_PAGE_TOKEN) return null;
  return {
    pageId: MESSENGER_PAGE_ID,
    appId: MESSENGER_APP_ID,
    appSecret: MESSENGER_APP_SECRET,
    verifyToken: MESSENGER_VERIFY_TOKEN,
    pageToken: MESSENGER_PAGE_TOKEN,
    sendsPerSecond: values.MESSENGER_SENDS_PER_SECOND ?? null,
    broadcastsPerSecond: values.MESSENGER_BROADCASTS_PER_SECOND ?? null,
    graphVersion: values.GRAPH_API_VERSION ?? REAL.graphVersion,
    graphUrl: values.GRAPH_API_URL ?? (simulator ? null : REAL.graph),
  };
}
