import { readYesNo } from '../readers/yes-no.ts';
import { action, note, tell } from '../talk.ts';
import { answered, checkAnswered, checkRefused, refused, STAY, type StepType } from './step-type.ts';

/** A self-declaration. An unexpected answer warns or, where the campaign says so, blocks; it is never rejected in silence. */
export const yesNo: StepType<'yesNo'> = {
  question: (talk, step) => ({
    text: tell(talk, `${step.key}.prompt`),
    options: [action(talk, 'yes', `${step.key}.yes`), action(talk, 'no', `${step.key}.no`)],
  }),
  answer(talk, step, input) {
    const yes =
      input.type === 'tap'
        ? input.value === 'yes'
          ? true
          : input.value === 'no'
            ? false
            : null
        : readYesNo(input.text);
    if (yes === null) return input.type === 'tap' ? STAY : refused('yesNo');
    if (yes !== step.expect) {
      note(talk, `${step.key}.warn`);
      if (step.otherwise === 'block') return STAY;
    }
    return answered({ type: 'yesNo', yes });
  },
  fits: (step, answer) => answer.type === 'yesNo' && (step.otherwise === 'warn' || answer.yes === step.expect),
  check(talk, step, value) {
    if (value.type !== 'yesNo') return checkRefused(talk, '');
    const isBlocked = step.otherwise === 'block' && value.yes !== step.expect;
    return isBlocked ? checkRefused(talk, `${step.key}.warn`) : checkAnswered(value);
  },
  show: (talk, step, answer) =>
    answer.type === 'yesNo'
      ? tell(talk, `${step.key}.${answer.yes ? 'yes' : 'no'}`) + (answer.yes === step.expect ? '' : ' ⚠')
      : '',
};
