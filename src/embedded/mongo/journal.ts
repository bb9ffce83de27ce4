import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { CommandError } from './errors.ts';
import { frame, MAGIC, readLines, type ReadLine } from './journal-file.ts';

/**
 * When written lines are forced onto the disk. An acknowledged write is always in the hands of the operating system, so
 * the death of this process loses nothing. `everySecond`: a power cut or a crash of the whole machine may take what was
 * acknowledged in the last second or so. `always`: acknowledged only after fdatasync, one for all that wait at a time.
 */
export type Flush = 'everySecond' | 'always';

const FLUSH_INTERVAL_MS = 1000;
const COPY_CHUNK_BYTES = 4 * 1024 * 1024;

/** The file all changes are appended to. One writer; opened with `openJournal`. */
export class Journal {
  readonly #path: string;
  readonly #log: Log;
  readonly #flush: Flush;
  #fd: number;
  /** Bytes of whole lines in the file. */
  size: number;
  #broken: Error | null = null;
  #dirty = false;
  #flushing: Promise<void> | null = null;
  /** Lines written while a compaction copies; they follow the copy. */
  #tail: Buffer[] | null = null;
  #compacting: Promise<void> | null = null;
  #retryFromBytes = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(path: string, fd: number, size: number, flush: Flush, log: Log) {
    this.#path = path;
    this.#fd = fd;
    this.size = size;
    this.#flush = flush;
    this.#log = log;
    this.#timer = setInterval(() => void this.#flushNow().catch(() => {}), FLUSH_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Writes the lines as one piece, or none of them: throws OutOfDiskSpace (14031) when the disk refuses. */
  append(lines: readonly Uint8Array[]): void {
    if (this.#broken !== null)
      throw new CommandError(14031, `the journal is closed after a fault of the disk: ${this.#broken.message}`);
    const bytes = frame(lines);
    try {
      writeAll(this.#fd, bytes, this.size);
    } catch (error) {
      this.#cutBack();
      this.#log.error({ ...describeError(error), path: this.#path }, 'embedded mongo could not write its journal');
      throw new CommandError(
        14031,
        `cannot write the journal: ${error instanceof Error ? error.message : 'unknown fault'}`,
      );
    }
    this.size += bytes.length;
    this.#dirty = true;
    this.#tail?.push(bytes);
  }

  /** Null when what was appended may be acknowledged now, else wait for it. Rejects when the disk failed. */
  settled(): Promise<void> | null {
    if (this.#flush === 'everySecond' || (!this.#dirty && this.#flushing === null)) return null;
    return this.#flushing === null ? this.#flushNow() : this.#flushing.then(() => this.#flushNow());
  }

  get canCompact(): boolean {
    return this.#compacting === null && this.size >= this.#retryFromBytes;
  }

  /**
   * Writes a new file with `lines` only (the live data as of this very moment) and what is appended meanwhile, and puts
   * it in the place of the old one. Killed at any instant, one of the two files is whole under the name.
   */
  compact(lines: Iterable<Uint8Array>): Promise<void> {
    this.#tail = [];
    this.#compacting ??= this.#copy(lines)
      .catch((error: unknown) => {
        this.#retryFromBytes = this.size * 2; // not again on every write while the disk is full
        this.#log.error({ ...describeError(error), path: this.#path }, 'embedded mongo could not compact its journal');
      })
      .finally(() => {
        this.#tail = null;
        this.#compacting = null;
        rmSync(`${this.#path}.new`, { force: true });
      });
    return this.#compacting;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#compacting;
    await this.#flushing?.catch(() => {});
    fdatasyncSync(this.#fd);
    closeSync(this.#fd);
    this.#broken ??= new Error('closed');
  }

  async #copy(lines: Iterable<Uint8Array>): Promise<void> {
    const before = this.size;
    const fd = openSync(`${this.#path}.new`, 'w', 0o600);
    try {
      let size = writeAll(fd, MAGIC, 0);
      let chunk: Uint8Array[] = [];
      let chunkBytes = 0;
      const writeChunk = (): void => {
        if (chunk.length > 0) size += writeAll(fd, frame(chunk), size);
        chunk = [];
        chunkBytes = 0;
      };
      for (const line of lines) {
        chunk.push(line);
        chunkBytes += line.length;
        if (chunkBytes < COPY_CHUNK_BYTES) continue;
        writeChunk();
        await new Promise((next) => setImmediate(next)); // requests go on between the chunks
      }
      writeChunk();
      await sync(fd);
      await this.#flushing?.catch(() => {}); // it works on the old file; a new one waits for our end
      // From here to the end nothing else runs, so no line can slip between the two files.
      for (const bytes of this.#tail ?? []) size += writeAll(fd, bytes, size);
      fsyncSync(fd);
      renameSync(`${this.#path}.new`, this.#path);
      const old = this.#fd;
      this.#fd = fd;
      this.size = size;
      this.#dirty = false;
      closeSync(old);
      syncFolder(dirname(this.#path));
      this.#log.info({ before, after: size }, 'embedded mongo compacted its journal');
    } catch (error) {
      if (this.#fd !== fd) closeSync(fd);
      throw error;
    }
  }

  #flushNow(): Promise<void> {
    if (this.#flushing !== null) return this.#flushing;
    if (this.#compacting !== null) return this.#compacting.then(() => this.#flushNow());
    if (!this.#dirty) return Promise.resolve();
    this.#dirty = false;
    this.#flushing = sync(this.#fd)
      .catch((error: unknown) => {
        // After a failed flush nobody knows what is on the disk; going on would acknowledge into the void.
        this.#broken = error instanceof Error ? error : new Error('unknown fault');
        this.#log.error({ ...describeError(error), path: this.#path }, 'embedded mongo stops writing: flush failed');
        throw this.#broken;
      })
      .finally(() => (this.#flushing = null));
    return this.#flushing;
  }

  #cutBack(): void {
    try {
      ftruncateSync(this.#fd, this.size);
    } catch (error) {
      this.#broken = error instanceof Error ? error : new Error('unknown fault');
    }
  }
}

/** Opens or makes the file, gives its lines to `onLine` in order, and cuts off (and keeps aside) a damaged end. */
export function openJournal(path: string, flush: Flush, log: Log, onLine: (line: ReadLine) => void): Journal {
  rmSync(`${path}.new`, { force: true }); // a compaction that was killed
  const fd = openSync(path, 'a+', 0o600);
  closeSync(fd);
  const writable = openSync(path, 'r+');
  const size = readLines(path, writable, log, onLine);
  if (size === 0) {
    writeAll(writable, MAGIC, 0);
    fsyncSync(writable);
    syncFolder(dirname(path));
  }
  return new Journal(path, writable, Math.max(size, MAGIC.length), flush, log);
}

function writeAll(fd: number, bytes: Uint8Array, position: number): number {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  return bytes.length;
}

function sync(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fdatasync(fd, (error) => (error === null ? resolve() : reject(error))));
}

function syncFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
