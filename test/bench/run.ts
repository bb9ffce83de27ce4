import { mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isWhole, measure, measureCalm, startDriver, type Driver, type Slice } from './measure.ts';
import { aims, markdown, type Row } from './report.ts';
import { buildProduct, pinToLoadCore, readAof, ROOT, SERVER_CORE, startFloor, startProduct } from './setting.ts';
import { stopContender, tempFolder, type Contender } from './setting.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    levels: { type: 'string' },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    /** A checkout whose `dist/` is measured; several for a comparison. */
    product: { type: 'string', multiple: true, default: [ROOT] },
    /** When Redis flushes its append-only file: as in production, less safe, and as ../shared/bench has it. */
    aof: { type: 'string', default: 'always,everysec,off' },
    /** Plays at 64 people until so many turns, and prints the memory at each tenth. */
    soak: { type: 'string' },
    /** `NAME=VALUE` for the product, such as ROLES=web,worker,sender. */
    set: { type: 'string', multiple: true, default: [] },
    /** Flags of node for the product, parted by spaces. */
    node: { type: 'string', default: '' },
    /** Folder for a CPU profile of the product. */
    profile: { type: 'string' },
    tries: { type: 'string', default: '3' },
    /** Seconds of talk before the first slice: what runs for months is not measured in its first seconds. */
    warm: { type: 'string' },
    /** Also the product as two processes, web, worker and sender apart from jobs, with jobs on this core: 0, 1, or both as `0,1`. */
    split: { type: 'string' },
  },
});
const levels = (options.levels ?? (options.quick ? '1,64' : '1,16,64,256')).split(',').map(Number);
const forMs = 1000 * Number(options.seconds ?? (options.quick ? 2 : 6));
const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
/** Share of the machine taken by others above which a slice is measured again. */
const CALM = 0.1;
const MANY = 1_000_000;

async function startAll(graphUrl: string): Promise<Contender[]> {
  const roots = options.product.map((root) => resolve(root));
  const env = Object.fromEntries(options.set.map((one) => [one.split('=', 1)[0], one.slice(one.indexOf('=') + 1)]));
  const contenders = [await startFloor(graphUrl, tempFolder())];
  for (const root of roots) {
    buildProduct(root);
    for (const aof of options.aof.split(',').map(readAof)) {
      const label = roots.length > 1 ? `ours ${root.split('/').at(-1)}` : 'ours';
      const nodeArgs = options.node.split(' ').filter(Boolean);
      if (options.profile) nodeArgs.push('--cpu-prof', `--cpu-prof-dir=${options.profile}`);
      const name = `${label}, AOF ${aof}`;
      const product = { root, aof, nodeArgs, env };
      contenders.push(await startProduct({ ...product, name }, graphUrl));
      for (const core of options.split?.split(',').map(Number) ?? []) {
        const parts = [
          { roles: 'web,worker,sender', core: SERVER_CORE },
          { roles: 'jobs', core },
        ];
        contenders.push(
          await startProduct({ ...product, name: `${name}, jobs apart on core ${core}`, parts }, graphUrl),
        );
      }
    }
  }
  return contenders;
}

/** Slices of the floor stand before, between and after the others, and each ratio is taken against the two beside it. */
async function compare([floor, ...others]: Contender[], driver: Driver): Promise<Row[]> {
  const rows: Row[] = [];
  const slice = async (contender: Contender, people: number): Promise<Slice> => {
    const take = (): Promise<Slice> => measure(contender, driver, { people, forMs, conversations: MANY });
    const measured = await measureCalm(take, CALM, Number(options.tries));
    const faults = measured.firstFaults.length > 0 ? ` FAULTS ${measured.firstFaults.join(' | ')}` : '';
    console.error(
      `${contender.name}, ${people}: ${measured.turnsPerSecond.toFixed(0)} turns/s, others ${measured.foreign.toFixed(2)}, ` +
        `archive written ${measured.drainSeconds.toFixed(1)} s later${faults}`,
    );
    const { cpuOfParts, cpuOfRedis, cpuOfMongo } = measured;
    const parts = cpuOfParts.map((seconds) => seconds.toFixed(3)).join(' + ');
    console.error(`  CPU s per 1000 turns: ${parts}, Redis ${cpuOfRedis.toFixed(3)}, MongoDB ${cpuOfMongo.toFixed(3)}`);
    const calls = Object.entries(measured.redisCalls).filter(([, perTurn]) => perTurn > 0.01);
    console.error(
      `  Redis calls a turn: ${calls.map(([name, perTurn]) => `${name} ${perTurn.toFixed(2)}`).join(', ')}`,
    );
    return measured;
  };
  for (const people of levels) {
    let before = await slice(floor!, people);
    rows.push({ slice: before, speed: 1, cpu: 1 });
    for (const contender of others) {
      const own = await slice(contender, people);
      const after = await slice(floor!, people);
      const speed = own.turnsPerSecond / ((before.turnsPerSecond + after.turnsPerSecond) / 2);
      const cpu = own.cpuPer1000Turns / ((before.cpuPer1000Turns + after.cpuPer1000Turns) / 2);
      rows.push({ slice: own, speed, cpu });
      before = after;
    }
  }
  return rows;
}

/** Of the rounds, for each contender and level the one whose ratio is the median. */
function medians(all: Row[][]): Row[] {
  return (all[0] ?? []).map((_, i) => {
    const column = all
      .map((rows) => rows[i]!)
      .sort((a, b) => a.speed - b.speed || a.slice.turnsPerSecond - b.slice.turnsPerSecond);
    return column[Math.floor((column.length - 1) / 2)]!;
  });
}

async function soak(contender: Contender, driver: Driver, turns: number): Promise<boolean> {
  console.log('| turns | turns/s | RSS MB | ack p99 ms | CPU s per 1000 turns |\n| ---: | ---: | ---: | ---: | ---: |');
  let total = 0;
  let whole = true;
  while (total < turns) {
    const conversations = Math.ceil(turns / 10 / 15);
    const slice = await measure(contender, driver, { people: 64, forMs: 600_000, conversations });
    total += slice.turns;
    whole &&= isWhole(slice);
    const { turnsPerSecond, rssMb, ackMs, cpuPer1000Turns } = slice;
    const cells = [
      total,
      turnsPerSecond.toFixed(0),
      rssMb.toFixed(0),
      ackMs.p99.toFixed(1),
      cpuPer1000Turns.toFixed(3),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  return whole;
}

if (options.profile) mkdirSync(options.profile, { recursive: true });
pinToLoadCore();
const { driver, graphUrl } = await startDriver();
const contenders = await startAll(graphUrl);
for (const contender of contenders)
  await measure(contender, driver, {
    people: 16,
    forMs: Number(options.warm ?? (options.quick ? 5 : 30)) * 1000,
    conversations: MANY,
  }); //
let whole = true;
if (options.soak) {
  whole = await soak(contenders[1]!, driver, Number(options.soak));
} else {
  const all: Row[][] = [];
  for (let round = 0; round < rounds; round++) all.push(await compare(contenders, driver));
  whole = all.flat().every(({ slice }) => isWhole(slice));
  console.log(
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? ''}, ${rounds} rounds of ${forMs / 1000} s\n`,
  );
  const rows = medians(all);
  console.log(markdown(rows));
  console.log(`\n${aims(rows)}`);
}
for (const contender of contenders) await stopContender(contender);
await driver.process.stop();
if (!whole) console.error('Not every conversation came to its end once with one entry: see the last two columns.');
process.exit(whole ? 0 : 1);
