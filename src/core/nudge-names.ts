/** What may stand in braces in a text that is said unasked, filled in when it is said. `left`: time to the deadline in words. */
export const NUDGE_NAMES = [
  'name',
  'campaign',
  'phase',
  'deadline',
  'left',
  'step',
  'unit',
  'code',
  'title',
  'state',
  'reason',
] as const;
export type NudgeName = (typeof NUDGE_NAMES)[number];

export const isNudgeName = (name: string): name is NudgeName => NUDGE_NAMES.some((known) => known === name);
