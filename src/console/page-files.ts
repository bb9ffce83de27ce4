import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import compression from 'compression';
import express, { Router } from 'express';

/** Where the build puts the page: the same from `src/console` and from `dist/console`. */
const BUILT = fileURLToPath(new URL('../../dist/console/page', import.meta.url));
/** Names of built files hold a digest of what is in them. */
const YEAR_SECONDS = 365 * 24 * 3600;

/** The built page below `/console`: its files, and `index.html` for every other address, which the page itself reads. */
export function pageFiles(folder: string = BUILT): Router {
  const router = Router();
  const index = join(folder, 'index.html');
  // a phone loads a third of it; nothing here is secret, so that its size may tell what it likes
  router.use(compression());
  router.use(
    '/assets',
    express.static(join(folder, 'assets'), {
      index: false,
      immutable: true,
      maxAge: YEAR_SECONDS * 1000,
      redirect: false,
    }),
    (_req, res) => void res.status(404).type('text').send('not found'),
  );
  router.use(express.static(folder, { index: false, redirect: false, dotfiles: 'ignore', maxAge: 3_600_000 }));
  router.get('/{*path}', (_req, res) => {
    if (!existsSync(index)) {
      res.status(503).type('text').send('The page of the console was not built. Run: npm run build');
      return;
    }
    // small, and the build may have been renewed below a running process
    res.type('html').setHeader('cache-control', 'no-cache').send(readFileSync(index));
  });
  return router;
}
