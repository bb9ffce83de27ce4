import { request } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, openConsole, type Browser, type TestConsole } from '../support/console.ts';

const LARGE_FILE = 'void 0;\n'.repeat(1000);

let desk: TestConsole;
let secure: TestConsole;
let admin: Browser;
let folder: string;
const logged: string[] = [];
const keep = (facts: Record<string, unknown>, message: string): void =>
  void logged.push(`${message} ${JSON.stringify(facts)}`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skb-page-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'assets/main-0a1b2c.js'), 'void 0;');
  writeFileSync(join(folder, 'assets/large-0a1b2c.js'), LARGE_FILE);
  desk = await openConsole({ pageFolder: folder, log: { debug: keep, info: keep, warn: keep, error: keep } });
  secure = await openConsole({ pageFolder: join(folder, 'not-built'), publicUrl: 'https://bot.example.vn' });
  admin = desk.browser();
  await admin.signIn(ADMIN.email, ADMIN.password);
});
afterAll(async () => {
  await desk.close();
  await secure.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what is sent to a route', () => {
  it.each([
    ['a query of the database for an address', { email: { $gt: '' }, password: 'whatever-it-is' }],
    ['a query of the database for a password', { email: ADMIN.email, password: { $ne: null } }],
    ['a list for a word', { email: [ADMIN.email], password: ADMIN.password }],
    ['a field that nobody asked for', { email: ADMIN.email, password: ADMIN.password, role: 'admin' }],
    ['nothing that was asked for', {}],
    ['a word for an object', 'email'],
  ])('%s is refused, and what was given is not told again', async (_, body) => {
    const answer = await desk.browser().api('POST', '/session', { body });
    expect([answer.status, answer.body['error']]).toEqual([400, 'console.badInput']);
    expect(answer.text).not.toContain(ADMIN.email);
  });

  it('operators of the database in an address are words, or refused', async () => {
    for (const query of [
      'contact[$ne]=x',
      'staff[$gt]=',
      'contact=a&contact=b',
      'before[]=1',
      '$where=1',
      'limit=1e9',
    ]) {
      expect([query, (await admin.api('GET', `/audit?${query}`)).status]).toEqual([query, 400]);
    }
    const word = await admin.api('GET', `/audit?staff=${encodeURIComponent('{"$ne":null}')}`);
    expect([word.status, word.body['lines']]).toEqual([200, []]);
  });

  it.each([
    '{"email":"a@example.vn","password":"x","__proto__":{"role":"admin"}}',
    '{"email":"a@example.vn","password":"x","constructor":{"prototype":{"role":"admin"}}}',
    '{"email":"a@example.vn"',
    'email=a@example.vn',
    '',
    '\u0000',
  ])('JSON that reaches for the machine, or is none: %s', async (raw) => {
    const answer = await desk.browser().api('POST', '/session', { raw });
    expect([answer.status, answer.body['error']]).toEqual([400, 'console.badInput']);
    expect(({} as { role?: string }).role).toBeUndefined();
  });

  it('bytes that are no UTF-8 are refused', async () => {
    const raw = new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);
    expect((await desk.browser().api('POST', '/session', { raw })).status).toBe(400);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'a form of another page cannot say it: %s',
    async (type) => {
      const raw = JSON.stringify({ email: ADMIN.email, password: ADMIN.password });
      const answer = await desk.browser().api('POST', '/session', { raw, headers: { 'content-type': type } });
      expect([answer.status, answer.body['error']]).toEqual([415, 'console.wrongType']);
    },
  );

  it('a body that was packed is not unpacked', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await desk.browser().api('POST', '/session', { raw: '{}', headers })).status).toBe(415);
  });

  it('too long a body is refused, told before or not, and the next request is answered', async () => {
    const body = { email: ADMIN.email, password: 'x'.repeat(100_000) };
    const told = await desk
      .browser()
      .api('POST', '/session', { body })
      .catch(() => null);
    if (told) expect([told.status, told.body['error']]).toEqual([413, 'console.tooLarge']);
    expect(await sendWithoutLength(`${desk.url}/console/api/session`, JSON.stringify(body))).toBe(413);
    expect((await admin.api('GET', '/session')).status).toBe(200);
  });

  it.each(['/nothing', '/session/', '/SESSION', '/links/short', '/staff%2f..%2fsession', '/texts/fr'])(
    'a path of no route is nothing: %s',
    async (path) => {
      const { status, body } = await admin.api('GET', path);
      expect([400, 404]).toContain(status);
      expect(['console.badInput', 'console.notFound']).toContain(body['error']);
    },
  );

  it('no other method does anything', async () => {
    for (const method of ['PUT', 'OPTIONS']) expect((await admin.api(method, '/staff')).body['staff']).toBeUndefined();
    expect((await admin.api('PUT', '/staff', { body: {} })).status).toBe(404);
  });

  it.each(['no-contact', 'zalo', 'zalo:1', 'zalo:$ne:1', `zalo:1:${'9'.repeat(500)}`, 'zalo:1:%00'])(
    'an id that is no contact is a conversation that is not there: %s',
    async (id) => {
      const { status, body } = await admin.api('GET', `/conversations/${encodeURIComponent(id)}/colleagues`);
      expect([status, body['why']]).toEqual([404, 'contact']);
    },
  );
});

