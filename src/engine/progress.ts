import type { Answers } from '../core/answers.ts';
import type { Ask } from '../core/session.ts';
import type { Step } from './flow.ts';
import { readChoice, type ChoiceMatcher } from './readers/choice.ts';
import { fits } from './steps/step-types.ts';
import { flowOf, goTo, mustDraft, note, putDraft, type Talk } from './talk.ts';
import { enterLongText } from './steps/long-text.ts';
import { enterUnit } from './steps/unit.ts';

/** The steps that the answers so far call for, in order. */
export function activeSteps(talk: Talk, answers: Answers = mustDraft(talk).answers): Step[] {
  return flowOf(talk).steps.filter((step) => isActive(step, answers));
}

const isActive = ({ when }: Step, answers: Answers): boolean =>
  when === null || valueOf(answers, when.field) === when.is;

function valueOf(answers: Answers, field: string): string | null {
  const answer = answers[field];
  if (answer?.type === 'choice') return answer.code;
  if (answer?.type === 'yesNo') return answer.yes ? 'yes' : 'no';
  return null;
}

/** Answered in full and still valid. */
export function isDone(talk: Talk, step: Step): boolean {
  if (step.type === 'review') return false;
  if (step.type === 'consent') return talk.session.consentAt !== null;
  const answer = mustDraft(talk).answers[step.field];
  if (!answer || !fits(talk, step, answer)) return false;
  return (answer.type !== 'longText' && answer.type !== 'attachments') || answer.done;
}

/** Goes to the first question that is still open; the summary is the last of them. */
export function goOn(talk: Talk): void {
  enter(talk, firstOpen(talk).id);
}

function firstOpen(talk: Talk): Step {
  const { answers } = mustDraft(talk);
  const open = flowOf(talk).steps.find((step) => isActive(step, answers) && !isDone(talk, step));
  if (!open) throw new Error('a flow ends with a review');
  return open;
}

/** Whether the step is asked of this person and stands no later than `open`. */
function isUpTo(talk: Talk, id: string, open: Step): boolean {
  const ids = activeSteps(talk).map((step) => step.id);
  const at = ids.indexOf(id);
  return at >= 0 && at <= ids.indexOf(open.id);
}

/** Opens a step, with what it asks first. */
export function enter(talk: Talk, id: string): void {
  goTo(talk, id);
  const step = flowOf(talk).byId.get(id);
  if (step?.type === 'unit' && !mustDraft(talk).answers[step.field]) enterUnit(talk);
  if (step?.type === 'longText') enterLongText(talk, step);
}

/** Opens an answered step again; what was gathered for it stays until something else is said. */
export function reopen(talk: Talk, step: Step): void {
  enter(talk, step.id);
  const draft = mustDraft(talk);
  const answer = draft.answers[step.field];
  const answers =
    answer?.type === 'longText' || answer?.type === 'attachments'
      ? { ...draft.answers, [step.field]: { ...answer, done: false } }
      : draft.answers;
  putDraft(talk, { ...draft, answers });
}

/** The answered step before the open one; null at the first. */
export function stepBefore(talk: Talk): Step | null {
  const steps = activeSteps(talk).filter((step) => step.type !== 'consent');
  const index = steps.findIndex((step) => step.id === mustDraft(talk).step);
  return steps[index - 1] ?? null;
}

/**
 * After a new version of the flow: answers that still fit are kept, the first missing or now invalid question is asked.
 * True when the open question is another one than before, or must be asked again.
 */
export function refresh(talk: Talk): boolean {
  const flow = flowOf(talk);
  const draft = mustDraft(talk);
  if (draft.flowVersion === flow.version && flow.byId.has(draft.step)) return false;
  const { step: before } = draft;
  const isOtherList = questionsOf(draft.flowVersion) !== questionsOf(flow.version);
  const waits = flow.steps.some(({ type }) => type === 'attachments');
  putDraft(talk, {
    ...draft,
    answers: answersNow(talk, draft.answers),
    flowVersion: flow.version,
    ...(!waits && { fetching: {}, fetchFaults: [] }), // nobody asks for files any more
  });
  const open = firstOpen(talk);
  // who is at an earlier question, to say something else there, is not sent on; who just answers the open one is heard first
  const isHere = isUpTo(talk, before, open);
  if (!isHere && !isWaiting(talk, before)) {
    note(talk, 'flow.changed');
    enter(talk, open.id);
    return true;
  }
  const { ask } = talk.session;
  const isLost = ask?.type === 'pickChoice' || (ask?.type === 'pickUnit' && !isOffered(talk, ask));
  if (isLost) talk.session.ask = null;
  const isList = isLost || (isOtherList && ask === null && flow.byId.get(before)?.type === 'choice');
  // a number that was read in a list which may be another one now
  const isUnsure = isList && talk.event.type === 'text' && readChoice(talk.event.text, NUMBERS_ALONE).type !== 'none';
  if (!isHere || isUnsure) note(talk, 'flow.changed');
  return isUnsure;
}

/** What of a version is about the questions alone. */
const questionsOf = (version: string): string => version.split('+', 1)[0] ?? version;

/** A question of the form that is still asked and not answered yet. */
function isWaiting(talk: Talk, id: string): boolean {
  const step = activeSteps(talk).find((one) => one.id === id);
  return step !== undefined && step.type !== 'review' && !isDone(talk, step);
}

/**
 * What of the answers goes on. Those to a question that is not asked now stay, for it may come back; what was written at length is
 * never thrown away, but shortened by the person.
 */
function answersNow(talk: Talk, answers: Answers): Answers {
  const now: Answers = {};
  for (const [field, answer] of Object.entries(answers)) {
    const step = flowOf(talk).steps.find((one) => one.field === field);
    if (!step || step.type === 'review' || fits(talk, step, answer)) now[field] = answer;
    else if (answer.type === 'longText' && step.type === 'longText') now[field] = { ...answer, done: false };
  }
  return now;
}

/** A list of workplaces that was shown is still one. */
function isOffered(talk: Talk, { parent, codes }: Extract<Ask, { type: 'pickUnit' }>): boolean {
  const { units } = flowOf(talk).campaign;
  return [...codes, ...(parent === null ? [] : [parent])].every((code) => units.byCode(code)?.code === code);
}

/** Nine options, the most there are, without a name. */
const NUMBERS_ALONE: ChoiceMatcher = { size: 9, keys: [] };
