import type { Answers } from './answers.ts';
import type { EntrySubmission, EntrySummary } from './entry.ts';
import type { Attachment } from './event.ts';

/** A question to the shell within a turn. Every one is idempotent by its key: a turn played again asks the same. */
export type Request =
  | { type: 'submitEntry'; entry: EntrySubmission }
  /** A new revision of an entry; `revisionKey` is the draft's id, so the same correction is kept once. */
  | { type: 'reviseEntry'; code: string; revisionKey: string; entry: EntrySubmission }
  | { type: 'withdrawEntry'; code: string; contact: string; at: number }
  /** Entries by public code (only its review state is told to strangers) or all of this contact, newest first, at most 10. */
  | { type: 'findEntries'; contact: string; code: string | null }
  /** All answers of an own entry, to correct it. Answered by `entryLoaded`, or `entryLocked` when it may not be changed. */
  | { type: 'loadEntry'; contact: string; code: string }
  | { type: 'deleteData'; contact: string; at: number };

/** What the shell answers. */
export type Outcome =
  | { type: 'entrySaved'; code: string; revision: number; submittedAt: number }
  /** The entry may no longer be changed: withdrawn, decided, or not this person's. */
  | { type: 'entryLocked'; code: string; state: EntrySummary['state'] | 'unknown' }
  | { type: 'entryWithdrawn'; code: string }
  | { type: 'entryLoaded'; code: string; campaign: string; answers: Answers }
  | { type: 'entriesFound'; entries: (EntrySummary & { own: boolean })[] }
  | { type: 'dataDeleted'; entries: number };

/** Work that is committed with the turn and done afterwards; its result comes back as an event. */
export type Task =
  /** Download these attachments and store them; answered by `filesFetched` with the same `request` id. */
  | {
      type: 'fetchFiles';
      /** Unique per turn: hash of the event id. */
      request: string;
      contact: string;
      /** Epoch ms of the turn. */
      at: number;
      items: Attachment[];
      limits: { maxBytes: number; mimes: string[] };
    }
  /** Staff should look: kept in MongoDB for the console. */
  | { type: 'callHuman'; request: string; contact: string; at: number; reason: 'asked' | 'stuck' };
