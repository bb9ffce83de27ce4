import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { driverOf, measure, measureCalm, type Driver, type Slice } from './measure.ts';
import { startPinned } from './processes.ts';
import { markdown, type Row } from './report.ts';
import { LOAD_CORE, ROOT, startFloor, startProduct, tempFolder, type Contender } from './setting.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    levels: { type: 'string' },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    /** A checkout whose `dist/` is measured; several for a comparison. */
    product: { type: 'string', multiple: true, default: [ROOT] },
    /** Redis append-only file: on as in production, off as ../shared/bench has it, or both. */
    aof: { type: 'string', default: 'on,off' },
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
  },
});
const levels = (options.levels ?? (options.quick ? '1,64' : '1,16,64,256')).split(',').map(Number);
const forMs = 1000 * Number(options.seconds ?? (options.quick ? 2 : 6));
const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
/** Share of the machine taken by others above which a slice is measured again. */
const CALM = 0.1;
const MANY = 1_000_000;

function build(root: string): void {
  if (root !== ROOT && existsSync(join(root, 'dist/main.js'))) return;
  const built = spawnSync(process.execPath, [join(root, 'script/build.mjs')], { stdio: 'inherit' });
  if (built.status !== 0) throw new Error('the product could not be built');
}

async function startDriver(): Promise<{ driver: Driver; graphUrl: string }> {
  const file = join(ROOT, 'test/bench/driver.ts');
  const process = startPinned(LOAD_CORE, ['node', '--import', 'tsx', file], { NODE_ENV: 'production' }, true);
  const { port } = await new Promise<{ port: number }>((done, failed) => {
    process.child.once('message', (message: { port: number }) => done(message));
    void process.gone.then(() => failed(new Error(`the driver did not start:\n${process.said()}`)));
  });
  return { driver: driverOf(process), graphUrl: `http://127.0.0.1:${port}` };
}

async function startAll(graphUrl: string): Promise<Contender[]> {
  const roots = options.product.map((root) => resolve(root));
  const env = Object.fromEntries(options.set.map((one) => [one.split('=', 1)[0], one.slice(one.indexOf('=') + 1)]));
  const contenders = [await startFloor(graphUrl, tempFolder())];
  for (const root of roots) {
    build(root);
    for (const mode of options.aof.split(',')) {
      const label = roots.length > 1 ? `ours ${root.split('/').at(-1)}` : 'ours';
      const nodeArgs = options.node.split(' ').filter(Boolean);
      if (options.profile) nodeArgs.push('--cpu-prof', `--cpu-prof-dir=${options.profile}`);
      const name = `${label}, AOF ${mode === 'on' ? 'everysec' : 'off'}`;
      contenders.push(await startProduct({ name, root, appendonly: mode === 'on', nodeArgs, env }, graphUrl));
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

/** Every conversation came to its end, once, and its entry is there. */
const isWhole = ({ faults, stray, entries, conversations }: Slice): boolean =>
  faults === 0 && stray === 0 && (entries === null || entries === conversations);

if (options.profile) mkdirSync(options.profile, { recursive: true });
spawnSync('taskset', ['-acp', String(LOAD_CORE), String(process.pid)]);
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
  console.log(markdown(medians(all)));
}
for (const { server, mongo, redis } of contenders) {
  await server.stop();
  redis.client.disconnect();
  await mongo?.process.stop();
  await redis.process.stop();
}
await driver.process.stop();
if (!whole) console.error('Not every conversation came to its end once with one entry: see the last two columns.');
process.exit(whole ? 0 : 1);
