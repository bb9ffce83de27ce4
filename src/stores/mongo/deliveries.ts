import type { Connection, mongo } from 'mongoose';
import type { ArchiveItem } from '../../core/archive.ts';
import type { Nudge } from '../../core/broadcast.ts';
import type { DeliveryState } from '../../core/run.ts';
import { Mixed, modelOf } from './model.ts';
import { storing } from './storing.ts';
import { insertAll, updateAll, type UpdateStatement } from './write-commands.ts';

export const DELIVERY_VERSION = 1;

/** The message of a run to one person, in the collection `deliveries`. */
export type DeliveryDoc = {
  /** `<run>/<hash of the person>`: planned again it is the same one. */
  _id: string;
  v: number;
  run: string;
  campaign: string;
  contact: string;
  channel: string;
  units: string[];
  state: DeliveryState;
  /** '' where there is nothing to say; see `DeliveryState`. */
  why: string;
  /** As it is to be sent, or was: null before that is known. */
  how: Nudge['how'] | null;
  /** When it came to this state. */
  at: Date;
  /** When it was last handed out. */
  handedAt: Date | null;
  /** What the platform charged it to, where it says so. */
  paid?: string;
  /** How often it was taken up again after it had ended unsaid; missing = never. */
  tries?: number;
  /** Of a result. */
  entry?: NonNullable<Nudge['entry']>;
};

/** Where each may come from: what is known of a message never goes back. */
const BEFORE: Readonly<Record<'said' | 'sent' | 'failed' | 'withdrawn' | 'skipped', readonly DeliveryState[]>> = {
  said: ['planned', 'handed', 'cancelled', 'lost'],
  // whatever was told of it before, the platform has it
  sent: ['planned', 'handed', 'said', 'cancelled', 'lost', 'failed', 'withdrawn', 'unreachable', 'skipped'],
  failed: ['planned', 'handed', 'said', 'cancelled', 'lost'],
  withdrawn: ['planned', 'handed', 'said', 'cancelled', 'lost'],
  skipped: ['planned', 'handed', 'cancelled', 'lost'],
};

const HELD = { state: { $in: ['skipped', 'unreachable'] }, why: 'withStaff' };
const DELIVERY_BYTES = 2000;
/** Looked up at a time: for more the embedded server goes through all there are. */
const MANY_IDS = 1000;
export type DeliveryStore = ReturnType<typeof deliveryStore>;

