import type { Connection } from 'mongoose';
import type { Task } from '../../core/request.ts';
import { modelOf } from './model.ts';
import { storing } from './storing.ts';

export const HELP_REQUEST_VERSION = 1;

/** Somebody asked for a person, or got stuck. In the collection `helpRequests`, for the console. */
export type HelpRequestDoc = {
  _id: string;
  v: number;
  contact: string;
  at: Date;
  reason: 'asked' | 'stuck';
  state: 'open' | 'done';
  /** When the person was told that nobody had come yet; missing until then. */
  toldAt?: Date;
};

export type HelpRequestStore = ReturnType<typeof helpRequestStore>;

export function helpRequestStore(connection: Connection) {
  const model = modelOf<HelpRequestDoc>(
    connection,
    'helpRequests',
    { _id: String, v: Number, contact: String, at: Date, reason: String, state: String, toldAt: Date },
    [[{ state: 1, toldAt: 1, at: 1 }], [{ contact: 1 }]],
  );
  return {
    /** Does the task `callHuman`. Done again it changes nothing, also after staff closed the request. */
    call: ({ request, contact, at, reason }: Extract<Task, { type: 'callHuman' }>): Promise<void> =>
      storing(async () => {
        const fields = { v: HELP_REQUEST_VERSION, contact, at: new Date(at), reason, state: 'open' } as const;
        await model.updateOne({ _id: request }, { $setOnInsert: fields }, { upsert: true });
      }),
    /** Open ones of people who were not told yet that nobody has come; oldest first. */
    untold: (limit: number): Promise<HelpRequestDoc[]> =>
      storing(async () =>
        model.find({ state: 'open', toldAt: null }).sort({ at: 1 }).limit(limit).lean<HelpRequestDoc[]>(),
      ),
    told: (requests: readonly string[], at: number): Promise<void> =>
      storing(async () => {
        await model.updateMany({ _id: { $in: requests } }, { $set: { toldAt: new Date(at) } });
      }),
    /** Those of this contact up to an instant (epoch ms): staff are there. */
    closeOf: (contact: string, until: number): Promise<void> =>
      storing(async () => {
        await model.updateMany({ contact, state: 'open', at: { $lte: new Date(until) } }, { $set: { state: 'done' } });
      }),
    close: (request: string): Promise<void> =>
      storing(async () => {
        await model.updateOne({ _id: request }, { $set: { state: 'done' } });
      }),
    /** Without `until` (epoch ms) all of them; else those up to that instant. */
    eraseOf: (contact: string, until?: number): Promise<void> =>
      storing(async () => {
        await model.deleteMany({ contact, ...(until === undefined ? {} : { at: { $lte: new Date(until) } }) });
      }),
  };
}
