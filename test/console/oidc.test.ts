import { afterAll, beforeAll, expect, it } from 'vitest';
import { openConsole, type Browser, type TestConsole } from '../support/console.ts';
import { CLIENT, startOidcIssuer, type OidcIssuer } from '../support/oidc-issuer.ts';

let issuer: OidcIssuer;
let desk: TestConsole;

beforeAll(async () => {
  issuer = await startOidcIssuer();
  desk = await openConsole({
    env: { OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret },
  });
});
afterAll(async () => {
  await desk.close();
  await issuer.close();
});

async function start(browser: Browser): Promise<string> {
  const answer = await browser.api('GET', '/oidc/start');
  expect(answer.status).toBe(303);
  return answer.headers.get('location') ?? '';
}
/** Where the console sends the browser that came back. */
const back = async (browser: Browser, to: string): Promise<string | null> =>
  (await browser.call('GET', to)).headers.get('location');
const signedInAs = async (browser: Browser): Promise<unknown> =>
  ((await browser.api('GET', '/session')).body['staff'] as { email: string } | undefined)?.email ?? null;

it('somebody with an account is signed in by the address that the issuer has verified', async () => {
  const { email } = await desk.staff({});
  const browser = desk.browser();
  expect((await browser.api('GET', '/session/ways')).body).toEqual({ password: true, oidc: true });
  const to = new URL(await start(browser));
  expect(Object.fromEntries(to.searchParams)).toMatchObject({
    client_id: CLIENT.id,
    response_type: 'code',
    scope: 'openid email',
    code_challenge_method: 'S256',
    redirect_uri: `${desk.url}/console/api/oidc/callback`,
  });
  const before = issuer.redeemed();
  expect(await back(browser, issuer.agree(to.href, { email: email.toUpperCase(), verified: true }))).toBe('/console/');
  expect(await signedInAs(browser)).toBe(email);
  expect(issuer.redeemed()).toBe(before + 1);
});

it('nobody gets an account that way, and an address that is not verified is none', async () => {
  const { email } = await desk.staff({});
  const disabled = await desk.staff({});
  await desk.stores.staff.change(disabled.id, { state: 'disabled' }, { endsSessions: true });
  const accounts = (await desk.stores.staff.list()).length;
  for (const person of [
    { email: 'stranger@example.vn', verified: true },
    { email, verified: false },
    { email: disabled.email, verified: true },
  ]) {
    const browser = desk.browser();
    expect(await back(browser, issuer.agree(await start(browser), person))).toBe('/console/?oidc=failed');
    expect(await signedInAs(browser)).toBeNull();
  }
  expect(await desk.stores.staff.list()).toHaveLength(accounts);
});

it('an invited colleague may come that way first, and the link in their mail is worth nothing more', async () => {
  const { id, email } = await desk.staff({});
  const link = { digest: 'd', type: 'invite', expiresAt: new Date(Date.now() + 60_000) } as const;
  await desk.stores.staff.change(id, { state: 'invited', password: null, link }, { endsSessions: true });
  const browser = desk.browser();
  expect(await back(browser, issuer.agree(await start(browser), { email, verified: true }))).toBe('/console/');
  expect(await desk.stores.staff.read(id)).toMatchObject({ state: 'active', link: null, password: null });
});

it('what comes back to another browser, a second time, or with another state signs nobody in', async () => {
  const { email } = await desk.staff({});
  const person = { email, verified: true };
  const [mine, other] = [desk.browser(), desk.browser()];
  const address = issuer.agree(await start(mine), person);
  expect(await back(other, address)).toBe('/console/?oidc=failed');
  expect(await back(mine, address.replace(/state=[^&]+/, 'state=another'))).toBe('/console/?oidc=failed');
  expect(await back(mine, address)).toBe('/console/?oidc=failed'); // the first coming back used it up
  const refused = new URL(address);
  refused.search = '?error=access_denied';
  expect(await back(mine, refused.href)).toBe('/console/?oidc=failed');
  expect([await signedInAs(mine), await signedInAs(other)]).toEqual([null, null]);
});

it.each([
  ['for another client', { aud: 'another-client' }],
  ['of another issuer', { iss: 'https://elsewhere.example' }],
  ['of another sign-in', { nonce: 'another-nonce' }],
  ['that is out of date', { exp: 1_600_000_000, iat: 1_599_999_000 }],
])('an id token %s signs nobody in', async (_, changed) => {
  const { email } = await desk.staff({});
  const browser = desk.browser();
  const address = issuer.agree(await start(browser), { email, verified: true }, changed);
  expect(await back(browser, address)).toBe('/console/?oidc=failed');
  expect(await signedInAs(browser)).toBeNull();
});

it('an id token that somebody else signed signs nobody in', async () => {
  const { email } = await desk.staff({});
  const browser = desk.browser();
  const address = issuer.agree(await start(browser), { email, verified: true });
  issuer.forgeNext();
  expect(await back(browser, address)).toBe('/console/?oidc=failed');
  expect(await signedInAs(browser)).toBeNull();
});

it('while the issuer is away that way is closed, and the password still works', async () => {
  const away = await openConsole({
    env: { OIDC_ISSUER: 'http://127.0.0.1:9/', OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret },
  });
  try {
    const answer = await away.browser().api('GET', '/oidc/start');
    expect([answer.status, answer.body]).toEqual([503, { error: 'store.unavailable' }]);
    const { email, password } = await away.staff({});
    expect((await away.browser().signIn(email, password)).status).toBe(200);
  } finally {
    await away.close();
  }
});