export function deliveryStore(connection: Connection) {
  const model = modelOf<DeliveryDoc>(
    connection,
    'deliveries',
    {
      _id: String,
      v: Number,
      run: String,
      campaign: String,
      contact: String,
      channel: String,
      units: [String],
      state: String,
      why: String,
      how: String,
      at: Date,
      handedAt: Date,
      paid: String,
      tries: Number,
      entry: Mixed,
    },
    [
      // what is planned has no reason yet: `why` is '' there
      [{ run: 1, state: 1, channel: 1, why: 1, _id: 1 }],
      [{ channel: 1, state: 1, handedAt: 1 }],
      [{ run: 1, state: 1, at: 1 }],
      [{ contact: 1 }],
    ],
  );
  const { collection } = model;
  type Filter = mongo.Filter<mongo.BSON.Document>;
  const find = (filter: object) => collection.find(filter as Filter);
  const toDocs = (found: mongo.Document[]): DeliveryDoc[] => found as unknown as DeliveryDoc[];
  const first = async (filter: object) => toDocs(await find(filter).sort({ why: 1 }).limit(1).toArray());
  const count = (filter: object): Promise<number> => collection.countDocuments(filter as Filter);
  const set = (filter: object, fields: Partial<DeliveryDoc>) =>
    storing(async () => (await collection.updateMany(filter as Filter, { $set: fields })).modifiedCount);

  return {
    collection,
    /** Gives how many are new; those that are there stay as they are. */
    insert: (documents: readonly DeliveryDoc[]): Promise<number> =>
      storing(async () => {
        const list = documents.map((write) => ({ write, bytes: DELIVERY_BYTES }));
        const refused = await insertAll(connection, collection.collectionName, list);
        const fault = refused.find(({ duplicate }) => !duplicate);
        if (fault) throw new Error(`a delivery was refused with ${fault.code}`);
        return documents.length - refused.length;
      }),

    /** Those not handed out yet, by id. */
    next: (run: string, channel: string, limit: number): Promise<DeliveryDoc[]> =>
      storing(async () =>
        toDocs(await find({ run, state: 'planned', channel, why: '' }).sort({ _id: 1 }).limit(limit).toArray()),
      ),

    /** Noted after they were: where that was broken off they are handed out again, and dropped there. */
    handed: async (ids: readonly string[], how: Nudge['how'], at: number): Promise<void> => {
      const handedAt = new Date(at);
      const fields: Partial<DeliveryDoc> = { state: 'handed', why: '', how, at: handedAt, handedAt };
      const noted = await set({ _id: { $in: ids }, state: 'planned' }, fields);
      // some were said before they could be noted
      if (noted < ids.length) await set({ _id: { $in: ids }, handedAt: null }, { how, handedAt });
    },

    /** The same again: of what became of it nothing was heard for long. */
    handedAgain: (ids: readonly string[], at: number): Promise<number> =>
      set({ _id: { $in: ids }, state: 'handed' }, { handedAt: new Date(at) }),

    /** Ends those that are not on their way. */
    end: (ids: readonly string[], state: 'unreachable' | 'skipped', why: string, at: number): Promise<number> =>
      set({ _id: { $in: ids }, state: 'planned' }, { state, why, at: new Date(at) }),
    endRest: (run: string, state: 'cancelled' | 'skipped', why: string, at: number): Promise<number> =>
      set({ run, state: 'planned' }, { state, why, at: new Date(at) }),
    /** Those that ended unsaid because staff held the conversation. */
    held: (run: string, limit: number): Promise<DeliveryDoc[]> =>
      storing(async () =>
        toDocs(
          await find({ run, ...HELD })
            .limit(limit)
            .toArray(),
        ),
      ),
    /** Takes them up again. */
    again: (ids: readonly string[], at: number): Promise<void> =>
      storing(async () => {
        const fields = { state: 'planned', why: '', at: new Date(at) };
        const filter: object = { _id: { $in: ids }, ...HELD };
        await collection.updateMany(filter as Filter, { $set: fields, $inc: { tries: 1 } });
      }),
    lose: (run: string, at: number): Promise<number> =>
      set({ run, state: { $in: ['handed', 'said'] } }, { state: 'lost', why: '', at: new Date(at) }),

    /** On their way to a conversation, and in the outbox, each when handed out at that instant (epoch ms) or later. */
    unsettled: (channel: string, since: Readonly<Record<'handed' | 'said', number>>): Promise<number> =>
      storing(async () => {
        const of = (state: 'handed' | 'said') => count({ channel, state, handedAt: { $gte: new Date(since[state]) } });
        const [handed, said] = await Promise.all([of('handed'), of('said')]);
        return handed + said;
      }),
    /** Handed out before `until` (epoch ms), and nothing heard since; oldest first. */
    unheard: (channel: string, until: number, limit: number): Promise<DeliveryDoc[]> =>
      storing(async () =>
        toDocs(
          await find({ channel, state: 'handed', handedAt: { $lt: new Date(until) } })
            .sort({ handedAt: 1 })
            .limit(limit)
            .toArray(),
        ),
      ),

    countOf: (run: string, state: DeliveryState, channel?: string): Promise<number> =>
      storing(() => count({ run, state, ...(channel !== undefined && { channel }) })),
    countAll: (run: string): Promise<number> => storing(() => count({ run })),
    /** Any of them, without counting. */
    hasAny: (run: string, states: readonly DeliveryState[], channel?: string): Promise<boolean> =>
      storing(async () => {
        for (const state of states) {
          if (
            (
              await find({ run, state, ...(channel !== undefined && { channel }) })
                .limit(1)
                .toArray()
            ).length > 0
          )
            return true;
        }
        return false;
      }),
    countSent: (run: string, since: number): Promise<number> =>
      storing(() => count({ run, state: 'sent', at: { $gte: new Date(since) } })),
    countHow: (run: string, how: Nudge['how']): Promise<number> => storing(() => count({ run, state: 'sent', how })),
    /** Of those that ended unsent, by reason and channel: from reason to reason along the index. */
    whyOf: (run: string, states: readonly DeliveryState[], channels: readonly string[]) =>
      storing(async () => {
        const lines: { state: DeliveryState; why: string; channel: string; count: number }[] = [];
        for (const state of states) {
          for (const channel of channels) {
            const of = { run, state, channel };
            for (let [one] = await first(of); one; [one] = await first({ ...of, why: { $gt: one.why } })) {
              lines.push({ state, channel, why: one.why, count: await count({ ...of, why: one.why }) });
            }
          }
        }
        return lines;
      }),

    /** A page in a fixed order, from after the delivery `after`; `scope`: only people below one of these units. */
    page: (query: {
      run: string;
      state?: DeliveryState | undefined;
      why?: string | undefined;
      scope: readonly string[] | null;
      after?: string | undefined;
      limit: number;
    }): Promise<DeliveryDoc[]> =>
      storing(async () => {
        const { run, state, why, scope, after, limit } = query;
        const narrow = { ...(why !== undefined && { why }), ...(scope !== null && { units: { $in: scope } }) };
        if (state === undefined) {
          // the run is in the id: its pages are read along the primary index
          const first = `${run}/`; // nothing before it, whatever `after` says: that is of another run
          const from = after !== undefined && after > first ? after : first;
          const within = { _id: { $gt: from, $lt: `${run}0` }, ...narrow };
          return toDocs(await find(within).sort({ _id: 1 }).limit(limit).toArray());
        }
        const [last] = after === undefined ? [] : toDocs(await find({ _id: after }).toArray());
        const behind = last && {
          $or: [
            { channel: { $gt: last.channel } },
            { channel: last.channel, why: { $gt: last.why } },
            { channel: last.channel, why: last.why, _id: { $gt: last._id } },
          ],
        };
        const order = { channel: 1, why: 1, _id: 1 } as const; // that of the index
        return toDocs(
          await find({ run, state, ...narrow, ...behind })
            .sort(order)
            .limit(limit)
            .toArray(),
        );
      }),

    /** All of these contacts, in no order. */
    ofContacts: (contacts: readonly string[]): Promise<DeliveryDoc[]> =>
      storing(async () => toDocs(await find({ contact: { $in: contacts } }).toArray())),

    /** Those of these ids that were said, or are on their way. */
    saidAmong: (ids: readonly string[]): Promise<Set<string>> =>
      storing(async () => {
        const said = new Set<string>();
        for (let from = 0; from < ids.length; from += MANY_IDS) {
          const filter: object = {
            _id: { $in: ids.slice(from, from + MANY_IDS) },
            state: { $in: ['handed', 'said', 'sent'] },
          };
          for (const { _id } of await find(filter).project({ _id: 1 }).toArray()) said.add(String(_id));
        }
        return said;
      }),

    settle: (items: readonly ArchiveItem[]): Promise<void> =>
      storing(async () => {
        const updates = items.flatMap((item) => settleWrites(item).map((write) => ({ write, bytes: 1000 })));
        if (updates.length > 0) await updateAll(connection, collection.collectionName, updates);
      }),

    eraseOf: (contact: string): Promise<void> =>
      storing(async () => {
        await collection.deleteMany({ contact } as Filter);
      }),
  };
}

/**
 * What an archived item tells of a delivery; nothing for most.
 * Settling again changes nothing, and what is known of a message never goes back: items may come in any order.
 */
export function settleWrites(item: ArchiveItem): UpdateStatement[] {
  switch (item.type) {
    case 'nudge': {
      const { result, delivery, at } = item;
      return result.type === 'said' ? [to('said', delivery, '', at)] : [to('skipped', delivery, result.why, at)];
    }
    case 'outbound': {
      const { from, state, code, paid, at } = item;
      if (from?.type !== 'broadcast') return [];
      return [to(state, from.delivery, state === 'sent' ? '' : (code ?? ''), at, paid)];
    }
    case 'dead':
      return item.event.type === 'nudge' ? [to('failed', item.event.nudge.delivery, item.code, item.at)] : [];
    default:
      return [];
  }
}

const to = (state: keyof typeof BEFORE, delivery: string, why: string, at: number, paid?: string): UpdateStatement => ({
  q: { _id: delivery, state: { $in: BEFORE[state] } },
  u: { $set: { state, why, at: new Date(at), ...(paid !== undefined && { paid }) } },
});
