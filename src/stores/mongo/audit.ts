import type { Connection } from 'mongoose';
import type { ArchiveItem } from '../../core/archive.ts';
import { Mixed, modelOf } from './model.ts';
import { storing } from './storing.ts';

export const AUDIT_VERSION = 1;

/** Something staff did that changed something, in the collection `audit`. Lines are added and never changed, but for an erasure. */
export type AuditDoc = {
  /** The event's id, or one of its own: written again it is the same line. */
  _id: string;
  v: number;
  at: Date;
  /** Account and name at that time. */
  staff: string;
  name: string;
  /** `conversation.takeOver`, `staff.invite`, … */
  action: string;
  /** The conversation it was about, null for anything else. */
  contact: string | null;
  /** What it was about besides: an account, a step, an entry's code; '' = nothing. */
  target: string;
  before: unknown;
  after: unknown;
};

export type AuditStore = ReturnType<typeof auditStore>;

export function auditStore(connection: Connection) {
  const model = modelOf<AuditDoc>(
    connection,
    'audit',
    {
      _id: String,
      v: Number,
      at: Date,
      staff: String,
      name: String,
      action: String,
      contact: String,
      target: String,
      before: Mixed,
      after: Mixed,
    },
    [[{ at: -1 }], [{ contact: 1, at: -1 }], [{ staff: 1, at: -1 }]],
  );
  return {
    collection: model.collection,
    add: (line: Omit<AuditDoc, 'v'>): Promise<void> =>
      storing(async () => {
        const { _id, ...fields } = line;
        await model.updateOne({ _id }, { $setOnInsert: { ...fields, v: AUDIT_VERSION } }, { upsert: true });
      }),
    /** Newest first, those before `before` only. */
    list: (wanted: { before?: Date; contact?: string; staff?: string; limit: number }): Promise<AuditDoc[]> =>
      storing(async () => {
        const { before, limit, ...rest } = wanted;
        const filter = { ...rest, ...(before && { at: { $lt: before } }) };
        return model.find(filter).sort({ at: -1 }).limit(limit).lean<AuditDoc[]>();
      }),
    /** Wipes what tells of a person from the lines about them; that something was done, when and by whom stays. */
    eraseOf: (contact: string): Promise<void> =>
      storing(async () => {
        await model.updateMany({ contact }, { $set: { contact: '', before: null, after: null } });
      }),
  };
}

/** The line of an act that was done; texts and files are in the transcript and not told again. */
export function auditWrite({ id, contact, staff, name, act, result, at }: Extract<ArchiveItem, { type: 'act' }>) {
  if (result.type !== 'done') return null;
  const target =
    act.type === 'answer' ? act.step : act.type === 'assign' ? act.to : act.type === 'startDraft' ? act.campaign : '';
  const fields: Omit<AuditDoc, '_id'> = {
    v: AUDIT_VERSION,
    at: new Date(at),
    staff,
    name,
    action: `conversation.${act.type}`,
    contact,
    target: result.code ?? target,
    before: result.before ?? null,
    after: result.after ?? null,
  };
  return { updateOne: { filter: { _id: id }, update: { $setOnInsert: fields }, upsert: true } };
}
