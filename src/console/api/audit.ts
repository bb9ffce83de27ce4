import { z } from 'zod';
import type { ConsoleParts } from '../parts.ts';
import { ok, route, type ConsoleRoute } from './route.ts';
import type { AuditPage } from './types-staff.ts';

const MAX_LINES = 200;

/** What staff changed. Admins belong to the central team, so nothing in it is out of their scope. */
export function auditRoutes({ stores }: Pick<ConsoleParts, 'stores'>): ConsoleRoute[] {
  return [
    route({
      method: 'GET',
      path: '/audit',
      access: ['admin'],
      scope: 'filtered',
      query: z.strictObject({
        before: z.coerce.number().int().nonnegative().max(8.64e15).optional(),
        contact: z.string().min(1).max(400).optional(),
        staff: z.string().min(1).max(60).optional(),
        limit: z.coerce.number().int().min(1).max(MAX_LINES).default(50),
      }),
      async handle({ query: { before, contact, staff, limit } }) {
        const lines = await stores.audit.list({
          ...(before !== undefined && { before: new Date(before) }),
          ...(contact !== undefined && { contact }),
          ...(staff !== undefined && { staff }),
          limit,
        });
        const page: AuditPage = {
          lines: lines.map(({ _id, at, staff: by, name, action, contact: about, target, before: was, after }) => ({
            id: _id,
            at: at.getTime(),
            staff: by,
            name,
            action,
            contact: about,
            target,
            before: was,
            after,
          })),
          next: lines.length === limit ? (lines.at(-1)?.at.getTime() ?? null) : null,
        };
        return ok(page);
      },
    }),
  ];
}
