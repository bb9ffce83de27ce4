import type { Connection } from 'mongoose';
import type { ContactSnapshot } from '../../core/archive.ts';
import { parseContactId, type ContactId } from '../../core/contact.ts';
import { searchWords } from '../../core/search-words.ts';
import { Mixed, modelOf } from './model.ts';
import { storing } from './storing.ts';
import type { UpdateStatement } from './write-commands.ts';

export const CONTACT_VERSION = 1;

/** Where a contact stood at `at`, in the collection `contacts`. */
export type ContactDoc = Omit<
  ContactSnapshot,
  'consentAt' | 'remindYesAt' | 'humanAskedAt' | 'handledAt' | 'lastSeenAt'
> & {
  _id: string;
  v: number;
  channel: string;
  at: Date;
  consentAt: Date | null;
  remindYesAt: Date | null;
  humanAskedAt: Date | null;
  handledAt: Date | null;
  lastSeenAt: Date;
  /** See `searchWords`. */
  words: string[];
  /** When the platform last said that nothing reaches them; whatever they do later shows that it does again. */
  blockedAt?: Date;
};

export type ContactStore = ReturnType<typeof contactStore>;

export function contactStore(connection: Connection) {
  const model = modelOf<ContactDoc>(
    connection,
    'contacts',
    {
      _id: String,
      v: Number,
      channel: String,
      at: Date,
      lang: String,
      owner: Mixed,
      consentAt: Date,
      remindersOff: Boolean,
      remindYesAt: Date,
      drafts: [Mixed],
      campaign: String,
      step: String,
      profile: Mixed,
      name: String,
      phone: String,
      units: [String],
      entries: [Mixed],
      arrivals: [Mixed],
      humanAskedAt: Date,
      humanReason: String,
      handledAt: Date,
      lastSeenAt: Date,
      words: [String],
      blockedAt: Date,
    },
    // the tabs of the console's inbox, and what narrows them
    [
      // with the id at the end, as the inbox sorts: pages would be sorted anew otherwise
      [{ lastSeenAt: -1, _id: 1 }],
      [{ campaign: 1, lastSeenAt: -1, _id: 1 }],
      [{ units: 1, lastSeenAt: -1, _id: 1 }],
      [{ 'owner.staff': 1, lastSeenAt: -1, _id: 1 }],
      [{ humanAskedAt: 1, _id: 1 }],
      [{ handledAt: -1, _id: 1 }],
      [{ words: 1 }],
      // an audience, one person after the other
      [{ phone: 1, _id: 1 }],
      // for what each code brought
      [{ 'arrivals.campaign': 1, 'arrivals.unit': 1 }],
    ],
  );
  return {
    collection: model.collection,
    read: (contact: string): Promise<ContactDoc | null> =>
      storing(async () => model.findById(contact).lean<ContactDoc>()),
    /** Nothing reaches them since these instants (epoch ms), by contact. */
    blocked: (contacts: ReadonlyMap<string, number>): Promise<void> =>
      storing(async () => {
        for (const [_id, at] of contacts) await model.updateOne({ _id }, { $set: { blockedAt: new Date(at) } });
      }),
    /** Without `until` (epoch ms) whatever is known; else only what stood before that instant. */
    eraseOf: (contact: string, until?: number): Promise<void> =>
      storing(async () => {
        await model.deleteOne({ _id: contact, ...(until === undefined ? {} : { at: { $lt: new Date(until) } }) });
      }),
  };
}

/** Where a newer snapshot lies already the filter finds nothing and the insert is refused as a duplicate: nothing changes. */
export function snapshotWrite(contact: string, at: number, snapshot: ContactSnapshot): UpdateStatement {
  const fields: Omit<ContactDoc, '_id'> = {
    ...snapshot,
    v: CONTACT_VERSION,
    channel: parseContactId(contact as ContactId).channel,
    at: new Date(at),
    consentAt: toDate(snapshot.consentAt),
    remindYesAt: toDate(snapshot.remindYesAt),
    humanAskedAt: toDate(snapshot.humanAskedAt),
    handledAt: toDate(snapshot.handledAt),
    lastSeenAt: new Date(snapshot.lastSeenAt),
    words: searchWords(snapshot),
  };
  return { q: { _id: contact, at: { $lte: fields.at } }, u: { $set: fields }, upsert: true };
}

const toDate = (at: number | null): Date | null => (at === null ? null : new Date(at));
