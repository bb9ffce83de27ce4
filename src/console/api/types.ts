/**
 * What the routes of conversations give and take, as JSON. Types only: the page imports them too. Instants are epoch ms.
 * Labels and shown answers are in the language of the query `lang` (`vi` when it is missing).
 */
import type { Answer, ProofFile } from '../../core/answers.ts';
import type { CannedName, Lang } from '../../core/campaign.ts';
import type { ChannelName } from '../../core/contact.ts';
import type { ReviewState } from '../../core/entry.ts';
import type { ActResult, Owner } from '../../core/handover.ts';

/**
 * - `waiting`: asked for a person and nobody took it up, longest waiting first.
 * - `mine`: owned by the one who asks, `all`: everything in their scope; last seen first.
 * - `closed`: given back by staff and nothing asked since, last handled first.
 */
export type InboxTab = 'waiting' | 'mine' | 'all' | 'closed';

/** Who wrote a line. `inbox`: a person in the platform's own; `otherApp`: something else that uses the account. */
export type Speaker =
  | { type: 'person' }
  | { type: 'bot' }
  | { type: 'notice' }
  | { type: 'staff'; staff: string; name: string }
  | { type: 'inbox' }
  /** Said by the bot unasked. */
  | { type: 'broadcast' }
  | { type: 'otherApp' };

/** One conversation in the inbox. */
export type Row = {
  contact: string;
  channel: ChannelName;
  /** '' where they did not tell. `phone` is E.164. */
  name: string;
  phone: string;
  /** Codes from the first level down; `unitName` is the innermost one's, '' without one. */
  units: readonly string[];
  unitName: string;
  campaign: string | null;
  /** Id of the open step, null without a draft. */
  step: string | null;
  stepLabel: string;
  owner: Owner;
  /** Null where nobody waits. */
  humanAskedAt: number | null;
  humanReason: 'asked' | 'stuck' | null;
  handledAt: number | null;
  lastSeenAt: number;
  /** The last line that anybody wrote; a long text is cut. */
  last: { at: number; by: Speaker['type']; text: string } | null;
  /** Staff own it and have left the person's last message unanswered for longer than the campaign allows. */
  overdue: boolean;
};

/** Of all that the one who asks may see, whatever is filtered. */
export type InboxCounts = { waiting: number; mine: number };

/** GET /conversations?tab=&campaign=&unit=&channel=&q=&cursor=&limit=&lang= */
export type InboxPage = {
  rows: Row[];
  /** For the next page; null at the end. */
  next: string | null;
  counts: InboxCounts;
};

/** How an answer is given, for the form beside the conversation. */
export type StepInput =
  | { type: 'text'; max: number }
  | { type: 'phone' }
  /** `levels`: the units of the answer from the first level down; GET /units gives those to choose from. */
  | { type: 'unit'; levels: { code: string; name: string }[] }
  | { type: 'choice'; options: { code: string; label: string }[] }
  | { type: 'longText'; max: number }
  | { type: 'yesNo'; expect: boolean; otherwise: 'warn' | 'block' }
  | { type: 'attachments'; maxFiles: number; maxBytes: number; mimes: string[] }
  | { type: 'none' };

export type StepView = {
  id: string;
  field: string;
  label: string;
  optional: boolean;
  /** Answered in full and valid: nothing is missing here. */
  isDone: boolean;
  isOpen: boolean;
  answer: Answer | null;
  /** The answer as a person reads it; '' without one. */
  shown: string;
  input: StepInput;
};

export type DraftView = {
  campaign: string;
  campaignName: string;
  /** Those that the answers so far call for, in order; consent and review are left out. */
  steps: StepView[];
  /** Id of the open step; `consent` and `review` are steps too. */
  openStep: string;
  /** Labels of the steps that still want an answer. */
  missing: string[];
  /** Public code of the entry that it corrects. */
  revises: string | null;
  /** Consent to keep what is told; without it nothing may be sent. */
  consentAt: number | null;
  startedAt: number;
  updatedAt: number;
};

