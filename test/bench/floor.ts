import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { Pool } from 'undici';
import { APP_SECRET, TURNS } from './conversation.ts';

// What no bot with a state can go below: node:http, HMAC, JSON.parse, one GET, one SET, one POST. Nothing of it is durable,
// ordered or counted once, and it understands nothing. After `limit` in ../shared/bench.
const { PORT, REDIS_URL, GRAPH_API_URL } = process.env;
const redis = new Redis(REDIS_URL ?? '', { enableAutoPipelining: true });
const graph = new Pool(GRAPH_API_URL ?? '', { connections: 64, pipelining: 1 });
const headers = ['content-type', 'application/json'];

function isSigned(body: Buffer, header: string | string[] | undefined): boolean {
  if (typeof header !== 'string' || header.length !== 71) return false;
  const want = createHmac('sha256', APP_SECRET).update(body).digest();
  return timingSafeEqual(want, Buffer.from(header.slice(7), 'hex'));
}

function send(user: string, message: object): Promise<void> {
  const body = JSON.stringify({ recipient: { id: user }, messaging_type: 'RESPONSE', message });
  return new Promise((resolve, reject) => {
    graph.dispatch(
      { method: 'POST', path: '/v25.0/me/messages', headers, body },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData() {},
        onResponseEnd: () => resolve(),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

type Item = { sender: { id: string }; message?: { text: string }; postback?: { title: string } };

async function turn(item: Item): Promise<void> {
  const key = `floor:${item.sender.id}`;
  const stored = await redis.get(key);
  const session = (stored ? JSON.parse(stored) : { heard: [] }) as { heard: string[] };
  const reply = TURNS[session.heard.length % TURNS.length]!.floor;
  session.heard.push(item.message?.text ?? item.postback?.title ?? '');
  await Promise.all([redis.set(key, JSON.stringify(session)), send(item.sender.id, reply)]);
}

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(new URL(request.url ?? '', 'http://floor').searchParams.get('hub.challenge'));
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    if (!isSigned(body, request.headers['x-hub-signature-256'])) {
      response.writeHead(403).end();
      return;
    }
    const { entry } = JSON.parse(body.toString()) as { entry: { messaging: Item[] }[] };
    response.writeHead(200, { 'content-length': 14 }).end('EVENT_RECEIVED');
    for (const { messaging } of entry) for (const item of messaging) turn(item).catch(console.error);
  });
});
server.listen(Number(PORT), '127.0.0.1');
