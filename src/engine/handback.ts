import { BOT } from '../core/handover.ts';
import type { Reply } from '../core/reply.ts';
import { offerMenu, menu } from './asides.ts';
import { endRequest } from './call-human.ts';
import { isLive, tellDeadline, tellOver } from './deadline.ts';
import { openQuestion, progressLine } from './open-question.ts';
import { refresh } from './progress.ts';
import { tellFaults } from './steps/attachments.ts';
import { draftOf, mustDraft, note, settleCampaign, stepOf, tell, type Talk } from './talk.ts';

/** Something said of the change of speaker itself, or of what was done in the person's place. */
export const notice = (text: string): Reply => ({ text, options: [], from: { type: 'notice' } });

/** The bot owns the conversation again, and wrong answers from before count no more. */
export function ownAgain(talk: Talk): void {
  const { session } = talk;
  session.owner = BOT;
  if (session.ask?.type === 'remind') session.ask = null; // long ago
  session.misses = 0;
  session.lastMiss = '';
}

/** Staff give it back: says so and asks what was open, the same question under the same number. */
export function handBack(talk: Talk): void {
  endRequest(talk);
  talk.session.handledAt = talk.at;
  ownAgain(talk);
  talk.replies.push(notice(tell(talk, 'handover.back')));
  goOnWithForm(talk);
}

/** The person wants to go on with the form. */
export function resume(talk: Talk): void {
  ownAgain(talk);
  talk.replies.push(notice(tell(talk, 'handover.resumed')));
  goOnWithForm(talk);
}

/** One line on where the form stands, and its open question; the menu where none is open. */
function goOnWithForm(talk: Talk): void {
  const { session } = talk;
  if (session.greetedAt === null) return; // nobody they know: greeted when they write
  talk.asking = true;
  settleCampaign(talk);
  if (!draftOf(talk)) {
    if (openQuestion(talk)) note(talk, 'handover.goOnOther');
    return menu(talk, 'idle.unknown');
  }
  if (!isLive(talk)) {
    if (openQuestion(talk)) return;
    tellOver(talk);
    note(talk, 'phase.draftKept');
    return offerMenu(talk);
  }
  refresh(talk);
  const step = stepOf(talk);
  if (step.type === 'review') note(talk, 'handover.goOnReview');
  else {
    const [progress = ''] = progressLine(talk, step).split(' · ');
    if (progress) note(talk, 'handover.goOn', { progress, deadline: tellDeadline(talk) });
    else note(talk, 'handover.goOnOther');
  }
  const { fetchFaults, fetching } = mustDraft(talk);
  const isFetched = fetchFaults.length > 0 && Object.keys(fetching).length === 0;
  if (step.type === 'attachments' && isFetched) tellFaults(talk, step); // nobody was told of them meanwhile
}

/** The pause after a doubtful message is over: says who answers, before what is answered. */
export function tellAgain(talk: Talk): void {
  const [progress = ''] = draftOf(talk) && isLive(talk) ? progressLine(talk, stepOf(talk)).split(' · ') : [];
  talk.notes.unshift(progress ? tell(talk, 'handover.again', { progress }) : tell(talk, 'handover.againOther'));
}
