/**
 * Measures what docs/scaling.md reckons with and no bench gives: bytes in Redis and MongoDB for each person, entry and line,
 * Redis work, and CPU, memory and start time of each role in a process of its own. Needs Linux with /proc and
 * `redis-server`; takes about two minutes:
 *
 *   npm run build && node --import tsx script/measure-sizes.ts [--product <folder with dist/>] [--people 300] [--partitions 16]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { calculateObjectSize } from 'bson';
import type { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { faultOf, headersOf, TURNS, webhookOf, type Said } from '../test/bench/conversation.ts';
import { cpuSeconds, freePort, rssMb, startPinned, until, type Pinned } from '../test/bench/processes.ts';
import { openFlows, productEnv, ROOT, SERVER_CORE, startMongo, startRedis, tempFolder } from '../test/bench/setting.ts';
import { startStubGraph } from '../test/bench/stub-graph.ts';

const { values: options } = parseArgs({
  options: {
    product: { type: 'string', default: ROOT },
    people: { type: 'string', default: '300' },
    partitions: { type: 'string', default: '16' },
    /** Only what waits costs: no conversation. */
    idle: { type: 'boolean', default: false },
  },
});
const people = Number(options.people);
const ROLES = ['web', 'worker', 'sender', 'jobs'] as const;
const AT_ONCE = 32;
const IDLE_MS = 10_000;
/** Where a draft is at its largest before it is sent off: the description is there. */
const DRAFT_TURNS = TURNS.length - 2;

type Part = { role: string; process: Pinned; origin: string; startMs: number };

const folder = tempFolder();
const redis = await startRedis(true, folder);
const mongo = await startMongo(join(options.product, 'dist'), join(folder, 'mongo'));
const waiting = new Map<string, (said: Said) => void>();
const stub = await startStubGraph((user, message) => waiting.get(user)?.(message as Said));
const flows = openFlows(options.product, folder);

async function start(role: string): Promise<Part> {
  const port = await freePort();
  const beganAt = performance.now();
  const process = startPinned(SERVER_CORE, ['node', join(options.product, 'dist/main.js')], {
    ...productEnv(flows, options.product),
    ROLES: role,
    PORT: String(port),
    PARTITIONS: options.partitions,
    REDIS_URL: redis.url,
    MONGODB_URI: mongo.uri,
    GRAPH_API_URL: `http://127.0.0.1:${stub.port}`,
  });
  const origin = `http://127.0.0.1:${port}`;
  await until(role, process, async () => ((await fetch(`${origin}/readyz`)).ok ? true : null));
  return { role, process, origin, startMs: performance.now() - beganAt };
}

/** Plays the first `turns` turns of person `n`, as a phone would: the next word once the replies to the last one are there. */
async function talk(origin: string, n: number, turns: number): Promise<void> {
  const user = String(8_000_000_000_000_000 + n);
  let said: Said | undefined;
  for (const turn of TURNS.slice(0, turns)) {
    const replies = turn.replies.slice();
    const heard = new Promise<Said>((resolve, reject) => {
      waiting.set(user, (message) => {
        const fault = faultOf(message, replies.shift() ?? /^$/);
        if (fault !== null) reject(new Error(fault));
        if (replies.length === 0) resolve(message);
      });
    });
    const body = webhookOf(user, turn.act(n, said), Date.now());
    const headers = headersOf(body);
    const [type = '', json = '', name = '', value = ''] = headers;
    const answer = await fetch(`${origin}/webhooks/messenger`, {
      method: 'POST',
      headers: { [type]: json, [name]: value },
      body,
    });
    if (answer.status !== 200) throw new Error(`the webhook was answered ${answer.status}`);
    await answer.arrayBuffer();
    said = await heard;
  }
  waiting.delete(user);
}

async function talkAll(origin: string, from: number, count: number, turns: number): Promise<void> {
  let next = from;
  const line = async (): Promise<void> => {
    while (next < from + count) await talk(origin, next++, turns);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
}

async function drained(client: Redis): Promise<void> {
  for (;;) {
    const streams = (await client.keys('*')).filter((key) => /:(in|tasks|arch|out:\w+)$/.test(key));
    const lengths = await Promise.all(streams.map((key) => client.xlen(key)));
    if (lengths.every((length) => length === 0)) return;
    await wait(200);
  }
}

/** Mean bytes of the keys that match, as Redis counts them, and how many there are. */
async function keyBytes(client: Redis, pattern: RegExp): Promise<{ keys: number; bytes: number }> {
  const keys = (await client.keys('*')).filter((key) => pattern.test(key));
  const sizes = await Promise.all(keys.map((key) => client.memory('USAGE', key, 'SAMPLES', 0)));
  return { keys: keys.length, bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) };
}

async function membersOf(client: Redis, pattern: RegExp): Promise<number> {
  const keys = (await client.keys('*')).filter((key) => pattern.test(key));
  return (await Promise.all(keys.map((key) => client.scard(key)))).reduce((sum, size) => sum + size, 0);
}

async function redisFacts(client: Redis) {
  const info = await client.info();
  const fact = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const stats = await client.info('commandstats');
  const calls = Array.from(stats.matchAll(/cmdstat_(\S+?):calls=(\d+)/g)).reduce(
    (sum, found) => sum + Number(found[2]),
    0,
  );
  return {
    calls, // those inside scripts too
    commands: fact('total_commands_processed'),
    memory: fact('used_memory'),
    inBytes: fact('total_net_input_bytes'),
    outBytes: fact('total_net_output_bytes'),
    aofBytes: fact('aof_current_size'),
    cpu: cpuSeconds(redis.process.pid),
  };
}

