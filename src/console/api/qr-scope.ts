import { AppError } from '../../base/errors.ts';
import type { Campaign } from '../../core/campaign.ts';
import type { Staff } from '../../core/staff.ts';
import type { World } from '../../engine/flow.ts';
import type { Coded } from './qr-posters.ts';

export const ORGANIZERS = ['organizer', 'admin'] as const;
/** In a path, where a code has no unit. */
export const WHOLE = '-';

/** The highest unit of this campaign whose codes they see: null = the campaign as a whole. Throws `console.notFound` where it has none. */
export function topOf({ units }: Campaign, staff: Pick<Staff, 'unit'>): string | null {
  if (staff.unit === null) return null;
  const unit = units.byCode(staff.unit);
  if (!unit) throw new AppError('console.notFound', 'their unit is not of this campaign', { facts: { why: 'unit' } });
  return unit.code;
}

/** The code of a path. Throws AppError `console.notFound` for what is not there, and for what is not below their unit. */
export function codeFor(
  world: Pick<World, 'flows'>,
  staff: Pick<Staff, 'unit'>,
  { campaign: id, unit: given }: { campaign: string; unit: string },
): Coded {
  const campaign = world.flows.get(id)?.campaign;
  if (!campaign) throw new AppError('console.notFound', 'no such campaign', { facts: { why: 'campaign' } });
  const top = topOf(campaign, staff);
  const path = given === WHOLE ? [] : campaign.units.pathOf(given);
  const unit = path.at(-1) ?? null;
  if ((given !== WHOLE && unit === null) || (top !== null && !path.includes(top))) {
    throw new AppError('console.notFound', 'no such unit', { facts: { why: 'unit' } });
  }
  return { campaign, unit };
}
