import { createHash } from 'node:crypto';
import type { Standing } from '../core/standing.ts';
import type { Campaign } from '../core/campaign.ts';
import { phasesFor } from '../core/campaign.ts';
import type { ChannelName } from '../core/contact.ts';
import type { AudienceRule, Reach, Run } from '../core/run.ts';
import type { AudienceContact, AudienceEntry, AudienceFilter } from '../stores/mongo/audiences.ts';
import { rankOf, reachOf, type ReachWish } from './reach.ts';

/** One person of an audience, by the contact that is written to. */
export type Chosen = {
  /** The same for the same person at any time, and nobody's name: a part of ids. */
  key: string;
  contact: AudienceContact;
  standings: readonly Standing[];
  reach: Reach;
};

/** A run as far as its audience goes. */
export type Wanted = Pick<Run, 'kind' | 'audience' | 'templates' | 'deadline' | 'scope'>;

/** Folded as `searchWords` does: two spellings of one name are one. */
const foldName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[đð]/g, 'd')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Someone with the same phone and the same name is the same person, on whichever channel; without a phone each is their own. */
export function personKey({ _id, phone, name }: Pick<AudienceContact, '_id' | 'phone' | 'name'>): string {
  const person = phone === '' ? _id : `${phone} ${foldName(name)}`;
  return createHash('sha256').update(person).digest('base64url').slice(0, 22);
}

/** What the database narrows; the rest is looked at for each. `belowQuota`: codes of units that lag, null where that is no matter. */
export function filterOf(
  { audience, scope }: Wanted,
  reachOfUnit: (code: string) => readonly string[],
  belowQuota: readonly string[] | null,
): AudienceFilter {
  const units: (readonly string[])[] = [];
  if (scope !== null) units.push(scope);
  if (audience.unit !== null) units.push(reachOfUnit(audience.unit));
  if (belowQuota !== null) units.push(belowQuota);
  return { campaign: audience.campaign, units, seenFrom: audience.seenFrom, seenBefore: audience.seenBefore };
}

/** The standings that someone has in a campaign; several where they sent one entry and began another. */
export function standingsOf(
  campaign: string,
  contact: Pick<AudienceContact, 'drafts'>,
  entries: readonly Pick<AudienceEntry, 'state'>[],
): Standing[] {
  const standings = new Set<Standing>();
  if (contact.drafts.some((draft) => draft.campaign === campaign && draft.isBegun)) standings.add('draft');
  for (const { state } of entries) {
    if (state !== 'withdrawn') standings.add(state === 'received' ? 'submitted' : state);
  }
  return standings.size > 0 ? [...standings] : ['notStarted'];
}

/**
 * The people among contacts that come whole: whoever may be the same person is among them. `campaign` as it is now; `at`: when it
 * would be said.
 */
export function choose(
  contacts: readonly AudienceContact[],
  entries: readonly AudienceEntry[],
  wanted: Wanted,
  campaign: Campaign,
  wish: ReachWish,
  at: number,
): Chosen[] {
  const { audience, kind } = wanted;
  const entriesOf = grouped(entries, ({ contact }) => contact);
  const chosen: Chosen[] = [];
  for (const [key, group] of grouped(contacts, personKey)) {
    const stands = group.map((contact) => ({
      contact,
      entries: entriesOf.get(contact._id) ?? [],
      standings: standingsOf(audience.campaign, contact, entriesOf.get(contact._id) ?? []),
    }));
    // who has sent an entry from one channel needs no word on the other that they have not
    const isReminder = kind === 'reminder' || kind === 'silentDraft';
    if (isReminder && stands.some(({ standings }) => !isOpen(standings))) continue;
    const isOptedOut = group.some(({ remindersOff }) => remindersOff);
    let best: Chosen | null = null;
    for (const { contact, standings, entries: own } of stands) {
      if (!fits(audience, contact, standings, own) || !hasDeadline(wanted, campaign, contact)) continue;
      const reach = reachOf(isOptedOut ? { ...contact, remindersOff: true } : contact, wish, at);
      const one = { key, contact, standings, reach };
      if (best === null || isBetter(one, best)) best = one;
    }
    if (best) chosen.push(best);
  }
  return chosen;
}

const isOpen = (standings: readonly Standing[]): boolean =>
  standings.includes('draft') || standings.includes('notStarted');

function fits(
  rule: AudienceRule,
  contact: AudienceContact,
  standings: readonly Standing[],
  entries: readonly AudienceEntry[],
): boolean {
  const draft = contact.drafts.find(({ campaign }) => campaign === rule.campaign);
  if (rule.standings.length > 0 && !rule.standings.some((one) => standings.includes(one))) return false;
  if (rule.step !== null && (draft?.isBegun !== true || draft.step !== rule.step)) return false;
  if (rule.groups.length > 0 && !rule.groups.some((group) => isInGroup(group, draft?.group, entries))) return false;
  if (rule.channels.length > 0 && !rule.channels.includes(contact.channel as ChannelName)) return false;
  return rule.langs.length === 0 || rule.langs.includes(contact.lang);
}

/** By their draft, or by what they chose in an entry. */
const isInGroup = (group: string, ofDraft: string | undefined, entries: readonly AudienceEntry[]): boolean =>
  group === ofDraft ||
  entries.some(({ answers }) =>
    Object.values(answers ?? {}).some((answer) => answer.type === 'choice' && answer.code === group),
  );

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** A reminder is for those whose own deadline it is. */
function hasDeadline({ deadline }: Wanted, campaign: Campaign, { units }: AudienceContact): boolean {
  if (deadline === null) return true;
  return phasesFor(campaign, units).find(({ id }) => id === deadline.phase)?.closesAt === deadline.closesAt;
}

function isBetter(one: Chosen, other: Chosen): boolean {
  const by = (a: Chosen) => rankOf(a.reach, a.contact.channel as ChannelName);
  if (by(one) !== by(other)) return by(one) < by(other);
  const [seen, seenOther] = [one.contact.lastSeenAt.getTime(), other.contact.lastSeenAt.getTime()];
  return seen === seenOther ? one.contact._id < other.contact._id : seen > seenOther;
}
