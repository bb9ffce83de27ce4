/**
 * CPU of the archiving process alone: items of played conversations go to Redis at an even pace, and a process of its own
 * takes them to the embedded MongoDB server, another process. Without partners: what a turn costs the role `jobs`.
 *
 *     npm run build
 *     node --import tsx test/bench/archive.ts [--rate 1200] [--seconds 8] [--rounds 5] [--lists] [--product ../before --product .]
 *
 * `--rate` is turns a second, `--lists` writes the items of a commit as one entry. `--profile <folder>` leaves a CPU profile
 * of the archiving process there. It ends with 1 when a line is missing in MongoDB.
 */
import { fork } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { silentLog } from '../../src/base/log.ts';
import type { ArchiveItem } from '../../src/core/archive.ts';
import { contactId, type ContactId } from '../../src/core/contact.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import { BOT } from '../../src/core/handover.ts';
import type { startArchiving as StartArchiving } from '../../src/inbound/archiver.ts';
import type { archiveTo as ArchiveTo } from '../../src/stores/mongo/archive.ts';
import { connectMongo } from '../../src/stores/mongo/connect.ts';
import { mongoStores, prepareStores } from '../../src/stores/mongo/stores.ts';
import { connectRedis, type RedisConnection } from '../../src/stores/redis/connection.ts';
import { PAGE_ID, TURNS, type Said } from './conversation.ts';
import { cpuSeconds } from './processes.ts';
import { startMongo, startRedis, tempFolder } from './setting.ts';

const PARTITIONS = 16;
const CHUNK_MS = 50;

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    rate: { type: 'string', default: '1200' },
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '5' },
    lists: { type: 'boolean', default: false },
    product: { type: 'string', multiple: true },
    profile: { type: 'string' },
    archiver: { type: 'string' },
    redis: { type: 'string', default: '' },
    mongo: { type: 'string', default: '' },
  },
});
if (values.archiver === undefined) await bench();
else await archive(values.archiver, values.redis, values.mongo);

