import type { Answers } from '../../core/answers.ts';
import type { EntrySummary, ReviewState } from '../../core/entry.ts';
import { migrated, type Migrations, type Stored } from './migrations.ts';

export const ENTRY_VERSION = 1;

/** One step per version that was ever in use; none yet. */
export const entryMigrations: Migrations = {};

/** Revision `n` is `revisions[n - 1]`; the first one's key is the draft's id. */
export type Revision = {
  key: string;
  at: Date;
  phase: string;
  flowVersion: string;
  outsideCount: boolean;
  answers: Answers;
  /** Who sent it in the author's place. */
  enteredBy?: { staff: string; name: string };
};

/** An entry as it lies in the collection `entries`. */
export type EntryDoc = {
  /** The draft's id: a draft is saved once. */
  _id: string;
  v: number;
  /** Public, unique. */
  code: string;
  /** Empty once the person had their data deleted. */
  contact: string;
  campaign: string;
  phase: string;
  flowVersion: string;
  lang: 'vi' | 'en';
  /** Those of the last revision. */
  answers: Answers;
  title: string;
  state: ReviewState;
  /** Of the reviewers, for the present state. */
  reason: string;
  /** Of the first sending. */
  submittedAt: Date;
  outsideCount: boolean;
  revision: number;
  revisions: Revision[];
  /** Review states, oldest first, the present one last. */
  history: { state: ReviewState; reason: string; at: Date }[];
  /** Who sent the first revision in the author's place. */
  enteredBy?: { staff: string; name: string };
  /** When the state came about of which the author was not told yet; missing otherwise. */
  untoldAt?: Date;
  /** Answers were wiped on the person's request. */
  erased?: boolean;
};

/** A document as read, brought to this version. */
export function toEntry(document: Stored | EntryDoc): EntryDoc {
  return migrated(document, ENTRY_VERSION, entryMigrations) as EntryDoc;
}

/** `contact` is who asks: a stranger learns only the state. */
export function toSummary(entry: EntryDoc, contact: string): EntrySummary & { own: boolean } {
  const own = entry.contact === contact;
  return {
    code: entry.code,
    campaign: entry.campaign,
    title: own ? entry.title : '',
    state: entry.state,
    reason: own ? entry.reason : '',
    submittedAt: entry.submittedAt.getTime(),
    revision: entry.revision,
    own,
  };
}

/** Flows name the field `title`; a flow without it has entries without a title. */
export function titleOf(answers: Answers): string {
  const title = answers['title'];
  if (title?.type === 'text') return title.text;
  return title?.type === 'longText' ? title.parts.join('\n') : '';
}
