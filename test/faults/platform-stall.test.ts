import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contactId } from '../../src/core/contact.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { until } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { ACCOUNTS } from './platforms-accounts.ts';
import { startPlatforms, type Platforms } from './platforms.ts';
import { startProxy, type Proxy } from './proxy.ts';

/** A sender that stands still past its lease, between its mark "about to be sent" and the send. */
const LEASE_MS = 1500;
const PREFIX = 'stall';
let redis: RedisServer;
let proxy: Proxy;
let platforms: Platforms;
let connection: RedisConnection;
const children: ChildProcess[] = [];

beforeEach(async () => {
  redis = await startRedis({ own: true });
  [proxy, platforms, connection] = await Promise.all([
    startProxy(Number(new URL(redis.url).port)),
    startPlatforms({ random: () => 0.5 }),
    redis.connect(PREFIX),
  ]);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGKILL')) await ended;
  }
  await Promise.all([proxy.close(), platforms.close(), redis.close()]);
});

async function startChild(name: string, redisUrl: string): Promise<ChildProcess> {
  const script = new URL('platforms-sender-child.ts', import.meta.url).pathname;
  const args = ['--import', 'tsx', script, name, redisUrl, PREFIX, platforms.url, String(LEASE_MS)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout!, 'data');
  return child;
}

const owner = () => connection.client.get(connection.keys.partition(0).lease.sender);
const texts = () => platforms.accepted.map((one) => one.text);

async function say(n: number, text: string): Promise<void> {
  const contact = contactId('messenger', ACCOUNTS.messenger.pageId, `24${n}`);
  const row = { id: `${n}-0`, contact, reply: { text, options: [] }, at: Date.now() };
  await connection.client.xadd(connection.keys.partition(0).out.messenger, '*', 'r', JSON.stringify(row));
}

it('that wakes up long after another took its place and sent the reply, does not send it again', async () => {
  const first = await startChild('first', `redis://127.0.0.1:${proxy.port}`);
  await until(async () => (await owner())?.startsWith('first:') ?? false);
  // Redis has written the mark; its answer is held on the way, and the sender is stopped before it gets it.
  let stopped = false;
  const untrap = proxy.trap({
    sees: '"sure":false',
    when: 'after',
    act: () => {
      if (!stopped) first.kill('SIGSTOP');
      stopped = true;
    },
  });
  await say(1, 'once');
  await until(() => stopped);
  untrap();
  expect(await connection.client.hlen(connection.keys.partition(0).inflight)).toBe(1);

  await startChild('second', redis.url);
  await until(() => texts().length === 1);
  await until(async () => (await connection.client.xlen(connection.keys.partition(0).out.messenger)) === 0);
  expect(await owner()).toMatch(/^second:/);

  const members = connection.keys.members('sender');
  await until(async () => (await connection.client.zscore(members, 'first')) === null);
  first.kill('SIGCONT');
  // its heart beats again, so what it had left to do it has done; then a later reply shows that the way is open
  await until(async () => (await connection.client.zscore(members, 'first')) !== null);
  await say(2, 'later');
  await until(async () => (await connection.client.xlen(connection.keys.partition(0).out.messenger)) === 0);
  expect(texts()).toEqual(['once', 'later']);
});
