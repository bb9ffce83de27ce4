/**
 * Where a CPU profile's time went: `node --import tsx test/bench/profile.ts FILE.cpuprofile [--skip-seconds N] [--top 25]`.
 * A file is written by `npm run bench -- --profile FOLDER` when the product stops.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** Source: DevTools protocol, Profiler.Profile (read 2026-11-21). Times in µs. */
type Profile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] }[];
  startTime: number;
  samples: number[];
  timeDeltas: number[];
};
type Frame = { name: string; area: string; place: string; parent: Frame | null; selfMs: number };
/** `own`: at the top of the stack. `charged`: with the built-ins it called. `within`: anywhere on the stack. */
type Cost = { own: number; charged: number; within: number };

/** `ioredis`, `src/inbound`, `node:net`, or what V8 names in brackets. Calls without a file are the engine's own. */
function areaOf(functionName: string, url: string): string {
  if (functionName.startsWith('(')) return functionName;
  if (url === '') return 'native';
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (dependency) return dependency;
  const builtIn = /^node:(?:internal\/)?([^/]+)/.exec(url)?.[1];
  if (builtIn) return `node:${builtIn}`;
  const own = /\/(?:dist|src)\/([^/]+)(\/[^/]+(?=\/))?/.exec(url);
  if (!own) return url;
  const [, first = '', second = ''] = own;
  return `src/${first}${/^(stores|channels|embedded)$/.test(first) ? second : ''}`;
}

/** Kinds of work, by the place of the code; the innermost frame that fits decides. */
const WORK: readonly [string, RegExp][] = [
  ['Redis', /^(node_modules\/(ioredis|@ioredis|redis-|standard-as-callback|denque)|(dist|src)\/stores\/redis\/)/],
  [
    'MongoDB and archive',
    /^(node_modules\/(mongo|bson|mpath|mquery|kareem)|(dist|src)\/(stores\/mongo|inbound\/archiver))/,
  ],
  [
    'sending',
    /^(node_modules\/undici|(dist|src)\/(outbound|send-counts|channels\/http-call|channels\/\w+\/send|channels\/\w+\/render))/,
  ],
  [
    'webhook: HTTP, signature, parsing',
    /^((dist|src)\/(http|inbound\/webhooks|channels)|node_modules\/zod|node:_http_(server|incoming))/,
  ],
  ['engine', /^((dist|src)\/(engine|content|core)|node_modules\/libphonenumber)/],
  ['worker', /^(dist|src)\/inbound/],
  ['garbage collection', /^\(garbage collector\)/],
];

const isBuiltIn = (area: string): boolean => area === 'native' || area.startsWith('node:');

/** The frames of all nodes, with the time of the samples after `skipMs`. */
function readFrames(profile: Profile, skipMs: number): Frame[] {
  const frames = new Map<number, Frame>();
  for (const { id, callFrame } of profile.nodes) {
    const { functionName, url, lineNumber } = callFrame;
    const file = url.replace(/^.*\/(?=(node_modules|dist|src)\/)/, '');
    const place = url === '' ? '' : `${file}:${lineNumber + 1}`;
    const name = functionName || '(anonymous)';
    frames.set(id, { name, place, area: areaOf(functionName, url), parent: null, selfMs: 0 });
  }
  for (const { id, children = [] } of profile.nodes) {
    for (const child of children) frames.get(child)!.parent = frames.get(id)!;
  }
  let sinceMs = 0;
  profile.samples.forEach((id, i) => {
    const deltaMs = (profile.timeDeltas[i] ?? 0) / 1000;
    sinceMs += deltaMs;
    if (sinceMs >= skipMs) frames.get(id)!.selfMs += deltaMs;
  });
  return [...frames.values()].filter(({ selfMs }) => selfMs > 0);
}

