import type { Connection } from 'mongoose';
import { AppError } from '../../base/errors.ts';
import type { Answers } from '../../core/answers.ts';
import type { EntrySubmission, EntrySummary, ReviewState } from '../../core/entry.ts';
import { makeEntryCode } from '../../core/entry-code.ts';
import {
  ENTRY_VERSION,
  type EntryDoc,
  entryMigrations,
  type Revision,
  titleOf,
  toEntry,
  toSummary,
} from './entry-doc.ts';
import { migrateCollection } from './migrations.ts';
import { Mixed, modelOf } from './model.ts';
import { isDuplicateKey, storing } from './storing.ts';

const COLLECTION = 'entries';
/** A collision has odds of 1 to 14,000 with a million entries; more than a few in a row is a broken source of randomness. */
const MAX_CODE_TRIES = 8;
/** A change that lost to another one is decided again on what it left. */
const MAX_CHANGE_TRIES = 5;
const MAX_FOUND = 10;

export type Saved = { code: string; revision: number; submittedAt: number };
export type Changed<T> = { type: 'done'; value: T } | { type: 'locked'; state: ReviewState | 'unknown' };

export type EntryStore = ReturnType<typeof entryStore>;

/** Entries. Every write touches one document. `randomBelow(n)` must be unguessable (`crypto.randomInt`). */
export function entryStore(connection: Connection, randomBelow: (limit: number) => number) {
  const model = modelOf<EntryDoc>(
    connection,
    COLLECTION,
    {
      _id: String,
      v: Number,
      code: String,
      contact: String,
      campaign: String,
      phase: String,
      flowVersion: String,
      lang: String,
      answers: Mixed,
      title: String,
      state: String,
      reason: String,
      submittedAt: Date,
      outsideCount: Boolean,
      revision: Number,
      revisions: [Mixed],
      history: [Mixed],
      enteredBy: Mixed,
      erased: Boolean,
      untoldAt: Date,
    },
    [
      [{ code: 1 }, { unique: true }],
      [{ contact: 1, submittedAt: -1 }],
      [{ campaign: 1, state: 1, submittedAt: 1 }],
      [{ untoldAt: 1 }, { sparse: true }],
    ],
  );

  async function byId(draftId: string): Promise<EntryDoc | null> {
    const found = await model.findById(draftId).lean();
    return found && toEntry(found);
  }

  async function byCode(code: string): Promise<EntryDoc | null> {
    const found = await model.findOne({ code }).lean();
    return found && toEntry(found);
  }

  /**
   * Reads, decides and writes back only if nobody changed the entry in between. `decide` gives what to write,
   * or the answer when there is nothing to write.
   */
  async function change<T>(
    code: string,
    decide: (entry: EntryDoc | null) => { answer: Changed<T>; write: Record<string, unknown> | null },
  ): Promise<Changed<T>> {
    for (let tries = 0; tries < MAX_CHANGE_TRIES; tries++) {
      const entry = await byCode(code);
      const { answer, write } = decide(entry);
      if (!entry || !write) return answer;
      const unchanged = { _id: entry._id, revision: entry.revision, state: entry.state, contact: entry.contact };
      const result = await model.updateOne(unchanged, write);
      if (result.matchedCount === 1) return answer;
    }
    throw new AppError('store.conflict', 'an entry kept changing', { retryable: true });
  }

  return {
    collection: model.collection,
    /** Saves a draft as an entry, once: sent again with the same `draftId` it gives what the first time gave. */
    submit: (entry: EntrySubmission, prefix: string): Promise<Saved> =>
      storing(async () => {
        for (let tries = 0; tries < MAX_CODE_TRIES; tries++) {
          const document = newEntry(entry, makeEntryCode(prefix, randomBelow));
          try {
            await model.collection.insertOne(document as never); // checked by the engine; the driver's types want an ObjectId
            return toSaved(document, 1);
          } catch (error) {
            if (!isDuplicateKey(error)) throw error;
            const saved = await byId(entry.draftId);
            if (saved) return toSaved(saved, 1);
          }
        }
        throw new AppError('store.conflict', 'no free entry code found', { retryable: true });
      }),

    /**
     * Adds a revision, once per `revisionKey`. The first sending keeps deciding `submittedAt` and `outsideCount` of the entry;
     * an entry that waited for a supplement goes back to `received`.
     */
    revise: (code: string, revisionKey: string, entry: EntrySubmission): Promise<Changed<Saved>> =>
      storing(() =>
        change<Saved>(code, (stored) => {
          if (!stored || stored.contact !== entry.contact) return { answer: locked('unknown'), write: null };
          const before = stored.revisions.findIndex(({ key }) => key === revisionKey);
          if (before >= 0) return { answer: { type: 'done', value: toSaved(stored, before + 1) }, write: null };
          if (!isOpen(stored.state)) return { answer: locked(stored.state), write: null };
          const revision = newRevision(entry, revisionKey);
          const supplemented = stored.state === 'needsSupplement';
          const value = { code, revision: stored.revision + 1, submittedAt: entry.submittedAt };
          return {
            answer: { type: 'done', value },
            write: {
              $set: {
                answers: entry.answers,
                title: titleOf(entry.answers),
                flowVersion: entry.flowVersion,
                lang: entry.lang,
                revision: value.revision,
                ...(supplemented ? { state: 'received', reason: '' } : {}),
              },
              $push: {
                revisions: revision,
                ...(supplemented ? { history: { state: 'received', reason: '', at: revision.at } } : {}),
              },
            },
          };
        }),
      ),

    /** The answers of an own entry that may still be changed. */
    load: (code: string, contact: string): Promise<Changed<{ campaign: string; answers: Answers }>> =>
      storing(async () => {
        const stored = await byCode(code);
        if (!stored || stored.contact !== contact) return locked('unknown');
        if (!isOpen(stored.state)) return locked(stored.state);
        return { type: 'done', value: { campaign: stored.campaign, answers: stored.answers } };
      }),

    /** Takes an entry back; taking it back again changes nothing. Decided entries stay. */
    withdraw: (code: string, contact: string, at: number): Promise<Changed<null>> =>
      storing(() =>
        change<null>(code, (stored) => {
          if (!stored || stored.contact !== contact) return { answer: locked('unknown'), write: null };
          if (stored.state === 'withdrawn') return { answer: { type: 'done', value: null }, write: null };
          if (!isOpen(stored.state)) return { answer: locked(stored.state), write: null };
          return { answer: { type: 'done', value: null }, write: decision('withdrawn', '', at) };
        }),
      ),

    /** Records what the reviewers decided, with their reason; where that is new the author is to be told. */
    review: (code: string, state: ReviewState, reason: string, at: number): Promise<Changed<null>> =>
      storing(() =>
        change<null>(code, (stored) => {
          if (!stored) return { answer: locked('unknown'), write: null };
          if (stored.state === 'withdrawn') return { answer: locked('withdrawn'), write: null };
          const { $set, $push } = decision(state, reason, at);
          const isNews = state !== 'received' && (stored.state !== state || stored.reason !== reason);
          const write = { $set: { ...$set, ...(isNews && { untoldAt: new Date(at) }) }, $push };
          return { answer: { type: 'done', value: null }, write };
        }),
      ),

    /** All entries of a contact, newest first, at most 10; or the one with this code, of which a stranger learns only the state. */
    find: (contact: string, code: string | null): Promise<(EntrySummary & { own: boolean })[]> =>
      storing(async () => {
        if (code !== null) {
          const entry = await byCode(code);
          return entry ? [toSummary(entry, contact)] : [];
        }
        const found = await model.find({ contact }).sort({ submittedAt: -1 }).limit(MAX_FOUND).lean();
        return found.map((entry) => toSummary(toEntry(entry), contact));
      }),

    /** All of a contact as they are kept, newest first, at most 10. */
    listOf: (contact: string): Promise<EntryDoc[]> =>
      storing(async () => {
        const found = await model.find({ contact }).sort({ submittedAt: -1 }).limit(MAX_FOUND).lean();
        return found.map(toEntry);
      }),

    /** The whole entry, for staff and tests. */
    read: (code: string): Promise<EntryDoc | null> => storing(() => byCode(code)),

    countOf: (contact: string): Promise<number> => storing(() => model.countDocuments({ contact })),

    /**
     * Wipes all that tells of a person from their entries and takes them back. Code, campaign, phase and instants stay, so that
     * numbers told earlier can be explained. Safe to repeat.
     */
    eraseOf: (contact: string, at: number): Promise<void> =>
      storing(async () => {
        const nobody = {
          contact: '',
          answers: {},
          title: '',
          reason: '',
          revisions: [],
          erased: true,
          state: 'withdrawn',
        };
        const last = { state: 'withdrawn', reason: '', at: new Date(at) };
        await model.updateMany({ contact }, { $set: { ...nobody, history: [last] } });
      }),

    /** For the start: entries of older versions become entries of this one. */
    migrate: () => migrateCollection(connection, COLLECTION, ENTRY_VERSION, entryMigrations),
  };
}

