import { officeOpensAt } from '../core/office-hours.ts';
import { tellInstant } from './times-told.ts';
import { flowOf, langOf, note, type Talk } from './talk.ts';

/** Asks staff to take over; a request that stands is told again and never made twice, so that it keeps its place. */
export function callHuman(talk: Talk, reason: 'asked' | 'stuck'): void {
  const { session, event } = talk;
  talk.asking = true;
  if (session.humanAskedAt !== null) {
    if (reason === 'asked') session.humanReason = reason;
    noteByHours(talk, 'human.waiting', { since: tellInstant(talk, session.humanAskedAt) });
  } else {
    session.humanAskedAt = talk.at;
    session.humanReason = reason;
    session.humanRequest = { id: event.id, told: false };
    talk.tasks.push({ type: 'callHuman', request: event.id, contact: session.contact, at: talk.at, reason });
    noteByHours(talk, `human.${reason}`);
  }
  noteLines(talk);
}

/** Nobody has taken up request `request` for a long time: said once, and only while it stands. */
export function tellUnanswered(talk: Talk, request: string): void {
  const { session } = talk;
  const open = session.humanRequest ?? { id: request, told: false }; // sessions of old do not know which
  if (session.humanAskedAt === null || open.id !== request || open.told) return;
  session.humanRequest = { id: request, told: true };
  noteByHours(talk, 'human.unanswered', { since: tellInstant(talk, session.humanAskedAt) });
  noteLines(talk);
  talk.asking = true; // buttons of the open question go with the next message on Messenger
}

/** Staff have it now, or are done with it. */
export function endRequest(talk: Talk): void {
  const { session } = talk;
  session.humanAskedAt = null;
  session.humanReason = null;
  session.humanRequest = null;
}

/** Says `key`, or outside office hours `<key>Closed` with when someone is there again. */
function noteByHours(talk: Talk, key: string, params: Readonly<Record<string, string>> = {}): void {
  const opensAt = officeOpensAt(flowOf(talk).campaign.support.hours, talk.at);
  if (opensAt === null) note(talk, key, params);
  else note(talk, `${key}Closed`, { ...params, opening: tellInstant(talk, opensAt) });
}

function noteLines(talk: Talk): void {
  const lines = flowOf(talk).campaign.contactLines.map((line) => line[langOf(talk)]);
  if (lines.length > 0) note(talk, 'human.lines', { lines: lines.join('\n') });
}
