import * as client from 'openid-client';
import { z } from 'zod';
import { AppError, describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { foldEmail } from '../../core/staff.ts';
import type { PassingValues } from '../../stores/redis/console-sessions.ts';
import { newToken } from './sessions.ts';

export type OidcOptions = { issuer: string; clientId: string; clientSecret: string };

/** What is kept while a browser is away at the issuer. */
const awaySchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });
export const AWAY_MS = 10 * 60_000;
const ANSWER_SECONDS = 10;

export type Oidc = ReturnType<typeof makeOidc>;

/**
 * Sign-in at another place: OpenID Connect, code flow with PKCE, state and nonce, the id token's signature checked. It tells who
 * somebody is; whether they have an account, and which, is told by ours.
 */
export function makeOidc(options: OidcOptions, parts: { away: PassingValues; publicUrl: string; log: Log }) {
  const { away, publicUrl, log } = parts;
  const redirectUri = `${publicUrl}/console/api/oidc/callback`;
  let found: Promise<client.Configuration> | null = null;

  async function issuer(): Promise<client.Configuration> {
    found ??= discover(options);
    try {
      return await found;
    } catch (error) {
      found = null; // the next one asks again
      log.warn({ name: error instanceof Error ? error.name : 'unknown' }, 'the OpenID Connect issuer does not answer');
      throw new AppError('store.unavailable', 'the issuer does not answer', { retryable: true, cause: error });
    }
  }

  return {
    /** Where to send the browser, and what it must bring back besides, in a cookie. */
    async start(): Promise<{ to: string; token: string }> {
      const config = await issuer();
      const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
      const to = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid email',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      const token = newToken();
      await away.put(token, JSON.stringify({ state, nonce, verifier }));
      return { to: to.href, token };
    },

    /** The verified address of who came back with `query` (with its question mark), null when it cannot be trusted. Works once. */
    async finish(token: string, query: string): Promise<string | null> {
      const kept = token === '' ? null : await away.take(token);
      if (kept === null) return null;
      const { state, nonce, verifier } = awaySchema.parse(JSON.parse(kept));
      const config = await issuer();
      try {
        const tokens = await client.authorizationCodeGrant(config, new URL(`${redirectUri}${query}`), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims?.['email_verified'] !== true || typeof claims['email'] !== 'string') return null;
        return foldEmail(claims['email']);
      } catch (error) {
        log.warn({ name: describeError(error)['name'] }, 'a sign-in by OpenID Connect failed');
        return null;
      }
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcOptions): Promise<client.Configuration> {
  const url = new URL(issuer);
  const execute = [client.enableNonRepudiationChecks];
  // without https only on this machine, see config
  if (url.protocol === 'http:') execute.push(client.allowInsecureRequests);
  return client.discovery(url, clientId, clientSecret, undefined, { execute, timeout: ANSWER_SECONDS });
}
