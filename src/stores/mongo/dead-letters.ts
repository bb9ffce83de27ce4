import type { Connection, mongo } from 'mongoose';
import type { ArchiveItem } from '../../core/archive.ts';
import type { InboundEvent } from '../../core/event.ts';
import { Mixed, modelOf } from './model.ts';
import { storing } from './storing.ts';

export const DEAD_LETTER_VERSION = 1;

/** An event whose turn was given up, in the collection `deadLetters`, until staff deal with it. */
export type DeadLetterDoc = {
  _id: string;
  v: number;
  contact: string;
  event: InboundEvent;
  /** Of the AppError that ended it. */
  code: string;
  at: Date;
};

export type DeadLetterStore = ReturnType<typeof deadLetterStore>;

export function deadLetterStore(connection: Connection) {
  const model = modelOf<DeadLetterDoc>(
    connection,
    'deadLetters',
    { _id: String, v: Number, contact: String, event: Mixed, code: String, at: Date },
    [[{ at: 1 }], [{ contact: 1 }]],
  );
  return {
    collection: model.collection,
    /** Oldest first. */
    list: (limit: number): Promise<DeadLetterDoc[]> =>
      storing(async () => model.find().sort({ at: 1 }).limit(limit).lean<DeadLetterDoc[]>()),
    count: (): Promise<number> => storing(() => model.countDocuments()),
    /** When it was dealt with. */
    remove: (id: string): Promise<void> =>
      storing(async () => {
        await model.deleteOne({ _id: id });
      }),
    eraseOf: (contact: string): Promise<void> =>
      storing(async () => {
        await model.deleteMany({ contact });
      }),
    /** By `_id`. */
    erase: (ids: readonly string[]): Promise<void> =>
      storing(async () => {
        await model.deleteMany({ _id: { $in: ids } });
      }),
  };
}

type DeadItem = Extract<ArchiveItem, { type: 'dead' }>;

export function deadLetterWrite(item: DeadItem): mongo.AnyBulkWriteOperation<DeadLetterDoc> {
  const { id, contact, event, code, at } = item;
  return { insertOne: { document: { _id: id, v: DEAD_LETTER_VERSION, contact, event, code, at: new Date(at) } } };
}