/** Built-ins count for the package or room that called them; a callback of the event loop has none and keeps its own. */
function chargedTo(frame: Frame): string {
  for (let at: Frame | null = frame; at; at = at.parent) {
    if (!isBuiltIn(at.area) && !at.area.startsWith('(')) return at.area;
  }
  return frame.area;
}

function within(frame: Frame): Set<string> {
  const areas = new Set<string>();
  for (let at: Frame | null = frame; at; at = at.parent) areas.add(at.area);
  return areas;
}

function workOf(frame: Frame): string {
  for (let at: Frame | null = frame; at; at = at.parent) {
    const where = at.place || at.name;
    const found = WORK.find(([, pattern]) => pattern.test(where));
    if (found) return found[0];
  }
  return 'the rest';
}

function sumBy(frames: readonly Frame[], keyOf: (frame: Frame) => string): [string, number][] {
  const sums = new Map<string, number>();
  for (const frame of frames) sums.set(keyOf(frame), (sums.get(keyOf(frame)) ?? 0) + frame.selfMs);
  return [...sums].toSorted((a, b) => b[1] - a[1]);
}

function costsOf(frames: readonly Frame[]): [string, Cost][] {
  const costs = new Map<string, Cost>();
  const of = (area: string): Cost => {
    const cost = costs.get(area) ?? { own: 0, charged: 0, within: 0 };
    costs.set(area, cost);
    return cost;
  };
  for (const frame of frames) {
    of(frame.area).own += frame.selfMs;
    of(chargedTo(frame)).charged += frame.selfMs;
    for (const area of within(frame)) of(area).within += frame.selfMs;
  }
  costs.delete('(root)');
  return [...costs].toSorted((a, b) => b[1].charged - a[1].charged);
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** The start and the first seconds of the compiler are not what runs for months. */
    'skip-seconds': { type: 'string', default: '0' },
    top: { type: 'string', default: '25' },
  },
});
const [file] = positionals;
if (!file) throw new Error('give a .cpuprofile file');
const profile = JSON.parse(readFileSync(file, 'utf8')) as Profile;
const all = readFrames(profile, 1000 * Number(options['skip-seconds']));
const busy = all.filter(({ name }) => name !== '(idle)');
const busyMs = busy.reduce((sum, { selfMs }) => sum + selfMs, 0);
const totalMs = all.reduce((sum, { selfMs }) => sum + selfMs, 0);
const percent = (ms: number): string => `${((100 * ms) / busyMs).toFixed(1)} %`;
const top = Number(options.top);

console.log(`${(busyMs / 1000).toFixed(1)} s busy of ${(totalMs / 1000).toFixed(1)} s; shares are of the busy time.\n`);
console.log('| work | share |\n| --- | ---: |');
for (const [work, ms] of sumBy(busy, workOf)) console.log(`| ${work} | ${percent(ms)} |`);
console.log('\n| area | with the built-ins it calls | itself | anywhere on the stack |\n| --- | ---: | ---: | ---: |');
for (const [area, { own, charged, within: somewhere }] of costsOf(busy)) {
  if (somewhere / busyMs < 0.003) continue;
  console.log(`| ${area} | ${percent(charged)} | ${percent(own)} | ${percent(somewhere)} |`);
}
const listed: [string, (frame: Frame) => string][] = [
  ['function, itself', ({ name, place }) => `${name} ${place}`.trim()],
  ['file, with the built-ins it calls', fileOf],
];
for (const [title, keyOf] of listed) {
  console.log(`\n| ${title} | share | ms |\n| --- | ---: | ---: |`);
  for (const [key, ms] of sumBy(busy, keyOf).slice(0, top)) {
    console.log(`| ${key} | ${percent(ms)} | ${ms.toFixed(0)} |`);
  }
}

function fileOf(frame: Frame): string {
  for (let at: Frame | null = frame; at; at = at.parent) {
    if (!isBuiltIn(at.area) && !at.area.startsWith('(')) return at.place.replace(/:\d+$/, '');
  }
  return frame.place.replace(/:\d+$/, '') || frame.name;
}
