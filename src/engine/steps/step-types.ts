import type { Answer } from '../../core/answers.ts';
import type { Step } from '../flow.ts';
import type { Question, Talk } from '../talk.ts';
import { attachments } from './attachments.ts';
import { choice } from './choice.ts';
import { consent } from './consent.ts';
import { longText } from './long-text.ts';
import { phone } from './phone.ts';
import type { Check, Input, StepType, Verdict } from './step-type.ts';
import { text } from './text.ts';
import { unit } from './unit.ts';
import { yesNo } from './yes-no.ts';

/** A step that fills a field; the review is asked by `review.ts`. */
export type AnswerStep = Exclude<Step, { type: 'review' }>;

const TYPES: { [T in AnswerStep['type']]: StepType<T> } = {
  consent,
  text,
  phone,
  unit,
  choice,
  longText,
  yesNo,
  attachments,
};

// The table is keyed by the step's own type, which the compiler cannot follow through a union.
const typeOf = (step: AnswerStep): StepType<AnswerStep['type']> =>
  TYPES[step.type] as unknown as StepType<AnswerStep['type']>;

export const questionOf = (talk: Talk, step: AnswerStep): Question => typeOf(step).question(talk, step);
export const answerTo = (talk: Talk, step: AnswerStep, input: Input): Verdict => typeOf(step).answer(talk, step, input);
export const fits = (talk: Talk, step: AnswerStep, answer: Answer): boolean => typeOf(step).fits(step, answer, talk);
export const checkAnswer = (talk: Talk, step: AnswerStep, value: Answer): Check =>
  typeOf(step).check(talk, step, value);
export const showAnswer = (talk: Talk, step: AnswerStep, answer: Answer): string =>
  typeOf(step).show(talk, step, answer);
