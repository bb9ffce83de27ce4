import type { Connection, mongo } from 'mongoose';
import type { Run, RunKind, RunState } from '../../core/run.ts';
import { Mixed, modelOf } from './model.ts';
import { isDuplicateKey, storing } from './storing.ts';

export const RUN_VERSION = 1;

/** How far the audience was gone through: in the order of phone, then id. */
export type PlanCursor = { phone: string; contact: string };

type Instants = 'notAfter' | 'createdAt' | 'startedAt' | 'endedAt';

/** A run as it lies in the collection `broadcasts`. */
export type RunDoc = Omit<Run, 'id' | Instants> & {
  _id: string;
  v: number;
  notAfter: Date;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  /** Null before the first page was planned. */
  plannedTo: PlanCursor | null;
  /** Messages that may cost and were let through: never more than `maxCharged`. */
  charged: number;
};

/** What an act may change. */
export type RunFields = Partial<Omit<Run, 'id' | 'rev' | 'kind' | 'by' | 'planned' | 'isPlanned'>>;
export type RunQuery = {
  campaign?: string;
  kind?: RunKind;
  /** Of people bound to one of these; null = all. */
  scope: readonly string[] | null;
  after?: { createdAt: number; id: string };
  limit: number;
};
export type RunStore = ReturnType<typeof runStore>;

