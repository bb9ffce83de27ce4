import { deserialize } from 'bson';
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  fsyncSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';
import { AppError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Line } from './batch.ts';

export type ReadLine = Line;

/** The first bytes of the file: what it is, and the version of its form. */
export const MAGIC = Buffer.from('SKBJRNL1');
/** Before each line: its length and the CRC-32 of its bytes, both little-endian. */
const HEADER_BYTES = 8;
const READ_BYTES = 4 * 1024 * 1024;
/** No line is longer: a document of 16 MiB and its name. */
const MAX_LINE_BYTES = 17 * 1024 * 1024;
const MIN_DOCUMENT_BYTES = 5;
const SEARCH_BYTES = 1024 * 1024;

/** Lines with their headers, in one piece. */
export function frame(lines: readonly Uint8Array[]): Buffer {
  let size = 0;
  for (const line of lines) size += HEADER_BYTES + line.length;
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const line of lines) {
    bytes.writeUInt32LE(line.length, at);
    bytes.writeUInt32LE(crc32(line), at + 4);
    bytes.set(line, at + HEADER_BYTES);
    at += HEADER_BYTES + line.length;
  }
  return bytes;
}

/**
 * Reads all whole lines and gives the size of the file up to the end of the last one (0 = a new file). What follows it
 * (a write torn by a kill, or damage) is copied to `<path>.damaged-<offset>` and cut off, with a warning. Throws
 * `store.unavailable`, and changes nothing, when whole lines follow the damage: cutting would lose them. A file
 * `<path>.cut-at-<offset>` made by the operator says that this is wanted.
 */
export function readLines(path: string, fd: number, log: Log, onLine: (line: ReadLine) => void): number {
  const total = fstatSync(fd).size;
  if (total === 0) return 0;
  let window = Buffer.alloc(0);
  let windowAt = 0;
  const view = (at: number, size: number): Buffer | null => {
    if (at + size > total) return null;
    if (at < windowAt || at + size > windowAt + window.length) {
      window = Buffer.alloc(Math.min(Math.max(READ_BYTES, size), total - at));
      windowAt = at;
      let done = 0;
      while (done < window.length) {
        const count = readSync(fd, window, done, window.length - done, at + done);
        if (count === 0) return null;
        done += count;
      }
    }
    return window.subarray(at - windowAt, at - windowAt + size);
  };
  let end = 0;
  const magic = view(0, MAGIC.length);
  if (magic !== null) {
    if (!magic.equals(MAGIC))
      throw new AppError(
        'config.invalid',
        `${path} is not a journal of this program; move it away or set another DATA_DIR.`,
      );
    end = MAGIC.length;
    for (;;) {
      const header = view(end, HEADER_BYTES);
      if (header === null) break;
      const size = header.readUInt32LE(0);
      const crc = header.readUInt32LE(4);
      const line = size > 0 && size <= MAX_LINE_BYTES ? view(end + HEADER_BYTES, size) : null;
      if (line === null || crc32(line) !== crc) break;
      onLine(deserialize(line, { raw: true }) as ReadLine);
      end += HEADER_BYTES + size;
    }
  }
  if (end < total) {
    const wanted = `${path}.cut-at-${end}`;
    if (!existsSync(wanted) && lineAfter(end, total, view)) throw damagedInTheMiddle(path, end, total, wanted);
    cutOff(path, fd, end, total, log);
    rmSync(wanted, { force: true });
  }
  return end;
}

/** Whether a whole line begins anywhere after the damage at `end`. A document begins with its own length, as a line does. */
function lineAfter(end: number, total: number, view: (at: number, size: number) => Buffer | null): boolean {
  const last = total - HEADER_BYTES - MIN_DOCUMENT_BYTES;
  for (let from = end + 1; from <= last; from += SEARCH_BYTES) {
    const window = view(from, Math.min(SEARCH_BYTES + HEADER_BYTES + 4, total - from));
    if (window === null) return false;
    const found: number[] = [];
    for (let at = 0; at < SEARCH_BYTES && at + HEADER_BYTES + 4 <= window.length; at += 1) {
      const size = window.readUInt32LE(at);
      if (size < MIN_DOCUMENT_BYTES || size > MAX_LINE_BYTES || window.readUInt32LE(at + HEADER_BYTES) !== size)
        continue;
      found.push(from + at); // looked at afterwards, as it moves the window
    }
    for (const at of found) {
      const header = view(at, HEADER_BYTES);
      const crc = header?.readUInt32LE(4);
      const line = header && view(at + HEADER_BYTES, header.readUInt32LE(0));
      if (line && crc32(line) === crc) return true;
    }
  }
  return false;
}

const damagedInTheMiddle = (path: string, end: number, total: number, wanted: string): AppError =>
  new AppError(
    'store.unavailable',
    `${path} is damaged in its middle, at byte ${end} of ${total}, and what follows can still be read. Nothing was changed. ` +
      `Restore a backup of DATA_DIR (docs/operations.md, Restoring); or, to give up all that was written after the ` +
      `damage, make an empty file ${wanted} and start again (what is cut off is kept beside the journal).`,
    { facts: { path, damagedAt: end, bytes: total } },
  );

function cutOff(path: string, fd: number, end: number, total: number, log: Log): void {
  const aside = `${path}.damaged-${end}`;
  const to = openSync(aside, 'w', 0o600);
  const buffer = Buffer.alloc(READ_BYTES);
  for (let at = end; at < total;) {
    const count = readSync(fd, buffer, 0, buffer.length, at);
    if (count === 0) break;
    writeSync(to, buffer, 0, count);
    at += count;
  }
  fsyncSync(to);
  closeSync(to);
  ftruncateSync(fd, end);
  log.warn(
    { path, keptBytes: end, cutBytes: total - end, aside },
    'embedded mongo cut off the damaged end of its journal',
  );
}
