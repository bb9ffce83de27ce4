/** What the routes of sign-in, accounts and the audit log give and take, as JSON. Types only. Instants are epoch ms. */
import type { Staff, StaffRole } from '../../core/staff.ts';

/** GET and POST /session, POST /password, POST /links/:token. `csrf` goes into the header `x-csrf-token` of what changes something. */
export type SessionView = { staff: Staff; csrf: string };
/** GET /session/ways: how one may sign in here. */
export type WaysView = { password: true; oidc: boolean };
/** GET /links/:token */
export type LinkView = { type: 'invite' | 'reset'; email: string; name: string };

/** GET /staff → `{ staff: AccountView[] }`, POST /staff with `NewAccountBody` → 201 `{ account, link }`. */
export type AccountView = {
  id: string;
  email: string;
  name: string;
  role: StaffRole;
  /** Null = everything. */
  unit: string | null;
  /** '' where the unit is in no campaign any more. */
  unitName: string;
  state: 'invited' | 'active' | 'disabled';
  /** Until when the one-time link that was given last may be used, null = there is none. */
  linkUntil: number | null;
  createdAt: number;
  signedInAt: number | null;
};
export type NewAccountBody = { email: string; name: string; role: StaffRole; unit: string | null };
/** PATCH /staff/:id → `{ account: AccountView }`. POST /staff/:id/reset → `{ link }`. */
export type AccountBody = {
  name?: string;
  role?: StaffRole;
  unit?: string | null;
  state?: 'active' | 'disabled';
};

/** GET /conversations/:contact/colleagues → `{ staff: ColleagueView[] }`: who may own it. */
export type ColleagueView = { id: string; name: string };

/** GET /audit?before=&contact=&staff=&limit= → newest first; `next` is the `before` of the next page, null at the end. */
export type AuditPage = { lines: AuditLineView[]; next: number | null };
export type AuditLineView = {
  id: string;
  at: number;
  staff: string;
  name: string;
  action: string;
  contact: string | null;
  target: string;
  before: unknown;
  after: unknown;
};
