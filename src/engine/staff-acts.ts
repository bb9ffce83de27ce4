import { never } from '../base/never.ts';
import { whereIn } from './own-phases.ts';
import { parseContactId } from '../core/contact.ts';
import type { InboundEvent } from '../core/event.ts';
import type { ActResult, StaffAct } from '../core/handover.ts';
import type { Reply } from '../core/reply.ts';
import { endRequest } from './call-human.ts';
import { tellClosing } from './times-told.ts';
import { startDraft } from './drafts.ts';
import { handBack, notice, ownAgain } from './handback.ts';
import { fillIn, refuseAct } from './staff-answer.ts';
import { submitForAuthor } from './staff-submit.ts';
import { langOf, tell, type Talk } from './talk.ts';

type StaffEvent = Extract<InboundEvent, { type: 'staff' }>;

/**
 * From then on only a person may write on Messenger, and the message must say so: half an hour before the window for automatic
 * messages closes, by the clock of the platform. Source: messenger.md §4.2, 24 h after the person's last message.
 */
const LATE_AFTER_MS = 23.5 * 3_600_000;

const DONE: ActResult = { type: 'done' };

/** Does what a member of staff did in the console, or says why not: then nothing changes. */
export function act(talk: Talk, event: StaffEvent): void {
  const stands = mayDo(talk, event);
  talk.act = stands ?? perform(talk, event);
  const { owner } = talk.session;
  if (
    talk.act?.type !== 'refused' &&
    owner.type === 'staff' &&
    owner.how === 'console' &&
    owner.staff === event.staff
  ) {
    talk.session.owner = { ...owner, lastAt: talk.at };
  }
}

/** Why someone may not do it as the conversation stands; null where they may. */
function mayDo({ session }: Talk, { staff, act: { type } }: StaffEvent): ActResult | null {
  const { owner } = session;
  const holder = owner.type === 'staff' && owner.how === 'console' ? owner.staff : null;
  switch (type) {
    case 'assign':
      return null; // also from a colleague who went home: a conversation is never stuck with anybody
    case 'takeOver':
      return holder === null || holder === staff ? null : refuseAct('held');
    case 'handBack':
      if (holder !== null) return holder === staff ? null : refuseAct('held');
      return owner.type === 'staff' ? null : refuseAct('notHeld');
    case 'close':
      if (holder !== null) return holder === staff ? null : refuseAct('held');
      return owner.type === 'staff' || session.humanAskedAt !== null ? null : refuseAct('notHeld');
    case 'say':
    case 'sendFile':
    case 'startDraft':
    case 'answer':
    case 'submit':
      return holder === staff ? null : refuseAct(holder === null ? 'notHeld' : 'held');
    default:
      return never(type, 'act');
  }
}

/** What became of it; null while the outside is asked. */
function perform(talk: Talk, event: StaffEvent): ActResult | null {
  const { session } = talk;
  const { act: what, staff, name } = event;
  switch (what.type) {
    case 'takeOver':
      return own(talk, staff, name);
    case 'assign':
      return own(talk, what.to, what.toName);
    case 'handBack':
      if (what.parting.trim() !== '') talk.replies.push(written(talk, event, what.parting));
      handBack(talk);
      return DONE;
    case 'close':
      endRequest(talk);
      session.handledAt = talk.at;
      if (session.owner.type === 'staff') ownAgain(talk);
      return DONE;
    case 'say':
      if (what.text.trim() === '') return refuseAct('invalid');
      talk.replies.push(written(talk, event, what.text));
      return DONE;
    case 'sendFile':
      talk.replies.push({ ...written(talk, event, ''), file: what.file });
      return DONE;
    case 'startDraft':
      return beginDraft(talk, what);
    case 'answer':
      return fillIn(talk, what.step, what.value);
    case 'submit':
      return submitForAuthor(talk, { staff, name });
    default:
      return never(what, 'act');
  }
}

/** Makes someone of the console the owner; the person is told once, when the bot falls silent. */
function own(talk: Talk, staff: string, name: string): ActResult {
  const { session, at } = talk;
  const { owner } = session;
  endRequest(talk);
  if (owner.type === 'staff' && owner.how === 'console' && owner.staff === staff) return DONE;
  if (owner.type === 'bot') talk.replies.push(notice(tell(talk, 'handover.taken')));
  session.owner = { type: 'staff', how: 'console', staff, name, since: at, lastAt: at, until: null };
  return DONE;
}

/** Words of a member of staff. */
function written({ session, at }: Talk, { staff, name, contact }: StaffEvent, text: string): Reply {
  const isLate = parseContactId(contact).channel === 'messenger' && at - session.lastSeenAt >= LATE_AFTER_MS;
  return { text: text.trim(), options: [], from: { type: 'staff', staff, name }, ...(isLate && { isLate }) };
}

function beginDraft(talk: Talk, { campaign }: Extract<StaffAct, { type: 'startDraft' }>): ActResult {
  const { session, world, at } = talk;
  const flow = world.flows.get(campaign);
  if (!flow) return refuseAct('closed');
  const where = whereIn(talk, flow);
  if (where.type === 'over') {
    const closing = tellClosing(talk, where.last.closesAt);
    return refuseAct('closed', tell(talk, 'phase.over', { campaign: flow.campaign.shortName[langOf(talk)], closing }));
  }
  if (session.drafts[campaign]) return refuseAct('draftOpen', tell(talk, 'newEntry.open'));
  session.greetedAt ??= at; // what the form asks first says what it is
  startDraft(talk, flow);
  return DONE;
}
