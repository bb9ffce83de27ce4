import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../base/log.ts';

const MIB = 1024 * 1024;
/** With less free space than this nothing new is taken in: what was taken must still find its place. */
const LOW_BYTES = 16 * MIB;
/** Kept in a file of its own, and given up when the disk is full after all, so that what was acknowledged can be written. */
const RESERVE_BYTES = 4 * MIB;
const LOOK_AGAIN_MS = 1000;

const WANTED_BYTES = LOW_BYTES + RESERVE_BYTES;
export const FULL_ADVICE =
  `disk full: the embedded stores take nothing in, and platforms deliver again later; free at least ` +
  `${WANTED_BYTES / MIB} MiB under DATA_DIR, then the bot goes on by itself`;

/** Free bytes on the disk of `dir`, or of the nearest folder above it that is there. */
export function freeBytes(dir: string): number {
  for (let at = resolve(dir); ; at = dirname(at)) {
    try {
      const { bavail, bsize } = statfsSync(at);
      return bavail * bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) throw error;
    }
  }
}

export const isLow = (dir: string): boolean => freeBytes(dir) < LOW_BYTES;
export const isRoomy = (dir: string): boolean => freeBytes(dir) >= WANTED_BYTES;

/** Waits until there is room to begin on, and says in the log what it waits for. */
export async function waitForRoom(dir: string, log: Log): Promise<void> {
  if (isRoomy(dir)) return;
  log.error({ dir, freeBytes: freeBytes(dir) }, FULL_ADVICE);
  while (!isRoomy(dir)) await delay(LOOK_AGAIN_MS);
  log.info({ dir, freeBytes: freeBytes(dir) }, 'there is space on the disk again');
}

export const reservePath = (dir: string): string => join(dir, 'reserve.bin');

/** Sets the reserve aside; bytes that no file system can make smaller. False when there is no space for it. */
export function makeReserve(dir: string): boolean {
  try {
    const fd = openSync(reservePath(dir), 'w', 0o600);
    try {
      for (let done = 0; done < RESERVE_BYTES;) done += writeSync(fd, randomBytes(MIB), 0, MIB, done);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return true;
  } catch {
    dropReserve(dir);
    return false;
  }
}

export function dropReserve(dir: string): void {
  rmSync(reservePath(dir), { force: true });
}
