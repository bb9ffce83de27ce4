import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program of the system, which is no package of ours. */
export const run = (program: string, args: readonly string[]) => spawnSync(program, args, { encoding: 'utf8' });

/** A disk of its own that can be filled to the last byte and made free again. */
export type SmallDisk = {
  dir: string;
  /** Another program takes all that is left. */
  fill(): void;
  free(): void;
  close(): void;
};

/** Null, with the reason in `whyNot`, where mounting is not allowed. */
export function mountSmallDisk(megabytes: number): SmallDisk | { whyNot: string } {
  const dir = mkdtempSync(join(tmpdir(), 'skb-disk-'));
  const mounted = run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir]);
  if (mounted.status !== 0) {
    rmSync(dir, { recursive: true, force: true });
    return {
      whyNot: `a small disk cannot be mounted here (root on Linux can): ${mounted.stderr || String(mounted.error)}`,
    };
  }
  const filler = join(dir, 'filler');
  return {
    dir,
    fill() {
      const fd = openSync(filler, 'a');
      const block = Buffer.alloc(1024 * 1024, 1);
      for (let size = block.length; size >= 1;) {
        try {
          if (writeSync(fd, block, 0, size) < size) size >>= 1;
        } catch {
          size >>= 1; // no room for so much at once
        }
        const { bavail, bsize } = statfsSync(dir);
        if (bavail * bsize === 0) break;
      }
      closeSync(fd);
    },
    free: () => rmSync(filler, { force: true }),
    close() {
      run('umount', ['-l', dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The process of the product and its child, told from its log and the folder of its data. */
export function pidsOf(output: string, dataDir: string): { product: number; redis: number } {
  const product = Number(/"pid":(\d+)/.exec(output)?.[1]);
  const { pid } = JSON.parse(readFileSync(join(dataDir, 'redis', 'server.json'), 'utf8')) as { pid: number };
  return { product, redis: pid };
}

/** Limits how large files of a running process may grow: the disk refuses beyond it. False where there is no `prlimit`. */
export function limitFiles(pid: number, bytes: number | 'unlimited'): boolean {
  return run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]).status === 0;
}
