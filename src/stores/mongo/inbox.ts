import type { Connection, mongo } from 'mongoose';
import type { ContactDoc } from './contacts.ts';
import { storing } from './storing.ts';
import type { TranscriptDoc } from './transcripts.ts';

export type InboxTab = 'waiting' | 'mine' | 'all' | 'closed';

export type InboxQuery = {
  tab: InboxTab;
  /** Who asks: an account. */
  staff: string;
  /** Only people below one of these units; null = everybody. */
  scope: readonly string[] | null;
  campaign?: string;
  /** Of those only people below one of these. */
  unit?: readonly string[];
  channel?: string;
  /** Folded words; each must begin a word of the contact. */
  words: readonly string[];
  /** Where the page before ended; see `InboxFound`. */
  after?: InboxCursor;
  limit: number;
};

/** The last row of a page: its instant in the order of the tab (epoch ms), and its contact. */
export type InboxCursor = { at: number; contact: string };
export type InboxFound = { contacts: ContactDoc[]; next: InboxCursor | null };

/** What of a contact is looked at for all of them together. */
export type OpenContact = Pick<ContactDoc, '_id' | 'units' | 'owner' | 'humanAskedAt' | 'lastSeenAt' | 'campaign'>;

export type InboxStore = ReturnType<typeof inboxStore>;

type Filter = Record<string, unknown>;
type SortKey = 'humanAskedAt' | 'lastSeenAt' | 'handledAt';
type Tab = { key: SortKey; way: 1 | -1; filter(staff: string): Filter };

/** Before any contact of ours: as a bound it leaves out null and lets an index be used. */
const LONG_AGO = new Date(0);

const TABS: Readonly<Record<InboxTab, Tab>> = {
  waiting: { key: 'humanAskedAt', way: 1, filter: () => ({ humanAskedAt: { $gt: LONG_AGO } }) },
  mine: {
    key: 'lastSeenAt',
    way: -1,
    filter: (staff) => ({ 'owner.staff': staff, 'owner.type': 'staff', 'owner.how': 'console' }),
  },
  all: { key: 'lastSeenAt', way: -1, filter: () => ({}) },
  closed: {
    key: 'handledAt',
    way: -1,
    filter: () => ({ handledAt: { $gt: LONG_AGO }, humanAskedAt: null, 'owner.type': 'bot' }),
  },
};

/** What somebody wrote; receipts, echoes of our own and reports are lines too, and nobody reads them. */
const WRITTEN = {
  $or: [
    { direction: 'out' },
    { 'event.type': { $in: ['text', 'quickReply', 'postback', 'attachments', 'reaction', 'opened'] } },
  ],
};

/** Look-ups of last lines at a time. */
const PARALLEL = 8;

/** The contacts as an inbox: in pages whose order outlives changes, each with its last line. Reads only. */
export function inboxStore(connection: Connection) {
  const contacts = () => connection.collection<ContactDoc>('contacts');
  const transcripts = () => connection.collection<TranscriptDoc>('transcripts');

  return {
    /** A row that did not change is on one page exactly, whatever changes around it. */
    page: (query: InboxQuery): Promise<InboxFound> =>
      storing(async () => {
        const { key, way } = TABS[query.tab];
        const found = await contacts()
          .find(filterOf(query) as mongo.Filter<ContactDoc>)
          .sort({ [key]: way, _id: 1 })
          .limit(query.limit + 1)
          .toArray();
        const page = found.slice(0, query.limit);
        const last = page.at(-1);
        const next = found.length > query.limit && last ? { at: last[key]?.getTime() ?? 0, contact: last._id } : null;
        return { contacts: page, next };
      }),

    counts: (staff: string, scope: readonly string[] | null): Promise<{ waiting: number; mine: number }> =>
      storing(async () => {
        const count = (tab: InboxTab) =>
          contacts().countDocuments({ ...TABS[tab].filter(staff), ...inScope(scope) } as mongo.Filter<ContactDoc>);
        const [waiting, mine] = await Promise.all([count('waiting'), count('mine')]);
        return { waiting, mine };
      }),

    /** All that wait for staff or are held by them, with what counts and reminders hang on; in no order. */
    open: (): Promise<OpenContact[]> =>
      storing(async () => {
        const find = (filter: Filter) =>
          contacts()
            .find(filter as mongo.Filter<ContactDoc>)
            .project<OpenContact>({ units: 1, owner: 1, humanAskedAt: 1, lastSeenAt: 1, campaign: 1 })
            .toArray();
        // two looks, each by an index; the bot as owner has no `staff`
        const found = await Promise.all([find(TABS.waiting.filter('')), find({ 'owner.staff': { $gte: '' } })]);
        return [...new Map(found.flat().map((one) => [one._id, one])).values()];
      }),

    /** Those that are there, in no order. */
    read: (ids: readonly string[]): Promise<ContactDoc[]> =>
      storing(() =>
        contacts()
          .find({ _id: { $in: ids } } as mongo.Filter<ContactDoc>)
          .toArray(),
      ),

    /** The last line that anybody wrote, by contact; none where there is none. */
    lastLines: async (ids: readonly string[]): Promise<Map<string, TranscriptDoc>> => {
      const last = new Map<string, TranscriptDoc>();
      const left = [...ids];
      const look = async (): Promise<void> => {
        for (let contact = left.pop(); contact !== undefined; contact = left.pop()) {
          const filter = { contact, ...WRITTEN } as mongo.Filter<TranscriptDoc>;
          const [line] = await transcripts().find(filter).sort({ at: -1 }).limit(1).toArray();
          if (line) last.set(contact, line);
        }
      };
      await storing(() => Promise.all(Array.from({ length: PARALLEL }, look)));
      return last;
    },
  };
}

const inScope = (scope: readonly string[] | null): Filter => (scope === null ? {} : { units: oneOf(scope) });

/** One alone as it stands, so that the index gives the order too. */
const oneOf = (units: readonly string[]): unknown => (units.length === 1 ? units[0] : { $in: units });

function filterOf({ tab, staff, scope, campaign, unit, channel, words, after }: InboxQuery): Filter {
  const { key, way, filter } = TABS[tab];
  const and: Filter[] = words.map((word) => ({ words: { $regex: `^${word}` } }));
  if (unit !== undefined) and.push({ units: oneOf(unit) });
  const whole: Filter = { ...filter(staff), ...inScope(scope) };
  if (campaign !== undefined) whole['campaign'] = campaign;
  if (channel !== undefined) whole['channel'] = channel;
  if (after) {
    const at = new Date(after.at);
    and.push({ [key]: way === 1 ? { $gte: at } : { $lte: at } });
    and.push({ $or: [{ [key]: way === 1 ? { $gt: at } : { $lt: at } }, { _id: { $gt: after.contact } }] });
  }
  return and.length > 0 ? { ...whole, $and: and } : whole;
}
