import type { TemplateUse } from './broadcast.ts';
import type { Lang, Localized } from './campaign.ts';
import type { ChannelName } from './contact.ts';
import type { Standing } from './standing.ts';

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

/** The rule that narrows nothing. */
export const everyone = (campaign: string): AudienceRule => ({
  campaign,
  standings: [],
  step: null,
  unit: null,
  groups: [],
  channels: [],
  langs: [],
  seenFrom: null,
  seenBefore: null,
  belowQuotaIn: null,
});

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

const NO_TEXT: Localized = { vi: '', en: '' };
/** Nothing written: what the clock sends says what the locales say of its kind. */
export const NO_TEXTS: RunDraft['texts'] = { zalo: NO_TEXT, messenger: NO_TEXT };

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
  /** Who last wrote or submitted it: somebody else must approve. */
  editedBy: string | null;
  /** Of whom it was made for: see `Who`. */
  scope: readonly string[] | null;
  /** The deadline it reminds of; `most`: how many reminders of it one person gets in all. */
  deadline: { phase: string; closesAt: number; most: number } | null;
  /** The published version of the campaign by which it was planned. */
  version: number;
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
