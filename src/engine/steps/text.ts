import { clean, countChars } from '../readers/fold.ts';
import { readName } from '../readers/name.ts';
import { oneLine } from '../readers/long-text.ts';
import { readYesNo } from '../readers/yes-no.ts';
import type { StepOf } from '../flow.ts';
import { action, note, tell, type Talk } from '../talk.ts';
import {
  answered,
  checkAnswered,
  checkRefused,
  refused,
  STAY,
  type Check,
  type StepType,
  type Verdict,
} from './step-type.ts';

/** A short line: a name, a title. */
export const text: StepType<'text'> = {
  question(talk, step) {
    const { ask } = talk.session;
    if (ask?.type === 'confirmName') {
      return {
        text: tell(talk, 'ask.oneWord', { name: ask.name }),
        options: [action(talk, 'yes'), action(talk, 'retype')],
      };
    }
    return { text: tell(talk, `${step.key}.prompt`), options: [] };
  },
  answer(talk, step, input) {
    const { ask } = talk.session;
    if (ask?.type === 'confirmName') {
      const yes = input.type === 'tap' ? input.value === 'yes' : readYesNo(input.text);
      if (yes === true) return take(talk, ask.name);
      talk.session.ask = null;
      if (yes === false || input.type === 'tap') return STAY;
    }
    if (input.type === 'tap') return STAY;
    return step.reader === 'name' ? name(talk, input.text) : plain(step, input.text);
  },
  fits: (step, answer) => answer.type === 'text' && countChars(answer.text) <= step.max,
  check(talk, step, value) {
    if (value.type !== 'text') return checkRefused(talk, '');
    return step.reader === 'name' ? checkName(talk, value.text) : checkPlain(talk, step, value.text);
  },
  show: (_talk, _step, answer) => (answer.type === 'text' ? answer.text : ''),
};

function name(talk: Talk, typed: string): Verdict {
  const read = readName(typed);
  switch (read.type) {
    case 'ok':
      return take(talk, read.name);
    case 'oneWord':
      talk.session.ask = { type: 'confirmName', name: read.name };
      return STAY;
    case 'refused':
      return refused(`name.${read.reason}`);
  }
}

function checkName(talk: Talk, typed: string): Check {
  const read = readName(typed);
  return read.type === 'refused'
    ? checkRefused(talk, `reject.name.${read.reason}`)
    : checkAnswered({ type: 'text', text: read.name });
}

function checkPlain(talk: Talk, step: StepOf<'text'>, typed: string): Check {
  const verdict = plain(step, typed);
  if (verdict.type === 'answered') return verdict;
  return checkRefused(
    talk,
    verdict.type === 'refused' ? `reject.${verdict.key}` : '',
    'params' in verdict ? verdict.params : {},
  );
}

function take(talk: Talk, value: string): Verdict {
  note(talk, 'thanks.name', { name: value });
  return answered({ type: 'text', text: value });
}

function plain(step: StepOf<'text'>, typed: string): Verdict {
  const value = clean(typed)
    .replace(/\s*\n\s*/g, ' ')
    .trim();
  if (!/[\p{L}\p{N}]/u.test(value)) return refused('text.empty');
  const count = countChars(value);
  if (count > step.max) {
    return refused('text.tooLong', { count, max: step.max, over: count - step.max, start: oneLine(value, 40) });
  }
  return answered({ type: 'text', text: value });
}
