import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PublishedCampaign } from '../published.ts';
import { SHEET_LIMITS, type Grid, type GridsRead } from './grid.ts';
import type { ImportResult } from './import.ts';
import type { ImportOptions } from './plan.ts';

/** A process of its own gets so much memory and time: a file made to exhaust either harms nobody but its sender. */
const MEMORY_MB = 512;
const TIME_MS = 60_000;
/** Tells this file that it runs as that process. */
const TASK = 'work-on-a-sheet';

export type PlanOrder = {
  grids: readonly Grid[];
  base: Pick<PublishedCampaign, 'units' | 'file'>;
  options: ImportOptions;
};
type Work = { type: 'read'; bytes: Uint8Array } | ({ type: 'plan' } & PlanOrder);

/**
 * What stands in an office's file, XLSX or CSV in whatever letters: by its content, never by its name. This process is free
 * meanwhile. A file that is too much in any way comes back as a fault, not as an error.
 */
export async function readSheet(bytes: Uint8Array): Promise<GridsRead> {
  if (bytes.byteLength > SHEET_LIMITS.bytes) return { type: 'refused', fault: 'tooLarge' };
  if (bytes.byteLength === 0) return { type: 'refused', fault: 'empty' };
  const read = (await doAside({ type: 'read', bytes })) as GridsRead | null; // as `done` answers this kind of work
  return read ?? { type: 'refused', fault: 'tooLarge' };
}

/** Plans as `planImport`; null when that took too much. */
export const planAside = (order: PlanOrder): Promise<ImportResult | null> =>
  doAside({ type: 'plan', ...order }) as Promise<ImportResult | null>; // as `done` answers this kind of work

/** Has the work done beside the webhooks that this process answers. Rejects when it ended without an answer for no such reason. */
function doAside(work: Work): Promise<unknown> {
  const isSource = import.meta.url.endsWith('.ts');
  const child = fork(fileURLToPath(import.meta.url), [TASK], {
    execArgv: [`--max-old-space-size=${MEMORY_MB}`, ...(isSource ? ['--import', import.meta.resolve('tsx')] : [])],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return new Promise<unknown>((resolve, reject) => {
    const tooLong = setTimeout(() => resolve(null), TIME_MS);
    child.once('message', (answer: { fault: string } | { result: unknown }) =>
      'result' in answer ? resolve(answer.result) : reject(new Error(answer.fault)),
    );
    child.once('error', reject);
    child.once('exit', (_code, signal) => {
      clearTimeout(tooLong);
      if (signal === null) reject(new Error('the process ended without an answer'));
      else resolve(null); // V8 aborts where the memory is used up
    });
    child.send(work, (error) => error && reject(error));
  }).finally(() => child.kill('SIGKILL'));
}

async function done(work: Work): Promise<GridsRead | ImportResult> {
  if (work.type === 'plan') return (await import('./import.ts')).planImport(work.grids, work.base, work.options);
  return (await import('./read-sheet.ts')).readSheetHere(Buffer.from(work.bytes));
}

if (process.argv[2] === TASK && process.send) {
  process.once('disconnect', () => process.exit());
  process.once('message', (work: Work) => {
    done(work).then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ fault: error instanceof Error ? error.message : 'it failed' }),
    );
  });
}