/** The process that is measured. */
async function archive(root: string, redisUrl: string, mongoUri: string): Promise<void> {
  const load = async (path: string): Promise<unknown> => import(pathToFileURL(join(root, 'dist', path)).href);
  const { startArchiving } = (await load('inbound/archiver.js')) as { startArchiving: typeof StartArchiving };
  const { archiveTo } = (await load('stores/mongo/archive.js')) as { archiveTo: typeof ArchiveTo };
  const { connectRedis: redis } = (await load('stores/redis/connection.js')) as { connectRedis: typeof connectRedis };
  const { connectMongo: mongo } = (await load('stores/mongo/connect.js')) as { connectMongo: typeof connectMongo };
  const { mongoStores: stores } = (await load('stores/mongo/stores.js')) as { mongoStores: typeof mongoStores };
  const { connection } = await mongo(mongoUri, { log: silentLog });
  const archiving = startArchiving({
    connection: await redis(redisUrl, silentLog),
    log: silentLog,
    write: archiveTo(stores(connection), silentLog),
    retryMs: 500,
    onArchived: () => {},
  });
  for (let p = 0; p < PARTITIONS; p++) archiving.add(p);
  let begun = process.cpuUsage();
  process.on('message', (told) => {
    if (told === 'begin') begun = process.cpuUsage();
    else process.send?.(process.cpuUsage(begun));
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

async function bench(): Promise<void> {
  const products = values.product ?? ['.'];
  const results = new Map(products.map((product) => [product, [] as { own: number; server: number }[]]));
  const rounds = values.profile ? 1 : Number(values.rounds);
  for (let round = 0; round < rounds; round++) {
    for (const product of products) results.get(product)!.push(await measure(resolve(product)));
  }
  console.log(`CPU µs per turn at ${values.rate} turns/s, median of ${rounds}, ${values.lists ? 'lists' : 'items'}`);
  console.log('| product | archiving process | all rounds | MongoDB server |');
  console.log('| --- | ---: | --- | ---: |');
  for (const [product, runs] of results) {
    const own = runs.map((run) => run.own);
    const all = own.map((us) => us.toFixed(1)).join(', ');
    const server = median(runs.map((run) => run.server)).toFixed(1);
    console.log(`| ${product} | ${median(own).toFixed(1)} | ${all} | ${server} |`);
  }
  process.exit();
}

/** A server pair and an archiving process of its own for each measurement; a third of the time warms it up. */
async function measure(root: string): Promise<{ own: number; server: number }> {
  const folder = tempFolder();
  const redis = await startRedis('everysec', folder);
  const mongo = await startMongo(join(root, 'dist'), join(folder, 'mongo'));
  const connection = await connectRedis(redis.url, silentLog);
  const { connection: database } = await connectMongo(mongo.uri, { log: silentLog });
  const stores = mongoStores(database);
  await prepareStores(database, stores, silentLog);
  const child = fork(fileURLToPath(import.meta.url), ['--archiver', root, '--redis', redis.url, '--mongo', mongo.uri], {
    execArgv: [...process.execArgv, ...(values.profile ? ['--cpu-prof', '--cpu-prof-dir', values.profile] : [])],
  });
  const heard = () => new Promise<unknown>((done) => child.once('message', done));
  await heard();
  const gone = new Promise((done) => child.once('exit', done));
  const seconds = Number(values.seconds);
  const talk = conversations();
  const warm = await feed(connection, talk, seconds / 3);
  await drained(connection);
  child.send('begin');
  const serverBegun = cpuSeconds(mongo.process.pid);
  const turns = await feed(connection, talk, (seconds * 2) / 3);
  await drained(connection);
  child.send('end');
  const used = (await heard()) as NodeJS.CpuUsage;
  const server = ((cpuSeconds(mongo.process.pid) - serverBegun) * 1e6) / turns;
  const lines = await stores.transcripts.collection.countDocuments();
  const wanted = warm + turns + talk.extra();
  if (lines !== wanted) {
    console.error(`${lines} lines in MongoDB, ${wanted} were sent`);
    process.exitCode = 1;
  }
  child.disconnect();
  await gone;
  connection.close();
  await database.close();
  await mongo.process.stop();
  redis.client.disconnect();
  await redis.process.stop();
  return { own: (used.user + used.system) / turns, server };
}

type Talk = { next(): { contact: string; items: string[] }; extra(): number };

/** The turns of many people, 64 of them talking at a time. */
function conversations(): Talk {
  const people = Array.from({ length: 64 }, (_, n) => ({ n, step: 0 }));
  let count = 64;
  let at = -1;
  let outbound = 0;
  let turns = 0;
  return {
    next() {
      const person = people[(at = (at + 1) % people.length)]!;
      const items = itemsOf(person.n, person.step);
      outbound += items.filter(({ type }) => type === 'outbound').length;
      turns++;
      if (++person.step === TURNS.length) people[at] = { n: count++, step: 0 };
      return { contact: contactOf(person.n), items: items.map((item) => JSON.stringify(item)) };
    },
    extra: () => outbound, // lines beside those of the events
  };
}

function contactOf(n: number): ContactId {
  return contactId('messenger', PAGE_ID, String(7_000_000_000_000_000 + n));
}

/** What a turn of the bench's conversation leaves for the archive: the event, each message of the reply, where the person stands. */
function itemsOf(n: number, step: number): ArchiveItem[] {
  const turn = TURNS[step]!;
  const contact = contactOf(n);
  const now = Date.now();
  const base = { id: eventId('messenger', `m_bench_${n}_${step}`), contact, sentAt: now - 20 };
  const buttons = {
    quick_replies: Array.from({ length: 5 }, (_, i) => ({ title: `Nút ${i}`, payload: `#${step}:b${i}` })),
  };
  const act = turn.act(n, { text: '', ...buttons });
  const event: InboundEvent =
    'postback' in act
      ? { ...base, type: 'postback', ...act.postback }
      : act.message.quick_reply
        ? { ...base, type: 'quickReply', payload: act.message.quick_reply.payload, title: act.message.text }
        : { ...base, type: 'text', text: act.message.text };
  const messages: Said[] = turn.replies.length > 1 ? [turn.floor, turn.floor] : [turn.floor];
  const answered = Math.max(0, step - 3);
  const last = step === TURNS.length - 1;
  return [
    { type: 'inbound', event, receivedAt: now - 10 },
    ...messages.map(({ text = '', quick_replies: replies = [] }, i): ArchiveItem => ({
      type: 'outbound',
      row: `${n.toString(36).padStart(6, '0')}${step.toString(36)}aabbccdd-${i}`,
      contact,
      text: [text, ...replies.map(({ title }) => `[${title}]`)].join('\n'),
      state: 'sent',
      messageIds: [`m_out_${n}_${step}_${i}_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789`],
      turnAt: now,
      at: now,
    })),
    {
      type: 'contact',
      contact,
      at: now,
      snapshot: {
        lang: 'vi',
        owner: BOT,
        consentAt: step > 0 ? now - step * 1000 : null,
        remindersOff: false,
        remindYesAt: null,
        drafts: [],
        campaign: '01-trieu-sang-kien',
        step: last ? null : `step${answered}`,
        profile: last
          ? { name: { type: 'text', text: 'Nguyễn Văn An' }, phone: { type: 'phone', e164: '+84900000000' } }
          : {},
        entries: last ? [{ code: 'SK-2222-3333', campaign: '01-trieu-sang-kien', submittedAt: now }] : [],
        arrivals: [],
        humanAskedAt: null,
        name: '',
        phone: '',
        units: [],
        humanReason: null,
        handledAt: null,
        lastSeenAt: now,
      },
    },
  ];
}

/** Sends turns to the archive's streams at an even pace; gives how many. */
async function feed(connection: RedisConnection, talk: Talk, seconds: number): Promise<number> {
  const begun = performance.now();
  const rate = Number(values.rate);
  let turns = 0;
  for (;;) {
    const passed = performance.now() - begun;
    if (passed > seconds * 1000) return turns;
    const due = Math.floor((passed / 1000) * rate);
    const byPartition = new Map<number, { commit: string[]; settle: string[] }>();
    for (; turns < due; turns++) {
      const { contact, items } = talk.next();
      const p = Number(contact.slice(-4)) % PARTITIONS;
      const some = byPartition.get(p) ?? { commit: [], settle: [] };
      byPartition.set(p, some);
      for (const item of items) (item.startsWith('{"type":"outbound"') ? some.settle : some.commit).push(item);
    }
    const writes: Promise<unknown>[] = [];
    for (const [p, { commit, settle }] of byPartition) {
      const { archive: key } = connection.keys.partition(p);
      if (values.lists) {
        for (const list of [commit, settle]) writes.push(connection.client.xadd(key, '*', 'l', `[${list.join(',')}]`));
      } else for (const item of [...commit, ...settle]) writes.push(connection.client.xadd(key, '*', 'i', item));
    }
    await Promise.all(writes);
    await wait(CHUNK_MS);
  }
}

async function drained(connection: RedisConnection): Promise<void> {
  for (;;) {
    let left = 0;
    for (let p = 0; p < PARTITIONS; p++) left += await connection.client.xlen(connection.keys.partition(p).archive);
    if (left === 0) return;
    await wait(50);
  }
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
}
