import { z } from 'zod';
import type { ConsoleParts } from '../parts.ts';
import { ok, route, type ConsoleRoute } from './route.ts';

const params = z.strictObject({ token: z.string().regex(/^[\w-]{43}$/) });

/** What a one-time link opens: a first password, or a new one. */
export function linkRoutes({ accounts, sessions }: Pick<ConsoleParts, 'accounts' | 'sessions'>): ConsoleRoute[] {
  return [
    route({
      method: 'GET',
      path: '/links/:token',
      access: 'public',
      scope: 'none',
      params,
      async handle({ params: { token } }) {
        const { link, email, name } = await accounts.openLink(token);
        return ok({ type: link.type, email, name });
      },
    }),
    route({
      method: 'POST',
      path: '/links/:token',
      access: 'public',
      scope: 'none',
      bodyLimit: 4096,
      params,
      body: z.strictObject({
        password: z.string().min(1).max(500),
        name: z.string().trim().min(1).max(100).optional(),
      }),
      async handle({ params: { token }, body, req, res, audit }) {
        const account = await accounts.useLink(token, body, ({ _id, name }, type) =>
          audit({ action: `staff.${type}Used`, target: _id, by: { id: _id, name } }),
        );
        return ok(await sessions.begin(req, res, account));
      },
    }),
  ];
}
