import { performance } from 'node:perf_hooks';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { LiveInbox } from '../../src/console/api/types.ts';
import { contactId, type ContactId } from '../../src/core/contact.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import { startJobs } from '../../src/inbound/jobs.ts';
import { startWorker } from '../../src/inbound/worker.ts';
import { archiveTo } from '../../src/stores/mongo/archive.ts';
import { inboundLog } from '../../src/stores/redis/inbound-log.ts';
import { newsOf, publishLive } from '../../src/stores/redis/live.ts';
import { openConsole, type Browser } from '../support/console.ts';
import { held, said, stood, told } from '../support/conversations.ts';
import { listenTo } from '../support/events.ts';
import { says, standInChannel } from '../support/pipeline.ts';
import { theWorld } from '../support/world.ts';

/**
 * The console with many open conversations: how long the inbox takes to open, and how long a person's new message takes from the
 * inbound log, through a worker and the archive, to the pages of all staff. Everything, stores and clients too, is in or below one
 * process. `node --import tsx test/bench/inbox.ts [conversations] [staff] [messages]`
 */
const [CONVERSATIONS = 10_000, STAFF = 50, MESSAGES = 60] = process.argv.slice(2).map(Number);
const PARTITIONS = 16;
/** Written at a time: on a busy machine larger ones take longer than a store is waited for. */
const CHUNK = 200;

const person = (n: number): ContactId => contactId('messenger', 'page1', `bench${n}`);
const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
function show(name: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const [median, most, worst] = [at(sorted, 0.5), at(sorted, 0.95), at(sorted, 1)].map((ms) => ms.toFixed(0));
  console.log(`| ${name} | ${times.length} | ${median} | ${most} | ${worst} |`);
}

const desk = await openConsole();
const now = Date.now();
const archive = archiveTo(desk.stores, silentLog);
for (let from = 0; from < CONVERSATIONS; from += CHUNK) {
  const items = Array.from({ length: Math.min(CHUNK, CONVERSATIONS - from) }, (_, i) => {
    const n = from + i;
    const seenAt = now - n * 1000;
    const waits = n % 50 === 0 ? { humanAskedAt: seenAt, humanReason: 'asked' as const } : {};
    const owner = n % 20 === 1 ? { owner: held(`staff-${(n % STAFF) + 1}`, seenAt) } : {};
    const units = [String((n % 63) + 1).padStart(2, '0'), `${(n % 63) + 1}5`];
    const who = { name: `Người Thử ${n}`, phone: `+849${String(n).padStart(8, '0')}`, units };
    return [
      stood(person(n), seenAt, { ...who, ...waits, ...owner }),
      told(person(n), seenAt - 1000, 'Anh/chị cho biết tên sáng kiến'),
      said(person(n), seenAt, `dòng cuối ${n}`),
    ];
  }).flat();
  await archive(items);
}

const browsers: Browser[] = [];
for (let n = 0; n < STAFF; n++) browsers.push(await desk.signedIn({ unit: n % 2 === 0 ? null : '05' }));

console.log(`${CONVERSATIONS} conversations, ${STAFF} staff\n`);
console.log('| what, in ms | times | median | 95 % | worst |\n| --- | --- | --- | --- | --- |');
async function timed(name: string, browser: Browser, query: string): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < 20; n++) {
    const from = performance.now();
    const { status } = await browser.api('GET', `/conversations?${query}`);
    if (status !== 200) throw new Error(`${name}: ${status}`);
    times.push(performance.now() - from);
  }
  show(name, times);
}
const [central, province] = browsers as [Browser, Browser];
await timed('inbox of all', central, 'tab=all');
await timed('inbox of those who wait', central, 'tab=waiting');
await timed('inbox of a province', province, 'tab=all');
await timed('search by name and number', central, 'tab=all&q=thu%204321');

const shared = {
  connection: desk.redis,
  partitions: PARTITIONS,
  processId: 'bench',
  leaseMs: 10_000,
  clock: systemClock,
  log: silentLog,
};
const worker = startWorker({
  ...shared,
  random: Math.random,
  engine: makeEngine(theWorld()),
  channels: new Map([['messenger' as const, standInChannel()]]),
  answer: async () => ({ type: 'entriesFound', entries: [] }),
});
const jobs = startJobs({
  ...shared,
  doTask: async () => null,
  archive,
  onArchived: (items) => publishLive(desk.redis, newsOf(items)),
});
const log = inboundLog(desk.redis, PARTITIONS);
// those of the central team see everybody
const listeners = browsers.map((browser) => listenTo(`${desk.url}/console/api/live`, browser));
await Promise.all(listeners.map((listener) => listener.next('hello')));
const watching = listeners.filter((_, n) => n % 2 === 0);

async function message(n: number): Promise<number[]> {
  const text = `tin mới ${n}`;
  const isIt = ({ rows }: LiveInbox): boolean => rows.some(({ last }) => last?.text === text);
  const from = performance.now();
  const arrived = watching.map(async (listener) => {
    await listener.next('inbox', (data) => isIt(data as LiveInbox));
    return performance.now() - from;
  });
  await log.append([says(person(n), text, Date.now())], Date.now());
  return Promise.all(arrived);
}
await message(CONVERSATIONS + 1); // until the leases are taken
const times: number[] = [];
for (let n = 0; n < MESSAGES; n++) times.push(...(await message(n)));
show(`a new message to ${watching.length} of ${STAFF} pages`, times);

for (const listener of listeners) listener.close();
await worker.close();
await jobs.close();
await desk.close();
