import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';

/** Files a browser gets as they are; the build proper knows them too. */
const PAGES = ['simulator/page', 'landing/page', 'console/page'];
/** Another run may be using one that is younger. */
const KEEP_BUILDS_MS = 12 * 3_600_000;

/**
 * The product compiled once, in a folder named after its sources; gives that folder. `FAULTS_DIST` names one that is there
 * already, to let the harness loose on another version (a guard taken out, for instance).
 */
export async function buildProduct(root: string): Promise<string> {
  const given = process.env['FAULTS_DIST'];
  if (given) return resolve(given);
  const { sourcesHash } = (await import(join(root, 'script/sources.mjs'))) as { sourcesHash(root: string): string };
  const cache = join(root, 'node_modules/.cache/faults');
  const dist = join(cache, sourcesHash(root).slice(0, 16));
  if (existsSync(dist)) {
    utimesSync(dist, new Date(), new Date());
    return dist;
  }
  mkdirSync(cache, { recursive: true });
  for (const old of readdirSync(cache).map((name) => join(cache, name)))
    if (statSync(old).mtimeMs < Date.now() - KEEP_BUILDS_MS) rmSync(old, { recursive: true });
  const fresh = `${dist}-${process.pid}`;
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const built = spawnSync(process.execPath, [tsc, '-p', root, '--outDir', fresh], { encoding: 'utf8' });
  if (built.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error(`the product does not compile:\n${built.stdout}`);
  }
  for (const page of PAGES) {
    const from = join(root, 'src', page);
    if (existsSync(from)) cpSync(from, join(fresh, page), { recursive: true });
  }
  writeFileSync(join(fresh, 'package.json'), '{ "type": "module" }\n');
  if (existsSync(dist)) rmSync(fresh, { recursive: true });
  else renameSync(fresh, dist);
  return dist;
}

/**
 * Copies the flows with the last phase of the first campaign open now: production refuses to have its clock set, and a clock
 * that begins anew at each start would step back at each kill.
 */
export function flowsOfNow(root: string, into: string, now: number): string {
  const flows = join(into, 'flows');
  cpSync(join(root, 'flows'), flows, { recursive: true });
  const file = join(flows, CAMPAIGN, 'campaign.yaml');
  const day = (days: number): string =>
    `${new Date(now + days * 86_400_000).toISOString().slice(0, 10)}T00:00:00+07:00`;
  const text = readFileSync(file, 'utf8');
  const ends = [...text.matchAll(/closesAt: (\S+)/g)];
  const last = ends.at(-1)?.[1];
  if (!last) throw new Error(`${file} has no phase`);
  const opened = text
    .replace(`closesAt: ${last}`, `closesAt: ${day(30)}`)
    .replace(/^(countedUntil|papersDatedUntil): \S+/gm, `$1: ${day(30)}`);
  writeFileSync(file, opened);
  return flows;
}

export const CAMPAIGN = '01-trieu-sang-kien';
