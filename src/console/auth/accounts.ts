import { randomUUID } from 'node:crypto';
import { AppError } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import { foldEmail, type StaffRole } from '../../core/staff.ts';
import type { StaffDoc, StaffStore } from '../../stores/mongo/staff.ts';
import { digestOf } from '../../stores/redis/console-sessions.ts';
import type { SignInLimits } from '../../stores/redis/sign-in-limits.ts';
import { passwordFault, type Passwords } from './passwords.ts';
import { newToken } from './sessions.ts';

const DAY_MS = 24 * 3_600_000;
/** Long enough for someone on leave, short enough for a mail that lies around. */
const LINK_MS = { invite: 7 * DAY_MS, reset: DAY_MS } as const;

export type NewAccount = { email: string; name: string; role: StaffRole; unit: string | null };

export type Accounts = ReturnType<typeof makeAccounts>;

/** Called when everything is checked and nothing is changed yet. */
export type Note = () => Promise<void>;

/** Passwords and one-time links of staff. `clock` is the real one. */
export function makeAccounts(parts: { staff: StaffStore; passwords: Passwords; limits: SignInLimits; clock: Clock }) {
  const { staff, passwords, limits, clock } = parts;

  async function check(email: string, ip: string, password: string, account: StaffDoc | null): Promise<boolean> {
    refuseAfter(await limits.take(email, ip));
    const stored = account?.state === 'active' ? account.password : null;
    const { fits, outdated } = await passwords.verify(password, stored);
    if (!fits) return false;
    await limits.forgive(email, ip);
    if (outdated && account) {
      await staff.changeAsRead(account, { password: await passwords.hash(password) }, { endsSessions: false });
    }
    return true;
  }

  async function hashNew(password: string, account: Pick<StaffDoc, 'email' | 'name'>): Promise<string> {
    const why = passwordFault(password, account);
    if (why) throw new AppError('console.weakPassword', 'the password is too easy', { facts: { why } });
    return passwords.hash(password);
  }

  /** Another link of the account, if there is one, is no more. */
  function newLink(type: 'invite' | 'reset'): { token: string; link: StaffDoc['link'] } {
    const token = newToken();
    return { token, link: { digest: digestOf(token), type, expiresAt: new Date(clock.now() + LINK_MS[type]) } };
  }

  /** Throws `console.notFound` for a link that is none, used, or out of date. */
  async function openLink(token: string): Promise<StaffDoc & { link: NonNullable<StaffDoc['link']> }> {
    const account = await staff.byLink(digestOf(token), new Date(clock.now()));
    if (!account?.link) throw noLink();
    return { ...account, link: account.link };
  }

  return {
    /**
     * The account, when the password fits. One answer, after the same time, for whatever is wrong with either: throws AppError
     * `console.wrongPassword`, `console.tooManyTries`, `console.busy` or `store.unavailable`.
     */
    async signIn(given: string, password: string, ip: string): Promise<StaffDoc> {
      const email = foldEmail(given);
      const account = await staff.byEmail(email);
      if (!(await check(email, ip, password, account)) || !account) throw wrongPassword();
      await staff.signedIn(account._id, new Date(clock.now()));
      return account;
    },

    /** For an address that another place vouches for: an account of ours that may sign in, else null. None is ever made. */
    async signInAs(email: string): Promise<StaffDoc | null> {
      const account = await staff.byEmail(email);
      if (!account || account.state === 'disabled') return null;
      await staff.signedIn(account._id, new Date(clock.now()));
      if (account.state === 'active') return account;
      return staff.changeAsRead(account, { state: 'active', link: null }, { endsSessions: false });
    },

    /** Ends every session of the account. Throws as `signIn`, `console.weakPassword`, or `console.conflict` when it changed meanwhile. */
    async changePassword(
      account: StaffDoc,
      given: { old: string; new: string; ip: string },
      note: Note,
    ): Promise<StaffDoc> {
      if (!(await check(account.email, given.ip, given.old, account))) {
        throw new AppError('console.badInput', 'the old password is another', { facts: { why: 'oldPassword' } });
      }
      const password = await hashNew(given.new, account);
      const read = (await staff.read(account._id)) ?? account;
      if (read.generation !== account.generation) throw conflict('changed');
      await note();
      return (await staff.changeAsRead(read, { password }, { endsSessions: true })) ?? refuse(conflict('changed'));
    },

    /** Gives the token of the link. Throws `console.conflict` (`emailTaken`). */
    async invite(given: NewAccount, note: Note): Promise<{ account: StaffDoc; token: string }> {
      if (await staff.byEmail(foldEmail(given.email))) throw conflict('emailTaken');
      const { token, link } = newLink('invite');
      const account = newAccount(given, clock.now(), { state: 'invited', password: null, link });
      await note();
      if (!(await staff.add(account))) throw conflict('emailTaken');
      return { account: { ...account, v: 1 }, token };
    },

    /** A link for a new password; who has none yet is invited again. The old password goes on until it is used. */
    async reset(account: StaffDoc): Promise<string> {
      if (account.state === 'disabled') throw conflict('disabled');
      const { token, link } = newLink(account.state === 'invited' ? 'invite' : 'reset');
      if (!(await staff.changeAsRead(account, { link }, { endsSessions: false }))) throw conflict('changed');
      return token;
    },

    openLink,

    /** Sets the password and uses the link up; whoever comes second finds none. */
    async useLink(
      token: string,
      given: { password: string; name?: string | undefined },
      note: (account: StaffDoc, type: 'invite' | 'reset') => Promise<void>,
    ): Promise<StaffDoc> {
      const account = await openLink(token); // before the hash, which is dear
      const { type } = account.link;
      const name = type === 'invite' ? (given.name ?? account.name) : account.name;
      const password = await hashNew(given.password, { ...account, name });
      await note({ ...account, name }, type);
      const used = await staff.useLink(digestOf(token), new Date(clock.now()), { password, name });
      return used ?? refuse(noLink());
    },
  };
}

export function newAccount(
  { email, name, role, unit }: NewAccount,
  at: number,
  rest: Pick<StaffDoc, 'state' | 'password' | 'link'>,
): Omit<StaffDoc, 'v'> {
  return {
    _id: randomUUID(),
    email: foldEmail(email),
    name,
    role,
    unit,
    ...rest,
    generation: 1,
    createdAt: new Date(at),
    signedInAt: null,
  };
}

/** Throws `console.tooManyTries` for a time to wait. */
export function refuseAfter(waitMs: number | null): void {
  if (waitMs === null) return;
  throw new AppError('console.tooManyTries', 'too many tries', {
    retryable: true,
    facts: { retryAfterSeconds: Math.ceil(waitMs / 1000) },
  });
}

export const conflict = (why: string): AppError =>
  new AppError('console.conflict', 'not as things stand', { facts: { why } });

const wrongPassword = (): AppError => new AppError('console.wrongPassword', 'no such account, or another password');
const noLink = (): AppError => new AppError('console.notFound', 'no such link, or no more', { facts: { why: 'link' } });

function refuse(error: AppError): never {
  throw error;
}
