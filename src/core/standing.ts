/** Where a person stands in a campaign, by which an audience is chosen; in the order of their way. */
export const STANDINGS = ['notStarted', 'draft', 'submitted', 'needsSupplement', 'accepted', 'rejected'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Where a session, or what the records keep of it, says that someone stands; `submitted` in whatever state the entry is. */
export function standingIn(
  campaign: string,
  drafts: readonly { campaign: string; isBegun: boolean }[],
  entries: readonly { campaign: string }[],
): 'notStarted' | 'draft' | 'submitted' {
  if (drafts.some((draft) => draft.campaign === campaign && draft.isBegun)) return 'draft';
  return entries.some((entry) => entry.campaign === campaign) ? 'submitted' : 'notStarted';
}