/** Bytes read and written by a process, sockets and files alike. Source: proc(5), io. */
function ioBytes(pid: number): number {
  const io = readFileSync(`/proc/${pid}/io`, 'utf8');
  return Number(/rchar: (\d+)/.exec(io)?.[1]) + Number(/wchar: (\d+)/.exec(io)?.[1]);
}

const snapshot = async (parts: Part[]) => ({
  redis: await redisFacts(redis.client),
  parts: parts.map(({ process: { pid } }) => ({ cpu: cpuSeconds(pid), io: ioBytes(pid) })),
  at: performance.now(),
});

const show = (name: string, value: number | string): void => {
  console.log(`${name.padEnd(44)} ${typeof value === 'number' ? value.toFixed(value < 10 ? 3 : 0) : value}`);
};

const parts: Part[] = [];
for (const role of ROLES) parts.push(await start(role));
for (const { role, startMs } of parts) show(`start until ready, ms: ${role}`, startMs);

await wait(3000);
const idleBefore = await snapshot(parts);
await wait(IDLE_MS);
const idle = await snapshot(parts);
const idleSeconds = (idle.at - idleBefore.at) / 1000;
show('partitions', options.partitions);
show('idle: Redis calls per second', (idle.redis.calls - idleBefore.redis.calls) / idleSeconds);
show('idle: Redis CPU, ms per second', ((idle.redis.cpu - idleBefore.redis.cpu) / idleSeconds) * 1000);
parts.forEach(({ role, process }, i) => {
  show(`idle: RSS MB: ${role}`, rssMb(process.pid));
  show(`idle: CPU ms per second: ${role}`, ((idle.parts[i]!.cpu - idleBefore.parts[i]!.cpu) / idleSeconds) * 1000);
});

if (!options.idle) await measureTalk();

async function measureTalk(): Promise<void> {
  const { origin } = parts[0]!;
  const { client } = redis;
  await talkAll(origin, 0, people, TURNS.length); // warm, and finished people
  await drained(client);
  const sessions = await keyBytes(client, /:s:/);
  show('Redis bytes per finished person: session', sessions.bytes / sessions.keys);

  const peaks = parts.map(() => 0);
  const sampler = setInterval(() => {
    parts.forEach(({ process }, i) => (peaks[i] = Math.max(peaks[i]!, rssMb(process.pid))));
  }, 200);
  const before = await snapshot(parts);
  await talkAll(origin, people, people, TURNS.length);
  const talkedAt = performance.now();
  await drained(client);
  const after = await snapshot(parts);
  clearInterval(sampler);
  const turns = people * TURNS.length;
  const seconds = (after.at - before.at) / 1000;
  const idleCalls = ((idle.redis.calls - idleBefore.redis.calls) / idleSeconds) * seconds;
  show('turns', turns);
  show('turns per second', turns / ((talkedAt - before.at) / 1000));
  parts.forEach(({ role }, i) => {
    show(`CPU ms per turn: ${role}`, ((after.parts[i]!.cpu - before.parts[i]!.cpu) * 1000) / turns);
    show(`bytes in and out per turn: ${role}`, (after.parts[i]!.io - before.parts[i]!.io) / turns);
    show(`RSS MB under load: ${role}`, peaks[i]!);
  });
  show('Redis CPU ms per turn', ((after.redis.cpu - before.redis.cpu) * 1000) / turns);
  show('Redis calls per turn', (after.redis.calls - before.redis.calls - idleCalls) / turns);
  show('Redis bytes in per turn', (after.redis.inBytes - before.redis.inBytes) / turns);
  show('Redis bytes out per turn', (after.redis.outBytes - before.redis.outBytes) / turns);
  show('Redis AOF bytes per turn', (after.redis.aofBytes - before.redis.aofBytes) / turns);

  const draftsBefore = (await redisFacts(client)).memory;
  await talkAll(origin, 2 * people, people, DRAFT_TURNS);
  await drained(client);
  const all = await keyBytes(client, /:s:/);
  show('Redis bytes per open draft: session', (all.bytes - 2 * sessions.bytes) / people);
  show('Redis bytes per open draft: whole server', ((await redisFacts(client)).memory - draftsBefore) / people);
  for (const set of ['seen', 'sent']) {
    const pattern = new RegExp(`:${set}:`);
    show(`Redis bytes per mark: ${set}`, (await keyBytes(client, pattern)).bytes / (await membersOf(client, pattern)));
  }
  const marks = (await membersOf(client, /:seen:/)) + (await membersOf(client, /:sent:/));
  show('marks per turn', marks / (2 * turns + people * DRAFT_TURNS));
  await measureDocuments(turns);
}

/** Bytes of BSON, before any compression of the server. */
async function measureDocuments(turns: number): Promise<void> {
  const connection = await mongoose.createConnection(mongo.uri).asPromise();
  for (const name of ['entries', 'contacts', 'transcripts']) {
    const documents = await connection.collection(name).find({}).toArray();
    const bytes = documents.reduce((sum, document) => sum + calculateObjectSize(document), 0);
    show(`MongoDB documents: ${name}`, documents.length);
    show(`MongoDB bytes per document: ${name}`, bytes / documents.length);
    if (name === 'transcripts') show('lines per turn', documents.length / (2 * turns + people * DRAFT_TURNS));
  }
  await connection.close();
}

for (const { process } of parts) await process.stop();
redis.client.disconnect();
await mongo.process.stop();
await redis.process.stop();
process.exit(0);
