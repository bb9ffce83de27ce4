import { Redis } from 'ioredis';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { processStart } from '../../src/embedded/lock.ts';
import { findRedisServer, startEmbeddedRedis } from '../../src/embedded/redis.ts';

const binary = findRedisServer(process.env['PATH'] ?? '');

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'redis-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const isGone = (pid: number) => () => processStart(pid) === '';

test('what was written is there after a stop and a start, on a socket or, where the path is too long, on a port', async () => {
  for (const dir of [dataDir, join(dataDir, 'a very long name '.repeat(8))]) {
    for (const expected of [null, 'here']) {
      const redis = await startEmbeddedRedis({ dataDir: dir, log: silentLog, binary });
      const client = new Redis(redis.url);
      expect(await client.get('key')).toBe(expected);
      await client.set('key', 'here');
      expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
      expect(redis.url.startsWith(dir === dataDir ? '/' : 'redis://:')).toBe(true);
      client.disconnect();
      await redis.close();
      expect(isGone(redis.pid)()).toBe(true);
    }
  }
});

test('a second process on the same folder is refused and told what to do', async () => {
  const first = await startEmbeddedRedis({ dataDir, log: silentLog, binary });
  await expect(startEmbeddedRedis({ dataDir, log: silentLog, binary })).rejects.toMatchObject({
    code: 'config.invalid',
    message: expect.stringContaining('Stop that process, or set DATA_DIR') as unknown,
  });
  await first.close();
});

/** Starts Redis in a process of its own and kills that process without warning. */
async function orphan(): Promise<number> {
  const code = `
    import { silentLog } from ${JSON.stringify(join(import.meta.dirname, '../../src/base/log.ts'))};
    import { startEmbeddedRedis } from ${JSON.stringify(join(import.meta.dirname, '../../src/embedded/redis.ts'))};
    const redis = await startEmbeddedRedis({ dataDir: ${JSON.stringify(dataDir)}, log: silentLog, binary: ${JSON.stringify(binary)} });
    console.log(redis.pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((done) =>
    child.stdout.once('data', (chunk: Buffer) => done(Number(chunk.toString()))),
  );
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGKILL');
  await ended;
  return pid;
}

test('redis ends with us even when we are killed, and the next start waits for it', async () => {
  const pid = await orphan();
  const redis = await startEmbeddedRedis({ dataDir, log: silentLog, binary });
  expect(isGone(pid)()).toBe(true);
  await redis.close();
  const again = await orphan();
  await expect.poll(isGone(again), { timeout: 10_000 }).toBe(true);
});

test('a leftover server nobody watches is stopped, another process with its pid is not', async () => {
  const dir = join(dataDir, 'redis');
  mkdirSync(dir, { recursive: true });
  const socket = join(dir, 'redis.sock');
  const left = spawn(binary, ['--port', '0', '--unixsocket', socket, '--dir', dir, '--appendonly', 'yes'], {
    stdio: 'ignore',
  });
  const address = { type: 'socket', path: socket };
  const client = new Redis(socket).on('error', () => {}); // it is refused until the server listens
  await client.ping();
  client.disconnect();
  writeFileSync(join(dir, 'server.json'), JSON.stringify({ pid: left.pid, address }));
  const redis = await startEmbeddedRedis({ dataDir, log: silentLog, binary });
  expect(left.signalCode ?? left.exitCode).not.toBeUndefined();
  expect(isGone(left.pid ?? 0)()).toBe(true);
  await redis.close();
  const innocent = spawn('sleep', ['60'], { stdio: 'ignore' });
  writeFileSync(join(dir, 'server.json'), JSON.stringify({ pid: innocent.pid, address }));
  await (await startEmbeddedRedis({ dataDir, log: silentLog, binary })).close();
  expect(isGone(innocent.pid ?? 0)()).toBe(false);
  innocent.kill();
});

test('without a server on PATH the message names the command that installs one', () => {
  expect(() => findRedisServer('/nowhere')).toThrow(/Install one with `.+`, or set REDIS_URL/);
});
