import type { Answers } from '../core/answers.ts';
import { BOT } from '../core/handover.ts';
import type { Session } from '../core/session.ts';
import { SESSION_VERSION } from '../core/session.ts';
import type { Flow } from './flow.ts';
import { goOn } from './progress.ts';
import { fits } from './steps/step-types.ts';
import { closedFor } from './steps/unit.ts';
import { putDraft, type Talk } from './talk.ts';

/** Someone we have never heard of. */
export function newSession(contact: string, at: number): Session {
  return {
    v: SESSION_VERSION,
    contact,
    lang: 'vi',
    owner: BOT,
    greetedAt: null,
    consentAt: null,
    remindersOff: false,
    remindAskedAt: null,
    remindYesAt: null,
    nudged: [],
    campaign: null,
    drafts: {},
    ask: null,
    prompt: 0,
    misses: 0,
    lastMiss: '',
    profile: {},
    entries: [],
    arrivals: [],
    deadlineSeen: null,
    sentFiles: [],
    lastTap: null,
    humanAskedAt: null,
    humanReason: null,
    humanRequest: null,
    handledAt: null,
    lastSeenAt: at,
    turns: 0,
  };
}

/** Begins a draft in `flow` and opens its first question. `revises`: the entry it corrects, whose answers it starts from. */
export function startDraft(
  talk: Talk,
  flow: Flow,
  options: { unitHint?: string | null; revises?: string; answers?: Answers } = {},
): void {
  const { campaign } = flow;
  const first = flow.steps[0];
  talk.session.campaign = campaign.id;
  talk.session.ask = null;
  putDraft(talk, {
    id: `${talk.event.id}/${campaign.id}`,
    campaign: campaign.id,
    flowVersion: flow.version,
    answers: options.answers ?? {},
    step: first?.id ?? '',
    unitHint: options.unitHint ?? null,
    revises: options.revises ?? null,
    fetching: {},
    fetchFaults: [],
    startedAt: talk.at,
    updatedAt: talk.at,
  });
  goOn(talk);
  if (
    options.revises === undefined &&
    talk.session.consentAt !== null &&
    Object.keys(profileFor(talk, flow)).length > 0
  ) {
    talk.session.ask = { type: 'reuseProfile' };
  }
}

/** What is known of the person from before, where this flow asks for it and takes it. */
export function profileFor(talk: Talk, { campaign, steps }: Flow): Answers {
  const known: Answers = {};
  for (const step of steps) {
    const answer = talk.session.profile[step.field];
    if (!answer || step.type === 'review' || !fits(talk, step, answer)) continue;
    if (closedFor(campaign, answer, talk.at) === null) known[step.field] = answer;
  }
  return known;
}
