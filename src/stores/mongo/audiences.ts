import type { Connection, mongo } from 'mongoose';
import type { PlanCursor } from './broadcasts.ts';
import type { ContactDoc } from './contacts.ts';
import type { EntryDoc } from './entry-doc.ts';
import { storing } from './storing.ts';

/** What of a contact an audience is chosen by. */
export type AudienceContact = Pick<
  ContactDoc,
  | '_id'
  | 'channel'
  | 'lang'
  | 'owner'
  | 'remindersOff'
  | 'remindYesAt'
  | 'drafts'
  | 'campaign'
  | 'name'
  | 'phone'
  | 'units'
  | 'entries'
  | 'lastSeenAt'
  | 'blockedAt'
>;
/** Answers only where they are asked for. */
export type AudienceEntry = Pick<EntryDoc, 'code' | 'contact' | 'state'> & Partial<Pick<EntryDoc, 'answers'>>;

/** What narrows the search in the database; the rest of a rule is looked at for each. */
export type AudienceFilter = {
  campaign: string;
  /** Below one of these; null = everyone. Several lists must all be met. */
  units: readonly (readonly string[])[];
  /** Epoch ms. */
  seenFrom: number | null;
  seenBefore: number | null;
};

const FIELDS = {
  channel: 1,
  lang: 1,
  owner: 1,
  remindersOff: 1,
  remindYesAt: 1,
  drafts: 1,
  campaign: 1,
  step: 1,
  name: 1,
  phone: 1,
  units: 1,
  entries: 1,
  lastSeenAt: 1,
  blockedAt: 1,
} as const;

export type AudienceStore = ReturnType<typeof audienceStore>;

