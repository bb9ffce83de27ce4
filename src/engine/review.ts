import { readCommand } from './commands.ts';
import { readYesNo } from './readers/yes-no.ts';
import { summaryLines } from './summary.ts';
import { action, flowOf, mustDraft, note, tell, type Question, type Talk } from './talk.ts';
import { tellDeadline } from './deadline.ts';
import { refused, STAY, type Input, type Verdict } from './steps/step-type.ts';

/** The summary with every answer and how long is left. */
export function reviewQuestion(talk: Talk): Question {
  const { parts } = flowOf(talk);
  const head = tell(talk, mustDraft(talk).revises === null ? 'review.head' : 'review.headRevision', { parts });
  const lines = summaryLines(talk).map(({ number, label, value }) => `${number}. ${label}: ${value}`);
  return {
    text: [head, ...lines, tellDeadline(talk), tell(talk, 'review.ask')].join('\n'),
    options: [action(talk, 'submit'), action(talk, 'edit'), action(talk, 'later')],
  };
}

/** Sends only on an explicit yes. */
export function answerReview(talk: Talk, input: Input): Verdict {
  const word = input.type === 'tap' ? input.value : (readCommand(input.text, talk.world.words)?.name ?? null);
  const yes = input.type === 'text' ? readYesNo(input.text) : null;
  if (word === 'submit' || yes === true) return { type: 'submit' };
  if (word === 'edit') {
    talk.session.ask = { type: 'pickEdit' };
    return STAY;
  }
  if (word === 'later' || yes === false) {
    note(talk, 'review.later');
    return { type: 'pause' };
  }
  return input.type === 'tap' ? STAY : refused('review');
}
