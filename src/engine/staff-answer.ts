import type { Answer } from '../core/answers.ts';
import type { ActResult } from '../core/handover.ts';
import { isLive, tellDeadline } from './deadline.ts';
import type { Step } from './flow.ts';
import { activeSteps, goOn, isDone } from './progress.ts';
import { checkAnswer } from './steps/step-types.ts';
import { draftOf, flowOf, mustDraft, putDraft, stepOf, type Talk } from './talk.ts';

type Refusal = Extract<ActResult, { type: 'refused' }>;

export const refuseAct = (why: Refusal['why'], text = ''): Refusal => ({ type: 'refused', why, text });

/** Why there is no draft to work on; null where there is one that can still be sent. */
export function refuseDraft(talk: Talk): Refusal | null {
  const draft = draftOf(talk);
  if (!draft || !talk.world.flows.has(draft.campaign)) return refuseAct('noDraft');
  return isLive(talk) ? null : refuseAct('closed', tellDeadline(talk));
}

/**
 * Puts an answer that staff give into the draft. The step `consent` keeps that the person agreed, told to staff in words.
 * The open question is another one afterwards only where this answered it, or made it fall away.
 */
export function fillIn(talk: Talk, stepId: string, value: Answer): ActResult {
  const refusal = refuseDraft(talk);
  if (refusal) return refusal;
  const step = flowOf(talk).byId.get(stepId);
  if (!step || step.type === 'review' || !activeSteps(talk).includes(step)) return refuseAct('invalid');
  const check = checkAnswer(talk, step, value);
  if (check.type === 'refused') return refuseAct('invalid', check.text);
  const draft = mustDraft(talk);
  const before = draft.answers[step.field] ?? null;
  if (step.type === 'consent') talk.session.consentAt ??= talk.at;
  else putDraft(talk, { ...draft, answers: { ...draft.answers, [step.field]: check.answer } });
  settleQuestion(talk, step);
  return { type: 'done', before, after: check.answer };
}

/** Finds the open question again after `filled` was answered by staff. Of a changed flow it is found when the bot goes on. */
function settleQuestion(talk: Talk, filled: Step): void {
  const { session } = talk;
  if (session.ask?.type === 'reuseProfile') session.ask = null; // it would put older answers over this one
  if (mustDraft(talk).flowVersion !== flowOf(talk).version) return;
  const open = stepOf(talk);
  const steps = activeSteps(talk);
  if (open.type === 'review') {
    session.prompt += 1; // "send" below a summary of other answers is no yes to these
    if (steps.some((step) => step.type !== 'review' && !isDone(talk, step))) goOn(talk);
  } else if (open.id === filled.id || !steps.includes(open)) goOn(talk);
}
