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
  /** Codes under which the people of that unit may be known, where units took the place of others; missing = the unit's alone. */
  reach?: readonly string[];
};

/**
 * Whether they may see what belongs to a person of these `units` (codes from the first level down, as in `Person`). Who told no
 * unit is seen by the central team alone.
 */
export function mayReach(staff: Pick<Staff, 'unit' | 'reach'>, units: readonly string[]): boolean {
  const scope = scopeOf(staff);
  return scope === null || scope.some((code) => units.includes(code));
}

/** The units whose people they see, for a store to look by: somebody who is below one of them. Null = everyone. */
export const scopeOf = ({ unit, reach }: Pick<Staff, 'unit' | 'reach'>): readonly string[] | null =>
  unit === null ? null : (reach ?? [unit]);

/** Two spellings of one address are one account. */
export const foldEmail = (email: string): string => email.normalize('NFKC').trim().toLowerCase();
