import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { RunChange, RunCursor } from '../../broadcasts/types.ts';
import { RUN_KINDS, type Run } from '../../core/run.ts';
import type { ConsoleParts } from '../parts.ts';
import { draftInput, runParams, whoOf, type BroadcastParts } from './broadcast-inputs.ts';
import { filterInput, limitInput } from './inputs.ts';
import { unitName } from './labels.ts';
import { ok, route, withStatus, type Answer, type Call, type ConsoleRoute } from './route.ts';
import { spokenOf } from './spoken.ts';
import type { RunActBody, RunAnswer, RunsPage } from './types-broadcasts.ts';

const MAX_RUNS = 50;
const ORGANIZERS = ['organizer', 'admin'] as const;

const rev = z.number().int().nonnegative();
const actInput: z.ZodType<RunActBody> = z.discriminatedUnion('act', [
  z.strictObject({ act: z.enum(['submit', 'approve', 'sendBack']), rev }),
  z.strictObject({ act: z.enum(['pause', 'resume', 'cancel']) }),
]);

/** Broadcasts: written, approved, watched and held. Whose people they reach is checked where they are planned. */
export function broadcastRoutes({ broadcasts, world }: BroadcastParts & Pick<ConsoleParts, 'world'>): ConsoleRoute[] {
  const list = route({
    method: 'GET',
    path: '/broadcasts',
    access: ORGANIZERS,
    scope: 'filtered',
    query: z.strictObject({
      campaign: filterInput,
      kind: z.enum(RUN_KINDS).optional(),
      after: z.string().max(400).default('').transform(readCursor),
      limit: limitInput(MAX_RUNS, 20),
    }),
    async handle({ staff, query: { campaign, kind, after, limit } }) {
      const { items, next } = await broadcasts.list(
        { ...(campaign && { campaign }), ...(kind && { kind }), ...(after && { after }), limit },
        whoOf(staff),
      );
      return ok({ runs: [...items], next: next && writeCursor(next) } satisfies RunsPage);
    },
  });

  const add = route({
    method: 'POST',
    path: '/broadcasts',
    access: ORGANIZERS,
    scope: 'filtered',
    body: draftInput,
    async handle({ staff, body, audit }) {
      await audit({ action: 'broadcast.add', target: body.title, after: body });
      return told(await broadcasts.create(body, whoOf(staff)), { act: 'add', target: body.title }, audit);
    },
  });

  const read = route({
    method: 'GET',
    path: '/broadcasts/:id',
    access: ORGANIZERS,
    scope: 'filtered',
    params: runParams,
    async handle({ staff, params: { id } }) {
      const run = runOf(await broadcasts.read(id, whoOf(staff)));
      const { campaign, unit } = run.audience;
      const name = unit === null ? '' : unitName(world, campaign, [unit]);
      return ok({ run, says: spokenOf(world, run.kind), unitName: name } satisfies RunAnswer);
    },
  });

  const change = route({
    method: 'PATCH',
    path: '/broadcasts/:id',
    access: ORGANIZERS,
    scope: 'filtered',
    params: runParams,
    body: z.strictObject({ rev, draft: draftInput }),
    async handle({ staff, params: { id }, body, audit }) {
      const who = whoOf(staff);
      const { title, audience, texts, templates, maxCharged } = runOf(await broadcasts.read(id, who));
      const before = { title, audience, texts, templates, maxCharged };
      await audit({ action: 'broadcast.change', target: id, before, after: body.draft });
      return told(await broadcasts.update(id, body.rev, body.draft, who), { act: 'change', target: id }, audit);
    },
  });

  const act = route({
    method: 'POST',
    path: '/broadcasts/:id/acts',
    access: ORGANIZERS,
    scope: 'filtered',
    params: runParams,
    body: actInput,
    async handle({ staff, params: { id }, body, audit }) {
      const who = whoOf(staff);
      const { title, state } = runOf(await broadcasts.read(id, who));
      await audit({ action: `broadcast.${body.act}`, target: id, before: { title, state } });
      const changed =
        'rev' in body ? await broadcasts[body.act](id, body.rev, who) : await broadcasts[body.act](id, who);
      return told(changed, { act: body.act, target: id }, audit);
    },
  });

  const progress = route({
    method: 'GET',
    path: '/broadcasts/:id/progress',
    access: ORGANIZERS,
    scope: 'filtered',
    params: runParams,
    handle: async ({ staff, params: { id } }) => ok(runOf(await broadcasts.progress(id, whoOf(staff)))),
  });

  return [list, add, read, change, act, progress];
}

/** Another unit's and nobody's look alike. */
function runOf<T>(found: T | null): T {
  if (found !== null) return found;
  throw new AppError('console.notFound', 'no such broadcast', { facts: { why: 'broadcast' } });
}

/** The answer; where nothing came of it, after a line that says so: nobody is to be read of as having approved what they did not. */
export async function told(
  change: RunChange,
  { act, ...about }: { act: string; target: string; contact?: string },
  audit: Call['audit'],
): Promise<Answer> {
  const why = change.type === 'refused' ? change.why : change.type;
  if (change.type !== 'done') await audit({ action: 'broadcast.refused', ...about, after: { act, why } });
  return toAnswer(change);
}

function toAnswer(change: RunChange): Answer {
  if (change.type === 'done') return ok({ run: change.run satisfies Run });
  if (change.type === 'faulty') return withStatus(409, { why: 'faulty', faults: change.faults });
  if (change.why === 'notFound' || change.why === 'outOfScope') return runOf<Answer>(null);
  return withStatus(409, { why: change.why });
}

const writeCursor = ({ createdAt, id }: RunCursor): string => `${createdAt}/${id}`;

function readCursor(text: string): RunCursor | null {
  const [, createdAt, id] = /^(\d{1,16})\/(.+)$/.exec(text) ?? [];
  return createdAt !== undefined && id !== undefined ? { createdAt: Number(createdAt), id } : null;
}
