import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { firstAdmin } from '../../src/console/auth/admins.ts';
import { makePasswords } from '../../src/console/auth/passwords.ts';
import { ADMIN, openConsole, QUICK, type Browser, type TestConsole } from '../support/console.ts';
import { openTestMongo } from '../support/mongo.ts';

const START = Date.parse('2026-03-02T08:00:00+07:00');
const DAY_MS = 24 * 3_600_000;
let now = START;
let desk: TestConsole;
let admin: Browser;

beforeAll(async () => {
  desk = await openConsole({ clock: { now: () => now } });
});
afterAll(() => desk.close());
beforeEach(async () => {
  now = START;
  admin = desk.browser();
  await admin.signIn(ADMIN.email, ADMIN.password);
});

let count = 0;
async function invite(fields: object = {}): Promise<{ id: string; email: string; token: string }> {
  const email = `invited-${(count += 1)}@example.vn`;
  const body = { email, name: 'New Colleague', role: 'support', unit: '84', ...fields };
  const answer = await admin.api('POST', '/staff', { body });
  expect(answer.status).toBe(201);
  const link = String(answer.body['link']);
  expect(link.startsWith(`${desk.url}/console/link/`)).toBe(true);
  return { id: (answer.body['account'] as { id: string }).id, email, token: link.split('/').at(-1) ?? '' };
}

const lines = async (target: string) => {
  const { body } = await admin.api('GET', '/audit?limit=200');
  return (body['lines'] as { action: string; target: string }[]).filter((line) => line.target === target);
};

it('an invited colleague opens the link, says their name, chooses a password and is signed in', async () => {
  const { email, token } = await invite();
  const browser = desk.browser();
  expect((await browser.api('GET', `/links/${token}`)).body).toEqual({ type: 'invite', email, name: 'New Colleague' });
  const body = { password: 'a-word-of-their-own', name: 'Colleague Themselves' };
  const answer = await browser.api('POST', `/links/${token}`, { body });
  expect(answer.body).toMatchObject({ staff: { email, name: 'Colleague Themselves', role: 'support', unit: '84' } });
  expect((await browser.api('GET', '/session')).status).toBe(200);
  expect((await desk.browser().signIn(email, 'a-word-of-their-own')).status).toBe(200);
});

it('a link works once, also when it is used many times in the same moment', async () => {
  const { token, email } = await invite();
  const passwords = Array.from({ length: 8 }, (_, i) => `their-own-word-${i}`);
  const answers = await Promise.all(
    passwords.map((password) => desk.browser().api('POST', `/links/${token}`, { body: { password } })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(7).fill(404)]);
  const right = passwords[answers.findIndex(({ status }) => status === 200)] ?? '';
  expect((await desk.browser().signIn(email, right)).status).toBe(200);
  expect((await desk.browser().api('GET', `/links/${token}`)).status).toBe(404);
});

it('a link is worth nothing when its time is over, a newer one was made, or the account is disabled', async () => {
  const old = await invite();
  now += 7 * DAY_MS;
  expect((await desk.browser().api('GET', `/links/${old.token}`)).body).toEqual({
    error: 'console.notFound',
    why: 'link',
  });
  now = START;
  const again = await admin.api('POST', `/staff/${old.id}/reset`);
  const newer = String(again.body['link']).split('/').at(-1);
  expect((await desk.browser().api('GET', `/links/${old.token}`)).status).toBe(404);
  expect((await desk.browser().api('GET', `/links/${newer}`)).body).toMatchObject({ type: 'invite' });
  await admin.api('PATCH', `/staff/${old.id}`, { body: { state: 'disabled' } });
  expect((await desk.browser().api('GET', `/links/${newer}`)).status).toBe(404);
  await admin.api('PATCH', `/staff/${old.id}`, { body: { state: 'active' } });
  expect((await desk.browser().api('GET', `/links/${newer}`)).status).toBe(404);
});

it('a reset gives a new password and ends what was signed in; until then the old one goes on', async () => {
  const { id, email, password } = await desk.staff({});
  const browser = desk.browser();
  await browser.signIn(email, password);
  const token = String((await admin.api('POST', `/staff/${id}/reset`)).body['link'])
    .split('/')
    .at(-1);
  expect((await browser.api('GET', '/session')).status).toBe(200);
  const weak = await desk.browser().api('POST', `/links/${token}`, { body: { password: email } });
  expect([weak.status, weak.body['why']]).toEqual([400, 'guessable']);
  const done = await desk.browser().api('POST', `/links/${token}`, { body: { password: 'a-word-of-their-own' } });
  expect(done.status).toBe(200);
  expect((await browser.api('GET', '/session')).status).toBe(401);
  expect((await desk.browser().signIn(email, password)).status).toBe(401);
});

it('only a digest of a link stands in the database', async () => {
  const { id, token } = await invite();
  const stored = JSON.stringify(await desk.stores.staff.read(id));
  expect(stored).not.toContain(token);
});

it('one address has one account, however it is written', async () => {
  const { email } = await invite();
  const body = { email: email.toUpperCase(), name: 'Twice', role: 'support', unit: null };
  const answer = await admin.api('POST', '/staff', { body });
  expect([answer.status, answer.body]).toEqual([409, { error: 'console.conflict', why: 'emailTaken' }]);
});

