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
import { FULL_ADVICE } from '../disk-room.ts';
import { CommandError } from './errors.ts';
import { frame, MAGIC, readLines, type ReadLine } from './journal-file.ts';

/**
 * When written lines are forced onto the disk. An acknowledged write is always in the hands of the operating system, so
 * the death of this process loses nothing. `everySecond`: a power cut or a crash of the whole machine may take what was
 * acknowledged in the last second or so. `always`: acknowledged only after fdatasync, one for all that wait at a time.
 */
export type Flush = 'everySecond' | 'always';

/** Forces what was written to a file onto the disk; rejects when nobody knows whether it is there. */
export type Sync = (fd: number) => Promise<void>;

export type JournalOptions = {
  path: string;
  flush: Flush;
  log: Log;
  /** All live data as of the moment of the call, as lines: what the file must give back. */
  live(): Iterable<Uint8Array>;
  /** fdatasync unless told; for tests. */
  sync?: Sync;
};

const FLUSH_INTERVAL_MS = 1000;
/** Ticks between two tries to write the file anew after a fault of the disk; doubles up to the last. */
const MEND_TICKS = 1;
const MEND_MAX_TICKS = 30;
const PROBE = Buffer.alloc(4096);
const COPY_CHUNK_BYTES = 4 * 1024 * 1024;

/** The file all changes are appended to. One writer; opened with `openJournal`. */
export class Journal {
  readonly #path: string;
  readonly #log: Log;
  readonly #flush: Flush;
  readonly #live: () => Iterable<Uint8Array>;
  readonly #sync: Sync;
  #fd: number;
  /** Bytes of whole lines in the file. */
  size: number;
  /** Nobody knows what of the file is on the disk: nothing more is acknowledged until it was written anew. */
  #broken: Error | null = null;
  /** Why the last write was refused. */
  #refused: Error | null = null;
  #closed = false;
  #dirty = false;
  #flushing: Promise<void> | null = null;
  /** Lines written while a compaction copies; they follow the copy. */
  #tail: Buffer[] | null = null;
  #compacting: Promise<void> | null = null;
  #retryFromBytes = 0;
  #mendInTicks = MEND_TICKS;
  #mendWaitTicks = MEND_TICKS;
  readonly #timer: NodeJS.Timeout;

