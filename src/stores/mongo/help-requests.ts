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
};

export type HelpRequestStore = ReturnType<typeof helpRequestStore>;

export function helpRequestStore(connection: Connection) {
  const model = modelOf<HelpRequestDoc>(
    connection,
    'helpRequests',
    { _id: String, v: Number, contact: String, at: Date, reason: String, state: String },
    [[{ state: 1, at: 1 }], [{ contact: 1 }]],
  );
  return {
    /** Does the task `callHuman`. Done again it changes nothing, also after staff closed the request. */
    call: ({ request, contact, at, reason }: Extract<Task, { type: 'callHuman' }>): Promise<void> =>
      storing(async () => {
        const fields = { v: HELP_REQUEST_VERSION, contact, at: new Date(at), reason, state: 'open' } as const;
        await model.updateOne({ _id: request }, { $setOnInsert: fields }, { upsert: true });
      }),
    /** Oldest first. */
    open: (limit: number): Promise<HelpRequestDoc[]> =>
      storing(async () => model.find({ state: 'open' }).sort({ at: 1 }).limit(limit).lean<HelpRequestDoc[]>()),
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
