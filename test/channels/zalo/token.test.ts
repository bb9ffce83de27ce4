import { afterEach, beforeEach, expect, test } from 'vitest';
import { Pool } from 'undici';
import { contactId } from '../../../src/core/contact.ts';
import { zaloRefresh } from '../../../src/channels/zalo/oauth.ts';
import {
  zaloTokens,
  type Token,
  type TokenAlarm,
  type TokenLock,
  type TokenOptions,
} from '../../../src/channels/zalo/token.ts';
import { startFakePlatform, type FakePlatform } from '../../support/fake-platform.ts';
import { freeLock, makeZalo, memoryTokens, OA, sample, ZALO_USER } from '../subjects.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-21T08:00:00+07:00');
const contact = contactId('zalo', OA, ZALO_USER);

let platform: FakePlatform;
let pool: Pool;
let now: number;
let alarms: TokenAlarm[];
beforeEach(async () => {
  platform = await startFakePlatform();
  pool = new Pool(platform.url);
  now = START;
  alarms = [];
});
afterEach(async () => {
  await pool.close();
  await platform.close();
});

const clock = { now: () => now };
const stored = (more: Partial<Token> = {}): Token => ({
  accessToken: 'access-1',
  refreshToken: 'refresh-1',
  accessExpiresAt: START + 24 * HOUR,
  refreshIssuedAt: START - HOUR,
  version: 1,
  ...more,
});
const keeper = (more: Partial<TokenOptions> = {}) =>
  zaloTokens({
    store: memoryTokens(stored()),
    lock: freeLock,
    refresh: zaloRefresh(pool, 'app', 'secret', 2_000),
    first: { refreshToken: 'refresh-1' },
    clock,
    onAlarm: (alarm) => alarms.push(alarm),
    saveWaitMs: 1,
    ...more,
  });
const token = (accessToken: string) => ({ type: 'token', accessToken });
/** As the processes of one deployment see it: whoever comes second is sent away. */
function busyLock(): TokenLock {
  let isHeld = false;
  return {
    async run(work) {
      if (isHeld) return null;
      isHeld = true;
      try {
        return await work();
      } finally {
        isHeld = false;
      }
    },
  };
}

test('a stored token with time left is used as it is', async () => {
  expect(await keeper().current()).toEqual(token('access-1'));
  expect(platform.calls).toEqual([]);
});

test('a token with less than five hours left is renewed, and the new pair saved before it is used', async () => {
  const store = memoryTokens(stored({ accessExpiresAt: START + 4 * HOUR, refreshIssuedAt: START - 21 * HOUR }));
  expect(await keeper({ store }).current()).toEqual(token('access-2'));
  expect(store.stored()).toEqual({
    accessToken: 'access-2',
    refreshToken: 'refresh-2',
    accessExpiresAt: START + 25 * HOUR,
    refreshIssuedAt: START,
    version: 2,
  });
  expect(platform.calls).toMatchObject([
    {
      path: '/v4/oa/access_token',
      headers: { secret_key: 'secret' },
      body: { refresh_token: 'refresh-1', app_id: 'app', grant_type: 'refresh_token' },
    },
  ]);
});

test('an empty store is filled from the configured refresh token', async () => {
  const store = memoryTokens();
  expect(await keeper({ store }).current()).toEqual(token('access-2'));
  expect(store.stored()).toMatchObject({ accessToken: 'access-2', version: 1 });
});

test('a configured access token is used first, and renewed when Zalo refuses it', async () => {
  const store = memoryTokens();
  const tokens = keeper({ store, first: { refreshToken: 'refresh-1', accessToken: 'pasted' } });
  expect(await tokens.current()).toEqual(token('pasted'));
  expect(store.stored()).toMatchObject({ accessToken: 'pasted', refreshToken: 'refresh-1', version: 1 });
  expect(await tokens.afterRejected('pasted')).toEqual(token('access-2'));
});

test('however many sends want a token at once, and in however many processes, it is renewed once', async () => {
  const shared = {
    store: memoryTokens(stored({ accessExpiresAt: START + HOUR, refreshIssuedAt: START - 24 * HOUR })),
    lock: busyLock(),
  };
  const processes = [keeper(shared), keeper(shared), keeper(shared)];
  const answers = await Promise.all(processes.flatMap((one) => [one.current(), one.current(), one.current()]));
  expect(platform.zalo.refreshes).toBe(1);
  // Whoever found the lock taken goes on with the old one; Zalo will refuse it, and the stored one is then found.
  for (const answer of answers) expect([token('access-1'), token('access-2')]).toContainEqual(answer);
  const after = await Promise.all(processes.map((one) => one.afterRejected('access-1')));
  expect(after).toEqual([token('access-2'), token('access-2'), token('access-2')]);
  expect(platform.zalo.refreshes).toBe(1);
  expect(alarms).toEqual([]);
});

