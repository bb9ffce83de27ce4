import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import express, { type Express } from 'express';
import type { Log } from './base/log.ts';
import { describeError } from './base/errors.ts';
import { health, readiness, type Probe } from './health.ts';
import type { Metrics } from './metrics.ts';

type Handler = (req: IncomingMessage, res: ServerResponse) => void;
/** True when it answered. */
type MaybeHandler = (req: IncomingMessage, res: ServerResponse) => boolean | Promise<boolean>;

export type HttpOptions = {
  log: Log;
  metrics: Metrics;
  probes: readonly Probe[];
  trustProxy: number;
  /** By exact path. They read the raw body themselves, so nothing may stand before them. */
  webhooks: ReadonlyMap<string, Handler>;
  /** Landing page, simulator: asked in order. */
  pages: readonly MaybeHandler[];
  /** Where `/` leads, null = nowhere. */
  home: string | null;
};

const READY_LIMIT_MS = 1500;

/**
 * All routes of contract.md. Webhooks are dispatched by path before express, whose routing and response helpers they do not
 * need; everything else goes through it.
 */
export function makeHandler(options: HttpOptions): Handler {
  const { webhooks } = options;
  const app = makeExpress(options);
  return (req, res) => {
    const path = pathOf(req.url ?? '/');
    const webhook = webhooks.get(path);
    if (webhook) webhook(req, res);
    else app(req, res);
  };
}

const pathOf = (url: string): string => {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
};

function makeExpress({ log, metrics, probes, trustProxy, pages, home }: HttpOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', trustProxy);
  app.get('/healthz', (_req, res) => {
    const { status, body } = health();
    res.status(status).json(body);
  });
  app.get('/readyz', async (_req, res) => {
    const { status, body } = await readiness(probes, READY_LIMIT_MS, (name, error) =>
      log.warn({ probe: name, ...describeError(error) }, 'not ready'),
    );
    res.status(status).json(body);
  });
  app.get('/metrics', async (_req, res) => {
    res.type(metrics.contentType).send(await metrics.text());
  });
  if (home !== null) app.get('/', (_req, res) => res.redirect(302, home));
  app.use(async (req, res, next) => {
    for (const page of pages) if (await page(req, res)) return;
    next();
  });
  app.use((_req, res) => {
    res.status(404).json({ error: 'not found' });
  });
  app.use((error: unknown, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
    log.error(describeError(error), 'request failed');
    if (res.headersSent) res.destroy();
    else res.status(500).json({ error: 'failed' });
  });
  return app;
}

export type Listening = {
  port: number;
  /** Takes the place of "not ready" as soon as the parts are there. */
  use(handler: Handler): void;
  /** Stops taking connections, lets running requests end, then closes what is left. */
  close(graceMs: number): Promise<void>;
};

/** Opens the port first, so that the stand-in platforms know where we are; until `use` everything is answered 503. */
export async function listen(host: string, port: number): Promise<Listening> {
  let handler: Handler = (_req, res) => {
    res.writeHead(503, { 'retry-after': '1' }).end();
  };
  const server: Server = createServer({ keepAliveTimeout: 65_000 }, (req, res) => handler(req, res));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    use: (next) => (handler = next),
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
