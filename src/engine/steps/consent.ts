import { readYesNo } from '../readers/yes-no.ts';
import { readCommand } from '../commands.ts';
import { action, note, tell, type Talk } from '../talk.ts';
import { answered, checkAnswered, checkRefused, refused, STAY, type StepType } from './step-type.ts';

/** Asks to keep name, phone and workplace: what is stored, why, and how to delete it. Nothing is asked before a yes. */
export const consent: StepType<'consent'> = {
  question: (talk, step) => ({
    text: tell(talk, `${step.key}.prompt`),
    options: [action(talk, 'agree'), action(talk, 'details')],
  }),
  answer(talk, step, input) {
    const said = input.type === 'tap' ? input.value : readWord(talk, input.text);
    switch (said) {
      case 'agree':
        talk.session.consentAt = talk.at;
        return answered({ type: 'yesNo', yes: true });
      case 'details':
        note(talk, `${step.key}.details`);
        return STAY;
      case 'refuse':
        note(talk, `${step.key}.refused`);
        return STAY;
      case null:
        return refused('consent');
      default:
        return STAY; // a payload made up by hand
    }
  },
  fits: () => true,
  check: (talk, step, value) =>
    value.type === 'yesNo' && value.yes ? checkAnswered(value) : checkRefused(talk, `${step.key}.refused`),
  show: () => '',
};

function readWord(talk: Talk, text: string): 'agree' | 'details' | 'refuse' | null {
  if (readCommand(text, talk.world.words)?.name === 'details') return 'details';
  const yes = readYesNo(text);
  return yes === null ? null : yes ? 'agree' : 'refuse';
}
