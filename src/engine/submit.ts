import type { Answer } from '../core/answers.ts';
import type { EntrySubmission } from '../core/entry.ts';
import type { Outcome, Request } from '../core/request.ts';
import { pathNow } from '../core/unit.ts';
import { tellInstant, tellClosing } from './times-told.ts';
import { never } from '../base/never.ts';
import { changeable, offerMenu } from './asides.ts';
import { newSession, startDraft } from './drafts.ts';
import type { Flow } from './flow.ts';
import { whereIn } from './own-phases.ts';
import { activeSteps, isDone, goOn } from './progress.ts';
import { action, draftOf, dropDraft, flowOf, mustDraft, note, tell, type Talk } from './talk.ts';

/** Own entries remembered in the session; older ones are still found by code. */
const MAX_ENTRIES = 20;
type EntrySaved = Extract<Outcome, { type: 'entrySaved' }>;
const PROFILE_TYPES: ReadonlySet<string> = new Set(['phone', 'unit']);

/** Asks the shell to save the draft, when the campaign takes entries at this instant. */
export function submit(talk: Talk): void {
  const flow = flowOf(talk);
  const open = activeSteps(talk).find((step) => step.type !== 'review' && !isDone(talk, step));
  if (open) return goOn(talk);
  const where = whereIn(talk, flow);
  if (where.type !== 'open') {
    talk.asking = false;
    if (where.type !== 'over') note(talk, 'submit.notYet', { opening: tellInstant(talk, where.next.opensAt) });
    return;
  }
  const { revises, campaign } = mustDraft(talk);
  if (revises !== null && !changeable(talk).some((e) => e.code === revises)) {
    note(talk, 'entry.tooLate');
    dropDraft(talk, campaign);
    return offerMenu(talk);
  }
  talk.request = requestOf(talk, entryOf(talk, where.phase.id));
}

/** The draft as it is handed over: the answers that its own questions call for. */
export function entryOf(talk: Talk, phase: string): EntrySubmission {
  const draft = mustDraft(talk);
  const { countedUntil } = flowOf(talk).campaign;
  const active = new Set(activeSteps(talk).map((step) => step.field));
  return {
    draftId: draft.id,
    contact: talk.session.contact,
    campaign: draft.campaign,
    phase,
    flowVersion: draft.flowVersion,
    lang: talk.session.lang,
    answers: Object.fromEntries(
      Object.entries(draft.answers).flatMap(([field, answer]) =>
        active.has(field) ? [[field, answerNow(talk, answer)]] : [],
      ),
    ),
    submittedAt: talk.at,
    outsideCount: countedUntil !== null && talk.at >= countedUntil,
  };
}

/** A workplace is kept as the tree has it now, whatever it was called when it was told. */
const answerNow = (talk: Talk, answer: Answer): Answer =>
  answer.type === 'unit' ? { ...answer, path: [...pathNow(flowOf(talk).campaign.units, answer.path)] } : answer;

/** To be saved as a new entry, or as the correction of an earlier one. */
export function requestOf(talk: Talk, entry: EntrySubmission): Request {
  const { id, revises } = mustDraft(talk);
  return revises === null
    ? { type: 'submitEntry', entry }
    : { type: 'reviseEntry', code: revises, revisionKey: id, entry };
}

