import { formatPhone, readPhone } from '../readers/phone.ts';
import { readYesNo } from '../readers/yes-no.ts';
import { action, note, tell, type Talk } from '../talk.ts';
import { answered, checkAnswered, checkRefused, refused, STAY, type StepType, type Verdict } from './step-type.ts';

/** A Vietnamese phone number, kept as E.164. */
export const phone: StepType<'phone'> = {
  question(talk, step) {
    const { ask } = talk.session;
    if (ask?.type === 'confirmPhone') {
      return {
        text: tell(talk, 'ask.confirmPhone', { phone: formatPhone(ask.e164) }),
        options: [action(talk, 'yes', 'button.right'), action(talk, 'retype', 'button.otherNumber')],
      };
    }
    if (ask?.type === 'pickPhone') {
      return {
        text: tell(talk, 'ask.pickPhone'),
        options: ask.options.map((e164) => ({ kind: 'choice', value: `p:${e164}`, label: formatPhone(e164) })),
      };
    }
    return { text: tell(talk, `${step.key}.prompt`), options: [] };
  },
  answer(talk, _step, input) {
    const { ask } = talk.session;
    if (ask?.type === 'confirmPhone') {
      const yes = input.type === 'tap' ? input.value === 'yes' : readYesNo(input.text);
      if (yes === true) return answered({ type: 'phone', e164: ask.e164 });
      if (yes === false) {
        talk.session.ask = null;
        return STAY;
      }
    }
    if (ask?.type === 'pickPhone') {
      const index = input.type === 'tap' ? -1 : /^\s*(?:số\s*)?([1-9])\s*\.?\s*$/iu.exec(input.text)?.[1];
      const picked =
        input.type === 'tap' ? ask.options.find((o) => `p:${o}` === input.value) : ask.options[Number(index) - 1];
      if (picked !== undefined) return answered({ type: 'phone', e164: picked });
    }
    if (input.type === 'tap') return STAY;
    return read(talk, input.text);
  },
  fits: (_step, answer) => answer.type === 'phone',
  check(talk, _step, value) {
    if (value.type !== 'phone') return checkRefused(talk, '');
    const found = readPhone(value.e164);
    if (found.type === 'several') return checkRefused(talk, 'ask.pickPhone');
    if (found.type !== 'refused') return checkAnswered({ type: 'phone', e164: found.e164 });
    return checkRefused(talk, `reject.phone.${found.reason}`, { digits: found.digits, count: found.digits.length });
  },
  show: (_talk, _step, answer) => (answer.type === 'phone' ? formatPhone(answer.e164) : ''),
};

function read(talk: Talk, typed: string): Verdict {
  const found = readPhone(typed);
  switch (found.type) {
    case 'ok':
      return answered({ type: 'phone', e164: found.e164 });
    case 'confirm':
      talk.session.ask = { type: 'confirmPhone', e164: found.e164 };
      return STAY;
    case 'retired': {
      const now = formatPhone(found.e164);
      note(talk, 'phone.retired', { old: found.old.slice(0, 4), prefix: now.slice(0, 3) });
      talk.session.ask = { type: 'confirmPhone', e164: found.e164 };
      return STAY;
    }
    case 'several':
      talk.session.ask = { type: 'pickPhone', options: found.options };
      return STAY;
    case 'refused':
      return refused(`phone.${found.reason}`, { digits: found.digits, count: found.digits.length });
  }
}
