import type { Lang } from '../core/campaign.ts';
import type { NudgeResult } from '../core/broadcast.ts';
import type { InboundEvent } from '../core/event.ts';
import type { ActResult } from '../core/handover.ts';
import type { Option, Reply } from '../core/reply.ts';
import type { Request, Task } from '../core/request.ts';
import type { Draft, Session } from '../core/session.ts';
import type { Flow, Step, World } from './flow.ts';
import { say, type Params } from './texts.ts';

/** Something a person can answer with; its payload is made when the question gets its number. */
export type Answerable = { kind: Option['kind']; value: string; label: string; short?: string };

/** A question before it has its number. */
export type Question = { text: string; options: readonly Answerable[] };

/**
 * One turn under way: a copy of the session that handlers write to, and what they said so far.
 * Values inside the session are replaced, never changed in place.
 */
export type Talk = {
  world: World;
  event: InboundEvent;
  /** Epoch ms. */
  at: number;
  session: Session;
  /** Notices, each a paragraph before the question. */
  notes: string[];
  /** Finished messages of their own, sent before the notices. */
  replies: Reply[];
  tasks: Task[];
  request: Request | null;
  /** What became of an act of staff, once it is known. */
  act: ActResult | null;
  /** What became of a nudge, and whose words its message is then. */
  nudge: NudgeResult | null;
  from: Reply['from'] | null;
  /** The open question is asked at the end of the turn. */
  asking: boolean;
  /** Extra buttons for a message without a question. */
  offers: Answerable[];
};

export function startTalk(world: World, session: Session, event: InboundEvent, at: number): Talk {
  return {
    world,
    event,
    at,
    session: { ...session, drafts: { ...session.drafts } },
    notes: [],
    replies: [],
    tasks: [],
    request: null,
    act: null,
    nudge: null,
    from: null,
    asking: false,
    offers: [],
  };
}

export const langOf = (talk: Talk): Lang => talk.session.lang;

/** The sentence `key` in the person's language. */
export function tell(talk: Talk, key: string, params?: Params): string {
  return say(talk.world.texts, talk.session.lang, key, params);
}

/** Adds a paragraph before the question. */
export function note(talk: Talk, key: string, params?: Params): void {
  talk.notes.push(tell(talk, key, params));
}

export function action(talk: Talk, value: string, key = `button.${value}`): Answerable {
  return { kind: 'action', value, label: tell(talk, key) };
}

/** Everybody is in a campaign that exists. */
export function settleCampaign({ session, world, at }: Talk): void {
  if (session.campaign === null || !world.flows.has(session.campaign)) {
    session.campaign = world.defaultFlow(at).campaign.id;
  }
}

/** The flow the person is in. */
export function flowOf(talk: Talk): Flow {
  const { campaign } = talk.session;
  const flow = campaign === null ? undefined : talk.world.flows.get(campaign);
  return flow ?? talk.world.defaultFlow(talk.at);
}

export function draftOf(talk: Talk): Draft | null {
  const { campaign, drafts } = talk.session;
  return campaign === null ? null : (drafts[campaign] ?? null);
}

/** The draft, where the caller knows there is one. */
export function mustDraft(talk: Talk): Draft {
  const draft = draftOf(talk);
  if (!draft) throw new Error('no open draft');
  return draft;
}

/** `draft` is a copy made for this, which the session then owns. */
export function putDraft(talk: Talk, draft: Draft): void {
  draft.updatedAt = talk.at;
  talk.session.drafts[draft.campaign] = draft;
}

export function dropDraft(talk: Talk, campaign: string): void {
  const { [campaign]: _gone, ...rest } = talk.session.drafts;
  talk.session.drafts = rest;
}

/** The open step of the draft. */
export function stepOf(talk: Talk): Step {
  const flow = flowOf(talk);
  const step = flow.byId.get(mustDraft(talk).step) ?? flow.steps[0];
  if (!step) throw new Error('a flow has at least one step');
  return step;
}

/** Moves to another step and forgets what was being asked inside the old one. */
export function goTo(talk: Talk, step: string): void {
  putDraft(talk, { ...mustDraft(talk), step });
  talk.session.ask = null;
  talk.session.misses = 0;
  talk.session.lastMiss = '';
}
