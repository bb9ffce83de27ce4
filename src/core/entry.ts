import type { Answers } from './answers.ts';

/** What became of an entry in review. */
export type ReviewState = 'received' | 'needsSupplement' | 'accepted' | 'rejected' | 'withdrawn';

/** What a turn hands over to be saved. `draftId` is the idempotency key: the same draft is saved once. */
export type EntrySubmission = {
  draftId: string;
  contact: string;
  campaign: string;
  phase: string;
  flowVersion: string;
  lang: 'vi' | 'en';
  answers: Answers;
  /** Epoch ms at which the person sent it, by the rule for plausible platform times. */
  submittedAt: number;
  /** Past the campaign's `countedUntil`: accepted, but outside the count. */
  outsideCount: boolean;
  /** Who sent it in the author's place; missing where the author did. */
  enteredBy?: { staff: string; name: string };
};

/** What the bot may tell a worker of an entry of theirs. */
export type EntrySummary = {
  /** Public code, such as `SK-7K3F-92QX`. */
  code: string;
  campaign: string;
  title: string;
  state: ReviewState;
  /** In the reviewer's words; empty when none was given. */
  reason: string;
  submittedAt: number;
  revision: number;
};
