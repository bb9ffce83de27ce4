import type { Answer } from '../../core/answers.ts';
import type { StepOf } from '../flow.ts';
import { clean, countChars } from '../readers/fold.ts';
import { joinParts, measure, oneLine } from '../readers/long-text.ts';
import { readCommand } from '../commands.ts';
import { action, mustDraft, note, putDraft, tell, type Talk } from '../talk.ts';
import { answered, checkAnswered, checkRefused, refused, STAY, type StepType, type Verdict } from './step-type.ts';

const PREVIEW_CHARS = 80;

/** A description, gathered from several messages until "xong"; never cut without asking. */
export const longText: StepType<'longText'> = {
  question(talk, step) {
    const { ask } = talk.session;
    if (ask?.type === 'keepCut') {
      return { text: tell(talk, 'ask.keepCut'), options: [action(talk, 'keep'), action(talk, 'rewrite')] };
    }
    const parts = partsOf(mustDraft(talk).answers[step.field]);
    if (parts.length === 0) return { text: tell(talk, `${step.key}.prompt`, { max: step.max }), options: [] };
    const count = countChars(joinParts(parts));
    return {
      text: tell(talk, 'longText.more', { count, max: step.max }),
      options: [action(talk, 'done'), action(talk, 'rewrite')],
    };
  },
  answer(talk, step, input) {
    const draft = mustDraft(talk);
    const parts = partsOf(draft.answers[step.field]);
    const { ask } = talk.session;
    const word = input.type === 'tap' ? input.value : readWord(talk, input.text);
    if (word === 'rewrite') {
      talk.session.ask = null;
      return store(talk, step, []);
    }
    if (ask?.type === 'keepCut' && word === 'keep') {
      return answered({ type: 'longText', parts: [ask.keep], done: true });
    }
    if (word === 'done') {
      if (ask?.type === 'keepCut') return STAY;
      return parts.length > 0 ? answered({ type: 'longText', parts, done: true }) : refused('longText.nothing');
    }
    if (input.type === 'tap') return STAY;
    return add(talk, step, parts, input.text);
  },
  fits: (step, answer) =>
    answer.type === 'longText' && answer.parts.length > 0 && countChars(joinParts(answer.parts)) <= step.max,
  check(talk, step, value) {
    if (value.type !== 'longText') return checkRefused(talk, '');
    const parts = value.parts.map((part) => clean(part).trim()).filter((part) => part !== '');
    const whole = joinParts(parts);
    if (parts.length === 0) return checkRefused(talk, 'reject.longText.nothing');
    if (!/[\p{L}\p{N}]/u.test(whole)) return checkRefused(talk, 'reject.longText.empty');
    const { over, count, tail } = measure(whole, step.max);
    if (over > 0) return checkRefused(talk, 'longText.over', { count, over, tail });
    return checkAnswered({ type: 'longText', parts, done: true });
  },
  show(talk, _step, answer) {
    if (answer.type !== 'longText') return '';
    const whole = joinParts(answer.parts);
    const count = countChars(whole);
    return tell(talk, 'longText.shown', { preview: oneLine(whole, PREVIEW_CHARS), count });
  },
};

function add(talk: Talk, step: StepOf<'longText'>, parts: readonly string[], typed: string): Verdict {
  const part = clean(typed).trim();
  if (!/[\p{L}\p{N}]/u.test(part)) return refused('longText.empty');
  const whole = joinParts([...parts, part]);
  if (countChars(whole) <= step.max) {
    talk.session.ask = null;
    return store(talk, step, [...parts, part]);
  }
  cut(talk, step, whole);
  return STAY;
}

/** Asks to shorten what was written while more was allowed; called when the step is entered. */
export function enterLongText(talk: Talk, step: StepOf<'longText'>): void {
  const whole = joinParts(partsOf(mustDraft(talk).answers[step.field]));
  if (countChars(whole) > step.max) cut(talk, step, whole);
}

function cut(talk: Talk, step: StepOf<'longText'>, whole: string): void {
  const { over, count, keep, tail } = measure(whole, step.max);
  note(talk, 'longText.over', { count, over, tail });
  talk.session.ask = { type: 'keepCut', keep };
}

function store(talk: Talk, step: StepOf<'longText'>, parts: string[]): Verdict {
  const draft = mustDraft(talk);
  putDraft(talk, { ...draft, answers: { ...draft.answers, [step.field]: { type: 'longText', parts, done: false } } });
  return STAY;
}

const partsOf = (answer: Answer | undefined): string[] => (answer?.type === 'longText' ? answer.parts : []);

/** "xong", "giữ phần này", "viết lại" when that is all the message says. */
function readWord(talk: Talk, typed: string): 'done' | 'keep' | 'rewrite' | null {
  const command = readCommand(typed, talk.world.words);
  if (command?.name === 'done') return 'done';
  if (command?.name === 'keepPart') return 'keep';
  if (command?.name === 'rewrite') return 'rewrite';
  return null;
}
