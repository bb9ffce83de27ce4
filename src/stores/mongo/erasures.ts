import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import { modelOf } from './model.ts';
import { storing } from './storing.ts';

/** Longer than anything stays on its way to the archive. */
const KEPT_SECONDS = 30 * 24 * 3600;

type ErasureDoc = { _id: string; at: Date; entries: number };

export type ErasureStore = ReturnType<typeof erasureStore>;

/**
 * Who had their data deleted, as a hash: what was still on its way to the archive must not bring it back.
 * Written before anything is deleted, read after anything is archived: whichever comes last clears up.
 */
export function erasureStore(connection: Connection) {
  const model = modelOf<ErasureDoc>(connection, 'erasures', { _id: String, at: Date, entries: Number }, [
    [{ at: 1 }, { expireAfterSeconds: KEPT_SECONDS }],
  ]);
  return {
    /** Notes a deletion and gives the number of entries it is about: the first count, when the same deletion is played again. */
    note: (contact: string, at: number, countEntries: () => Promise<number>): Promise<number> =>
      storing(async () => {
        const _id = hashOf(contact);
        const known = await model.findById(_id).lean();
        if (known?.at.getTime() === at) return known.entries;
        const entries = await countEntries();
        await model.updateOne({ _id }, { $set: { at: new Date(at), entries } }, { upsert: true });
        return entries;
      }),

    /** Instants of deletion (epoch ms) at or after `since`, among the contacts that `list` gives when there were any at all. */
    among: (list: () => Iterable<string>, since: number): Promise<Map<string, number>> =>
      storing(async () => {
        const found = await model.collection.find({ at: { $gte: new Date(since) } }).toArray();
        const erased = new Map<string, number>();
        if (found.length === 0) return erased;
        const instants = new Map(found.map(({ _id, at }) => [String(_id), (at as Date).getTime()]));
        for (const contact of list()) {
          const at = instants.get(hashOf(contact));
          if (at !== undefined) erased.set(contact, at);
        }
        return erased;
      }),
  };
}

const hashOf = (contact: string): string => createHash('sha256').update(contact).digest('hex');
