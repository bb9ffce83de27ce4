import type { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Staff, StaffRole } from '../../core/staff.ts';
import type { ContactDoc } from '../../stores/mongo/contacts.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
/** Who may call it: anyone, any staff, or staff of these roles. */
export type Access = 'public' | 'signedIn' | readonly StaffRole[];
/**
 * What of people it touches. `contact`: the one of `:contact` in the path, loaded and checked before; out of scope = 404.
 * `filtered`: many, and the handler keeps to those that `mayReach` its staff. `none`: nothing that belongs to a person.
 * `central`: what concerns everyone at once, such as a deadline: only staff without a unit, anyone else is not allowed.
 */
export type Scope = 'none' | 'filtered' | 'contact' | 'central';

/** A line for the audit log. Who, when and the contact of the route are filled in; `by` only where nobody is signed in yet. */
export type AuditLine = {
  action: string;
  target?: string;
  contact?: string;
  before?: unknown;
  after?: unknown;
  by?: { id: string; name: string };
};

export type Call<A extends Access = Access, S extends Scope = Scope, P = unknown, Q = unknown, B = unknown> = {
  staff: A extends 'public' ? null : Staff;
  /** Of the signed-in session, the same for as long as it lives: tells two windows of one account from two sign-ins. */
  session: A extends 'public' ? null : { id: string; csrf: string };
  contact: S extends 'contact' ? ContactDoc : null;
  params: P;
  query: Q;
  body: B;
  /** For streams and cookies; everything else is in the fields above. */
  req: Request;
  res: Response;
  /** To be written before the change it tells of: a line too many can be explained, a missing one cannot. */
  audit(line: AuditLine): Promise<void>;
  /** For what stays open (server-sent events): false once they were signed out, disabled, or given another role or unit. */
  stillSignedIn(): Promise<boolean>;
};

export type Answer =
  | { type: 'json'; status: number; body: unknown; headers?: Readonly<Record<string, string>> }
  | { type: 'empty' }
  | { type: 'redirect'; to: string }
  | { type: 'stream'; headers: Readonly<Record<string, string>>; body: Readable }
  /** The handler has written, or goes on writing, to `res` itself. */
  | { type: 'written' };

export const ok = (body: unknown): Answer => ({ type: 'json', status: 200, body });
export const withStatus = (status: number, body: unknown): Answer => ({ type: 'json', status, body });
export const empty: Answer = { type: 'empty' };

export type ConsoleRoute = {
  method: Method;
  /** Below `/console/api`, in the words of express: `/conversations/:contact/acts`. */
  path: string;
  access: Access;
  scope: Scope;
  /**
   * Only of what changes something. `line`: the handler calls `audit` before it answers with success, or the dispatcher throws;
   * `act`: goes through the log of events, whose archive writes the line; `none`: nothing that another person would ask about.
   */
  audit: 'line' | 'act' | 'none';
  /** `json` (at most `bodyLimit` bytes) is read and checked; `stream` is left unread for the handler, which must bound it. */
  bodyAs: 'none' | 'json' | 'stream';
  bodyLimit: number;
  params: z.ZodType | null;
  query: z.ZodType | null;
  body: z.ZodType | null;
  handle(call: Call): Promise<Answer> | Answer;
};

/** Enough for the longest text a person may be told or a step may hold. */
const BODY_LIMIT = 64 * 1024;

type Spec<A extends Access, S extends Scope, P, Q, B> = {
  method: Method;
  path: string;
  access: A;
  scope: S;
  audit?: ConsoleRoute['audit'];
  /** Missing = the path has no parameter but `:contact`, which comes as `contact`. */
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  bodyAs?: 'stream';
  bodyLimit?: number;
  handle(call: Call<A, S, P, Q, B>): Promise<Answer> | Answer;
};

/** A route with the types of its call worked out. What changes something and does not say otherwise must write an audit line. */
export function route<
  const A extends Access,
  const S extends Scope,
  P = Readonly<Record<string, string>>,
  Q = undefined,
  B = undefined,
>(spec: Spec<A, S, P, Q, B>): ConsoleRoute {
  const { method, path, access, scope, params, query, body } = spec;
  return {
    method,
    path,
    access,
    scope,
    audit: spec.audit ?? (method === 'GET' ? 'none' : 'line'),
    bodyAs: spec.bodyAs ?? (body ? 'json' : 'none'),
    bodyLimit: spec.bodyLimit ?? BODY_LIMIT,
    params: params ?? null,
    query: query ?? null,
    body: body ?? null,
    // the dispatcher checks access, scope and the three schemas before it calls
    handle: spec.handle as unknown as ConsoleRoute['handle'],
  };
}
