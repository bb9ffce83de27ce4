import { mayReach, type Staff } from '../../core/staff.ts';
import type { OpenContact } from '../../stores/mongo/inbox.ts';
import type { InboxCounts } from '../api/types.ts';

/** The units that a contact was last told with, so that who may no longer see it can be told so. */
export type Scopes = {
  of(contact: string): readonly string[] | null;
  /** Null = it is gone. */
  keep(contact: string, units: readonly string[] | null): void;
  clear(): void;
};

/** The oldest go first: a page that loaded them long ago finds out when it opens them. */
const MAX_KNOWN = 20_000;

export function scopes(): Scopes {
  const known = new Map<string, readonly string[]>();
  return {
    of: (contact) => known.get(contact) ?? null,
    keep(contact, units) {
      known.delete(contact);
      if (units) known.set(contact, units);
      for (const oldest of known.keys()) {
        if (known.size <= MAX_KNOWN) break;
        known.delete(oldest);
      }
    },
    clear: () => known.clear(),
  };
}

/** The same as the inbox's own counts, for many of the staff from one look at the store. */
export function countsOf(open: readonly OpenContact[], staff: Staff): InboxCounts {
  const counts = { waiting: 0, mine: 0 };
  for (const { units, owner, humanAskedAt } of open) {
    if (!mayReach(staff, units)) continue;
    if (humanAskedAt) counts.waiting += 1;
    if (owner.type === 'staff' && owner.how === 'console' && owner.staff === staff.id) counts.mine += 1;
  }
  return counts;
}
