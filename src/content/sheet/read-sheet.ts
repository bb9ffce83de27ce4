import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { SHEET_LIMITS, type GridsRead } from './grid.ts';

/** A thread of its own gets so much memory and time: a file made to exhaust either harms nobody but its sender. */
const MEMORY_MB = 512;
const TIME_MS = 60_000;
/** Tells this file that it runs as that thread. */
const TASK = 'read a sheet';
/** Node 20 runs no TypeScript in a thread: in development tsx is started in it first. */
const FROM_SOURCE = `import('tsx/esm/api').then(({ register }) => {
  register();
  return import(require('node:worker_threads').workerData.file);
})`;

/**
 * What stands in an office's file, XLSX or CSV in whatever letters: by its content, never by its name. The caller's thread is free
 * meanwhile. A file that is too much in any way comes back as a fault, not as an error.
 */
export async function readSheet(bytes: Uint8Array): Promise<GridsRead> {
  if (bytes.byteLength > SHEET_LIMITS.bytes) return { type: 'refused', fault: 'tooLarge' };
  if (bytes.byteLength === 0) return { type: 'refused', fault: 'empty' };
  const isSource = import.meta.url.endsWith('.ts');
  const worker = new Worker(isSource ? FROM_SOURCE : new URL(import.meta.url), {
    eval: isSource,
    workerData: { task: TASK, bytes, file: import.meta.url },
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 64 },
  });
  return new Promise<GridsRead>((resolve, reject) => {
    const tooLong = setTimeout(() => resolve({ type: 'refused', fault: 'tooLarge' }), TIME_MS);
    worker.once('message', (read: GridsRead) => resolve(read));
    worker.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve({ type: 'refused', fault: 'tooLarge' }) : reject(error),
    );
    worker.once('exit', () => {
      clearTimeout(tooLong);
      reject(new Error('the thread ended without an answer'));
    });
  }).finally(() => void worker.terminate());
}

/** The same in this thread. What reads a kind of file is loaded with the first of them: most processes never see one. */
export async function readSheetHere(bytes: Buffer): Promise<GridsRead> {
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') return (await import('./read-xlsx.ts')).readXlsx(bytes);
  if (bytes.subarray(0, 4).toString('hex') === 'd0cf11e0') return { type: 'refused', fault: 'oldOrLocked' };
  return (await import('./read-csv.ts')).readCsv(bytes);
}

const order = workerData as { task?: unknown; bytes?: unknown } | null; // of whoever started this thread, if one was
if (!isMainThread && order?.task === TASK && order.bytes instanceof Uint8Array) {
  parentPort?.postMessage(await readSheetHere(Buffer.from(order.bytes)));
}