/** Goes on with what the outside answered. */
export function takeOutcome(talk: Talk, request: Request, outcome: Outcome): void {
  switch (outcome.type) {
    case 'entrySaved':
      return saved(talk, request, outcome);
    case 'entryLocked':
      if (request.type === 'reviseEntry') dropDraft(talk, request.entry.campaign);
      talk.notes.push(tellLocked(talk, outcome));
      return afterwards(talk);
    case 'entryWithdrawn':
      talk.session.entries = talk.session.entries.filter((e) => e.code !== outcome.code);
      note(talk, 'entry.withdrawn', { code: outcome.code });
      return afterwards(talk);
    case 'entryLoaded': {
      const flow = talk.world.flows.get(outcome.campaign);
      if (!flow) return afterwards(talk);
      note(talk, 'entry.correcting', { code: outcome.code });
      startDraft(talk, flow, { revises: outcome.code, answers: outcome.answers });
      talk.asking = true;
      return;
    }
    case 'entriesFound':
      return tellStatus(talk, outcome.entries, request);
    case 'dataDeleted': {
      const { contact, lang, owner } = talk.session; // staff who are talking with them go on
      talk.session = { ...newSession(contact, talk.at), lang, owner, prompt: talk.session.prompt + 1 };
      if (talk.event.type !== 'erase') note(talk, 'delete.done');
      return;
    }
    default:
      return never(outcome, 'outcome');
  }
}

export function tellLocked(talk: Talk, { code, state }: Extract<Outcome, { type: 'entryLocked' }>): string {
  return state === 'unknown'
    ? tell(talk, 'entry.unknown', { code })
    : tell(talk, 'entry.locked', { code, state: tell(talk, `state.${state}`) });
}

function saved(talk: Talk, request: Request, outcome: EntrySaved): void {
  const flow = keepSaved(talk, request, outcome);
  if (!flow || !('entry' in request)) return;
  const where = whereIn(talk, flow);
  const closing = where.type === 'open' ? tellClosing(talk, where.phase.closesAt) : '';
  note(talk, request.type === 'submitEntry' ? 'entry.saved' : 'entry.revised', { code: outcome.code, closing });
  if (request.entry.outsideCount) note(talk, 'entry.outsideCount');
  talk.offers = [
    action(talk, 'menu:status', 'button.status'),
    action(talk, 'menu:newEntry', 'button.newEntry'),
    action(talk, 'menu:correctEntry', 'button.correct'),
  ];
}

/** The draft is an entry now, and what it told of the person is offered again. Its flow; null when nothing was to be saved. */
export function keepSaved(talk: Talk, request: Request, outcome: EntrySaved): Flow | null {
  if (request.type !== 'submitEntry' && request.type !== 'reviseEntry') return null;
  const { entry } = request;
  const flow = talk.world.flows.get(entry.campaign) ?? flowOf(talk);
  const profile = { ...talk.session.profile };
  for (const step of flow.steps) {
    const answer = entry.answers[step.field];
    const keep = PROFILE_TYPES.has(step.type) || (step.type === 'text' && step.reader === 'name');
    if (answer && keep) profile[step.field] = answer;
  }
  talk.session.profile = profile;
  dropDraft(talk, entry.campaign);
  talk.session.ask = null;
  talk.session.misses = 0;
  talk.session.lastMiss = '';
  const others = talk.session.entries.filter((e) => e.code !== outcome.code);
  talk.session.entries = [
    { code: outcome.code, campaign: entry.campaign, submittedAt: outcome.submittedAt },
    ...others,
  ].slice(0, MAX_ENTRIES);
  return flow;
}

function tellStatus(
  talk: Talk,
  entries: Extract<Outcome, { type: 'entriesFound' }>['entries'],
  request: Request,
): void {
  if (entries.length === 0) {
    const code = request.type === 'findEntries' ? request.code : null;
    note(talk, code ? 'status.unknownCode' : 'status.none', code ? { code } : {});
  }
  for (const entry of entries) {
    const state = tell(talk, `state.${entry.state}`);
    note(talk, entry.own ? 'status.own' : 'status.other', {
      code: entry.code,
      state,
      ...(entry.own ? { title: entry.title, sent: tellInstant(talk, entry.submittedAt) } : {}),
    });
    if (entry.own && entry.reason) note(talk, 'status.reason', { reason: entry.reason });
  }
  const draft = draftOf(talk);
  if (draft && Object.keys(draft.answers).length > 0) note(talk, 'status.draft');
  afterwards(talk);
}

function afterwards(talk: Talk): void {
  talk.asking = true;
  if (!draftOf(talk)) offerMenu(talk);
}
