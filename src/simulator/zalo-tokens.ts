import { createHmac, timingSafeEqual } from 'node:crypto';

export type TokenPair = { access_token: string; refresh_token: string; expires_in: string };
export type TokenState = 'good' | 'invalid' | 'expired';

export type ZaloTokens = {
  check(accessToken: string): TokenState;
  /** Null when the refresh token is unknown or was used before. */
  refresh(refreshToken: string): TokenPair | null;
};

/** Source: zalo.md §5.2. */
const ACCESS_SECONDS = 90_000;

/**
 * Rotating pairs: a refresh token works once, and a new access token ends the old one at once. Tokens carry their number in
 * the chain under a signature, so that after a restart the newest one shown is taken up again.
 * `first` is the pair given by hand at set-up; it counts as number 0 and its access token does not expire.
 */
export function makeZaloTokens(
  secret: string,
  first: { accessToken: string; refreshToken: string },
  now: () => number,
): ZaloTokens {
  let current = 0;

  const issue = (kind: string, number: number, expiresAt: number): string => {
    const body = `${kind}.${number}.${expiresAt}`;
    return `${body}.${sign(body)}`;
  };
  const sign = (body: string): string => createHmac('sha256', secret).update(body).digest('hex').slice(0, 32);
  /** Null unless it is ours. */
  const read = (kind: string, token: string): { number: number; expiresAt: number } | null => {
    if (token === (kind === 'access' ? first.accessToken : first.refreshToken))
      return { number: 0, expiresAt: Infinity };
    const [tokenKind, number, expiresAt, signature = ''] = token.split('.');
    const wanted = Buffer.from(sign(`${tokenKind}.${number}.${expiresAt}`));
    const given = Buffer.from(signature);
    if (tokenKind !== kind || given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
    return { number: Number(number), expiresAt: Number(expiresAt) };
  };

  return {
    check(accessToken) {
      const token = read('access', accessToken);
      if (!token || token.number < current) return 'invalid';
      current = token.number;
      return token.expiresAt > now() ? 'good' : 'expired';
    },
    refresh(refreshToken) {
      const token = read('refresh', refreshToken);
      if (!token || token.number < current) return null;
      current = token.number + 1;
      return {
        access_token: issue('access', current, now() + ACCESS_SECONDS * 1000),
        refresh_token: issue('refresh', current, 0),
        expires_in: String(ACCESS_SECONDS),
      };
    },
  };
}