export type EntryView = {
  code: string;
  campaign: string;
  campaignName: string;
  title: string;
  state: ReviewState;
  reason: string;
  submittedAt: number;
  revision: number;
  outsideCount: boolean;
  /** Of the last revision. */
  answers: { label: string; shown: string; files: ProofFile[] }[];
  /** Who sent it in the author's place; null where the author did. */
  enteredBy: { staff: string; name: string } | null;
};

export type NoteView = { id: string; staff: string; name: string; text: string; at: number };

/** Somebody of the staff who has the conversation on screen now. */
export type PresenceView = { staff: string; name: string; since: number };

/**
 * What the platform still takes. `free` and `charged`: anything; `humanAgent`: only a typed text; `closed`: nothing.
 * The instants at which each ends, null where the platform has no such time or the person never did anything.
 */
export type WindowView = {
  now: 'free' | 'charged' | 'humanAgent' | 'closed';
  freeUntil: number | null;
  chargedUntil: number | null;
  humanUntil: number | null;
};

/** What the platform takes from us as a file. */
export type FileLimit = { mime: string; maxBytes: number };

/** GET /conversations/:contact?lang= */
export type ConversationView = {
  row: Row;
  /** What the bot speaks with them. */
  lang: Lang;
  /** Campaigns in which a draft may be begun now. */
  campaigns: { id: string; name: string; isOpen: boolean }[];
  draft: DraftView | null;
  entries: EntryView[];
  window: WindowView;
  fileLimits: FileLimit[];
  notes: NoteView[];
  presence: PresenceView[];
};

/** A file of a line. Without `fileId` there is nothing to open. `url` is relative to the origin. */
export type LineFile = {
  name: string;
  kind: 'image' | 'file' | 'video' | 'audio' | 'sticker' | 'location' | 'link' | 'contact' | 'unknown';
  /** `pending`: not fetched (yet); `refused` for its type, size or emptiness; `unreachable`: the platform no longer has it. */
  state: 'stored' | 'pending' | 'refused' | 'unreachable';
  reason: 'type' | 'size' | 'empty' | null;
  fileId: string | null;
  url: string | null;
  mime: string;
  size: number | null;
  /** Where a link or a place leads, http(s) only. */
  href: string | null;
};

/** One thing in a conversation, by `type`. `id` stays the same when a line is given again with a newer state. */
export type Line =
  | {
      type: 'message';
      id: string;
      at: number;
      by: Speaker;
      text: string;
      files: LineFile[];
      /** A tapped button, whose label is `text` where the platform tells it. */
      isTap: boolean;
      /** Null for what did not go out by us. `seen` and `delivered` where the platform says so. */
      state: 'sent' | 'delivered' | 'seen' | 'failed' | 'withdrawn' | null;
      /** Why it failed: code of an AppError. */
      code: string | null;
      /** How often the person may have read it more than once. */
      repeats: number;
      /** What the platform charged it to, '' where it was free or did not say. */
      paid: string;
    }
  /** They opened the chat, reacted, left, or had their data deleted. */
  | { type: 'happened'; id: string; at: number; what: 'opened' | 'reaction' | 'left' | 'erase' }
  | { type: 'handover'; id: string; at: number; from: Owner; to: Owner };

/**
 * GET /conversations/:contact/lines?before=&after=&limit= ; oldest first. With `after` (a cursor of an earlier answer) lines
 * come again that may have changed since: merge by `id`.
 */
export type LinesPage = {
  lines: Line[];
  /** For the page before; null at the beginning. */
  before: string | null;
  /** For what comes next. */
  after: string;
};

