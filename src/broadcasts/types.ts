import type { NudgeName, Skip, Standing, TemplateUse } from '../core/broadcast.ts';
import type { Lang, Localized } from '../core/campaign.ts';
import type { ChannelName } from '../core/contact.ts';

/** Whom a broadcast is for. Lists that are empty and fields that are null narrow nothing. Instants are epoch ms. */
export type AudienceRule = {
  campaign: string;
  standings: readonly Standing[];
  /** Id of the open step, of those with a draft. */
  step: string | null;
  /** They and all below it. */
  unit: string | null;
  /** Codes of the choice that tells the target group. */
  groups: readonly string[];
  channels: readonly ChannelName[];
  langs: readonly Lang[];
  /** When they last did anything: at or after, before. */
  seenFrom: number | null;
  seenBefore: number | null;
  /** Only below units whose accepted entries of this phase are fewer than their quota. */
  belowQuotaIn: string | null;
};

/** Who asks, as the console knows them. `scope`: codes of which a person must be below one; null = everyone. */
export type Who = { staff: string; name: string; scope: readonly string[] | null };

/** What an organizer writes. Names in braces: `NUDGE_NAMES`. */
export type RunDraft = {
  /** For colleagues. */
  title: string;
  audience: AudienceRule;
  texts: Readonly<Record<ChannelName, Localized>>;
  /** Used where a plain message may not be sent; null = those people go on the call list. */
  templates: Readonly<Record<ChannelName, TemplateUse | null>>;
  /** Messages that may cost at most (Zalo, 48 h to 7 days); 0 = none. */
  maxCharged: number;
};

/** What keeps a draft from being sent: `path` as in `RunDraft`, such as `texts.zalo.vi`. `name`: what stood in braces. */
export type DraftFault = {
  path: string;
  why:
    | 'empty'
    | 'tooLong'
    | 'strangeName'
    | 'nameWithoutData'
    | 'unknownCampaign'
    | 'unknownUnit'
    | 'unknownTemplate'
    | 'templateNotApproved'
    | 'templateParameters';
  name: string;
};

