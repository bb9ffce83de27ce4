import { timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { AppError } from '../../base/errors.ts';

/**
 * Throws AppError `console.forgedRequest` for a request that a page of another origin may have caused: `Sec-Fetch-Site` where the
 * browser sends it, and `Origin`, which all of them send with what is no GET. Both missing is no browser, and then the token decides.
 */
export function refuseForeignOrigin(req: Request, publicUrl: string): void {
  const site = req.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') throw forged('site');
  const { origin } = req.headers;
  if (origin === undefined) return;
  const own =
    URL.canParse(origin) && (new URL(origin).host === req.host || new URL(origin).origin === new URL(publicUrl).origin);
  if (!own) throw forged('origin');
}

/** Throws `console.forgedRequest` when the header `x-csrf-token` is not the session's token, which other origins cannot read. */
export function refuseWithoutToken(req: Request, csrf: string): void {
  const given = Buffer.from(req.get('x-csrf-token') ?? '');
  const wanted = Buffer.from(csrf);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw forged('token');
}

const forged = (why: string): AppError =>
  new AppError('console.forgedRequest', 'not from our page', { facts: { why } });
