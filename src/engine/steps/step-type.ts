import type { Answer } from '../../core/answers.ts';
import type { Step, StepOf } from '../flow.ts';
import { tell, type Question, type Talk } from '../talk.ts';

/**
 * What a person answered: typed words, or a tapped button of the open question.
 * `text` is as it came in; readers clean it.
 */
export type Input = { type: 'text'; text: string } | { type: 'tap'; value: string };

/**
 * What a step type made of an answer.
 * - `answered`: the field is filled, go on to the next open step.
 * - `stay`: something was taken or asked; the same step's question follows.
 * - `refused`: no possible answer; `key` says what is wrong (a locale key under `reject.`).
 */
export type Verdict =
  | { type: 'answered'; answer: Answer }
  | { type: 'stay' }
  /** Send what is in the draft. */
  | { type: 'submit' }
  /** Leave it here for now: nothing is asked. */
  | { type: 'pause' }
  | { type: 'refused'; key: string; params?: Readonly<Record<string, string | number>> };

/** What the check says of an answer that staff give: as it is kept, or the sentence with which the person's would be refused. */
export type Check = { type: 'answered'; answer: Answer } | { type: 'refused'; text: string };

/** The rules of one kind of step. All pure but for writing to the talk. */
export type StepType<T extends Step['type']> = {
  question(talk: Talk, step: StepOf<T>): Question;
  answer(talk: Talk, step: StepOf<T>, input: Input): Verdict;
  /** Whether a stored answer still fits the step, after a new version of the flow. */
  fits(step: StepOf<T>, answer: Answer, talk: Talk): boolean;
  /** Checks a whole answer given by staff as the person's own would be; what the person is only asked to confirm is taken. */
  check(talk: Talk, step: StepOf<T>, value: Answer): Check;
  /** The answer on one line of the summary. */
  show(talk: Talk, step: StepOf<T>, answer: Answer): string;
};

export const refused = (key: string, params?: Readonly<Record<string, string | number>>): Verdict =>
  params ? { type: 'refused', key, params } : { type: 'refused', key };
export const STAY: Verdict = { type: 'stay' };
export const answered = (answer: Answer): Verdict => ({ type: 'answered', answer });

/** `key` is the whole key of the sentence, '' for an answer that no page of ours gives. */
export const checkRefused = (talk: Talk, key: string, params?: Readonly<Record<string, string | number>>): Check => ({
  type: 'refused',
  text: key === '' ? '' : tell(talk, key, params),
});
export const checkAnswered = (answer: Answer): Check => ({ type: 'answered', answer });