/** What the page sends. Names and facts of files are looked up on the server, so only ids come. */
export type ActBody = {
  /** A new UUID for each act, the same when it is tried again: it is done once. */
  id: string;
  act:
    | { type: 'takeOver' }
    | { type: 'assign'; to: string }
    | { type: 'handBack'; parting: string }
    | { type: 'close' }
    | { type: 'say'; text: string }
    | { type: 'sendFile'; fileId: string }
    | { type: 'startDraft'; campaign: string }
    | { type: 'answer'; step: string; value: Answer }
    | { type: 'submit' };
};

/**
 * Why an act was refused: by the engine (see `ActResult`), or before it got there.
 * `windowClosed`: the platform takes nothing more; `filesClosed`: only a typed text may still be sent; `fileType`, `fileSize`:
 * not on this platform; `noFile`: not of this conversation; `noStaff`: no such colleague, or without access here;
 * `noCampaign`: no such campaign.
 */
export type RefusedWhy =
  | Extract<ActResult, { type: 'refused' }>['why']
  | 'windowClosed'
  | 'filesClosed'
  | 'fileType'
  | 'fileSize'
  | 'noFile'
  | 'noStaff'
  | 'noCampaign';

/** POST /conversations/:contact/acts: 200 `ActDone`, 202 `ActPending` (it is in the log and will be done), 409 `ActRefused`. */
export type ActDone = { result: Extract<ActResult, { type: 'done' }> };
export type ActPending = { pending: true };
/** `text`: in the words the person would have been told, '' where there are none. */
export type ActRefused = { why: RefusedWhy; text: string };

/** POST /conversations/:contact/files?name= (raw bytes): 200 `Uploaded`, 409 `UploadRefused`. */
export type Uploaded = { file: ProofFile };
export type UploadRefused = { why: 'fileType' | 'fileSize' | 'fileEmpty' };

/** GET → `{ notes: NoteView[] }`, POST /conversations/:contact/notes with this → `{ note: NoteView }`. */
export type NoteBody = { id: string; text: string };

export type { CannedName };
/** A canned reply. From data: `isFixed`, changed in `flows/<campaign>/campaign.yaml` only. */
export type CannedView = {
  id: string;
  /** Null = every campaign. */
  campaign: string | null;
  title: string;
  /** With its placeholders. */
  text: string;
  isFixed: boolean;
  /** May be changed by the one who asks. */
  isMine: boolean;
};
/** POST /canned → `{ reply: CannedView }`; PATCH /canned/:id with any of these. 409 `CannedRefused`. */
export type CannedBody = { campaign: string | null; title: string; text: string };
export type CannedRefused = { why: 'placeholder'; name: string };
/** GET /canned → `{ replies: CannedView[] }` */

/** GET /conversations/:contact/canned → `{ replies: FilledReply[] }`: of their campaign, in the conversation's language, filled in. */
export type FilledReply = {
  id: string;
  title: string;
  text: string;
  /** What is not known of this person and stands in `text` as it was, in braces. */
  missing: CannedName[];
};

/**
 * GET /live?contact= (server-sent events). Each event's data is JSON of the type named.
 * - `hello` `{ counts }`: once, and after it nothing is missed.
 * - `inbox` `LiveInbox`: rows that changed, to be merged by `contact`.
 * - `conversation` `LiveConversation`: something was said or done in the one that is watched: load lines and view again.
 * - `presence` `{ presence: PresenceView[] }` of the one that is watched.
 * - `bye`: the session has ended; do not connect again.
 */
export type LiveInbox = {
  rows: Row[];
  /** No longer to be seen by this one. */
  gone: string[];
  counts: InboxCounts;
};
export type LiveConversation = { contact: string };

/** GET /campaigns?lang= → `{ campaigns: CampaignView[] }` */
export type CampaignView = { id: string; name: string; isOpen: boolean; steps: { id: string; label: string }[] };
/** GET /units?campaign=&parent=&q= → `{ units: UnitView[] }`: below `parent` ('' = first level), or what `q` may mean there. */
export type UnitView = { code: string; name: string; parent: string | null; hasMore: boolean };
