import { randomInt } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { foldEmail } from '../../core/staff.ts';
import type { StaffChange, StaffDoc, StaffStore } from '../../stores/mongo/staff.ts';
import { conflict, newAccount, type Note } from './accounts.ts';
import type { Passwords } from './passwords.ts';

/** Of the account that is made up where none is configured. */
const FIRST_EMAIL = 'admin@sang-kien.local';
const FIRST_NAME = 'Admin';
/** Without letters that look alike; sixteen of them are 79 bits. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/**
 * Sees to it that somebody can sign in. `configured`: an account with this address is made when there is none, and set right when
 * no admin is left; a password changed later in the console stays. `generate`: made up once. `password` only when it was just made up.
 * Safe when several processes start at once.
 */
export async function firstAdmin(
  { staff, passwords, clock }: { staff: StaffStore; passwords: Passwords; clock: Clock },
  configured: { email: string; password: string } | 'generate',
): Promise<{ email: string; password: string | null }> {
  const { email, password } = configured === 'generate' ? { email: FIRST_EMAIL, password: madeUp() } : configured;
  const known = await staff.byEmail(foldEmail(email));
  if (known) {
    if (configured !== 'generate' && (await staff.countAdmins('')) === 0) {
      const change = { role: 'admin', unit: null, state: 'active', link: null } as const;
      await staff.change(known._id, { ...change, password: await passwords.hash(password) }, { endsSessions: true });
    }
    return { email: known.email, password: null };
  }
  if (configured === 'generate' && (await staff.countAdmins('')) > 0) return { email, password: null };
  const account = newAccount({ email, name: FIRST_NAME, role: 'admin', unit: null }, clock.now(), {
    state: 'active',
    password: await passwords.hash(password),
    link: null,
  });
  const isNew = await staff.add(account);
  return { email: account.email, password: isNew && configured === 'generate' ? password : null };
}

/** Four groups of four. */
function madeUp(): string {
  const letter = (): string => LETTERS[randomInt(LETTERS.length)] ?? '';
  return Array.from({ length: 4 }, () => Array.from({ length: 4 }, letter).join('')).join('-');
}

/**
 * Changes an account. Another role or unit, or no access, ends its sessions at once. Throws `console.conflict`: `lastAdmin`, or
 * `changed` when somebody else was quicker.
 */
export async function changeAccount(
  staff: StaffStore,
  read: StaffDoc,
  change: StaffChange,
  note: Note,
): Promise<StaffDoc> {
  const next = { ...read, ...change };
  const endsSessions = next.role !== read.role || next.unit !== read.unit || next.state !== read.state;
  const removesAdmin = isAdmin(read) && !isAdmin(next);
  if (removesAdmin && (await staff.countAdmins(read._id)) === 0) throw conflict('lastAdmin');
  await note();
  const changed = await staff.changeAsRead(read, change, { endsSessions });
  if (!changed) throw conflict('changed');
  if (removesAdmin && (await staff.countAdmins('')) === 0) {
    // the last two at the same moment, each by the other: both stay
    const { role, unit, state, link } = read;
    await staff.change(read._id, { role, unit, state, link }, { endsSessions: false });
    throw conflict('lastAdmin');
  }
  return changed;
}

const isAdmin = ({ role, state }: Pick<StaffDoc, 'role' | 'state'>): boolean => role === 'admin' && state === 'active';
