/**
 * An hour at half load: `npm run bench:soak -- --minutes 60`. Half of the turns come from people who stay and begin all over, half from
 * people who come new, finish and leave their record. Ends with 1 when a conversation was not whole.
 */
import { appendFileSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { countEntries, drained, measureCapacity, startDriver } from './measure.ts';
import type { Window } from './open-driver.ts';
import { rssMb } from './processes.ts';
import { families, familyTable, usedMemory } from './redis-memory.ts';
import { scrape } from './scrape.ts';
import {
  ALL_IN_ONE,
  apart,
  buildProduct,
  pinToLoadCore,
  readAof,
  ROOT,
  startProduct,
  stopContender,
} from './setting.ts';
import { soakReport, type Sample, type Taken } from './soak-report.ts';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    /** Share of what 256 people who wait for each reply are answered in. */
    of: { type: 'string', default: '0.5' },
    /** Turns/s instead of a share of a measured capacity. */
    rate: { type: 'string' },
    processes: { type: 'string', default: 'one' },
    /** `always` as in production, `everysec` or `off`. */
    aof: { type: 'string', default: 'always' },
    think: { type: 'string', default: '3' },
    /** Seconds between two samples. */
    every: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    /** A file for the samples, a JSON line each, while it runs. */
    samples: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
  },
});
const MB = 2 ** 20;
const env = Object.fromEntries(options.set.map((one) => [one.split('=', 1)[0], one.slice(one.indexOf('=') + 1)]));

pinToLoadCore();
buildProduct(ROOT);
const { driver, graphUrl } = await startDriver();
const parts = options.processes === 'one' ? ALL_IN_ONE : apart(1);
const product = await startProduct({ name: 'soak', root: ROOT, aof: readAof(options.aof), env, parts }, graphUrl);
const { client } = product.redis;
const rate = options.rate ? Number(options.rate) : Number(options.of) * (await measureCapacity(product, driver));

async function sample(seconds: number): Promise<Sample> {
  const scrapes = await Promise.all(product.origins.map(scrape));
  const sumOf = (name: string): number => scrapes.reduce((sum, scraped) => sum + (scraped.get(name) ?? 0), 0);
  const fds = product.servers.map(({ pid }) => readdirSync(`/proc/${pid}/fd`).length);
  return {
    seconds,
    rssMb: product.servers.reduce((sum, { pid }) => sum + rssMb(pid), 0),
    heapMb: sumOf('nodejs_heap_size_used_bytes') / MB,
    externalMb: sumOf('nodejs_external_memory_bytes') / MB,
    handles: sumOf('nodejs_active_handles_total'),
    fds: fds.reduce((sum, count) => sum + count, 0),
    lagP99Ms: 1000 * Math.max(...scrapes.map((scraped) => scraped.get('nodejs_eventloop_lag_p99_seconds') ?? 0)),
    redisKeys: await client.dbsize(),
    redisMb: (await usedMemory(client)) / MB,
    mongoMb: rssMb(product.mongo!.process.pid),
  };
}

const familiesBefore = await families(client);
const entriesBefore = await countEntries(product.mongo!.uri);
const samples: Taken[] = [];
const windows: Window[] = [];
const total = { arrived: 0, turns: 0 };
/** When the last people arrive; what comes after is not half load. */
const endsAt = 60 * Number(options.minutes);
let sampling: Promise<void> = Promise.resolve();
const done = await driver.play(
  {
    origin: product.origin,
    phases: [{ seconds: endsAt, turnsPerSecond: rate }],
    thinkMs: 1000 * Number(options.think),
    newShare: 1,
    loopShare: 0.5,
    windowSeconds: Number(options.every),
    seed: Number(options.seed),
  },
  (window) => {
    windows.push(window);
    total.arrived += window.arrived;
    total.turns += window.answered;
    if (window.at > endsAt + Number(options.every) / 2) return;
    const soFar = { ...total };
    sampling = sampling
      .then(async () => {
        const taken = { ...(await sample(window.at)), ...soFar };
        samples.push(taken);
        const line = JSON.stringify({ ...taken, ackP99: window.ackMs.p99, outstanding: window.outstanding });
        if (options.samples) appendFileSync(options.samples, `${line}\n`);
        console.error(line);
      })
      .catch((error: unknown) => console.error(`no sample: ${String(error)}`));
  },
);
await sampling;
await drained(product);
const entries = (await countEntries(product.mongo!.uri)) - entriesBefore;
console.log(
  `Node ${process.versions.node}, ${new Date().toISOString()}, ${options.minutes} min at ${rate.toFixed(0)} turns/s, ` +
    `${options.processes === 'one' ? 'one process' : 'a process for each role'}, seed ${options.seed}\n`,
);
const { markdown, isWhole } = soakReport({ samples, windows, done, entries, rate });
console.log(markdown);
console.log(`\n${familyTable(familiesBefore, await families(client), total.turns, 'turn')}`);
await stopContender(product);
await driver.process.stop();
process.exit(isWhole ? 0 : 1);
