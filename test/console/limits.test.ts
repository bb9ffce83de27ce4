import { afterAll, beforeAll, expect, it } from 'vitest';
import { openConsole, type TestConsole } from '../support/console.ts';

/** Small, so that a test need not try a hundred times. */
const LIMITS = {
  pair: { tries: 4, seconds: 600 },
  account: { tries: 6, seconds: 600 },
  address: { tries: 12, seconds: 600 },
};
let desk: TestConsole;
let ip = 0;

beforeAll(async () => {
  desk = await openConsole({ limits: LIMITS, env: { TRUST_PROXY: '1' } });
});
afterAll(() => desk.close());

const nextIp = (): string => `198.51.100.${(ip += 1)}`;
const tryFrom = (address: string, email: string, password: string) =>
  desk.browser().api('POST', '/session', { body: { email, password }, headers: { 'x-forwarded-for': address } });

it('after some wrong passwords nobody signs in from there for a while, with the right one either; from elsewhere they do', async () => {
  const { email, password } = await desk.staff({});
  const address = nextIp();
  for (let n = 0; n < 4; n += 1) expect((await tryFrom(address, email, 'a-wrong-word')).status).toBe(401);
  const refused = await tryFrom(address, email.toUpperCase(), password);
  expect([refused.status, refused.body['error']]).toEqual([429, 'console.tooManyTries']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(500);
  expect((await tryFrom(nextIp(), email, password)).status).toBe(200);
});

it('many tries in the same moment are no way around', async () => {
  const { email } = await desk.staff({});
  const address = nextIp();
  const answers = await Promise.all(Array.from({ length: 10 }, () => tryFrom(address, email, 'a-wrong-word')));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(4);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(6);
});

it('an unknown account runs into the same limit', async () => {
  const address = nextIp();
  const statuses: number[] = [];
  for (let n = 0; n < 5; n += 1) statuses.push((await tryFrom(address, 'nobody@example.vn', 'a-wrong-word')).status);
  expect(statuses).toEqual([401, 401, 401, 401, 429]);
});

it('guessing at one account from many addresses ends too, and one address alone cannot lock anyone out', async () => {
  const { email, password } = await desk.staff({});
  const alone = nextIp();
  for (let n = 0; n < 12; n += 1) await tryFrom(alone, email, 'a-wrong-word');
  expect((await tryFrom(nextIp(), email, password)).status).toBe(200);
  const statuses: number[] = [];
  for (let n = 0; n < 4; n += 1) statuses.push((await tryFrom(nextIp(), email, 'a-wrong-word')).status);
  expect(statuses).toEqual([401, 401, 429, 429]);
});

it('trying many accounts from one address ends, and whoever signs in rightly uses nothing up', async () => {
  const { email, password } = await desk.staff({});
  const address = nextIp();
  for (let n = 0; n < 15; n += 1) expect((await tryFrom(address, email, password)).status).toBe(200);
  const statuses = new Set<number>();
  for (let n = 0; n < 13; n += 1)
    statuses.add((await tryFrom(address, `guess-${n}@example.vn`, 'a-wrong-word')).status);
  expect([...statuses]).toEqual([401, 429]);
  expect((await tryFrom(address, email, password)).status).toBe(429);
});

it('neighbours in one network of IPv6 are one address', async () => {
  const statuses: number[] = [];
  for (let n = 1; n <= 5; n += 1) {
    statuses.push((await tryFrom(`2001:db8:5:6::${n}`, 'nobody.six@example.vn', 'a-wrong-word')).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 429]);
  expect((await tryFrom('2001:db8:5:7::1', 'nobody.six@example.vn', 'a-wrong-word')).status).toBe(401);
});

it('a stolen session does not allow to guess the password', async () => {
  const { email, password } = await desk.staff({});
  const browser = desk.browser();
  await browser.signIn(email, password);
  const statuses: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    const body = { old: `guess-${n}-word`, new: 'quite-another-one' };
    statuses.push((await browser.api('POST', '/password', { body })).status);
  }
  expect(statuses).toEqual([400, 400, 400, 400, 429]);
});

it('while Redis is away nobody signs in and nobody is let through, and it is told as passing', async () => {
  const { email, password } = await desk.staff({});
  const browser = desk.browser();
  await browser.signIn(email, password);
  await desk.redisServer.stop();
  try {
    for (const answer of [await tryFrom(nextIp(), email, password), await browser.api('GET', '/session')]) {
      expect([answer.status, answer.body]).toEqual([503, { error: 'store.unavailable' }]);
      expect(answer.headers.get('retry-after')).not.toBeNull();
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  } finally {
    await desk.redisServer.start();
  }
  await expect.poll(async () => (await browser.api('GET', '/session')).status).toBe(200);
});
