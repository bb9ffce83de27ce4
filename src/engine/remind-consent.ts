import { whereIn } from './own-phases.ts';
import { tellClosing } from './times-told.ts';
import { readYesNo } from './readers/yes-no.ts';
import type { Input } from './steps/step-type.ts';
import { action, note, type Talk } from './talk.ts';

/**
 * Asks once whether to remind of the deadline, when someone leaves the form for later: they are going anyway, so that it holds
 * up no answer; they know by then what there is to be reminded of; and it is they who wish to come back. Those who leave without a
 * word are asked nothing: within the free window the platforms take a reminder without it, and each one says how to end them.
 */
export function askToRemind(talk: Talk): void {
  const { session, at } = talk;
  const { remindAskedAt, remindYesAt, remindersOff } = session;
  if (remindAskedAt !== null || remindYesAt !== null || remindersOff) return;
  const where = whereIn(talk);
  if (where.type === 'over') return;
  const { closesAt } = where.type === 'open' ? where.phase : where.next;
  session.remindAskedAt = at;
  session.ask = { type: 'remind' };
  note(talk, 'reminders.ask', { deadline: tellClosing(talk, closesAt) });
  talk.offers = [
    action(talk, 'menu:startReminders', 'button.remindMe'),
    action(talk, 'menu:stopReminders', 'button.noReminders'),
  ];
}

/** A yes or no to that; anything else is no answer to it. */
export function answerToRemind(talk: Talk, input: Input): boolean {
  const yes = input.type === 'text' ? readYesNo(input.text) : null;
  if (yes !== null) setReminders(talk, yes);
  else talk.session.ask = null;
  return yes !== null;
}

/** By the person's own word. Who was just asked is leaving: then the form's question does not follow. */
export function setReminders(talk: Talk, isOn: boolean): void {
  const { session, at } = talk;
  if (session.ask?.type === 'remind') {
    session.ask = null;
    talk.asking = false;
  }
  session.remindersOff = !isOn;
  session.remindYesAt = isOn ? at : null;
  note(talk, isOn ? 'reminders.on' : 'reminders.off');
}