  constructor(fd: number, size: number, options: JournalOptions) {
    this.#path = options.path;
    this.#fd = fd;
    this.size = size;
    this.#flush = options.flush;
    this.#log = options.log;
    this.#live = options.live;
    this.#sync = options.sync ?? sync;
    this.#timer = setInterval(() => this.#tick(), FLUSH_INTERVAL_MS);
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
      const reason = this.#refuse(error);
      throw new CommandError(14031, `cannot write the journal: ${reason.message}`);
    }
    this.#taken();
    this.size += bytes.length;
    this.#dirty = true;
    this.#tail?.push(bytes);
  }

  /** Null when what was appended may be acknowledged now, else wait for it. Rejects when the disk failed. */
  settled(): Promise<void> | null {
    if (this.#flush === 'everySecond' || (!this.#dirty && this.#flushing === null)) return null;
    return this.#flushing === null ? this.#flushNow() : this.#flushing.then(() => this.#flushNow());
  }

  /** Why nothing can be written now, null when it can. After a refusal a write is tried and taken back. */
  fault(): string | null {
    if (this.#broken !== null) return this.#broken.message;
    if (this.#refused === null) return null;
    try {
      writeAll(this.#fd, PROBE, this.size);
      ftruncateSync(this.#fd, this.size);
      this.#taken();
      return null;
    } catch (error) {
      this.#cutBack();
      return this.#refuse(error).message;
    }
  }

  get canCompact(): boolean {
    return this.#compacting === null && this.#broken === null && this.size >= this.#retryFromBytes;
  }

  /**
   * Writes a new file with the live data only and what is appended meanwhile, and puts it in the place of the old one.
   * Killed at any instant, one of the two files is whole under the name. Never rejects: the old file stays in use.
   */
  compact(): Promise<void> {
    if (this.#compacting !== null) return this.#compacting;
    this.#tail = [];
    this.#compacting = this.#copy(this.#live())
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
    if (this.#broken !== null) await this.compact();
    this.#closed = true;
    try {
      fdatasyncSync(this.#fd);
    } catch (error) {
      this.#log.error({ ...describeError(error), path: this.#path }, 'embedded mongo could not flush at its end');
    }
    closeSync(this.#fd);
    this.#broken ??= new Error('closed');
  }

  #tick(): void {
    if (this.#broken === null) return void this.#flushNow().catch(() => {});
    this.#mendInTicks -= 1;
    if (this.#mendInTicks > 0 || this.#compacting !== null) return;
    this.#mendWaitTicks = Math.min(this.#mendWaitTicks * 2, MEND_MAX_TICKS);
    this.#mendInTicks = this.#mendWaitTicks;
    // What is in memory is all that was ever acknowledged; on another place of the disk, or after the fault, it can be kept.
    void this.compact();
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
      await this.#sync(fd);
      await this.#flushing?.catch(() => {}); // it works on the old file; a new one waits for our end
      // From here to the end nothing else runs, so no line can slip between the two files.
      for (const bytes of this.#tail ?? []) size += writeAll(fd, bytes, size);
      fsyncSync(fd);
      renameSync(`${this.#path}.new`, this.#path);
      const old = this.#fd;
      this.#fd = fd;
      this.size = size;
      this.#dirty = false;
      closeQuietly(old);
      syncFolder(dirname(this.#path));
      this.#log.info({ before, after: size }, 'embedded mongo compacted its journal');
      this.#mended();
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
    this.#flushing = this.#sync(this.#fd)
      .catch((error: unknown) => {
        // After a failed flush nobody knows what is on the disk; going on would acknowledge into the void.
        throw this.#break(error);
      })
      .finally(() => (this.#flushing = null));
    return this.#flushing;
  }

  #cutBack(): void {
    try {
      ftruncateSync(this.#fd, this.size);
    } catch (error) {
      this.#break(error);
    }
  }

  #break(error: unknown): Error {
    this.#broken = toError(error);
    this.#log.error(
      { ...describeError(error), path: this.#path },
      'embedded mongo takes no writes: the disk failed to keep its journal. Look at the disk under DATA_DIR; the journal is ' +
        'written anew again and again, and the bot goes on by itself as soon as that succeeds',
    );
    return this.#broken;
  }

  #mended(): void {
    this.#mendInTicks = MEND_TICKS;
    this.#mendWaitTicks = MEND_TICKS;
    if (this.#broken === null || this.#closed) return;
    this.#broken = null;
    this.#log.info({ path: this.#path }, 'embedded mongo has written its journal anew and goes on');
  }

  /** Told once, not at every write. */
  #refuse(error: unknown): Error {
    const reason = toError(error);
    if (this.#refused === null) {
      const isFull = ['ENOSPC', 'EDQUOT'].includes((reason as NodeJS.ErrnoException).code ?? '');
      const advice = isFull
        ? FULL_ADVICE
        : 'embedded mongo could not write its journal: look at the disk under DATA_DIR';
      this.#log.error({ ...describeError(error), path: this.#path }, advice);
    }
    return (this.#refused = reason);
  }

  #taken(): void {
    if (this.#refused === null) return;
    this.#refused = null;
    this.#log.info({ path: this.#path }, 'embedded mongo can write its journal again');
  }
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error('unknown fault'));

function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // It may tell of the fault for which the file was given up.
  }
}

/** Opens or makes the file, gives its lines to `onLine` in order, and cuts off (and keeps aside) a damaged end. */
export function openJournal(options: JournalOptions, onLine: (line: ReadLine) => void): Journal {
  const { path, log } = options;
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
  return new Journal(writable, Math.max(size, MAGIC.length), options);
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
