import { CommandError } from './errors.ts';
import { cursorBody } from './wire.ts';

type OpenCursor = { ns: string; docs: Uint8Array[]; at: number; usedAt: number };

/** Source: MongoDB manual, "Cursor Batches": 101 documents first, then up to 16 MiB at a time. */
const FIRST_BATCH = 101;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
/** Source: MongoDB manual, parameter `cursorTimeoutMillis`. */
const IDLE_TIMEOUT_MS = 600_000;

/** Results that did not fit into one answer. A cursor holds what was found when it was opened. */
export class Cursors {
  readonly #open = new Map<bigint, OpenCursor>();
  readonly #now: () => number;
  #nextId = 1n;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The first answer; keeps the rest unless `single`. `batchSize` null = the usual one. */
  first(ns: string, docs: Uint8Array[], batchSize: number | null, single: boolean): Uint8Array {
    const count = fit(docs, 0, batchSize ?? FIRST_BATCH);
    if (single || count === docs.length) return cursorBody('firstBatch', docs.slice(0, count), 0n, ns);
    const id = this.#nextId++;
    this.#open.set(id, { ns, docs, at: count, usedAt: this.#now() });
    return cursorBody('firstBatch', docs.slice(0, count), id, ns);
  }

  next(id: bigint, batchSize: number | null): Uint8Array {
    const cursor = this.#open.get(id);
    if (cursor === undefined) throw new CommandError(43, `cursor id ${id} not found`);
    const count = fit(cursor.docs, cursor.at, batchSize === null || batchSize === 0 ? Infinity : batchSize);
    const batch = cursor.docs.slice(cursor.at, cursor.at + count);
    cursor.at += count;
    cursor.usedAt = this.#now();
    const done = cursor.at >= cursor.docs.length;
    if (done) this.#open.delete(id);
    return cursorBody('nextBatch', batch, done ? 0n : id, cursor.ns);
  }

  kill(id: bigint): boolean {
    return this.#open.delete(id);
  }

  killIdle(): void {
    const oldest = this.#now() - IDLE_TIMEOUT_MS;
    for (const [id, cursor] of this.#open) if (cursor.usedAt < oldest) this.#open.delete(id);
  }

  get size(): number {
    return this.#open.size;
  }
}

function fit(docs: Uint8Array[], from: number, most: number): number {
  let bytes = 0;
  let count = 0;
  for (; count < most && from + count < docs.length; count += 1) {
    bytes += (docs[from + count]?.length ?? 0) + 16;
    if (bytes > MAX_BATCH_BYTES && count > 0) break;
  }
  return count;
}
