import type { Connection } from 'mongoose';
import { modelOf } from './model.ts';
import { storing } from './storing.ts';

export const CANNED_VERSION = 1;

/** A reply that staff keep ready, in the collection `cannedReplies`. Those of `flows/` are not here. */
export type CannedDoc = {
  _id: string;
  v: number;
  /** Null = every campaign. */
  campaign: string | null;
  title: string;
  /** With placeholders in braces. */
  text: string;
  /** Who may use and change it: staff of this unit; null = everybody uses it, the central team changes it. */
  unit: string | null;
  /** Account that wrote it last. */
  staff: string;
  at: Date;
};

export type CannedStore = ReturnType<typeof cannedStore>;

const MAX_LISTED = 500;

export function cannedStore(connection: Connection) {
  const model = modelOf<CannedDoc>(
    connection,
    'cannedReplies',
    { _id: String, v: Number, campaign: String, title: String, text: String, unit: String, staff: String, at: Date },
    [[{ unit: 1, title: 1 }]],
  );
  return {
    /** Those for everybody and those of `unit`, by title. */
    list: (unit: string | null): Promise<CannedDoc[]> =>
      storing(async () => {
        const units = unit === null ? [null] : [null, unit];
        return model
          .find({ unit: { $in: units } })
          .sort({ title: 1 })
          .limit(MAX_LISTED)
          .lean<CannedDoc[]>();
      }),
    read: (id: string): Promise<CannedDoc | null> => storing(async () => model.findById(id).lean<CannedDoc>()),
    /** Adds it, or changes what is there under the same id and unit; null where another unit has that id. */
    put: (reply: Omit<CannedDoc, 'v'>): Promise<CannedDoc | null> =>
      storing(async () => {
        const { _id, unit, ...fields } = reply;
        const known = await model.findById(_id).lean<CannedDoc>();
        if (known && known.unit !== unit) return null;
        await model.updateOne({ _id }, { $set: { ...fields, unit, v: CANNED_VERSION } }, { upsert: true });
        return { ...reply, v: CANNED_VERSION };
      }),
    /** False where `unit` has none of this id. */
    remove: (id: string, unit: string | null): Promise<boolean> =>
      storing(async () => (await model.deleteOne({ _id: id, unit })).deletedCount > 0),
  };
}
