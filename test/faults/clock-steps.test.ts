import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { startEmbeddedMongo } from '../../src/embedded/mongo/server.ts';
import { startProduct, type Product } from '../support/product.ts';
import { startRedis } from '../support/redis.ts';
import { deliverEchoes, LINE_COUNT, repliesOf, say, talk } from './embedded-talk.ts';

const PATIENCE = { timeout: 150_000 }; // a send in doubt waits 60 s for its echo
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'skb-clock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A wall clock that can be set while a process of the product runs; its monotonic clock and its timers are not touched. */
function wallClock(name: string) {
  const file = join(dir, name);
  const setBy = (ms: number): void => writeFileSync(file, String(ms));
  setBy(0);
  const preload = new URL('clock-shift.mjs', import.meta.url).href;
  return { env: { CLOCK_SHIFT_FILE: file, NODE_OPTIONS: `--import ${preload}` }, setBy };
}

async function expectSameAs(product: Product, users: readonly string[], undisturbed: readonly string[]): Promise<void> {
  await product.settled();
  for (const user of users) expect(repliesOf(product, user), user).toEqual(undisturbed);
}

it('a clock that is set while people talk loses nothing, says nothing twice and holds nobody up', async () => {
  const clock = wallClock('one');
  const product = await startProduct(clock.env);
  try {
    const undisturbed = (await talk(product, 'first')).replies;
    const users = ['a0', 'a1', 'a2'];
    const talks = Promise.all(users.map((user) => talk(product, user)));
    const steps = [1000, -1000, 10 * MINUTE, -10 * MINUTE, DAY, -DAY, 2 * HOUR, -2 * HOUR];
    for (const [n, shift] of steps.entries()) {
      clock.setBy(shift);
      await expect.poll(() => product.heard('a0').length, PATIENCE).toBeGreaterThan(2 * n);
      // the platform delivers again what was played under another clock
      for (const user of users) if (n > 0) expect(await say(product, user, n - 1)).toBe(200);
    }
    await talks;
    for (const shift of [3 * DAY, -3 * DAY]) {
      clock.setBy(shift / 2); // half of it: a redelivery comes 36 h late at the most
      for (const user of users)
        for (let at = 0; at < LINE_COUNT; at += 5) expect(await say(product, user, at)).toBe(200);
      await expect.poll(() => fetch(`${product.url}/readyz`).then(({ status }) => status), PATIENCE).toBe(200);
    }
    await expectSameAs(product, users, undisturbed);
  } finally {
    await product.close();
  }
}, 300_000);

it("the deadline is decided by the platform's time, whatever our own clock says", async () => {
  const closesAt = Date.parse('2022-06-01T00:00:00+07:00');
  const clock = wallClock('deadline');
  const product = await startProduct({ ...clock.env, CLOCK_AT: '2022-05-31T23:30:00+07:00' });
  const submit = LINE_COUNT - 2;
  try {
    for (const user of ['early', 'late']) await talk(product, user, { to: submit, sentAt: closesAt - 20 * MINUTE });
    clock.setBy(2 * HOUR); // past the deadline, as we see it
    await talk(product, 'early', { from: submit, to: submit + 1, sentAt: closesAt - MINUTE });
    expect(product.heard('early').at(-1)?.text).toContain('Đã nhận sáng kiến');
    clock.setBy(-2 * HOUR); // long before it
    expect(await say(product, 'late', submit, closesAt + MINUTE)).toBe(200);
    const answer = await product.expectLast('late', /Đợt 1 đã kết thúc|Đã nhận sáng kiến/);
    expect(answer.text).toContain('Đợt 1 đã kết thúc lúc 24h00 ngày 31/5/2022');
  } finally {
    await product.close();
  }
}, 300_000);

it('two processes whose clocks differ and are set share the work; one is killed, and nothing is lost, doubled or held up', async () => {
  const redis = await startRedis({ own: true });
  const mongo = await startEmbeddedMongo({ dataDir: null, log: silentLog, host: '127.0.0.1', port: 0 });
  const stores = {
    REDIS_URL: redis.url,
    MONGODB_URI: mongo.uri,
    ADMIN_EMAIL: 'admin@example.org',
    ADMIN_PASSWORD: 'invented-pass',
  };
  const [ahead, right] = [wallClock('ahead'), wallClock('right')];
  ahead.setBy(10 * MINUTE);
  const first = await startProduct({ ...stores, ...right.env });
  const second = await startProduct({ ...stores, ...ahead.env, GRAPH_API_URL: first.platform.url });
  /** Both processes behind one address: webhooks go to one after the other. */
  let turn = 0;
  let secondLives = true;
  const both = {
    heard: first.heard,
    messenger: (user: string, part: Record<string, unknown>) =>
      ((turn += 1) % 2 === 0 && secondLives ? second : first).messenger(user, part),
  };
  try {
    const undisturbed = (await talk(first, 'first')).replies;
    const users = ['b0', 'b1', 'b2'];
    const talks = Promise.all(users.map((user) => talk(both, user)));
    const heardBy = (count: number) => expect.poll(() => first.heard('b0').length, PATIENCE).toBeGreaterThan(count);
    for (const [n, shift] of [-10 * MINUTE, DAY, -2 * HOUR].entries()) {
      ahead.setBy(shift);
      await heardBy(3 * n + 2);
      for (const user of users) for (let at = 0; at <= n; at += 1) expect(await say(both, user, at)).toBe(200);
    }
    secondLives = false;
    await second.kill('SIGKILL');
    right.setBy(-DAY);
    await deliverEchoes(first);
    await talks;
    for (const user of users) for (let at = 0; at < LINE_COUNT; at += 3) expect(await say(first, user, at)).toBe(200);
    await expectSameAs(first, users, undisturbed);
  } finally {
    await Promise.all([first.close(), second.close()]);
    await mongo.close();
    await redis.close();
  }
}, 300_000);
