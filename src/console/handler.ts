import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import helmet from 'helmet';
import type { Log } from '../base/log.ts';
import { answerFailure } from './api/failures.ts';

export type ConsoleHandler = (req: IncomingMessage, res: ServerResponse) => boolean;

/** Answers everything below `/console`; true when the request was of these. */
export function consoleHandler(parts: {
  api: Router;
  page: Router;
  log: Log;
  trustProxy: number;
  publicUrl: string;
}): ConsoleHandler {
  const { api, page, log, trustProxy, publicUrl } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', trustProxy);
  app.set('query parser', 'simple'); // no objects out of an address
  app.use(headers(publicUrl.startsWith('https:')));
  app.use('/console/api', api);
  app.use('/console', page);
  app.use((error: unknown, req: Request, res: Response, _next: NextFunction) => answerFailure(error, req, res, log));
  return (req, res) => {
    if (!/^\/console(?:[/?]|$)/.test(req.url ?? '')) return false;
    app(req, res);
    return true;
  };
}

/** Nothing from elsewhere, nothing written into the page, in no frame. Pictures may be chosen files that are not sent yet. */
function headers(isHttps: boolean): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // for this host alone: others of the union's domain are not ours to speak for
    strictTransportSecurity: isHttps ? { maxAge: 180 * 24 * 3600, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
}
