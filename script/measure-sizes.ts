/**
 * Measures what docs/scaling.md reckons with and no bench gives: bytes in Redis and MongoDB for each person, entry and line,
 * Redis work, and CPU, memory and start time of each role in a process of its own. Needs Linux with /proc and
 * `redis-server`; takes about two minutes:
 *
 *   npm run build && node --import tsx script/measure-sizes.ts [--write] [--people 300] [--partitions 16] [--idle]
 *
 * `--write` puts the figures into docs/scaling.md and works its tables out anew; date and circumstances there are written by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { calculateObjectSize } from 'bson';
import mongoose from 'mongoose';
import { faultOf, headersOf, TURNS, webhookOf, type Said } from '../test/bench/conversation.ts';
import { freePort } from '../src/embedded/listen-address.ts';
import { cpuSeconds, rssMb, startPinned, until, type Pinned } from '../test/bench/processes.ts';
import { openFlows, productEnv, ROOT, SERVER_CORE, startMongo, startRedis, tempFolder } from '../test/bench/setting.ts';
import { startStubGraph } from '../test/bench/stub-graph.ts';
import { workOut } from './sizing.ts';
import { drained, keyBytes, membersOf, redisFacts } from './sizing/redis-facts.ts';

const { values: options } = parseArgs({
  options: {
    product: { type: 'string', default: ROOT },
    people: { type: 'string', default: '300' },
    partitions: { type: 'string', default: '16' },
    write: { type: 'boolean', default: false },
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
const redis = await startRedis('always', folder);
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

const userOf = (n: number): string => String(8_000_000_000_000_000 + n);

async function post(origin: string, body: string): Promise<void> {
  const [type = '', json = '', name = '', value = ''] = headersOf(body);
  const headers = { [type]: json, [name]: value };
  const answer = await fetch(`${origin}/webhooks/messenger`, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`the webhook was answered ${answer.status}`);
}

/** Plays the first `turns` turns of person `n`, as a phone would: the next word once the replies to the last one are there. */
async function talk(origin: string, n: number, turns: number): Promise<void> {
  const user = userOf(n);
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
    await post(origin, webhookOf(user, turn.act(n, said), Date.now()));
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

/** Bytes read and written by a process, sockets and files alike. Source: proc(5), io. */
function ioBytes(pid: number): number {
  const io = readFileSync(`/proc/${pid}/io`, 'utf8');
  return Number(/rchar: (\d+)/.exec(io)?.[1]) + Number(/wchar: (\d+)/.exec(io)?.[1]);
}

const snapshot = async (parts: Part[]) => ({
  redis: { ...(await redisFacts(redis.client)), cpu: cpuSeconds(redis.process.pid) },
  parts: parts.map(({ process: { pid } }) => ({ cpu: cpuSeconds(pid), io: ioBytes(pid) })),
  at: performance.now(),
});

/** By the names of docs/scaling.md. */
const figures = new Map<string, number>();

/** `figure`: its name in docs/scaling.md, where it stands there. */
const show = (name: string, value: number | string, figure?: string): void => {
  if (figure !== undefined && typeof value === 'number') figures.set(figure, value);
  console.log(`${name.padEnd(44)} ${typeof value === 'number' ? value.toFixed(value < 10 ? 3 : 0) : value}`);
};

const parts: Part[] = [];
for (const role of ROLES) parts.push(await start(role));
for (const { role, startMs } of parts) show(`start until ready, ms: ${role}`, startMs);
show('start until ready, ms: slowest', Math.max(...parts.map(({ startMs }) => startMs)), 'startMs');

await wait(3000);
const idleBefore = await snapshot(parts);
await wait(IDLE_MS);
const idle = await snapshot(parts);
const idleSeconds = (idle.at - idleBefore.at) / 1000;
show('partitions', options.partitions);
const callsWhileIdle = (idle.redis.calls - idleBefore.redis.calls) / idleSeconds;
show('idle: Redis calls per second', callsWhileIdle);
show('idle: Redis calls per second and partition', callsWhileIdle / Number(options.partitions), 'idleCalls');
show('idle: Redis CPU, ms per second', ((idle.redis.cpu - idleBefore.redis.cpu) / idleSeconds) * 1000);
parts.forEach(({ role, process }, i) => {
  show(`idle: RSS MB: ${role}`, rssMb(process.pid));
  show(`idle: CPU ms per second: ${role}`, ((idle.parts[i]!.cpu - idleBefore.parts[i]!.cpu) / idleSeconds) * 1000);
});

show('idle: RSS MB: largest', Math.max(...parts.map(({ process }) => rssMb(process.pid))), 'idleMb');

if (!options.idle) await measureTalk();

async function measureTalk(): Promise<void> {
  const { origin } = parts[0]!;
  const { client } = redis;
  await talkAll(origin, 0, people, TURNS.length); // warm, and finished people
  await drained(client);
  const sessions = await keyBytes(client, /:s:/);
  show('Redis bytes per finished person: session', sessions.bytes / sessions.keys, 'doneBytes');

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
  const idleCalls = callsWhileIdle * seconds;
  show('turns', turns);
  const messages = TURNS.reduce((sum, { replies }) => sum + replies.length, 0);
  show('messages per turn', messages / TURNS.length, 'messagesPerTurn');
  show('turns per second', turns / ((talkedAt - before.at) / 1000));
  parts.forEach(({ role }, i) => {
    show(`CPU ms per turn: ${role}`, ((after.parts[i]!.cpu - before.parts[i]!.cpu) * 1000) / turns, `${role}Cpu`);
    show(`bytes in and out per turn: ${role}`, (after.parts[i]!.io - before.parts[i]!.io) / turns);
    show(`RSS MB under load: ${role}`, peaks[i]!);
  });
  show('Redis CPU ms per turn', ((after.redis.cpu - before.redis.cpu) * 1000) / turns, 'redisCpu');
  show('Redis calls per turn', (after.redis.calls - before.redis.calls - idleCalls) / turns, 'redisCalls');
  const moved = after.redis.inBytes + after.redis.outBytes - before.redis.inBytes - before.redis.outBytes;
  show('Redis bytes in and out per turn', moved / turns, 'redisBytes');
  show('Redis AOF bytes per turn', (after.redis.aofBytes - before.redis.aofBytes) / turns, 'aofBytes');
  show('RSS MB under load: largest', Math.max(...peaks), 'processMb');

  const draftsBefore = (await redisFacts(client)).memory;
  await talkAll(origin, 2 * people, people, DRAFT_TURNS);
  await drained(client);
  const all = await keyBytes(client, /:s:/);
  show('Redis bytes per open draft: session', (all.bytes - 2 * sessions.bytes) / people, 'draftBytes');
  show('Redis bytes per open draft: whole server', ((await redisFacts(client)).memory - draftsBefore) / people);
  for (const set of ['seen', 'sent']) {
    const pattern = new RegExp(`:${set}:`);
    show(
      `Redis bytes per mark: ${set}`,
      (await keyBytes(client, pattern)).bytes / (await membersOf(client, pattern)),
      'markBytes',
    );
  }
  const marks = (await membersOf(client, /:seen:/)) + (await membersOf(client, /:sent:/));
  show('marks per turn', marks / (2 * turns + people * DRAFT_TURNS), 'marksPerTurn');
  await measureDocuments(turns);
  await measureWaiting();
}

/** What a message costs Redis that a platform does not let through: the greetings of so many people, with no sender. */
async function measureWaiting(): Promise<void> {
  const sender = parts.findIndex(({ role }) => role === 'sender');
  await parts[sender]!.process.stop();
  parts.splice(sender, 1);
  const { origin } = parts[0]!;
  for (let n = 0; n < people; n++)
    await post(origin, webhookOf(userOf(3 * people + n), TURNS[0]!.act(n, undefined), Date.now()));
  const rows = async (): Promise<number> => {
    const keys = (await redis.client.keys('*')).filter((key) => /:out:/.test(key));
    return (await Promise.all(keys.map((key) => redis.client.xlen(key)))).reduce((sum, size) => sum + size, 0);
  };
  while ((await rows()) < people) await wait(100);
  show('Redis bytes per waiting message', (await keyBytes(redis.client, /:out:/)).bytes / (await rows()), 'rowBytes');
}

/** Bytes of BSON, before any compression of the server. */
async function measureDocuments(turns: number): Promise<void> {
  const connection = await mongoose.createConnection(mongo.uri).asPromise();
  for (const [name, figure] of [
    ['entries', 'entryBytes'],
    ['contacts', 'contactBytes'],
    ['transcripts', 'lineBytes'],
  ] as const) {
    const documents = await connection.collection(name).find({}).toArray();
    const bytes = documents.reduce((sum, document) => sum + calculateObjectSize(document), 0);
    show(`MongoDB documents: ${name}`, documents.length);
    show(`MongoDB bytes per document: ${name}`, bytes / documents.length, figure);
    if (name === 'transcripts')
      show('lines per turn', documents.length / (2 * turns + people * DRAFT_TURNS), 'linesPerTurn');
  }
  await connection.close();
}

if (options.write) writeFigures();

function writeFigures(): void {
  const file = join(ROOT, 'docs/scaling.md');
  let page = readFileSync(file, 'utf8');
  for (const [name, value] of figures) {
    const shown = String(Number(value.toPrecision(3)));
    const row = new RegExp(`^(\\| \`${name}\` \\| )[^|]*( \\|)`, 'm');
    if (!row.test(page)) throw new Error(`docs/scaling.md has no ${name}`);
    page = page.replace(row, `$1${shown}$2`);
  }
  writeFileSync(file, workOut(page).text);
}

for (const { process } of parts) await process.stop();
redis.client.disconnect();
await mongo.process.stop();
await redis.process.stop();
process.exit(0);
