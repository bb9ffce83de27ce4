import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { AWAY_MS } from '../auth/oidc.ts';
import { refuseAfter } from '../auth/accounts.ts';
import { readCookie, setCookie } from '../auth/cookies.ts';
import type { ConsoleParts } from '../parts.ts';
import { empty, ok, route, type ConsoleRoute } from './route.ts';

/** Longer than any of ours: what is no password is not hashed for minutes. */
const password = z.string().min(1).max(500);
const email = z.string().min(1).max(320);

type Parts = Pick<ConsoleParts, 'sessions' | 'accounts' | 'oidc' | 'limits' | 'publicUrl' | 'stores'>;

/** Signing in and out, and one's own password. */
export function sessionRoutes({ sessions, accounts, oidc, limits, publicUrl, stores }: Parts): ConsoleRoute[] {
  return [
    route({
      method: 'POST',
      path: '/session',
      access: 'public',
      scope: 'none',
      audit: 'none',
      bodyLimit: 4096,
      body: z.strictObject({ email, password }),
      async handle({ body, req, res }) {
        const account = await accounts.signIn(body.email, body.password, req.ip ?? '');
        return ok(await sessions.begin(req, res, account));
      },
    }),
    route({
      method: 'GET',
      path: '/session',
      access: 'signedIn',
      scope: 'none',
      handle: ({ staff, session }) => ok({ staff, csrf: session.csrf }),
    }),
    route({
      method: 'GET',
      path: '/session/ways',
      access: 'public',
      scope: 'none',
      handle: () => ok({ password: true, oidc: oidc !== null }),
    }),
    route({
      method: 'DELETE',
      path: '/session',
      access: 'signedIn',
      scope: 'none',
      audit: 'none',
      async handle({ req, res }) {
        await sessions.end(req, res);
        return empty;
      },
    }),
    route({
      method: 'DELETE',
      path: '/sessions',
      access: 'signedIn',
      scope: 'none',
      async handle({ staff, req, res, audit }) {
        await audit({ action: 'staff.signOutEverywhere', target: staff.id });
        await stores.staff.change(staff.id, {}, { endsSessions: true });
        await sessions.end(req, res);
        return empty;
      },
    }),
    route({
      method: 'POST',
      path: '/password',
      access: 'signedIn',
      scope: 'none',
      bodyLimit: 4096,
      body: z.strictObject({ old: password, new: password }),
      async handle({ staff, session, body, req, res, audit }) {
        const account = await stores.staff.read(staff.id);
        if (!account) throw new AppError('console.signedOut', 'nobody is signed in');
        const changed = await accounts.changePassword(account, { ...body, ip: req.ip ?? '' }, () =>
          audit({ action: 'staff.password', target: staff.id }),
        );
        // the page that is open here goes on, all others are signed out
        return ok(await sessions.begin(req, res, changed, session.csrf));
      },
    }),
    route({
      method: 'GET',
      path: '/oidc/start',
      access: 'public',
      scope: 'none',
      async handle({ req, res }) {
        if (!oidc) throw new AppError('console.notFound', 'no issuer is configured');
        refuseAfter(await limits.takeAddress(req.ip ?? ''));
        const { to, token } = await oidc.start();
        setCookie(req, res, 'oidc', token, { publicUrl, maxAgeMs: AWAY_MS });
        return { type: 'redirect', to };
      },
    }),
    route({
      method: 'GET',
      path: '/oidc/callback',
      access: 'public',
      scope: 'none',
      async handle({ req, res }) {
        if (!oidc) throw new AppError('console.notFound', 'no issuer is configured');
        const at = req.originalUrl.indexOf('?');
        const query = at < 0 ? '' : req.originalUrl.slice(at);
        const known = await oidc.finish(readCookie(req, 'oidc', publicUrl), query);
        setCookie(req, res, 'oidc', '', { publicUrl, maxAgeMs: 0 });
        const account = known === null ? null : await accounts.signInAs(known);
        if (!account) return { type: 'redirect', to: '/console/?oidc=failed' };
        await sessions.begin(req, res, account);
        return { type: 'redirect', to: '/console/' };
      },
    }),
  ];
}
