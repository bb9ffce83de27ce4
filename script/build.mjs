// Compiles src/ into dist/, bundles the console's page and copies what a browser gets as it is. The new tree
// replaces the old one only when it is whole.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build as bundle } from 'vite';
import { BUILD_STAMP, sourcesHash } from './sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Files a browser gets as they are. */
const PAGES = ['simulator/page', 'landing/page'];
const CONSOLE_PAGE = 'console/page';

const fresh = join(root, `dist-${process.pid}`);
try {
  process.exitCode = (await build()) ? 0 : 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

async function build() {
  const hash = sourcesHash(root);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  if (spawnSync(process.execPath, [tsc, '-p', root, '--outDir', fresh], { stdio: 'inherit' }).status !== 0)
    return false;
  for (const page of PAGES) {
    const from = join(root, 'src', page);
    if (existsSync(from)) cpSync(from, join(fresh, page), { recursive: true });
  }
  await bundlePage(join(root, 'src', CONSOLE_PAGE), join(fresh, CONSOLE_PAGE));
  writeFileSync(join(fresh, BUILD_STAMP), hash);
  replace(fresh, join(root, 'dist'));
  return true;
}

/** Throws where a source of the page cannot be read or an import not be found; types are `npm run check`'s. */
async function bundlePage(from, to) {
  await bundle({
    configFile: false,
    root: from,
    base: '/console/',
    logLevel: 'warn',
    plugins: [react()],
    build: {
      outDir: to,
      emptyOutDir: true,
      // nothing is written into the page itself, and every file may be kept for ever under its name
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 600, // kB; measured 2026-11-21: 527 before compression, mostly React and Mantine
    },
  });
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