export const RUN_KINDS = ['reminder', 'silentDraft', 'result', 'broadcast', 'test'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/**
 * `draft` → (`awaitingApproval`) → `planning` → `running` ⇄ `paused` → `done`; `cancelled` from anywhere before `done`.
 * A run that is paused while it is planned goes on being planned, and hands nothing out.
 */
export const RUN_STATES = ['draft', 'awaitingApproval', 'planning', 'running', 'paused', 'done', 'cancelled'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** One broadcast. Instants are epoch ms. */
export type Run = RunDraft & {
  id: string;
  kind: RunKind;
  state: RunState;
  /** Counts changes; an act names the one it was decided on. */
  rev: number;
  /** Null: made by the clock, not by a person. */
  by: { staff: string; name: string } | null;
  approvedBy: { staff: string; name: string } | null;
  /** Of whom it was made for: see `Who`. */
  scope: readonly string[] | null;
  /** The deadline it reminds of. */
  deadline: { phase: string; closesAt: number } | null;
  /** Nothing of it is said at this instant or later. */
  notAfter: number;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** People found and planned so far, and whether that is all of them. */
  planned: number;
  isPlanned: boolean;
};

/** Why somebody cannot be reached: the answer of the table in reach.ts. */
export const REACH_FAULTS = [
  'optedOut',
  'blocked',
  'withStaff',
  'stranger',
  'windowClosed',
  'noTemplate',
  'noConsent',
  'noPhone',
  'overCeiling',
] as const;
export type ReachFault = (typeof REACH_FAULTS)[number];

/** How one person can be reached now. */
export type Reach =
  { type: 'free' } | { type: 'charged' } | { type: 'template' } | { type: 'unreachable'; why: ReachFault };

/**
 * What became of the message to one person.
 * `planned`: not handed out yet; `handed`: on its way to their conversation; `said`: in the outbox; `sent`: the platform took it;
 * `failed`: given up, `why` is the code of the AppError; `withdrawn`: staff took the conversation over before it went out;
 * `skipped`: not wanted any more in its minute, `why` is a `Skip`; `unreachable`: `why` is a `ReachFault`;
 * `cancelled`: the run was; `lost`: handed out, and nothing was ever heard of it.
 */
export const DELIVERY_STATES = [
  'planned',
  'handed',
  'said',
  'sent',
  'failed',
  'withdrawn',
  'skipped',
  'unreachable',
  'cancelled',
  'lost',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export type Preview = {
  /** Persons, not contacts. */
  people: number;
  /** Where a second organizer must agree. */
  needsApproval: boolean;
  reach: readonly { channel: ChannelName; how: Reach['type']; why: ReachFault | null; people: number }[];
  /** Messages that would cost, by Zalo's consultation fee; and by template, with the price in VND where it is known. */
  charged: number;
  templates: number;
  templatesVnd: number | null;
  /** At most 10. */
  sample: readonly SamplePerson[];
};
export type SamplePerson = {
  contact: string;
  channel: ChannelName;
  name: string;
  units: readonly string[];
  standings: readonly Standing[];
  step: string | null;
  reach: Reach;
  lastSeenAt: number;
};

/** Live counts of a run. Instants epoch ms. */
export type RunProgress = {
  run: Run;
  states: Readonly<Record<DeliveryState, number>>;
  /** Of those that ended without being sent, and why. */
  why: readonly { state: DeliveryState; why: Skip | ReachFault | string; channel: ChannelName; count: number }[];
  /** Sent per second in the last minute. */
  perSecond: number;
  /** Until the last is handed out at the present rate, null where none is. */
  leftMs: number | null;
  /** Sent that cost: by Zalo's quota or money, and by template, with the price where it is known. */
  charged: number;
  templates: number;
  costVnd: number | null;
  /** Why nothing goes out just now although the run is on: it is night, or too much is unsettled. */
  waitsFor: 'night' | 'platform' | null;
};

/** The message to one person. `name` and `phone` as they are known now, '' where they are not. */
export type DeliveryLine = {
  id: string;
  contact: string;
  channel: ChannelName;
  name: string;
  phone: string;
  units: readonly string[];
  how: 'free' | 'charged' | 'template' | null;
  state: DeliveryState;
  why: string;
  /** When it came to this state, epoch ms. */
  at: number;
};

/** Someone whom nothing reached, for a telephone. `standings` and `step` of the campaign. */
export type CallLine = {
  contact: string;
  channel: ChannelName;
  name: string;
  phone: string;
  units: readonly string[];
  standings: readonly Standing[];
  step: string | null;
  /** Of the last message that did not reach them. */
  state: DeliveryState;
  why: string;
  run: string;
  at: number;
  /** Their own unit's deadline, null where none is to come. */
  closesAt: number | null;
};

/** A reminder to come. `unit`: of whose own deadline it is, null = of all without one. */
export type UpcomingReminder = {
  run: string;
  campaign: string;
  phase: string;
  unit: string | null;
  closesAt: number;
  beforeMs: number;
  /** After quiet hours were heeded. */
  dueAt: number;
  texts: Readonly<Record<ChannelName, Localized>>;
};

export type RunChange =
  | { type: 'done'; run: Run }
  | { type: 'refused'; why: 'notFound' | 'stale' | 'wrongState' | 'sameOrganizer' | 'outOfScope' }
  | { type: 'faulty'; faults: readonly DraftFault[] };

export type Page<T, Cursor> = { items: readonly T[]; next: Cursor | null };

/** What may stand in braces for this audience, in the order of `NUDGE_NAMES`. */
export type NamesOf = (audience: AudienceRule) => readonly NudgeName[];

/** Broadcasts as the console runs them. Every call is safe to repeat. */
export type Broadcasts = {
  namesOf: NamesOf;
  /** What is wrong with a draft; empty = it may be submitted. */
  check(draft: RunDraft, who: Who): Promise<readonly DraftFault[]>;
  preview(draft: RunDraft, who: Who): Promise<Preview>;
  create(draft: RunDraft, who: Who): Promise<RunChange>;
  update(id: string, rev: number, draft: RunDraft, who: Who): Promise<RunChange>;
  /** Starts it, or has it wait for a second organizer where it is for more people than the campaign allows one to write to. */
  submit(id: string, rev: number, who: Who): Promise<RunChange>;
  /** By another organizer than wrote or submitted it. */
  approve(id: string, rev: number, who: Who): Promise<RunChange>;
  /** Not approved: a draft again. */
  sendBack(id: string, rev: number, who: Who): Promise<RunChange>;
  pause(id: string, who: Who): Promise<RunChange>;
  resume(id: string, who: Who): Promise<RunChange>;
  cancel(id: string, who: Who): Promise<RunChange>;
  /** Newest first. Runs made for others than people in `who.scope` are left out; tests too. */
  list(
    query: { campaign?: string; kind?: RunKind; after?: RunCursor; limit: number },
    who: Who,
  ): Promise<Page<Run, RunCursor>>;
  read(id: string, who: Who): Promise<Run | null>;
  progress(id: string, who: Who): Promise<RunProgress | null>;
  deliveries(
    run: string,
    query: { state?: DeliveryState; why?: string; after?: string; limit: number },
    who: Who,
  ): Promise<Page<DeliveryLine, string>>;
  /** All of them, streamed. */
  export(run: string, who: Who): AsyncIterable<DeliveryLine>;
  /** Streamed; at most one line a person. Only people in `who.scope` and below `unit`. */
  callList(query: { campaign: string; unit: string | null }, who: Who): AsyncIterable<CallLine>;
  /** Soonest first. */
  upcoming(campaign: string): readonly UpcomingReminder[];
  /** Says it once to one contact, in their free window only. The run can be read as any other. */
  testSend(draft: RunDraft, contact: string, who: Who): Promise<RunChange>;
};
/** The last run of a page. */
export type RunCursor = { createdAt: number; id: string };
