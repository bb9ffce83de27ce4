import type { NudgeName } from '../core/nudge-names.ts';
import type { Standing } from '../core/standing.ts';
import type { Localized } from '../core/campaign.ts';
import type { ChannelName } from '../core/contact.ts';
import type { AudienceRule, DeliveryState, Reach, ReachFault, Run, RunDraft, RunKind } from '../core/run.ts';

export type { AudienceRule, DeliveryState, Reach, ReachFault, Run, RunDraft, RunKind, RunState } from '../core/run.ts';

/** Who asks, as the console knows them. `scope`: codes of which a person must be below one; null = everyone. */
export type Who = { staff: string; name: string; scope: readonly string[] | null };

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
  /** Of those that ended without being sent; `why` is a `Skip`, a `ReachFault` or the code of an AppError. */
  why: readonly { state: DeliveryState; why: string; channel: ChannelName; count: number }[];
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
  /** Goes through the whole audience. Throws AppError `console.conflict` once `goOn` says that nobody waits for it any more. */
  preview(draft: RunDraft, who: Who, goOn?: () => boolean): Promise<Preview>;
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