it('a unit must be one of a campaign, and an admin is bound to none', async () => {
  const body = { email: 'never@example.vn', name: 'Never', role: 'support', unit: 'no-such-unit' };
  expect((await admin.api('POST', '/staff', { body })).body['why']).toBe('unit');
  const bound = await admin.api('POST', '/staff', { body: { ...body, role: 'admin', unit: '84' } });
  expect([bound.status, bound.body['why']]).toEqual([400, 'adminUnit']);
  const { id } = await desk.staff({ unit: '84' });
  expect((await admin.api('PATCH', `/staff/${id}`, { body: { role: 'admin' } })).body['why']).toBe('adminUnit');
  expect((await admin.api('PATCH', `/staff/${id}`, { body: { role: 'admin', unit: null } })).status).toBe(200);
  await admin.api('PATCH', `/staff/${id}`, { body: { role: 'support' } });
});

it('the last admin stays, whatever is tried', async () => {
  const me = (await admin.api('GET', '/session')).body['staff'] as { id: string };
  for (const body of [{ state: 'disabled' }, { role: 'support' }]) {
    const answer = await admin.api('PATCH', `/staff/${me.id}`, { body });
    expect([answer.status, answer.body['why']]).toEqual([409, 'lastAdmin']);
  }
  expect((await admin.api('GET', '/staff')).status).toBe(200);
});

it('two admins who remove each other in the same moment never leave nobody', async () => {
  const me = (await admin.api('GET', '/session')).body['staff'] as { id: string };
  for (let round = 0; round < 10; round += 1) {
    const { id, email, password } = await desk.staff({ role: 'admin' });
    const other = desk.browser();
    await other.signIn(email, password);
    await Promise.all([
      admin.api('PATCH', `/staff/${id}`, { body: { role: 'support' } }),
      other.api('PATCH', `/staff/${me.id}`, { body: { role: 'support' } }),
    ]);
    expect(await desk.stores.staff.countAdmins('')).toBeGreaterThan(0);
    await desk.stores.staff.change(me.id, { role: 'admin' }, { endsSessions: false });
    await desk.stores.staff.change(id, { role: 'support' }, { endsSessions: true });
    await admin.signIn(ADMIN.email, ADMIN.password);
  }
});

it('what was changed stands in the audit log with before and after, and no secret with it', async () => {
  const { id, email, token } = await invite();
  now += 1000;
  await admin.api('PATCH', `/staff/${id}`, { body: { name: 'Renamed', role: 'organizer' } });
  now += 1000;
  await admin.api('POST', `/staff/${id}/reset`);
  expect(await lines(email)).toMatchObject([{ action: 'staff.invite', name: 'Admin', after: { role: 'support' } }]);
  expect(await lines(id)).toMatchObject([
    { action: 'staff.reset' },
    {
      action: 'staff.change',
      before: { name: 'New Colleague', role: 'support' },
      after: { name: 'Renamed', role: 'organizer' },
    },
  ]);
  expect((await admin.api('GET', '/audit')).text).not.toContain(token);
});

it('colleagues who may own a conversation are those who may see it', async () => {
  const contact = await desk.contact('messenger:900000000000001:88001', ['84', '844']);
  const [inside, below, outside] = [
    await desk.staff({ unit: '84', name: 'Inside' }),
    await desk.staff({ unit: '844', name: 'Below' }),
    await desk.staff({ unit: '01', name: 'Outside' }),
  ];
  const { body } = await admin.api('GET', `/conversations/${encodeURIComponent(contact)}/colleagues`);
  const ids = (body['staff'] as { id: string }[]).map(({ id }) => id);
  expect([inside, below, outside].map(({ id }) => ids.includes(id))).toEqual([true, true, false]);
});

it('without configuration a first admin is made up once: by one of several processes, and not again after a restart', async () => {
  const mongo = await openTestMongo();
  try {
    const parts = { staff: mongo.stores.staff, passwords: makePasswords(QUICK), clock: { now: () => START } };
    const first = await Promise.all([firstAdmin(parts, 'generate'), firstAdmin(parts, 'generate')]);
    const told = first.filter(({ password }) => password !== null);
    expect(told).toHaveLength(1);
    expect(told[0]?.password).toMatch(/^(?:[a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    const { password, email } = (await mongo.stores.staff.list())[0]!;
    expect(await parts.passwords.verify(told[0]?.password ?? '', password)).toMatchObject({ fits: true });
    expect(await firstAdmin(parts, 'generate')).toEqual({ email, password: null });
    expect(await mongo.stores.staff.list()).toHaveLength(1);
  } finally {
    await mongo.close();
  }
});

it('a configured admin keeps the password they chose, and gets back in when no admin is left', async () => {
  const mongo = await openTestMongo();
  try {
    const { staff } = mongo.stores;
    const parts = { staff, passwords: makePasswords(QUICK), clock: { now: () => START } };
    const first = { email: 'Boss@Example.vn', password: 'as-it-was-configured' };
    await firstAdmin(parts, first);
    const made = (await staff.byEmail('boss@example.vn'))!;
    await staff.change(made._id, { password: 'chosen' }, { endsSessions: true });
    await firstAdmin(parts, first);
    expect((await staff.read(made._id))?.password).toBe('chosen');
    await staff.change(made._id, { state: 'disabled' }, { endsSessions: true });
    await firstAdmin(parts, first);
    const again = (await staff.read(made._id))!;
    expect(again.state).toBe('active');
    expect(await parts.passwords.verify(first.password, again.password)).toMatchObject({ fits: true });
  } finally {
    await mongo.close();
  }
});
