import type { Option as ChoiceOption, StepOf } from '../flow.ts';
import { readChoice } from '../readers/choice.ts';
import { langOf, tell, type Answerable, type Talk } from '../talk.ts';
import { answered, checkAnswered, checkRefused, refused, STAY, type StepType } from './step-type.ts';

/** One of a few fixed options: by number, label, label without accents, prefix, near misspelling or button. */
export const choice: StepType<'choice'> = {
  question(talk, step) {
    const { ask } = talk.session;
    if (ask?.type === 'pickChoice') {
      return { text: tell(talk, 'ask.pickChoice'), options: among(step, ask.codes).map((o) => shown(talk, o)) };
    }
    return { text: tell(talk, `${step.key}.prompt`), options: step.options.map((o) => shown(talk, o)) };
  },
  answer(talk, step, input) {
    const { ask } = talk.session;
    const picking = ask?.type === 'pickChoice' ? among(step, ask.codes) : null;
    if (input.type === 'tap') {
      const tapped = step.options.find((o) => `c:${o.code}` === input.value);
      return tapped ? answered({ type: 'choice', code: tapped.code }) : STAY;
    }
    const ordinal = /^\s*(\d)\s*\.?\s*$/.exec(input.text)?.[1];
    if (picking && ordinal) {
      const one = picking[Number(ordinal) - 1];
      return one ? answered({ type: 'choice', code: one.code }) : refused('choice.none', { count: picking.length });
    }
    const found = readChoice(input.text, step.matcher);
    switch (found.type) {
      case 'one': {
        const code = step.options[found.index]?.code;
        return code === undefined ? STAY : answered({ type: 'choice', code });
      }
      case 'some':
        talk.session.ask = {
          type: 'pickChoice',
          codes: found.indexes.flatMap((index) => step.options[index]?.code ?? []),
        };
        return STAY;
      case 'none':
        return refused('choice.none', { count: (picking ?? step.options).length });
    }
  },
  fits: (step, answer) => answer.type === 'choice' && step.options.some((o) => o.code === answer.code),
  check(talk, step, value) {
    if (value.type !== 'choice') return checkRefused(talk, '');
    return step.options.some((o) => o.code === value.code)
      ? checkAnswered(value)
      : checkRefused(talk, 'reject.choice.none', { count: step.options.length });
  },
  show(talk, step, answer) {
    if (answer.type !== 'choice') return '';
    // an entry may name an option that is gone
    return step.options.find((o) => o.code === answer.code)?.label[langOf(talk)] ?? answer.code;
  },
};

const among = (step: StepOf<'choice'>, codes: readonly string[]) => step.options.filter((o) => codes.includes(o.code));

/** Buttons bear the number where the short label would not say which line is meant. */
function shown(talk: Talk, option: ChoiceOption): Answerable {
  const lang = langOf(talk);
  return { kind: 'choice', value: `c:${option.code}`, label: option.label[lang], short: option.short[lang] };
}