test('the first sends of one process wait for one renewal together', async () => {
  const tokens = keeper({ store: memoryTokens(), lock: busyLock() });
  const answers = await Promise.all([tokens.current(), tokens.current(), tokens.current()]);
  expect(answers).toEqual([token('access-2'), token('access-2'), token('access-2')]);
});

test('while another process renews, a refused send comes back later and nobody is alarmed', async () => {
  const tokens = keeper({ lock: { run: () => Promise.resolve(null) } });
  expect(await tokens.afterRejected('access-1')).toEqual({ type: 'later' });
  expect(alarms).toEqual([]);
});

test('a rejected refresh token alarms once and is never tried again, until an admin grants anew', async () => {
  const store = memoryTokens(stored({ refreshToken: 'used up' }));
  const tokens = keeper({ store, first: { refreshToken: 'used up' } });
  expect(await tokens.afterRejected('access-1')).toEqual({ type: 'needsReauth' });
  expect(await tokens.afterRejected('access-1')).toEqual({ type: 'needsReauth' });
  expect(platform.calls).toHaveLength(1);
  expect(alarms).toEqual([{ type: 'needsReauth', platformCode: '-14999' }]);
  await store.write(stored({ accessToken: 'granted', version: 2 }), 1);
  expect(await tokens.afterRejected('access-1')).toEqual(token('granted'));
});

test('a dead pair in the store gives way to the one an admin granted anew and set in the configuration', async () => {
  const store = memoryTokens(stored({ refreshToken: 'dead', refreshIssuedAt: START - 1000, version: 4 }));
  platform.zalo.refreshToken = 'granted';
  const tokens = keeper({ store, first: { refreshToken: 'granted', accessToken: 'granted' } });
  expect(await tokens.current()).toEqual(token('access-1'));
  expect(await tokens.afterRejected('access-1')).toEqual(token('access-2'));
  expect(store.stored()).toMatchObject({ accessToken: 'access-2', refreshToken: 'refresh-2', version: 5 });
  expect(alarms).toEqual([]);
});

test('when neither the stored nor the configured pair is taken, it alarms once and asks no more', async () => {
  const store = memoryTokens(stored({ refreshToken: 'dead' }));
  const tokens = keeper({ store, first: { refreshToken: 'used long ago' } });
  for (let n = 0; n < 3; n += 1) expect(await tokens.afterRejected('access-1')).toEqual({ type: 'needsReauth' });
  expect(platform.calls).toHaveLength(2);
  expect(alarms).toEqual([{ type: 'needsReauth', platformCode: '-14999' }]);
});

test('a token that somebody else made void is renewed again after five minutes', async () => {
  const tokens = keeper();
  expect(await tokens.afterRejected('access-1')).toEqual(token('access-2'));
  expect(await tokens.afterRejected('access-2')).toEqual({ type: 'needsReauth' });
  now += 5 * 60_000;
  expect(await tokens.afterRejected('access-2')).toEqual(token('access-3'));
});

test('the sample of a rejected refresh is a rejection, other trouble of the OAuth server is not', async () => {
  const refresh = zaloRefresh(pool, 'app', 'secret', 2_000);
  platform.answerNext({ body: sample('zalo', 'oauth.error.refresh_rejected.json') });
  expect(await refresh('r')).toMatchObject({ type: 'rejected' });
  platform.answerNext({ body: sample('zalo', 'oauth.token.success.json') });
  expect(await refresh('r')).toMatchObject({ type: 'refreshed', lifeMs: 25 * HOUR });
  platform.answerNext({ status: 500, body: { error: -1 } }, { body: '<html>' }, 'cut', {
    status: 429,
    body: { error: -32 },
  });
  for (let n = 0; n < 4; n += 1) expect(await refresh('r')).toEqual({ type: 'later' });
});

test('a renewal that cannot be made ahead of time leaves the old token in use', async () => {
  const store = memoryTokens(stored({ accessExpiresAt: START + HOUR, refreshIssuedAt: START - 24 * HOUR }));
  const tokens = keeper({ store });
  platform.answerNext('cut');
  expect(await tokens.current()).toEqual(token('access-1'));
  expect(await tokens.current()).toEqual(token('access-1'));
  expect(platform.calls).toHaveLength(1);
  now += 61_000;
  expect(await tokens.current()).toEqual(token('access-2'));
});

