// Compiles src/ into dist/ and copies what is not TypeScript. The new tree replaces the old one only when it is whole.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILD_STAMP, sourcesHash } from './sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Files a browser gets as they are. */
const PAGES = ['simulator/page', 'landing/page', 'console/page'];

const fresh = join(root, `dist-${process.pid}`);
try {
  process.exitCode = build() ? 0 : 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function build() {
  const hash = sourcesHash(root);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  if (spawnSync(process.execPath, [tsc, '-p', root, '--outDir', fresh], { stdio: 'inherit' }).status !== 0)
    return false;
  for (const page of PAGES) {
    const from = join(root, 'src', page);
    if (existsSync(from)) cpSync(from, join(fresh, page), { recursive: true });
  }
  writeFileSync(join(fresh, BUILD_STAMP), hash);
  replace(fresh, join(root, 'dist'));
  return true;
}

/** Moves `from` to where `to` is; a second build at the same time may win. */
function replace(from, to) {
  const old = `${from}-old`;
  try {
    if (existsSync(to)) renameSync(to, old);
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to) || readdirSync(to).length === 0) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}