/** Broadcasts. Every write touches one document. */
export function runStore(connection: Connection) {
  const model = modelOf<RunDoc>(
    connection,
    'broadcasts',
    {
      _id: String,
      v: Number,
      kind: String,
      state: String,
      rev: Number,
      title: String,
      audience: Mixed,
      texts: Mixed,
      templates: Mixed,
      maxCharged: Number,
      by: Mixed,
      approvedBy: Mixed,
      scope: Mixed,
      deadline: Mixed,
      version: Number,
      editedBy: String,
      notAfter: Date,
      createdAt: Date,
      startedAt: Date,
      endedAt: Date,
      planned: Number,
      isPlanned: Boolean,
      plannedTo: Mixed,
      charged: Number,
    },
    [[{ createdAt: -1, _id: 1 }], [{ state: 1, endedAt: 1 }]],
  );
  const { collection } = model;
  type Filter = mongo.Filter<mongo.BSON.Document>;
  const by = (filter: object): Filter => filter as Filter; // the driver's types want an ObjectId

  async function change(filter: object, update: object): Promise<Run | null> {
    const found = await collection.findOneAndUpdate(by(filter), update, { returnDocument: 'after' });
    return found && toRun(found as unknown as RunDoc);
  }

  return {
    collection,
    /** False where a run of this id is there already: nothing changed. */
    insert: (run: Run): Promise<boolean> =>
      storing(async () => {
        try {
          await collection.insertOne(toDoc(run) as never); // the driver's types want an ObjectId
          return true;
        } catch (error) {
          if (isDuplicateKey(error)) return false;
          throw error;
        }
      }),

    read: (id: string): Promise<Run | null> =>
      storing(async () => {
        const found = await model.findById(id).lean<RunDoc>();
        return found && toRun(found);
      }),

    /** The changed run; null where it is in no such state, or somebody changed it since `rev` (null = whatever it is). */
    change: (id: string, states: readonly RunState[], rev: number | null, fields: RunFields): Promise<Run | null> =>
      storing(() =>
        change(
          { _id: id, state: { $in: states }, ...(rev !== null && { rev }) },
          { $set: inDates(fields), $inc: { rev: 1 } },
        ),
      ),

    /** How far the planning has come. Never undone by a slower process: `planned` counts what was inserted by this one alone. */
    planned: (id: string, to: PlanCursor, people: number): Promise<void> =>
      storing(async () => {
        await collection.updateOne(by({ _id: id }), { $set: { plannedTo: to }, $inc: { planned: people } });
      }),
    plannedTo: (id: string): Promise<PlanCursor | null> =>
      storing(async () => (await model.findById(id).lean<RunDoc>())?.plannedTo ?? null),
    /** All are planned: what waited for that goes on. */
    endPlan: (id: string, planned: number): Promise<void> =>
      storing(async () => {
        const set = { isPlanned: true, planned };
        await collection.updateOne(by({ _id: id, state: 'planning' }), { $set: { ...set, state: 'running' } });
        await collection.updateOne(by({ _id: id, isPlanned: false }), { $set: set });
      }),

    /** Lets `count` more messages that cost through, or none of them where that would be more than `most`. */
    takeCharged: (id: string, count: number, most: number): Promise<boolean> =>
      storing(async () => {
        const filter = by({ _id: id, charged: { $lte: most - count } });
        return (await collection.updateOne(filter, { $inc: { charged: count } })).matchedCount === 1;
      }),

    /** Goes through the audience again, for those who have come to belong to it: whoever is planned already stays as they are. */
    planAgain: (id: string, version: number): Promise<void> =>
      storing(async () => {
        const set = { version, plannedTo: null, isPlanned: false };
        const live = by({ _id: id, state: { $in: ['running', 'done'] }, version: { $ne: version } });
        await collection.updateOne(live, { $set: { ...set, state: 'planning', endedAt: null }, $inc: { rev: 1 } });
      }),

    inStates: (states: readonly RunState[]): Promise<Run[]> =>
      storing(async () => (await model.find({ state: { $in: states } }).lean<RunDoc[]>()).map(toRun)),

    /** Done or cancelled at `since` (epoch ms) or later. */
    endedSince: (since: number): Promise<Run[]> =>
      storing(async () => {
        const states: RunState[] = ['done', 'cancelled'];
        const filter = { state: { $in: states }, endedAt: { $gte: new Date(since) } };
        return (await model.find(filter).lean<RunDoc[]>()).map(toRun);
      }),

    /** Newest first, without tests. */
    list: ({ campaign, kind, scope, after, limit }: RunQuery): Promise<Run[]> =>
      storing(async () => {
        const filter: Record<string, unknown> = { kind: kind ?? { $ne: 'test' } };
        if (campaign !== undefined) filter['audience.campaign'] = campaign;
        if (scope !== null) filter['scope'] = { $in: scope };
        if (after) {
          const at = new Date(after.createdAt);
          filter['createdAt'] = { $lte: at };
          filter['$or'] = [{ createdAt: { $lt: at } }, { _id: { $gt: after.id } }];
        }
        const found = await collection.find(by(filter)).sort({ createdAt: -1, _id: 1 }).limit(limit).toArray();
        return found.map((one) => toRun(one as unknown as RunDoc));
      }),
  };
}

const toDate = (at: number | null): Date | null => (at === null ? null : new Date(at));

function inDates(fields: RunFields): Record<string, unknown> {
  const dated: Record<string, unknown> = { ...fields };
  for (const name of ['notAfter', 'createdAt', 'startedAt', 'endedAt'] as const) {
    const at = fields[name];
    if (at !== undefined) dated[name] = toDate(at);
  }
  return dated;
}

function toDoc({ id, ...run }: Run): RunDoc {
  return {
    ...run,
    _id: id,
    v: RUN_VERSION,
    notAfter: new Date(run.notAfter),
    createdAt: new Date(run.createdAt),
    startedAt: toDate(run.startedAt),
    endedAt: toDate(run.endedAt),
    plannedTo: null,
    charged: 0,
  };
}

function toRun({ _id, v: _version, plannedTo: _to, charged: _charged, ...run }: RunDoc): Run {
  return {
    ...run,
    id: _id,
    notAfter: run.notAfter.getTime(),
    createdAt: run.createdAt.getTime(),
    startedAt: run.startedAt?.getTime() ?? null,
    endedAt: run.endedAt?.getTime() ?? null,
  };
}
