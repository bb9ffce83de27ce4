import type { ContactStore } from './contacts.ts';

/** Longer than this nobody waits for a number beside a button. */
const MAX_MS = 3000;

/**
 * How many people are filling in an entry of this campaign now, below `unit` (null = anywhere) and outside `except`. Null when it
 * could not be counted in time.
 */
export async function countDrafts(
  { collection }: Pick<ContactStore, 'collection'>,
  { campaign, unit, except }: { campaign: string; unit: string | null; except: readonly string[] },
): Promise<number | null> {
  const units = { ...(unit !== null && { $eq: unit }), ...(except.length > 0 && { $nin: except }) };
  const filter = { campaign, step: { $ne: null }, ...(Object.keys(units).length > 0 && { units }) };
  // by the index that begins with the campaign
  return collection.countDocuments(filter as object, { maxTimeMS: MAX_MS }).catch(() => null);
}
