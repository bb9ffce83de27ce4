import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Clock } from '../../base/clock.ts';
import type { Staff } from '../../core/staff.ts';
import { toStaff, type StaffDoc, type StaffStore } from '../../stores/mongo/staff.ts';
import { digestOf, type ConsoleSessions } from '../../stores/redis/console-sessions.ts';
import { readCookie, setCookie } from './cookies.ts';

/** Without use: a working day with its evening. */
export const SESSION_IDLE_MS = 12 * 3_600_000;
/** However much it is used. */
export const SESSION_LIFETIME_MS = 7 * 24 * 3_600_000;

export type SignedIn = { staff: Staff; account: StaffDoc; session: { id: string; csrf: string } };

export type Sessions = ReturnType<typeof makeSessions>;

/** Who is behind a request. `clock` is the real one: a demo whose clock is set must not sign everyone out. */
export function makeSessions(parts: {
  sessions: ConsoleSessions;
  staff: StaffStore;
  /** Codes under which people of a unit may be known. */
  reachOf(unit: string): readonly string[];
  clock: Clock;
  publicUrl: string;
}) {
  const { sessions, staff, reachOf, clock, publicUrl } = parts;
  const toSignedIn = (account: StaffDoc): Staff => withReach(toStaff(account), reachOf);
  const tokenOf = (req: Request): string => {
    const token = readCookie(req, 'session', publicUrl);
    return /^[\w-]{43}$/.test(token) ? token : '';
  };
  const drop = async (req: Request): Promise<void> => {
    const token = tokenOf(req);
    if (token !== '') await sessions.end(token);
  };

  return {
    /**
     * Null when nobody is, or no more: the account is asked each time, so that whoever was disabled or given another role or unit
     * is out at once. `touch` = it counts as use.
     */
    async current(req: Request, { touch }: { touch: boolean }): Promise<SignedIn | null> {
      const token = tokenOf(req);
      if (token === '') return null;
      const session = await sessions.read(token, clock.now(), { touch });
      if (!session) return null;
      const account = await staff.read(session.staff);
      if (!account || account.state !== 'active' || account.generation !== session.generation) {
        await sessions.end(token);
        return null;
      }
      return { staff: toSignedIn(account), account, session: { id: digestOf(token).slice(0, 16), csrf: session.csrf } };
    },

    /** Begins a new one under a new token; the one that the browser had before is over. `csrf` goes on where a page is open. */
    async begin(
      req: Request,
      res: Response,
      account: StaffDoc,
      csrf = newToken(),
    ): Promise<{ staff: Staff; csrf: string }> {
      await drop(req);
      const token = newToken();
      const { _id, generation } = account;
      await sessions.create(token, { staff: _id, generation, csrf }, clock.now());
      setCookie(req, res, 'session', token, { publicUrl, maxAgeMs: SESSION_LIFETIME_MS });
      return { staff: toSignedIn(account), csrf };
    },

    async end(req: Request, res: Response): Promise<void> {
      await drop(req);
      setCookie(req, res, 'session', '', { publicUrl, maxAgeMs: 0 });
    },
  };
}

/** The same with the people that their unit took over. */
export const withReach = (staff: Staff, reachOf: (unit: string) => readonly string[]): Staff =>
  staff.unit === null ? staff : { ...staff, reach: reachOf(staff.unit) };

/** 32 random bytes, 43 characters. */
export const newToken = (): string => randomBytes(32).toString('base64url');
