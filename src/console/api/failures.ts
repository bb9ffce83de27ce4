import type { Request, Response } from 'express';
import { AppError, describeError, type ErrorCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';

/** What an error of ours means to a browser; what is missing here is a fault of ours, 500. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  'console.badInput': 400,
  'console.weakPassword': 400,
  'console.signedOut': 401,
  'console.wrongPassword': 401,
  'console.forgedRequest': 403,
  'console.notAllowed': 403,
  'console.notFound': 404,
  'console.conflict': 409,
  'store.conflict': 409,
  'console.tooLarge': 413,
  'console.wrongType': 415,
  'console.tooManyTries': 429,
  'console.busy': 503,
  'store.unavailable': 503,
  'log.unavailable': 503,
};

/** `{ error: code }`, with the facts of errors of the console beside it. Nothing of a fault of ours is told. */
export function answerFailure(error: unknown, req: Request, res: Response, log: Log): void {
  const code = error instanceof AppError ? error.code : null;
  const status = (code && STATUS[code]) ?? 500;
  // the pattern of the route: the address may hold a token or a person's id
  const facts = { status, method: req.method, route: String((req.route as { path?: string } | undefined)?.path ?? '') };
  if (status >= 500) log.error({ ...facts, ...describeError(error) }, 'a request of the console failed');
  else log.debug({ ...facts, code }, 'a request of the console was refused');
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const told = error instanceof AppError && error.code.startsWith('console.') ? error.facts : {};
  if (error instanceof AppError && status >= 429) {
    res.setHeader('retry-after', String(error.facts['retryAfterSeconds'] ?? 2));
  }
  // what was not read of the body is not waited for
  if (!req.complete) res.setHeader('connection', 'close');
  res.status(status).json({ error: status === 500 ? 'failed' : code, ...told });
}
