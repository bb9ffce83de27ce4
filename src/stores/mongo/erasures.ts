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

    /** Instants of deletion (epoch ms) among these contacts. */
    among: (contacts: Iterable<string>): Promise<Map<string, number>> =>
      storing(async () => {
        const byHash = new Map(Array.from(contacts, (contact) => [hashOf(contact), contact]));
        const found = await model.collection.find({ _id: { $in: [...byHash.keys()] } as never }).toArray();
        return new Map(found.map(({ _id, at }) => [byHash.get(String(_id)) ?? '', (at as Date).getTime()]));
      }),
  };
}

const hashOf = (contact: string): string => createHash('sha256').update(contact).digest('hex');
