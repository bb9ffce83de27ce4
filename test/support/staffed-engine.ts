import type { ActResult, Owner, StaffAct } from '../../src/core/handover.ts';
import { BOT } from '../../src/core/handover.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { Session } from '../../src/core/session.ts';
import type { Engine, TurnResult } from '../../src/core/turn.ts';
import { blank, countingEngine } from './pipeline.ts';

/** How long the bot is silent after what was perhaps a person's. */
export const UNSURE_MS = 60_000;

/** The counting engine, silent while staff own the conversation: what the pipeline must carry, without the product's words. */
export const staffedEngine: Engine = {
  ...countingEngine,
  turn(before, event, at): TurnResult {
    const session = before ?? blank(event.contact, at);
    switch (event.type) {
      case 'staff':
        return doAct(session, event, at);
      case 'echo':
        if (event.origin === 'staff') return silent(owned(session, 'inbox', event.staff ?? '', at));
        return silent({ ...session, owner: staff('unsure', '', at, at + UNSURE_MS) });
      case 'control':
        return silent(event.kind === 'takenFromUs' ? owned(session, 'routing', '', at) : session);
      case 'unanswered':
        return session.humanAskedAt === null ? silent(session) : says(session, 'still nobody');
      default:
    }
    if (event.type === 'text' && event.text === 'fault') return countingEngine.turn(session, event, at);
    if (session.owner.type === 'staff') {
      if (session.owner.until === null || at < session.owner.until)
        return silent({ ...session, turns: session.turns + 1 });
      return countingEngine.turn({ ...session, owner: BOT }, event, at);
    }
    return countingEngine.turn(session, event, at);
  },
};

function doAct(session: Session, { staff: who, name, act }: InboundEvent & { type: 'staff' }, at: number): TurnResult {
  const { owner } = session;
  const mine = owner.type === 'staff' && owner.staff === who;
  switch (act.type) {
    case 'takeOver':
      if (owner.type === 'staff' && owner.how === 'console' && !mine) return refused(session, 'held');
      return told({ ...owned(session, 'console', who, at), humanAskedAt: null }, `${name} is here`, { type: 'notice' });
    case 'handBack':
      if (!mine) return refused(session, 'notHeld');
      return says(
        { ...session, owner: BOT, handledAt: at },
        'the question again',
        { type: 'notice' },
        'and the question',
      );
    case 'close':
      return { ...silent({ ...session, owner: BOT, handledAt: at, humanAskedAt: null }), act: DONE };
    case 'say':
      if (!mine) return refused(session, 'notHeld');
      return told(session, act.text, { type: 'staff', staff: who, name });
    case 'submit':
      return {
        session,
        replies: [],
        tasks: [],
        request: { type: 'findEntries', contact: session.contact, code: 'submit' },
      };
    case 'assign':
    case 'sendFile':
    case 'startDraft':
    case 'answer':
      throw new Error('a fault of the program');
  }
}

const DONE: ActResult = { type: 'done' };

function staff(how: 'console' | 'inbox' | 'routing' | 'unsure', who: string, at: number, until: number | null): Owner {
  return { type: 'staff', how, staff: who, name: who, since: at, lastAt: at, until };
}

const owned = (session: Session, how: 'console' | 'inbox' | 'routing', who: string, at: number): Session => ({
  ...session,
  owner: staff(how, who, at, null),
});

const silent = (session: Session): TurnResult => ({ session, replies: [], tasks: [], request: null });

const told = (session: Session, text: string, from: NonNullable<Reply['from']>): TurnResult => ({
  ...silent(session),
  replies: [{ text, options: [], from }],
  act: DONE,
});

const says = (session: Session, ...said: (string | NonNullable<Reply['from']>)[]): TurnResult => {
  const replies: Reply[] = [];
  for (const one of said) {
    if (typeof one === 'string') replies.push({ text: one, options: [] });
    else replies[replies.length - 1] = { ...replies.at(-1)!, from: one };
  }
  return { ...silent(session), replies, act: DONE };
};

const refused = (session: Session, why: 'held' | 'notHeld'): TurnResult => ({
  ...silent(session),
  act: { type: 'refused', why, text: '' },
});

let acts = 0;
/** Something staff did; ids count up unless one is given. */
export const staffDoes = (
  contact: InboundEvent['contact'],
  who: string,
  act: StaffAct,
  sentAt: number,
  id = `console/${++acts}`,
): InboundEvent => ({ type: 'staff', id: id as InboundEvent['id'], contact, sentAt, staff: who, name: who, act });
