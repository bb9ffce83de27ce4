/**
 * How the cost of a turn grows: `npm run bench:growth`. Variants run in turn in short slices (A B C, C B A …) and each is compared with the
 * first of its round, so that what else the machine does falls on all alike. Ends with 1 when a conversation was not whole.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { interleave, ratioTable, verdict, type Variant } from './interleave.ts';
import { growUnits } from './invented-units.ts';
import { startDriver } from './measure.ts';
import { recordTable } from './mongo-size.ts';
import { prefill } from './prefill.ts';
import { cpuSeconds, rssMb } from './processes.ts';
import { families, familyTable, usedMemory } from './redis-memory.ts';
import { apart, buildProduct, openFlows, pinToLoadCore, readAof, ROOT } from './setting.ts';
import { startProduct, stopContender, tempFolder, type ProductOptions } from './setting.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'workers,sessions,units,description' },
    workers: { type: 'string', default: '1,2,4' },
    sessions: { type: 'string', default: '1,1000,10000,100000,200000' },
    units: { type: 'string', default: '1000,10000,100000' },
    description: { type: 'string', default: '20,2000' },
    rounds: { type: 'string', default: '5' },
    /** Conversations of 15 turns in a slice, and to warm each variant up. */
    conversations: { type: 'string', default: '400' },
    warm: { type: 'string', default: '2000' },
    /** `always` as in production, `everysec` or `off`. */
    aof: { type: 'string', default: 'always' },
    people: { type: 'string', default: '64' },
    quick: { type: 'boolean', default: false },
  },
});
const only = new Set(options.only.split(','));
const numbers = (list: string): number[] => list.split(',').map(Number);
const count = (n: number): string => n.toLocaleString('en');
const slices = {
  rounds: options.quick ? 2 : Number(options.rounds),
  conversations: options.quick ? 60 : Number(options.conversations),
  warmConversations: options.quick ? 100 : Number(options.warm),
  people: Number(options.people),
};
const MB = 2 ** 20;
let whole = true;

pinToLoadCore();
buildProduct(ROOT);
const { driver, graphUrl } = await startDriver();
const begin = (given: Omit<ProductOptions, 'root' | 'aof'>) =>
  startProduct({ ...given, root: ROOT, aof: readAof(options.aof) }, graphUrl);

async function compare(
  title: string,
  variants: Variant[],
  extra: { head: string; of(variant: Variant): string }[] = [],
) {
  const series = await interleave(variants, driver, slices);
  whole &&= series.every(({ isWhole }) => isWhole);
  console.log(`\n### ${title}\n\n${ratioTable(series, extra)}\n`);
  return series;
}

async function workers(): Promise<void> {
  const variants: Variant[] = [{ name: 'all in one process', contender: await begin({ name: 'all in one' }), job: {} }];
  for (const n of numbers(options.workers)) {
    const name = `web, ${n} × worker, sender, jobs`;
    variants.push({ name, contender: await begin({ name, parts: apart(n) }), job: {} });
  }
  const series = await compare('Worker processes, all of the product on one core', variants);
  const [one, ...more] = series.slice(1);
  if (one)
    for (const other of more) console.log(verdict(`${other.variant.name} against 1 × worker, CPU a turn`, other, one));
  for (const { contender } of variants) await stopContender(contender);
}

async function sessions(): Promise<void> {
  const variants: Variant[] = [];
  const bytes = new Map<Variant, number>();
  for (const n of numbers(options.sessions)) {
    const contender = await begin({ name: `${n} sessions` });
    const before = await usedMemory(contender.redis.client);
    const flowsDir = openFlows(ROOT, tempFolder());
    await prefill(contender.redis.client, { flowsDir, localesDir: join(ROOT, 'locales'), count: n });
    const variant = { name: `${count(n)} others in the middle of the intake`, contender, job: {} };
    variants.push(variant);
    bytes.set(variant, ((await usedMemory(contender.redis.client)) - before) / n);
  }
  const [{ client }, last] = [variants[0]!.contender.redis, variants.at(-1)!.contender.redis];
  const was = { families: await families(client), used: await usedMemory(client) };
  const series = await compare('Sessions in Redis', variants, [
    { head: 'Redis MB', of: (variant) => ((bytes.get(variant)! * nOf(variant)) / MB).toFixed(0) },
    {
      head: 'bytes a session in the middle',
      of: (variant) => (nOf(variant) < 1000 ? '–' : bytes.get(variant)!.toFixed(0)),
    },
  ]);
  for (const other of series.slice(1)) console.log(verdict(`${other.variant.name}, CPU a turn`, other, series[0]!));
  const finished = series[0]!.conversations;
  const used = ((await usedMemory(client)) - was.used) / finished;
  console.log(
    `\nRedis, ${count(finished)} people finished beside one other: ${used.toFixed(0)} bytes of used_memory each\n`,
  );
  console.log(familyTable(was.families, await families(client), finished, 'finished person'));
  console.log(`\n${await recordTable(variants[0]!.contender.mongo!.uri, finished)}`);
  console.log(`\nused_memory of the last: ${((await usedMemory(last.client)) / MB).toFixed(0)} MB`);
  for (const { contender } of variants) await stopContender(contender);
}

const nOf = ({ name }: Variant): number => Number(name.split(' ', 1)[0]!.replaceAll(',', ''));

async function units(): Promise<void> {
  const variants: Variant[] = [];
  const rss = new Map<Variant, number>();
  const startCpu = new Map<Variant, number>();
  for (const n of numbers(options.units)) {
    const contender = await begin({ name: `${n} units`, changeFlows: (flows) => growUnits(flows, n) });
    const variant = { name: `${count(n)} units`, contender, job: { typesUnit: true } };
    const { pid } = contender.servers[0]!;
    rss.set(variant, rssMb(pid));
    startCpu.set(variant, cpuSeconds(pid));
    variants.push(variant);
  }
  const series = await compare('Units, both workplaces typed', variants, [
    { head: 'start s', of: ({ contender }) => contender.startSeconds.toFixed(2) },
    { head: 'start CPU s', of: (variant) => startCpu.get(variant)!.toFixed(2) },
    { head: 'RSS MB after the start', of: (variant) => rss.get(variant)!.toFixed(0) },
  ]);
  for (const other of series.slice(1)) console.log(verdict(`${other.variant.name}, CPU a turn`, other, series[0]!));
  for (const { contender } of variants) await stopContender(contender);
}

async function descriptions(): Promise<void> {
  const contender = await begin({ name: 'descriptions' });
  const lengths = numbers(options.description);
  const variants = lengths.map((n) => ({ name: `${count(n)} characters`, contender, job: { description: n } }));
  await compare('Length of the description (one turn of fifteen carries it, three more show or store it)', variants);
  await stopContender(contender);
}

console.log(
  `Node ${process.versions.node}, ${new Date().toISOString()}, ${slices.rounds} rounds of ${slices.conversations} conversations, ${slices.people} people`,
);
if (only.has('workers')) await workers();
if (only.has('sessions')) await sessions();
if (only.has('units')) await units();
if (only.has('description')) await descriptions();
await driver.process.stop();
if (!whole) console.error('Not every conversation came to its end once with one entry.');
process.exit(whole ? 0 : 1);
