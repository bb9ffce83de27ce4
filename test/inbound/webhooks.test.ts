import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { RawWebhook } from '../../src/channels/channel.ts';
import { webhookHandler } from '../../src/inbound/webhooks.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { inboundLog } from '../../src/stores/redis/inbound-log.ts';
import { person, says, standInChannel, until } from '../support/pipeline.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';

let redis: RedisServer;
let connection: RedisConnection;
let web: Server;
let url = '';
let port = 0;
const notices: string[] = [];
beforeAll(async () => {
  redis = await startRedis({ own: true });
  connection = await redis.connect();
  const standIn = standInChannel();
  const channel = {
    ...standIn,
    handshake: (query: URLSearchParams) => query.get('challenge'),
    parse(webhook: RawWebhook, receivedAt: number) {
      const notice = /^notice (.*)$/.exec(webhook.body.toString());
      if (!notice) return standIn.parse(webhook, receivedAt);
      return {
        events: [],
        ignored: [],
        unreadable: [],
        notices: [{ kind: 'templateStatus', detail: notice[1] ?? '' }],
      };
    },
  };
  const handler = webhookHandler({
    channel,
    log: silentLog,
    inboundLog: inboundLog(connection, 4),
    clock: systemClock,
    onNotice: async ({ detail }) => {
      notices.push(detail);
      if (detail === 'store away') throw new Error('away');
    },
  });
  web = createServer(handler);
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const address = web.address();
  port = typeof address === 'object' && address ? address.port : 0;
  url = `http://127.0.0.1:${port}/`;
});
afterAll(async () => {
  web.closeAllConnections();
  web.close();
  await redis.close();
});

const post = async (body: string, sign = 'good'): Promise<number> =>
  (await fetch(url, { method: 'POST', body, headers: { 'x-sign': sign } })).status;
async function logged(): Promise<number> {
  let entries = 0;
  for (let p = 0; p < 4; p++) entries += await connection.client.xlen(connection.keys.partition(p).in);
  return entries;
}

describe('a webhook', () => {
  it('is answered 200 when all its events are in the log, a thousand too', async () => {
    const before = await logged();
    const events = Array.from({ length: 1000 }, (_, i) => says(person(i), 'hi', i));
    expect(await post(JSON.stringify(events))).toBe(200);
    expect(await logged()).toBe(before + 1000);
  });

  it('with a wrong signature is answered 401 and leaves nothing', async () => {
    const before = await logged();
    expect(await post(JSON.stringify([says(person(1), 'hi', 1)]), 'bad')).toBe(401);
    expect(await logged()).toBe(before);
  });

  it('that is signed and cannot be read is kept raw and answered 200', async () => {
    expect(await post('{ nonsense')).toBe(200);
    const kept = await Promise.all(
      [0, 1, 2, 3].map((p) => connection.client.xrange(connection.keys.partition(p).archive, '-', '+')),
    );
    expect(JSON.parse(kept.flat()[0]?.[1][1] ?? '')).toMatchObject({
      type: 'unreadable',
      raw: '{ nonsense',
      reason: 'not JSON',
    });
  });

  it('that tells of a template hands that on, and is answered 200 also where it cannot be kept', async () => {
    expect(await post('notice approved')).toBe(200);
    expect(await post('notice store away')).toBe(200);
    expect(notices).toEqual(['approved', 'store away']);
  });

  it('over 1 MiB is answered 413 before the rest is read, with and without a length', async () => {
    const answerTo = (head: string, body: string): Promise<string> =>
      new Promise((resolve) => {
        let text = '';
        const socket = connect(port, '127.0.0.1', () =>
          socket.write(`POST / HTTP/1.1\r\nhost: x\r\nx-sign: good\r\n${head}\r\n\r\n${body}`),
        );
        socket.on('data', (data) => (text += String(data)));
        socket.on('error', () => {});
        socket.on('close', () => resolve(text));
      });
    expect(await answerTo('content-length: 2000000', 'x')).toContain('413');
    const big = 'x'.repeat((1 << 20) + 1);
    expect(await answerTo('transfer-encoding: chunked', `${big.length.toString(16)}\r\n${big}\r\n`)).toContain('413');
    expect(await post(' '.repeat(1 << 20))).toBe(200);
  });

  it('answers the handshake of a platform that has one', async () => {
    expect(await (await fetch(`${url}?challenge=abc`)).text()).toBe('abc');
    expect((await fetch(url)).status).toBe(403);
  });

  it('is answered 503 within 2 s while Redis is away, and 200 again when it is back', async () => {
    const body = JSON.stringify([says(person(1), 'hi', 1)]);
    await redis.stop();
    const beganAt = performance.now();
    expect(await post(body)).toBe(503);
    expect(performance.now() - beganAt).toBeLessThan(2000);
    await redis.start();
    await until(async () => (await post(body)) === 200);
    expect(await logged()).toBeGreaterThanOrEqual(1001); // what was answered 200 before survived the kill
  });
});