const isOpen = (state: ReviewState): boolean => state === 'received' || state === 'needsSupplement';

const locked = (state: ReviewState | 'unknown') => ({ type: 'locked', state }) as const;

const decision = (state: ReviewState, reason: string, at: number) => ({
  $set: { state, reason },
  $push: { history: { state, reason, at: new Date(at) } },
});

function toSaved(entry: EntryDoc, revision: number): Saved {
  const at = entry.revisions[revision - 1]?.at ?? entry.submittedAt;
  return { code: entry.code, revision, submittedAt: at.getTime() };
}

const newRevision = (entry: EntrySubmission, key: string): Revision => ({
  key,
  at: new Date(entry.submittedAt),
  phase: entry.phase,
  flowVersion: entry.flowVersion,
  outsideCount: entry.outsideCount,
  answers: entry.answers,
  ...(entry.enteredBy && { enteredBy: entry.enteredBy }),
});

function newEntry(entry: EntrySubmission, code: string): EntryDoc {
  const submittedAt = new Date(entry.submittedAt);
  const answers: Answers = entry.answers;
  return {
    _id: entry.draftId,
    v: ENTRY_VERSION,
    code,
    contact: entry.contact,
    campaign: entry.campaign,
    phase: entry.phase,
    flowVersion: entry.flowVersion,
    lang: entry.lang,
    answers,
    title: titleOf(answers),
    state: 'received',
    reason: '',
    submittedAt,
    outsideCount: entry.outsideCount,
    revision: 1,
    revisions: [newRevision(entry, entry.draftId)],
    history: [{ state: 'received', reason: '', at: submittedAt }],
    ...(entry.enteredBy && { enteredBy: entry.enteredBy }),
  };
}
