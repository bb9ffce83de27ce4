import { z } from 'zod';

/** `support` helps people, `organizer` also runs campaigns, `admin` also manages accounts and reads the audit log. */
export const staffRoleSchema = z.enum(['support', 'organizer', 'admin']);
export type StaffRole = z.infer<typeof staffRoleSchema>;

/** Someone who uses the console. */
export type Staff = {
  id: string;
  /** Folded, see `foldEmail`. */
  email: string;
  /** As colleagues and the transcript show them. */
  name: string;
  role: StaffRole;
  /** Code of the unit whose people, and those of all units below it, they see; null = everyone (the central team). */
  unit: string | null;
};

/**
 * Whether they may see what belongs to a person of these `units` (codes from the first level down, as in `Person`). Who told no
 * unit is seen by the central team alone.
 */
export function mayReach({ unit }: Pick<Staff, 'unit'>, units: readonly string[]): boolean {
  return unit === null || units.includes(unit);
}

/** Two spellings of one address are one account. */
export const foldEmail = (email: string): string => email.normalize('NFKC').trim().toLowerCase();
