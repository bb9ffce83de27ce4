import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router, type Request, type Response } from 'express';
import type { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { never } from '../../base/never.ts';
import { mayReach } from '../../core/staff.ts';
import type { AuditStore } from '../../stores/mongo/audit.ts';
import type { ContactDoc, ContactStore } from '../../stores/mongo/contacts.ts';
import type { SignedIn, Sessions } from '../auth/sessions.ts';
import { answerFailure } from './failures.ts';
import { refuseForeignOrigin, refuseWithoutToken } from './forgery.ts';
import { readJson } from './read-json.ts';
import type { Answer, AuditLine, Call, ConsoleRoute } from './route.ts';

export type DispatchParts = {
  sessions: Sessions;
  contacts: Pick<ContactStore, 'read'>;
  audit: Pick<AuditStore, 'add'>;
  /** The product's. */
  clock: Clock;
  log: Log;
  publicUrl: string;
};

const CONTACT_ID = /^[a-z]{1,20}:[^\s:]{1,100}:\S{1,200}$/;

/** The one place where it is decided who may do what: every route goes through here, in this order. */
export function dispatcher(routes: readonly ConsoleRoute[], parts: DispatchParts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of routes) {
    const name = route.method.toLowerCase() as 'get' | 'post' | 'patch' | 'delete';
    router[name](route.path, (req, res) => {
      serve(route, parts, req, res).catch((error: unknown) => answerFailure(error, req, res, parts.log));
    });
  }
  router.use((req, res) => answerFailure(new AppError('console.notFound', 'no such route'), req, res, parts.log));
  return router;
}

async function serve(route: ConsoleRoute, parts: DispatchParts, req: Request, res: Response): Promise<void> {
  res.setHeader('cache-control', 'no-store');
  res.setHeader('x-clock', String(parts.clock.now()));
  const changes = route.method !== 'GET';
  if (changes) refuseForeignOrigin(req, parts.publicUrl);
  const signedIn = route.access === 'public' ? null : await signedInFor(route, parts, req);
  const params = check(route.params, req.params, 'params') ?? req.params;
  const contact = route.scope === 'contact' ? await reachable(parts, signedIn, req.params['contact']) : null;
  const query = check(route.query, { ...req.query }, 'query');
  const body = route.bodyAs === 'json' ? check(route.body, await readJson(req, route.bodyLimit), 'body') : undefined;

  let audited = false;
  const call: Call = {
    staff: signedIn?.staff ?? null,
    session: signedIn?.session ?? null,
    contact,
    params,
    query,
    body,
    req,
    res,
    async audit(line) {
      audited = true;
      await writeLine(parts, line, { contact: contact?._id ?? null, by: signedIn?.staff ?? null });
    },
    stillSignedIn: async () => {
      const now = await parts.sessions.current(req, { touch: false });
      return now !== null && now.account.generation === signedIn?.account.generation;
    },
  };
  const answer = await route.handle(call);
  const isFailure = answer.type === 'json' && answer.status >= 400;
  if (route.audit === 'line' && !audited && !isFailure) {
    throw new Error(`${route.method} ${route.path} changed something and wrote no audit line`);
  }
  await send(answer, req, res);
}

/** Throws `console.signedOut`, `console.forgedRequest` or `console.notAllowed`. */
async function signedInFor(route: ConsoleRoute, parts: DispatchParts, req: Request): Promise<SignedIn> {
  const signedIn = await parts.sessions.current(req, { touch: true });
  if (!signedIn) throw new AppError('console.signedOut', 'nobody is signed in');
  if (route.method !== 'GET') refuseWithoutToken(req, signedIn.session.csrf);
  const { access, scope } = route;
  if (scope === 'central' && signedIn.staff.unit !== null) {
    throw new AppError('console.notAllowed', 'not for staff of a unit', { facts: { why: 'central' } });
  }
  if (access === 'public' || access === 'signedIn' || access.includes(signedIn.staff.role)) return signedIn;
  throw new AppError('console.notAllowed', 'not with this role');
}

/** Somebody else's and nobody's look alike: throws `console.notFound`. */
async function reachable(
  { contacts }: DispatchParts,
  signedIn: SignedIn | null,
  id: string | string[] | undefined,
): Promise<ContactDoc> {
  const contact = typeof id === 'string' && CONTACT_ID.test(id) ? await contacts.read(id) : null;
  if (!contact || !signedIn || !mayReach(signedIn.staff, contact.units)) {
    throw new AppError('console.notFound', 'no such conversation', { facts: { why: 'contact' } });
  }
  return contact;
}

/** Says where the mistake is, and never what was given. */
function check(schema: z.ZodType | null, value: unknown, where: 'params' | 'query' | 'body'): unknown {
  if (!schema) return undefined;
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const at = [where, ...(issue?.path ?? [])].map(String).join('.').slice(0, 100);
  throw new AppError('console.badInput', 'not as it must be', { facts: { at, why: issue?.code ?? 'invalid' } });
}

async function writeLine(
  { audit, clock }: DispatchParts,
  line: AuditLine,
  known: { contact: string | null; by: { id: string; name: string } | null },
): Promise<void> {
  const by = line.by ?? known.by;
  if (!by) throw new Error('an audit line of nobody');
  await audit.add({
    _id: `line/${randomUUID()}`,
    at: new Date(clock.now()),
    staff: by.id,
    name: by.name,
    action: line.action,
    contact: line.contact ?? known.contact,
    target: line.target ?? '',
    before: line.before ?? null,
    after: line.after ?? null,
  });
}

async function send(answer: Answer, req: Request, res: Response): Promise<void> {
  switch (answer.type) {
    case 'json':
      for (const [name, value] of Object.entries(answer.headers ?? {})) res.setHeader(name, value);
      res.status(answer.status).json(answer.body);
      return;
    case 'empty':
      res.status(204).end();
      return;
    case 'redirect':
      res.redirect(303, answer.to);
      return;
    case 'stream':
      for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value);
      if (req.method === 'HEAD') {
        answer.body.destroy();
        res.end();
      } else await give(answer.body, res);
      return;
    case 'written':
      return;
    default:
      never(answer, 'send');
  }
}

/** Who closes the page ends the work, and that is no failure. */
async function give(body: Readable, res: Response): Promise<void> {
  try {
    await pipeline(body, res);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
