import { parseArgs } from 'node:util';
import { playScenario, tellReport } from './play.ts';
import { SCENARIOS } from './scenarios.ts';
import { playBroadcast } from './broadcast.ts';
import { short } from './short.ts';

// npm run faults -- broadcast --seed N --people 20000 --kills N --rate N
// npm run faults -- --seed N --people N --active N --kills N --minutes M --only <scenario> --processes web=2,worker=3,sender+jobs=1 --keep
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    people: { type: 'string' },
    rate: { type: 'string', default: '150' },
    active: { type: 'string', default: '120' },
    kills: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '10' },
    only: { type: 'string', multiple: true },
    processes: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (positionals[0] === 'broadcast') {
  console.log(`seed ${seed}; broadcast`);
  const { faults, counts, seconds, dir } = await playBroadcast({
    seed,
    people: Number(values.people ?? 20_000),
    kills: Number(values.kills),
    perSecond: Number(values.rate),
    pauseMs: 4000,
    keep: values.keep,
    say: (line) => console.log(line),
  });
  for (const { who, what, facts } of faults.slice(0, 30)) console.log(`FAULT ${who}: ${what}`, ...facts);
  console.log(JSON.stringify({ ...counts, seconds: Math.round(seconds), faults: faults.length }), dir ?? '');
  process.exit(faults.length === 0 ? 0 : 1);
}
/** The short form is part of `npm test`; a full run has all of it already. */
const all = [...SCENARIOS, short];
const unknown = (values.only ?? []).filter((name) => !all.some((scenario) => scenario.name === name));
if (unknown.length > 0) {
  console.error(`no scenario ${unknown.join(', ')}; there are: ${all.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const chosen = values.only ? all.filter(({ name }) => values.only?.includes(name)) : SCENARIOS;
console.log(`seed ${seed}; ${chosen.map(({ name }) => name).join(', ')}`);
let failed = 0;
for (const scenario of chosen) {
  const report = await playScenario(scenario, {
    seed,
    people: Number(values.people ?? 2000),
    active: Number(values.active),
    kills: Number(values.kills),
    minutes: Number(values.minutes),
    keep: values.keep,
    ...(values.processes ? { world: { processes: readProcesses(values.processes) } } : {}),
    say: (line) => console.log(line),
  });
  console.log(tellReport(report));
  if (report.faults.length > 0) failed++;
}
console.log(failed === 0 ? 'all claims held' : `${failed} of ${chosen.length} scenarios found faults; seed ${seed}`);
process.exit(failed === 0 ? 0 : 1);

/** `web=2,sender+jobs=1` */
function readProcesses(text: string): Record<string, number> {
  const pairs = text.split(',').map((part) => part.split('='));
  return Object.fromEntries(pairs.map(([kind = '', count = '1']) => [kind.replaceAll('+', ','), Number(count)]));
}
