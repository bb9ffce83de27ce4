import { never } from '../base/never.ts';
import type { InboundEvent } from '../core/event.ts';
import type { Owner } from '../core/handover.ts';
import { endRequest, tellUnanswered } from './call-human.ts';
import { handBack, ownAgain, tellAgain } from './handback.ts';
import { hearEvent } from './hearing.ts';
import { playNudge } from './nudge.ts';
import { hearSilently, rememberFiles, takeFilesSilently, wantsBot } from './silence.ts';
import { act } from './staff-acts.ts';
import { flowOf, type Talk } from './talk.ts';

/** Plays one event into the talk, as it is heard by whoever owns the conversation. */
export function playEvent(talk: Talk): void {
  const { event, session } = talk;
  const isHeld = session.owner.type === 'staff';
  switch (event.type) {
    case 'staff':
      return act(talk, event);
    case 'echo':
      return seeInbox(talk, event);
    case 'control':
      return moveThread(talk, event.kind);
    case 'nudge':
      if (isPauseOver(talk)) ownAgain(talk);
      return playNudge(talk, event.nudge);
    case 'unanswered':
      return isHeld ? undefined : tellUnanswered(talk, event.request);
    case 'filesFetched':
      if (!isAwaited(talk, event.request)) return rememberFiles(talk, event);
      return isHeld ? takeFilesSilently(talk, event) : hearEvent(talk);
    case 'text':
    case 'quickReply':
    case 'postback':
    case 'opened':
    case 'attachments':
      if (isPauseOver(talk) && !wantsBot(talk)) {
        ownAgain(talk);
        hearEvent(talk);
        return tellAgain(talk);
      }
      return isHeld ? hearSilently(talk) : hearEvent(talk);
    case 'erase':
      return hearEvent(talk);
    case 'receipt':
    case 'reaction':
    case 'left':
      return; // kept in the records, nothing to answer
    default:
      return never(event, 'event');
  }
}

/** Did the person themselves do it? Windows of the platforms hang on that. */
export const isOfPerson = ({ type }: InboundEvent): boolean => OF_PERSON.has(type);

const OF_PERSON: ReadonlySet<InboundEvent['type']> = new Set([
  'text',
  'quickReply',
  'postback',
  'opened',
  'attachments',
  'reaction',
]);

const isAwaited = ({ session }: Talk, request: string): boolean =>
  Object.values(session.drafts).some((draft) => draft.fetching[request] !== undefined);

function isPauseOver({ session: { owner }, at }: Talk): boolean {
  return owner.type === 'staff' && owner.how === 'unsure' && owner.until !== null && owner.until <= at;
}

/** A message went out of our account that is not the bot's. */
function seeInbox(talk: Talk, event: Extract<InboundEvent, { type: 'echo' }>): void {
  if (event.origin === 'bot') return;
  const { session, at } = talk;
  const { owner } = session;
  const { support } = flowOf(talk).campaign;
  const text = lineOf(event.text);
  if (text !== '' && support.autoReplies.some((line) => lineOf(line) === text)) return;
  if (support.handBackWords.some((word) => lineOf(word) === text)) {
    if (owner.type === 'staff') handBack(talk);
    return;
  }
  if (event.origin === 'unsure') {
    if (owner.type === 'staff' && owner.how !== 'unsure') return;
    const since = owner.type === 'staff' ? owner.since : at;
    const until = at + support.unsurePauseMs;
    session.owner = { type: 'staff', how: 'unsure', staff: event.staff ?? '', name: '', since, lastAt: at, until };
    return;
  }
  endRequest(talk);
  session.owner = inInbox(owner, event.staff ?? '', at);
}

/** Whose it is after someone wrote in the platform's own inbox: a colleague in the console keeps it. */
function inInbox(owner: Owner, staff: string, at: number): Owner {
  if (owner.type === 'staff' && owner.how === 'console') return owner;
  if (owner.type === 'staff' && owner.how !== 'unsure') return { ...owner, staff: staff || owner.staff, lastAt: at };
  return { type: 'staff', how: 'inbox', staff, name: '', since: at, lastAt: at, until: null };
}

/** For comparing a message with a configured one: without regard to case, form of accents and white space. */
const lineOf = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();

/** The platform moved the thread between apps. */
function moveThread(talk: Talk, kind: Extract<InboundEvent, { type: 'control' }>['kind']): void {
  const { session, at } = talk;
  const { owner } = session;
  switch (kind) {
    case 'takenFromUs':
      if (owner.type === 'staff' && owner.how === 'routing') return;
      // who asked for a person goes on waiting: nobody wrote yet
      session.owner = { type: 'staff', how: 'routing', staff: '', name: '', since: at, lastAt: at, until: null };
      return;
    case 'passedToUs':
      if (owner.type === 'staff' && owner.how !== 'console') handBack(talk);
      return;
    case 'requested':
      return;
    default:
      return never(kind, 'control');
  }
}
