import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { findAofDamage } from './aof-damage.ts';

/** Names of Redis 7: a base file, the files appended to since, and the list of both. */
const FOLDER = 'appendonlydir';
const MANIFEST = 'appendonly.aof.manifest';

/**
 * For a Redis that refused to load its append-only file. An end that was not written to its end (torn, zeros, garbage) is
 * cut off; the file as it was is kept beside it. Gives false when there is nothing of the kind. Throws
 * `store.unavailable`, and changes nothing, when whole commands follow the damage: cutting would lose them.
 */
export function repairAppendOnlyFile(dir: string, log: Log): boolean {
  const path = lastFile(dir);
  if (path === null) return false;
  const bytes = readFileSync(path);
  const damage = findAofDamage(bytes);
  if (damage === null) return false;
  const { cutAt, isTail } = damage;
  const facts = { path, keptBytes: cutAt, cutBytes: bytes.length - cutAt };
  if (!isTail)
    throw new AppError(
      'store.unavailable',
      `${path} is damaged in its middle, at byte ${cutAt} of ${bytes.length}, and what follows can still be read. Nothing was ` +
        `changed. Restore a backup of DATA_DIR (docs/operations.md, Restoring); or, to give up all that was written after ` +
        `the damage, copy DATA_DIR, run \`redis-check-aof --fix ${join(dir, FOLDER, MANIFEST)}\`, and start again.`,
      { facts },
    );
  const aside = join(dir, `damaged-at-${cutAt}.aof`);
  copyFileSync(path, aside);
  syncFile(aside);
  const fd = openSync(path, 'r+');
  try {
    ftruncateSync(fd, cutAt);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  log.warn({ ...facts, aside }, 'embedded redis: cut off the damaged end of the append-only file');
  return true;
}

/** The file that Redis appended to last; the others were finished before it was begun. */
function lastFile(dir: string): string | null {
  const manifest = join(dir, FOLDER, MANIFEST);
  if (!existsSync(manifest)) return null;
  const names = readFileSync(manifest, 'utf8').matchAll(/^file (\S+) seq \d+ type i/gm);
  const name = [...names].at(-1)?.[1];
  if (name === undefined) return null;
  const path = join(dir, FOLDER, name);
  return existsSync(path) && statSync(path).size > 0 ? path : null;
}

function syncFile(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
