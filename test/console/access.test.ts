import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConsoleRoute } from '../../src/console/api/route.ts';
import { openConsole, type Answered, type Browser, type TestConsole } from '../support/console.ts';
import { ACCESS, type Row, type Who } from './access-table.ts';

/** Of a person in Càng Long, a district of Trà Vinh. */
const CONTACT = 'zalo:9000000000000000002:77001';
const PROVINCE = '84';
const DISTRICT = '844';
const OTHER = '01';
/** Who told no unit. */
const STRAY = 'zalo:9000000000000000002:77002';
const ROLES = ['support', 'organizer', 'admin'] as const;
const UNITS = [null, PROVINCE, DISTRICT, OTHER] as const;

let desk: TestConsole;
const nameOf = (route: ConsoleRoute): keyof typeof ACCESS => `${route.method} ${route.path}`;

beforeAll(async () => {
  desk = await openConsole();
  await desk.contact(CONTACT, [PROVINCE, DISTRICT]);
  await desk.contact(STRAY, []);
});
afterAll(() => desk.close());

function ask(
  browser: Browser,
  name: string,
  row: Row,
  contact = CONTACT,
  headers?: Record<string, string>,
): Promise<Answered> {
  const [method = '', pattern = ''] = name.split(' ');
  const values: Readonly<Record<string, string>> = { contact, ...row.params };
  const path = pattern.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(values[key] ?? ''));
  return browser.api(method, `${path}${row.query ?? ''}`, {
    ...(row.body !== undefined && { body: row.body }),
    ...(headers && { headers }),
  });
}

/** Refused for who asks; anything else got past the door, whatever then came of it. */
const REFUSED = new Set(['console.signedOut', 'console.notAllowed', 'console.forgedRequest']);
const isLetIn = ({ body }: Answered): boolean => !REFUSED.has(String(body['error']));
const isOutOfScope = ({ status, body }: Answered): boolean => status === 404 && body['why'] === 'contact';

async function as(who: Who, unit: string | null): Promise<Browser> {
  return who === 'nobody' ? desk.browser() : desk.signedIn({ role: who, unit });
}

it('every route has a row, and every row a route', () => {
  expect(desk.console.routes.map(nameOf).toSorted()).toEqual(Object.keys(ACCESS).toSorted());
});

it('what lists or streams the affairs of many people names the test that shows its scope', () => {
  const bare = Object.entries(ACCESS).filter(([, row]) => row.scope === 'filtered' && !row.shownBy);
  expect(bare.map(([name]) => name)).toEqual([]);
});

it('whatever lies below a conversation is checked against it', () => {
  const unchecked = desk.console.routes.filter(
    (route) => /:contact\b/.test(route.path) !== (route.scope === 'contact'),
  );
  expect(unchecked.map(nameOf)).toEqual([]);
});

describe.each(Object.entries(ACCESS))('%s', (name, row) => {
  it('touches of people what the table says', () => {
    expect(desk.console.routes.find((route) => nameOf(route) === name)?.scope).toBe(row.scope);
  });

  it.each(['nobody', ...ROLES] as const)('asked by %s', async (who) => {
    const answer = await ask(await as(who, null), name, row);
    expect([isLetIn(answer), answer.status >= 500]).toEqual([row.for.includes(who), false]);
    expect(answer.headers.get('cache-control')).toMatch(row.for.includes('nobody') ? /no-store|public/ : /^no-store$/);
    if (!row.for.includes(who)) expect(answer.status).toBe(who === 'nobody' ? 401 : 403);
  });

  it('is not caused by a page of another origin', async () => {
    const who = row.for.find((one) => one !== 'nobody') ?? 'admin';
    const browser = await as(who, null);
    if (name.startsWith('GET')) return;
    const token = { 'x-csrf-token': 'x'.repeat(43) };
    const answers = [
      await ask(browser, name, row, CONTACT, { origin: 'https://elsewhere.example' }),
      await ask(browser, name, row, CONTACT, { origin: 'null' }),
      await ask(browser, name, row, CONTACT, { 'sec-fetch-site': 'cross-site' }),
      await ask(browser, name, row, CONTACT, { 'sec-fetch-site': 'same-site' }),
      ...(row.for.includes('nobody') ? [] : [await ask(browser, name, row, CONTACT, token)]),
      ...(row.for.includes('nobody') ? [] : [await ask(browser, name, row, CONTACT, { 'x-csrf-token': '' })]),
    ];
    for (const { status, body } of answers) expect([status, body['error']]).toEqual([403, 'console.forgedRequest']);
  });
});

describe.each(Object.entries(ACCESS).filter(([, row]) => row.scope === 'contact'))('%s', (name, row) => {
  it.each(ROLES.flatMap((role) => UNITS.map((unit) => [role, unit] as const)))(
    'as %s of unit %s reaches only its own people',
    async (role, unit) => {
      const browser = await as(role, unit);
      const isAllowed = row.for.includes(role);
      const [own, stray, nobody] = [
        await ask(browser, name, row, CONTACT),
        await ask(browser, name, row, STRAY),
        await ask(browser, name, row, 'zalo:9000000000000000002:no-such-person'),
      ];
      if (!isAllowed) return expect([own, stray, nobody].map(isLetIn)).toEqual([false, false, false]);
      expect([own, stray, nobody].map(isOutOfScope)).toEqual([unit === OTHER, unit !== null, true]);
      if (isOutOfScope(stray)) expect(stray.body).toEqual(nobody.body);
    },
  );
});

it.each(Object.entries(ACCESS).filter(([, row]) => row.scope === 'central'))(
  '%s is for the central team, and not for a unit of it',
  async (name, row) => {
    for (const who of row.for) {
      const answers = [];
      for (const unit of UNITS) answers.push(await ask(await as(who, unit), name, row));
      expect(answers.map(isLetIn)).toEqual(UNITS.map((unit) => unit === null));
      expect(answers.at(-1)?.body).toEqual({ error: 'console.notAllowed', why: 'central' });
    }
  },
);
