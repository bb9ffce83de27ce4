import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const CLIENT = { id: 'console-client', secret: 'invented-client-secret' };

type Granted = { claims: Record<string, unknown>; challenge: string };

export type OidcIssuer = {
  url: string;
  /** What its sign-in page does for somebody who was sent to `to`: the address the browser is sent back to. `changed` spoils claims. */
  agree(to: string, person: { email: string; verified: boolean }, changed?: Record<string, unknown>): string;
  /** The next id token is signed with a key that is not among the published ones. */
  forgeNext(): void;
  /** Times that a code was turned in with the right secret and the right verifier. */
  redeemed(): number;
  close(): Promise<void>;
};

/** A small OpenID Connect issuer on loopback: discovery, keys and token endpoint, with PKCE and codes that work once. */
export async function startOidcIssuer(): Promise<OidcIssuer> {
  const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [key, foreign] = [pair(), pair()];
  const codes = new Map<string, Granted>();
  let forged = false;
  let redeemed = 0;
  let url = '';

  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  function idToken(claims: Record<string, unknown>): string {
    const head = `${part({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${part(claims)}`;
    const { privateKey } = forged ? foreign : key;
    forged = false;
    return `${head}.${sign('sha256', Buffer.from(head), privateKey).toString('base64url')}`;
  }

  function redeem(form: URLSearchParams): unknown {
    const code = form.get('code') ?? '';
    const granted = codes.get(code);
    codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight = form.get('client_id') === CLIENT.id && form.get('client_secret') === CLIENT.secret;
    if (!granted || !isRight || challenge !== granted.challenge) return null;
    redeemed += 1;
    return { access_token: 'of-no-use', token_type: 'Bearer', id_token: idToken(granted.claims) };
  }

  const server = createServer((req, res) => {
    const answer = (body: unknown, status = 200): void => {
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (req.url === '/.well-known/openid-configuration') {
      return answer({
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    }
    if (req.url === '/keys') {
      const jwk = key.publicKey.export({ format: 'jwk' });
      return answer({ keys: [{ ...jwk, kid: 'one', use: 'sig', alg: 'RS256' }] });
    }
    let text = '';
    req.on('data', (chunk: Buffer) => (text += chunk.toString()));
    req.on('end', () => {
      const tokens = redeem(new URLSearchParams(text));
      if (tokens) answer(tokens);
      else answer({ error: 'invalid_grant' }, 400);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    agree(to, { email, verified }, changed = {}) {
      const asked = new URL(to).searchParams;
      const code = randomUUID();
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: url,
        aud: CLIENT.id,
        sub: `subject-of-${email}`,
        iat: now,
        exp: now + 300,
        nonce: asked.get('nonce'),
        email,
        email_verified: verified,
        ...changed,
      };
      codes.set(code, { claims, challenge: asked.get('code_challenge') ?? '' });
      const back = new URL(asked.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString();
      return back.href;
    },
    forgeNext: () => void (forged = true),
    redeemed: () => redeemed,
    close: () => new Promise<void>((done) => void server.close(() => done())),
  };
}