describe('a page of another origin', () => {
  it('cannot sign its visitor in as somebody else', async () => {
    const body = { email: ADMIN.email, password: ADMIN.password };
    for (const headers of [
      { origin: 'https://elsewhere.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const answer = await desk.browser().api('POST', '/session', { body, headers });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
    }
  });

  it('the token of one session opens no other', async () => {
    const [mine, theirs] = [await desk.signedIn({}), await desk.signedIn({})];
    const headers = { 'x-csrf-token': theirs.token() };
    expect((await mine.api('DELETE', '/sessions', { headers })).status).toBe(403);
  });

  it('the public address is ours too, whatever stands in front of us', async () => {
    const body = { email: ADMIN.email, password: ADMIN.password };
    const headers = { origin: 'https://bot.example.vn' };
    expect((await secure.browser().api('POST', '/session', { body, headers })).status).toBe(200);
  });
});

describe('with https in front', () => {
  it('the cookie is kept to it, and the one without is no session', async () => {
    const browser = secure.browser();
    const answer = await browser.signIn(ADMIN.email, ADMIN.password);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-console-session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ]);
    expect((await browser.api('GET', '/session')).status).toBe(200);
    const planted = secure.browser();
    planted.cookies.set('console-session', browser.cookies.get('__Host-console-session') ?? '');
    expect((await planted.api('GET', '/session')).status).toBe(401);
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=15552000');
  });
});

describe('the page', () => {
  it('is given for every address below /console, and nothing may be written into it', async () => {
    for (const path of ['/console', '/console/', '/console/c/zalo%3A1%3A2', '/console/link/abc']) {
      const page = await desk.browser().call('GET', path);
      expect([path, page.status, page.text]).toEqual([path, 200, '<!doctype html><title>page</title>']);
      expect(page.headers.get('content-security-policy')).toBe(
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data: blob:;media-src 'self' blob:;" +
          "font-src 'self';connect-src 'self';manifest-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none'",
      );
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
      expect(page.headers.get('referrer-policy')).toBe('no-referrer');
      expect(page.headers.get('cache-control')).toBe('no-cache');
    }
  });

  it('built files are kept for ever, and a file that is not there is no page', async () => {
    const file = await desk.browser().call('GET', '/console/assets/main-0a1b2c.js');
    expect([file.status, file.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect((await desk.browser().call('GET', '/console/assets/main-old.js')).status).toBe(404);
    expect((await desk.browser().call('GET', '/console/assets/..%2f..%2f..%2fetc/passwd')).status).not.toBe(200);
  });

  it('built files travel compressed', async () => {
    const answer = await fetch(`${desk.url}/console/assets/large-0a1b2c.js`);
    expect(answer.headers.get('content-encoding')).toMatch(/^(br|gzip)$/);
    expect(await answer.text()).toBe(LARGE_FILE);
  });

  it('says what to do when it was not built', async () => {
    const page = await secure.browser().call('GET', '/console');
    expect([page.status, page.text]).toEqual([503, expect.stringContaining('npm run build')]);
  });

  it('what only looks like the console is none of it', async () => {
    expect((await desk.browser().call('GET', '/consoles')).status).toBe(404);
  });
});

it('no log holds an address, a password, a token or a contact', async () => {
  const contact = await desk.contact('zalo:9000000000000000002:77123', ['84']);
  const browser = await desk.signedIn({ unit: '01' });
  const token = browser.cookies.get('console-session') ?? '';
  await browser.signIn('logged.nowhere@example.vn', 'a-word-to-look-for');
  await browser.api('GET', `/conversations/${encodeURIComponent(contact)}/colleagues`);
  await browser.api('GET', `/links/${'B'.repeat(43)}`);
  const all = logged.join('\n');
  expect(all).not.toBe('');
  for (const secret of ['logged.nowhere', 'a-word-to-look-for', '77123', 'BBBB', token])
    expect(all).not.toContain(secret);
});

/** Chunked: how long it is shows only as it comes. Gives the status. */
function sendWithoutLength(url: string, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } }, (res) => {
      res.resume();
      resolve(res.statusCode ?? 0);
    });
    sent.once('error', reject);
    sent.write(text.slice(0, 50_000));
  });
}