/** Contacts and entries as audiences are made of them. Reads only. */
export function audienceStore(connection: Connection) {
  const contacts = () => connection.collection('contacts');
  const entries = () => connection.collection('entries');
  type Filter = mongo.Filter<mongo.BSON.Document>;

  return {
    /** In the order of phone, then id, from after `from`; `phones`: only contacts with a phone, or only those without. */
    page: (
      wanted: AudienceFilter,
      phones: 'without' | 'with',
      from: PlanCursor | null,
      limit: number,
    ): Promise<AudienceContact[]> =>
      storing(async () => {
        const filter = filterOf(wanted);
        if (phones === 'without') {
          filter['phone'] = '';
          if (from) filter['_id'] = { $gt: from.contact };
        } else filter['phone'] = { $gt: from?.phone ?? '' };
        const found = await contacts()
          .find(filter as Filter)
          .project(FIELDS)
          .sort({ phone: 1, _id: 1 })
          .limit(limit)
          .toArray();
        return found.map(toContact);
      }),
    /** All with this phone. */
    withPhone: (wanted: AudienceFilter, phone: string): Promise<AudienceContact[]> =>
      storing(async () => {
        const filter = { ...filterOf(wanted), phone } as Filter;
        return (await contacts().find(filter).project(FIELDS).toArray()).map(toContact);
      }),
    /** All with one of these phones, whatever campaign they are in. */
    withPhones: (phones: readonly string[]): Promise<AudienceContact[]> =>
      storing(async () => {
        const filter = { phone: { $in: phones } } as Filter;
        return (await contacts().find(filter).project(FIELDS).toArray()).map(toContact);
      }),
    read: (ids: readonly string[]): Promise<AudienceContact[]> =>
      storing(async () => {
        const filter = { _id: { $in: ids } } as unknown as Filter;
        return (await contacts().find(filter).project(FIELDS).toArray()).map(toContact);
      }),
    /** Who was last seen within these instants (epoch ms; after, up to) and is in this campaign. */
    seenWithin: (campaign: string, after: number, upTo: number, limit: number): Promise<AudienceContact[]> =>
      storing(async () => {
        const lastSeenAt = { $gt: new Date(after), $lte: new Date(upTo) };
        const filter = { campaign, lastSeenAt } as Filter;
        const found = await contacts().find(filter).project(FIELDS).sort({ lastSeenAt: 1 }).limit(limit).toArray();
        return found.map(toContact);
      }),

    /** Their entries in a campaign that were not taken back. */
    entriesOf: (campaign: string, of: readonly string[], withAnswers: boolean): Promise<AudienceEntry[]> =>
      storing(async () => {
        if (of.length === 0) return [];
        const filter = { contact: { $in: of }, campaign, state: { $ne: 'withdrawn' } } as Filter;
        const fields = { code: 1, contact: 1, state: 1, ...(withAnswers && { answers: 1 }) };
        const found = await entries().find(filter).project(fields).toArray();
        return found as unknown as AudienceEntry[];
      }),

    /** How many accepted entries of a phase each of these units and all below it have. */
    acceptedBelow: (campaign: string, phase: string, units: ReadonlySet<string>): Promise<Map<string, number>> =>
      storing(async () => {
        const counts = new Map<string, number>();
        const filter = { campaign, phase, state: 'accepted' } as Filter;
        for await (const { answers } of entries().find(filter).project<Pick<EntryDoc, 'answers'>>({ answers: 1 })) {
          const unit = Object.values(answers).find((answer) => answer.type === 'unit');
          for (const code of unit?.type === 'unit' ? unit.path : [])
            if (units.has(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
        }
        return counts;
      }),

    /** What entries with these codes have come to. */
    reviewed: (codes: readonly string[]): Promise<Pick<EntryDoc, 'code' | 'state' | 'reason'>[]> =>
      storing(async () => {
        const filter = { code: { $in: codes } } as Filter;
        const found = await entries().find(filter).project({ code: 1, state: 1, reason: 1 }).toArray();
        return found as unknown as Pick<EntryDoc, 'code' | 'state' | 'reason'>[];
      }),

    /** Entries whose state reviewers changed and whose authors were not told of it yet. */
    untold: (limit: number): Promise<EntryDoc[]> =>
      storing(async () => {
        const filter = { untoldAt: { $gt: new Date(0) } } as Filter;
        return (await entries().find(filter).sort({ untoldAt: 1 }).limit(limit).toArray()) as unknown as EntryDoc[];
      }),
    /** Changed again meanwhile it stays untold. */
    told: (id: string, untoldAt: Date): Promise<void> =>
      storing(async () => {
        await entries().updateOne({ _id: id, untoldAt } as unknown as Filter, { $unset: { untoldAt: '' } });
      }),
  };
}

/** Contacts that were archived before all of this was kept lack some of it; of what they were at, the one open draft is known. */
function toContact(found: mongo.BSON.Document): AudienceContact {
  const { step, ...contact } = found as unknown as Archived;
  const { campaign, name = '', phone = '', units = [], entries = [], remindYesAt = null, lastSeenAt } = contact;
  const isBegun = name !== '' || phone !== '' || units.length > 0;
  const open =
    campaign !== null && step ? [{ campaign, step, group: '', isBegun, updatedAt: lastSeenAt.getTime() }] : [];
  return { ...contact, name, phone, units, entries, remindYesAt, drafts: contact.drafts ?? open };
}
type Later = 'name' | 'phone' | 'units' | 'entries' | 'remindYesAt' | 'drafts';
type Archived = Omit<AudienceContact, Later> & Partial<Pick<AudienceContact, Later>> & Pick<ContactDoc, 'step'>;

function filterOf({ campaign, units, seenFrom, seenBefore }: AudienceFilter): Record<string, unknown> {
  const inCampaign = [{ campaign }, { 'drafts.campaign': campaign }, { 'entries.campaign': campaign }];
  const and: object[] = [{ $or: inCampaign }, ...units.map((codes) => ({ units: { $in: codes } }))];
  const seen: Record<string, Date> = {};
  if (seenFrom !== null) seen['$gte'] = new Date(seenFrom);
  if (seenBefore !== null) seen['$lt'] = new Date(seenBefore);
  return { $and: and, ...(Object.keys(seen).length > 0 && { lastSeenAt: seen }) };
}
