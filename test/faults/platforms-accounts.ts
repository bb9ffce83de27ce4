/** Invented accounts at the stand-in platforms. */
export const ACCOUNTS = {
  zalo: {
    appId: '4100200300400500601',
    oaId: '3700111222333444555',
    oaSecret: 'InventedOaSecretKey01',
    appSecret: 'invented-zalo-app-secret',
  },
  messenger: {
    pageId: '108845271234567',
    appId: '987654321012345',
    appSecret: 'invented-app-secret',
    verifyToken: 'invented-verify-token',
    pageToken: 'invented-page-token',
  },
} as const;

/** The environment that leads a product process to the stand-in platforms at `url`. */
export function platformEnv(url: string, tokens: { access: string; refresh: string }): Record<string, string> {
  const { zalo, messenger } = ACCOUNTS;
  return {
    ZALO_APP_ID: zalo.appId,
    ZALO_OA_ID: zalo.oaId,
    ZALO_OA_SECRET: zalo.oaSecret,
    ZALO_APP_SECRET: zalo.appSecret,
    ZALO_ACCESS_TOKEN: tokens.access,
    ZALO_REFRESH_TOKEN: tokens.refresh,
    ZALO_API_URL: url,
    ZALO_OAUTH_URL: url,
    MESSENGER_PAGE_ID: messenger.pageId,
    MESSENGER_APP_ID: messenger.appId,
    MESSENGER_APP_SECRET: messenger.appSecret,
    MESSENGER_VERIFY_TOKEN: messenger.verifyToken,
    MESSENGER_PAGE_TOKEN: messenger.pageToken,
    GRAPH_API_URL: url,
  };
}
