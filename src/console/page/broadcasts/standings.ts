import type { Standing } from '../../../core/broadcast.ts';

/** In the order of a person's way. The same as in core, without its schemas. */
export const STANDINGS = [
  'notStarted',
  'draft',
  'submitted',
  'needsSupplement',
  'accepted',
  'rejected',
] as const satisfies readonly Standing[];
