import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SESSION_IDLE_MS, SESSION_LIFETIME_MS } from '../../src/console/auth/sessions.ts';
import { ADMIN, openConsole, type TestConsole } from '../support/console.ts';

const START = Date.parse('2026-03-02T08:00:00+07:00');
let now = START;
let staffed: TestConsole;

beforeAll(async () => {
  staffed = await openConsole({ clock: { now: () => now } });
});
afterAll(() => staffed.close());
beforeEach(() => void (now = START));

describe('signing in', () => {
  it('the configured first admin signs in, however the address is written', async () => {
    const browser = staffed.browser();
    const answer = await browser.signIn(` ${ADMIN.email.toUpperCase()} `, ADMIN.password);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ staff: { email: ADMIN.email, role: 'admin', unit: null } });
    expect((await browser.api('GET', '/session')).body).toEqual(answer.body);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('the cookie is kept from scripts and from other sites, and holds nothing but a random token', async () => {
    const answer = await staffed.browser().signIn(ADMIN.email, ADMIN.password);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^console-session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/),
    ]);
  });

  it('an unknown account, a wrong password, a disabled and an invited account are answered alike', async () => {
    const { id, email, password } = await staffed.staff({});
    await staffed.stores.staff.change(id, { state: 'disabled' }, { endsSessions: true });
    const invited = await staffed.staff({});
    await staffed.stores.staff.change(invited.id, { state: 'invited' }, { endsSessions: true });
    const answers = await Promise.all([
      staffed.browser().signIn('nobody@example.vn', 'whatever-it-is'),
      staffed.browser().signIn(ADMIN.email, 'another-password'),
      staffed.browser().signIn(email, password),
      staffed.browser().signIn(invited.email, invited.password),
    ]);
    for (const answer of answers) {
      expect([answer.status, answer.body]).toEqual([401, { error: 'console.wrongPassword' }]);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });

  it('a token that was there before is worth nothing afterwards: another one is given, and the old one is over', async () => {
    const { email, password } = await staffed.staff({});
    const browser = staffed.browser();
    browser.cookies.set('console-session', 'a'.repeat(43));
    await browser.signIn(email, password);
    const first = browser.cookies.get('console-session') ?? '';
    expect(first).not.toBe('a'.repeat(43));
    await browser.signIn(email, password);
    expect(browser.cookies.get('console-session')).not.toBe(first);
    const old = staffed.browser();
    old.cookies.set('console-session', first);
    expect((await old.api('GET', '/session')).status).toBe(401);
  });

  it('neither the token nor the password nor the address stands in Redis', async () => {
    const { email, password } = await staffed.staff({});
    const browser = staffed.browser();
    await browser.signIn(email, 'not-the-password');
    await browser.signIn(email, password);
    const keys = await staffed.redis.client.keys('*');
    const values = await Promise.all(
      keys.filter((key) => key.includes(':session:')).map((key) => staffed.redis.client.hgetall(key)),
    );
    const all = JSON.stringify([keys, values]);
    expect(keys.length).toBeGreaterThan(0);
    for (const secret of [browser.cookies.get('console-session')!, password, email]) expect(all).not.toContain(secret);
  });
});

describe('a session', () => {
  it('ends when it is not used for half a day, and not a moment earlier', async () => {
    const browser = await staffed.signedIn({});
    now += SESSION_IDLE_MS - 1;
    expect((await browser.api('GET', '/session')).status).toBe(200);
    now += SESSION_IDLE_MS - 1;
    expect((await browser.api('GET', '/session')).status).toBe(200);
    now += SESSION_IDLE_MS;
    expect((await browser.api('GET', '/session')).status).toBe(401);
    now -= SESSION_IDLE_MS;
    expect((await browser.api('GET', '/session')).status).toBe(401);
  });

  it('ends after a week however much it is used', async () => {
    const browser = await staffed.signedIn({});
    for (; now < START + SESSION_LIFETIME_MS; now += SESSION_IDLE_MS / 2) {
      expect((await browser.api('GET', '/session')).status).toBe(200);
    }
    now = START + SESSION_LIFETIME_MS;
    expect((await browser.api('GET', '/session')).status).toBe(401);
  });

  it('never stays in Redis without an end', async () => {
    await staffed.signedIn({});
    const keys = (await staffed.redis.client.keys('*')).filter((key) => key.includes(':session:'));
    for (const key of keys) expect(await staffed.redis.client.pttl(key)).toBeGreaterThan(0);
  });

  it('is over at the server once they signed out', async () => {
    const browser = await staffed.signedIn({});
    const token = browser.cookies.get('console-session')!;
    expect((await browser.api('DELETE', '/session')).status).toBe(204);
    expect(browser.cookies.has('console-session')).toBe(false);
    browser.cookies.set('console-session', token);
    expect((await browser.api('GET', '/session')).status).toBe(401);
  });

  it('signing out everywhere ends those of all browsers, and of nobody else', async () => {
    const { email, password } = await staffed.staff({});
    const other = await staffed.signedIn({});
    const [one, two] = [staffed.browser(), staffed.browser()];
    await one.signIn(email, password);
    await two.signIn(email, password);
    expect((await one.api('DELETE', '/sessions')).status).toBe(204);
    expect((await one.api('GET', '/session')).status).toBe(401);
    expect((await two.api('GET', '/session')).status).toBe(401);
    expect((await other.api('GET', '/session')).status).toBe(200);
  });

  it.each([
    ['disabled', { state: 'disabled' }],
    ['given another role', { role: 'organizer' }],
    ['given another unit', { unit: '84' }],
  ])('is over at once when its account is %s', async (_, change) => {
    const { id, email, password } = await staffed.staff({});
    const [browser, admin] = [staffed.browser(), staffed.browser()];
    await browser.signIn(email, password);
    await admin.signIn(ADMIN.email, ADMIN.password);
    expect((await admin.api('PATCH', `/staff/${id}`, { body: change })).status).toBe(200);
    expect((await browser.api('GET', '/session')).status).toBe(401);
  });

  it('another password ends all others; the page that is open goes on with its token', async () => {
    const { email, password } = await staffed.staff({});
    const [here, there] = [staffed.browser(), staffed.browser()];
    await here.signIn(email, password);
    await there.signIn(email, password);
    const wrong = await here.api('POST', '/password', { body: { old: 'not-this-one', new: 'quite-another-one' } });
    expect([wrong.status, wrong.body['why']]).toEqual([400, 'oldPassword']);
    const weak = await here.api('POST', '/password', { body: { old: password, new: 'short' } });
    expect([weak.status, weak.body]).toEqual([400, { error: 'console.weakPassword', why: 'short' }]);
    const done = await here.api('POST', '/password', { body: { old: password, new: 'quite-another-one' } });
    expect(done.status).toBe(200);
    expect((await there.api('GET', '/session')).status).toBe(401);
    expect((await here.api('DELETE', '/session')).status).toBe(204);
    expect((await here.signIn(email, password)).status).toBe(401);
    expect((await here.signIn(email, 'quite-another-one')).status).toBe(200);
  });
});
