import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Pool } from 'undici';
import { post } from '../../src/channels/http-call.ts';

let server: Server;
let pool: Pool;
let bodies: string[];
let answerAll: () => void;
beforeEach(async () => {
  bodies = [];
  const waiting: (() => void)[] = [];
  answerAll = () => {
    for (const answer of waiting.splice(0)) answer();
  };
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      waiting.push(() => response.end('{}'));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  // one connection: whoever comes second waits in the pool
  pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 1 });
});
afterEach(async () => {
  await pool.destroy();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const send = (body: string, timeoutMs: number) => post(pool, '/', {}, body, timeoutMs);

test('a send that ran out of time while it waited for a connection never goes out', async () => {
  const first = send('first', 60_000);
  await expect.poll(() => bodies).toEqual(['first']);
  expect(await send('late', 50)).toEqual({ type: 'notReached', reason: 'TimeoutError' });
  answerAll();
  expect(await first).toMatchObject({ type: 'answered', status: 200 });
  const next = send('next', 60_000);
  // whatever waited before it in the pool would have gone out first
  await expect.poll(() => bodies.at(-1)).toBe('next');
  answerAll();
  await next;
  expect(bodies).toEqual(['first', 'next']);
});

test('a send that ran out of time under way ends its connection, and the next one gets another', async () => {
  expect(await send('slow', 50)).toEqual({ type: 'lost', reason: 'TimeoutError' });
  const next = send('next', 60_000);
  await expect.poll(() => bodies.at(-1)).toBe('next');
  answerAll();
  expect(await next).toMatchObject({ type: 'answered', status: 200 });
});

test('an answer longer than any of theirs is not read to its end', async () => {
  server.removeAllListeners('request');
  server.on('request', (_request, response) => response.end('x'.repeat(1 << 20)));
  expect(await send('x', 60_000)).toEqual({ type: 'lost', reason: 'tooLong' });
});

test('where nobody listens nothing was sent', async () => {
  await new Promise((closed) => server.close(closed));
  expect(await send('x', 60_000)).toMatchObject({ type: 'notReached' });
});
