import type { Connection } from 'mongoose';
import type { ArchiveItem } from '../../core/archive.ts';
import type { Owner } from '../../core/handover.ts';
import { Mixed, modelOf } from './model.ts';
import { storing } from './storing.ts';

export const HANDOVER_VERSION = 1;

/** A conversation changed hands, in the collection `handovers`. `_id` is the id of the event that did it. */
export type HandoverDoc = { _id: string; v: number; contact: string; from: Owner; to: Owner; at: Date };

export type HandoverStore = ReturnType<typeof handoverStore>;

export function handoverStore(connection: Connection) {
  const model = modelOf<HandoverDoc>(
    connection,
    'handovers',
    { _id: String, v: Number, contact: String, from: Mixed, to: Mixed, at: Date },
    [[{ contact: 1, at: -1 }]],
  );
  return {
    collection: model.collection,
    /** The last ones of a conversation, oldest first. */
    last: (contact: string, limit: number): Promise<HandoverDoc[]> =>
      storing(async () =>
        (await model.find({ contact }).sort({ at: -1 }).limit(limit).lean<HandoverDoc[]>()).reverse(),
      ),
    /** Without `until` (epoch ms) all of them; else those up to that instant. */
    eraseOf: (contact: string, until?: number): Promise<void> =>
      storing(async () => {
        await model.deleteMany({ contact, ...(until === undefined ? {} : { at: { $lte: new Date(until) } }) });
      }),
  };
}

export function handoverWrite({ id, contact, from, to, at }: Extract<ArchiveItem, { type: 'handover' }>) {
  const fields: Omit<HandoverDoc, '_id'> = { v: HANDOVER_VERSION, contact, from, to, at: new Date(at) };
  return { updateOne: { filter: { _id: id }, update: { $setOnInsert: fields }, upsert: true } };
}
