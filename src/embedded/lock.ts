import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';

type Holder = { pid: number; startedAt: string };

/**
 * Marks `dir` (made if missing, mode 0700) as in use by this process until `release`. A mark left by a process that is
 * gone is taken over. Throws `config.invalid` while another live process holds it, saying what to do.
 */
export function takeLock(dir: string): { release(): void } {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'lock.json');
  const own = JSON.stringify({ pid: process.pid, startedAt: processStart(process.pid) } satisfies Holder);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, own, { mode: 0o600 });
  try {
    // A second round is needed after a stale mark was moved away, a third when somebody was quicker.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (tryLink(draft, path)) return { release: () => releaseLock(path, own) };
      const holder = readHolder(path);
      if (holder !== null && processStart(holder.pid) === holder.startedAt) throw heldElsewhere(dir, holder.pid);
      renameSync(path, `${draft}.stale`);
      rmSync(`${draft}.stale`, { force: true });
    }
    throw heldElsewhere(dir, 0);
  } finally {
    rmSync(draft, { force: true });
  }
}

function heldElsewhere(dir: string, pid: number): AppError {
  return new AppError(
    'config.invalid',
    `DATA_DIR ${dir} is in use by process ${pid}. Stop that process, or set DATA_DIR to another folder, ` +
      'or set REDIS_URL and MONGODB_URI to servers that several processes can share.',
    { facts: { dir, pid } },
  );
}

/** A hard link is made whole or not at all, so a mark can never be read half written. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    return typeof holder.pid === 'number' && typeof holder.startedAt === 'string'
      ? { pid: holder.pid, startedAt: holder.startedAt }
      : null;
  } catch {
    return null;
  }
}

function releaseLock(path: string, own: string): void {
  try {
    if (readFileSync(path, 'utf8') === own) rmSync(path, { force: true });
  } catch {
    // The folder is gone (a test removed it): nothing is held any more.
  }
}

/**
 * When the process started, in words of the system (equal only for the very same process), or '' when there is none.
 * Tells a process from a later one that was given the same pid.
 */
export function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return ''; // a zombie holds nothing
    // Source: proc_pid_stat(5), field 22 `starttime`; field 3 (state) is the first after the name in parentheses.
    return fields[19] ?? '';
  } catch {
    if (process.platform === 'linux') return '';
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
