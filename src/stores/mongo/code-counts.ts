import type { Connection } from 'mongoose';
import { contactStore } from './contacts.ts';
import { modelOf } from './model.ts';
import { storing } from './storing.ts';

export const CODE_COUNT_VERSION = 1;

/** How often a code was opened, in the collection `codeCounts`; `unit` is null for the code of a campaign alone. */
export type CodeCountDoc = {
  /** `<campaign>/<unit>`, with nothing behind the slash for the campaign alone. */
  _id: string;
  v: number;
  campaign: string;
  unit: string | null;
  scans: number;
  lastScanAt: Date;
};

/** What one code brought: people (a person on two channels is two) and the entries that they sent in this campaign since. */
export type Brought = { unit: string | null; people: number; entries: number };

export type CodeCountStore = ReturnType<typeof codeCountStore>;

export function codeCountStore(connection: Connection) {
  const model = modelOf<CodeCountDoc>(
    connection,
    'codeCounts',
    { _id: String, v: Number, campaign: String, unit: String, scans: Number, lastScanAt: Date },
    [[{ campaign: 1 }]],
  );
  return {
    /** Adds to what is there; not safe to repeat, since scans have no name by which one could be known again. */
    add: (counts: readonly { campaign: string; unit: string | null; scans: number; lastAt: number }[]): Promise<void> =>
      storing(async () => {
        if (counts.length === 0) return;
        await model.bulkWrite(
          counts.map(({ campaign, unit, scans, lastAt }) => ({
            updateOne: {
              filter: { _id: `${campaign}/${unit ?? ''}` },
              update: {
                $inc: { scans },
                $max: { lastScanAt: new Date(lastAt) },
                $setOnInsert: { v: CODE_COUNT_VERSION, campaign, unit },
              },
              upsert: true,
            },
          })),
          { ordered: false },
        );
      }),

    list: (campaign: string): Promise<CodeCountDoc[]> =>
      storing(async () => model.find({ campaign }).lean<CodeCountDoc[]>()),

    /** Counted anew from the contacts each time, so that nobody is counted twice and who had their data deleted not at all. */
    brought: (campaign: string): Promise<Brought[]> =>
      storing(async () => {
        const sentSince = {
          $filter: {
            input: '$entries',
            as: 'entry',
            cond: {
              $and: [{ $eq: ['$$entry.campaign', campaign] }, { $gte: ['$$entry.submittedAt', '$arrivals.at'] }],
            },
          },
        };
        const groups = await contactStore(connection)
          .collection.aggregate<{ _id: string | null; people: number; entries: number }>([
            { $match: { 'arrivals.campaign': campaign } },
            { $project: { arrivals: 1, entries: 1 } },
            { $unwind: '$arrivals' },
            { $match: { 'arrivals.campaign': campaign } },
            { $group: { _id: '$arrivals.unit', people: { $sum: 1 }, entries: { $sum: { $size: sentSince } } } },
          ])
          .toArray();
        return groups.map(({ _id, people, entries }) => ({ unit: _id, people, entries }));
      }),
  };
}
