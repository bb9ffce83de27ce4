import type { Answers } from '../core/answers.ts';
import type { Draft } from '../core/session.ts';
import type { Step } from './flow.ts';
import { fits } from './steps/step-types.ts';
import { flowOf, goTo, mustDraft, note, putDraft, type Talk } from './talk.ts';
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
 * True when the open question is another one than before.
 */
export function refresh(talk: Talk): boolean {
  const flow = flowOf(talk);
  const draft = mustDraft(talk);
  if (draft.flowVersion === flow.version && flow.byId.has(draft.step)) return false;
  const kept: Draft['answers'] = {};
  for (const step of flow.steps) {
    const answer = draft.answers[step.field];
    if (step.type !== 'review' && answer && (fits(talk, step, answer) || isGathering(answer)))
      kept[step.field] = answer;
  }
  const { step: before } = draft;
  putDraft(talk, { ...draft, answers: kept, flowVersion: flow.version });
  const { ask } = talk.session;
  const open = firstOpen(talk);
  // who is at an earlier question, to say something else there, is not sent on
  if (isUpTo(talk, before, open)) {
    talk.session.ask = ask?.type === 'pickChoice' || ask?.type === 'pickUnit' ? null : ask;
    return false;
  }
  enter(talk, open.id);
  note(talk, 'flow.changed');
  return true;
}

const isGathering = (answer: Answers[string]): boolean =>
  answer !== undefined && (answer.type === 'longText' || answer.type === 'attachments') && !answer.done;
