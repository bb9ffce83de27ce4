/**
 * The last evening of a phase: `npm run bench:surge`. People arrive at a steady rate, then ten times as many for `--minutes`, half of
 * them new, and nobody waits for the bot before coming or saying more. Once for each share of what one closed loop was answered in.
 * Ends with 1 when a conversation was not whole.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countEntries, drained, measureCapacity, startDriver } from './measure.ts';
import { prefill } from './prefill.ts';
import { ALL_IN_ONE, apart, buildProduct, openFlows, pinToLoadCore, readAof, ROOT } from './setting.ts';
import { startProduct, stopContender, tempFolder } from './setting.ts';
import { surgeReport, watch, type Surge } from './surge-report.ts';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    /** Minutes at a tenth of it before. */
    steady: { type: 'string', default: '1' },
    /** Peaks, as shares of what 256 people who wait for each reply are answered in. */
    of: { type: 'string', default: '0.7,1,1.3' },
    /** Turns/s instead of measuring them. */
    capacity: { type: 'string' },
    /** `one` process, or `apart`: one for each role, all on the product's core; or both. */
    processes: { type: 'string', default: 'one' },
    /** `always` as in production, `everysec` or `off`. */
    aof: { type: 'string', default: 'always' },
    /** Mean seconds between two turns of a person. */
    think: { type: 'string', default: '3' },
    window: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    set: { type: 'string', multiple: true, default: [] },
    /** Folder for a CPU profile of the product. */
    profile: { type: 'string' },
  },
});
const surgeSeconds = 60 * Number(options.minutes);
const windowSeconds = Number(options.window ?? Math.max(2, surgeSeconds / 10));
const env = Object.fromEntries(options.set.map((one) => [one.split('=', 1)[0], one.slice(one.indexOf('=') + 1)]));
const NEW_SHARE = 0.5;
/** Turns of one who arrives, in the mean: 15 of a new one, 7 of one who left off. */
const LEAST_TURNS = 7;

pinToLoadCore();
buildProduct(ROOT);
const { driver, graphUrl } = await startDriver();
let whole = true;

async function surge(processes: string, share: number): Promise<void> {
  const name = processes === 'one' ? 'one process' : 'web, worker, sender and jobs apart';
  const parts = processes === 'one' ? ALL_IN_ONE : apart(1);
  const nodeArgs = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [];
  const product = await startProduct({ name, root: ROOT, aof: readAof(options.aof), nodeArgs, env, parts }, graphUrl);
  const capacity = Number(options.capacity ?? (await measureCapacity(product, driver)));
  const peak = capacity * share;
  const flowsDir = openFlows(ROOT, tempFolder());
  const returning = Math.ceil((peak * (surgeSeconds + 60 * Number(options.steady)) * NEW_SHARE) / LEAST_TURNS);
  await prefill(product.redis.client, { flowsDir, localesDir: join(ROOT, 'locales'), count: returning });
  const entriesBefore = await countEntries(product.mongo!.uri);
  const watched = watch(product, driver.process.pid);
  const job = {
    origin: product.origin,
    phases: [
      { seconds: 60 * Number(options.steady), turnsPerSecond: peak / 10 },
      { seconds: surgeSeconds, turnsPerSecond: peak },
      { seconds: windowSeconds, turnsPerSecond: peak / 10 },
    ],
    thinkMs: 1000 * Number(options.think),
    newShare: NEW_SHARE,
    loopShare: 0,
    windowSeconds,
    seed: Number(options.seed),
  };
  const windows: Surge['windows'] = [];
  const done = await driver.play(job, (window) => {
    windows.push({ window, ...watched.take() });
    console.error(
      `${window.at.toFixed(0)} s: said ${window.said}, answered ${window.answered}, outstanding ${window.outstanding}, ` +
        `ack p99 ${window.ackMs.p99.toFixed(1)} ms, driver late ${window.lateMs.toFixed(0)} ms`,
    );
  });
  await drained(product);
  await watched.stop();
  const entries = (await countEntries(product.mongo!.uri)) - entriesBefore;
  const report = surgeReport({ name, share, capacity, job, windows, done, entries });
  whole &&= report.isWhole;
  console.log(report.markdown);
  await stopContender(product);
}

console.log(
  `Node ${process.versions.node}, ${new Date().toISOString()}, surge of ${options.minutes} min, think ${options.think} s, seed ${options.seed}`,
);
for (const processes of options.processes.split(',')) {
  for (const share of options.of.split(',').map(Number)) await surge(processes, share);
}
await driver.process.stop();
process.exit(whole ? 0 : 1);
