import type { Campaign } from '../core/campaign.ts';
import type { Reply } from '../core/reply.ts';
import type { Session } from '../core/session.ts';
import type { Engine, TurnResult } from '../core/turn.ts';
import { newSession } from './drafts.ts';
import type { World } from './flow.ts';
import { isOfPerson, playEvent } from './handover.ts';
import { isOtherQuestion, openQuestion, toOptions } from './open-question.ts';
import { rememberDeadline, tellOwnDeadline } from './own-phases.ts';
import { draftsOf, personOf } from './person.ts';
import { takeStaffOutcome } from './staff-submit.ts';
import { takeOutcome } from './submit.ts';
import { say } from './texts.ts';
import { startTalk, type Talk } from './talk.ts';

const DAY_MS = 86_400_000;
/** Sessions without a draft are kept this long, so that "của tôi" and the profile still work. */
const KEEP_IDLE_MS = 400 * DAY_MS;
const KEEP_LEAST_MS = 7 * DAY_MS;
/** A note and the question go into one message up to this length, in UTF-16 units; past it they are two. */
const MAX_JOINED = 1500;

/** The conversation state machine over compiled flows: pure, one event in, the new session and what to say out. */
export function makeEngine(world: World): Engine {
  return {
    turn(session, event, at) {
      const before = session ?? { ...newSession(event.contact, at), lastSeenAt: 0 };
      const talk = startTalk(world, before, event, at);
      playEvent(talk);
      return finish(talk, before);
    },
    resume(session, event, at, request, outcome) {
      const talk = startTalk(world, session, event, at);
      if (event.type === 'staff') talk.act = takeStaffOutcome(talk, request, outcome);
      else takeOutcome(talk, request, outcome);
      return finish(talk, session);
    },
    person: (session) => personOf(world, session),
    drafts: (session) => draftsOf(world, session),
    keepFor: (session, at) => keepFor(world, session, at),
    failedReply: (session) => ({ text: say(world.texts, session?.lang ?? 'vi', 'failed'), options: [] }),
    busyReply: (session) => ({ text: say(world.texts, session?.lang ?? 'vi', 'busy'), options: [] }),
  };
}

/** Numbers the open question and makes messages of what was said: while staff own the conversation, of nothing that is the bot's. */
function finish(talk: Talk, before: Session): TurnResult {
  const { session, act, nudge } = talk;
  if (act?.type === 'refused') return { session: before, replies: [], tasks: [], request: null, act };
  if (nudge?.type === 'skipped') return { session: before, replies: [], tasks: [], request: null, nudge };
  const isHeld = session.owner.type === 'staff';
  if (isOfPerson(talk.event) && !isHeld) tellOwnDeadline(talk, before);
  const question = talk.request === null && talk.asking && !isHeld ? openQuestion(talk) : null;
  if (isOtherQuestion(talk, before)) session.prompt = before.prompt + 1;
  session.lastSeenAt = isOfPerson(talk.event) ? Math.max(before.lastSeenAt, talk.at) : before.lastSeenAt;
  if (isOfPerson(talk.event) && !isHeld && session.greetedAt !== null) rememberDeadline(talk);
  session.turns = before.turns + 1;
  const replies: Reply[] = isHeld ? talk.replies.filter((reply) => reply.from) : [...talk.replies];
  const said = isHeld ? '' : talk.notes.join('\n\n');
  if (question) {
    const options = toOptions([...question.options, ...talk.offers], session.prompt);
    if (said && !talk.from && said.length + question.text.length > MAX_JOINED) {
      replies.push({ text: said, options: [] }, { text: question.text, options });
    } else replies.push({ text: said ? `${said}\n\n${question.text}` : question.text, options });
  } else if (said) replies.push({ text: said, options: toOptions(talk.offers, session.prompt) });
  if (talk.from) for (const [n, reply] of replies.entries()) replies[n] = { ...reply, from: talk.from };
  return { session, replies, tasks: talk.tasks, request: talk.request, ...(act && { act }), ...(nudge && { nudge }) };
}

/** Until the last campaign with a draft has closed, plus its grace; a session without drafts longer than a year. */
function keepFor(world: World, session: Session, at: number): number {
  const ends = Object.keys(session.drafts).flatMap((id) => {
    const campaign = world.flows.get(id)?.campaign;
    return campaign ? [closesAt(campaign) + campaign.draftGraceDays * DAY_MS - at] : [];
  });
  const isWithStaff = session.owner.type === 'staff' || session.humanAskedAt !== null; // only they end it, not time
  const idle = session.entries.length > 0 || session.consentAt !== null || isWithStaff ? KEEP_IDLE_MS : 0;
  return Math.max(KEEP_LEAST_MS, idle, ...ends);
}

/** For the last of all units. */
const closesAt = ({ phases, deadlines }: Campaign): number =>
  Math.max(...phases.map((phase) => phase.closesAt), ...deadlines.map((own) => own.closesAt ?? 0));
