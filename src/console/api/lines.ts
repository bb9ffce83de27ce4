import { z } from 'zod';
import type { LineStore } from '../../stores/mongo/lines.ts';
import { limitInput } from './inputs.ts';
import { toLines } from './line-view.ts';
import { ok, route, type ConsoleRoute } from './route.ts';
import type { LinesPage } from './types.ts';

const MAX_LINES = 200;
const LINES = 50;
/** Lines are archived in batches of several partitions: an older one may come after a newer one, by so much at most. */
const LATE_MS = 60_000;

const instantInput = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
  .optional();
const queryInput = z.object({ before: instantInput, after: instantInput, limit: limitInput(MAX_LINES, LINES) });

/** What was said in a conversation, and when it changed hands. */
export function lineRoutes({ stores }: { stores: { lines: LineStore } }): ConsoleRoute[] {
  const list = route({
    method: 'GET',
    path: '/conversations/:contact/lines',
    access: 'signedIn',
    scope: 'contact',
    query: queryInput,
    async handle({ contact, query }) {
      const { before, after, limit } = query;
      const stretch =
        after === undefined
          ? await stores.lines.before(contact._id, before ?? null, limit)
          : await stores.lines.since(contact._id, Math.max(0, after - LATE_MS));
      const lines = toLines(stretch, contact._id);
      const oldest = stretch.lines[0]?.at.getTime();
      const newest = lines.at(-1)?.at ?? 0;
      const page: LinesPage = {
        lines,
        before: stretch.hasMore && oldest !== undefined ? String(oldest) : null,
        after: String(Math.max(newest, after ?? 0)),
      };
      return ok(page);
    },
  });
  return [list];
}