test('a pair that the store does not take at once is saved under the same lock, and never used unsaved', async () => {
  const inner = memoryTokens(stored());
  let faults = 3;
  const store = {
    ...inner,
    write: (next: Token, expected: number) =>
      faults-- > 0 ? Promise.reject(new Error('store away')) : inner.write(next, expected),
  };
  expect(await keeper({ store }).afterRejected('access-1')).toEqual(token('access-2'));
  expect(inner.stored()?.accessToken).toBe('access-2');
});

test('a pair that the store does not take for long is kept and saved later, without asking Zalo again', async () => {
  const inner = memoryTokens(stored());
  let isAway = true;
  const store = {
    ...inner,
    write: (next: Token, expected: number) =>
      isAway ? Promise.reject(new Error('store away')) : inner.write(next, expected),
  };
  const tokens = keeper({ store });
  expect(await tokens.afterRejected('access-1')).toEqual({ type: 'later' });
  isAway = false;
  expect(await tokens.afterRejected('access-1')).toEqual(token('access-2'));
  expect(platform.zalo.refreshes).toBe(1);
});

test('a pair that met another one in the store gives way to it and alarms', async () => {
  const inner = memoryTokens(stored());
  const other = stored({ accessToken: 'pasted', refreshToken: 'pasted', version: 7 });
  let reads = 0;
  const store = {
    ...inner,
    read: () => Promise.resolve(reads++ < 2 ? stored() : other),
    write: () => Promise.resolve(false),
  };
  expect(await keeper({ store }).afterRejected('access-1')).toEqual(token('pasted'));
  expect(alarms).toEqual([{ type: 'conflict' }]);
});

test('a store that is away answers later and throws nothing', async () => {
  const store = { read: () => Promise.reject(new Error('away')), write: () => Promise.reject(new Error('away')) };
  expect(await keeper({ store }).current()).toEqual({ type: 'later' });
  expect(await keeper({ store }).afterRejected('x')).toEqual({ type: 'later' });
});

test('a refresh token older than sixty days is reported once', async () => {
  const tokens = keeper({ store: memoryTokens(stored({ refreshIssuedAt: START - 61 * 24 * HOUR })) });
  await tokens.current();
  await tokens.current();
  expect(alarms).toEqual([{ type: 'refreshTokenOld' }]);
});

test('a send under a token that another process replaced is made again with the stored one', async () => {
  platform.zalo.accessToken = 'access-9';
  const store = memoryTokens(stored());
  const tokens = {
    store,
    lock: freeLock,
    first: { refreshToken: 'refresh-1' },
    onAlarm: (alarm: TokenAlarm) => alarms.push(alarm),
  };
  const channel = makeZalo(platform.url, { tokens, clock });
  platform.answerNext({ body: { error: -216 } });
  const first = channel.send(contact, { text: 'x' }, 'r');
  await store.write(stored({ accessToken: 'access-9', version: 2 }), 1);
  expect(await first).toMatchObject({ type: 'sent' });
  expect(platform.zalo.refreshes).toBe(0);
});

test('a token refused straight after its renewal alarms and is not renewed again and again', async () => {
  const channel = makeZalo(platform.url, {
    tokens: {
      store: memoryTokens(stored()),
      lock: freeLock,
      first: { refreshToken: 'refresh-1' },
      onAlarm: (alarm) => alarms.push(alarm),
    },
    clock,
  });
  const refuse = { body: { error: -220 } };
  const sends = () => platform.calls.filter((call) => call.path === '/v3.0/oa/message/cs').length;
  platform.answerNext(refuse);
  const first = channel.send(contact, { text: 'x' }, 'r');
  await expect.poll(() => platform.zalo.refreshes).toBe(1);
  platform.zalo.accessToken = 'something else';
  await first;
  for (let n = 0; n < 5; n += 1)
    expect(await channel.send(contact, { text: 'x' }, 'r')).toMatchObject({
      code: 'token.needsReauth',
      scope: 'channel',
    });
  expect(platform.zalo.refreshes).toBe(1);
  expect(sends()).toBeLessThanOrEqual(7);
  expect(alarms).toEqual([{ type: 'needsReauth', platformCode: 'freshTokenRefused' }]);
});
