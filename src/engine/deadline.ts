import { phaseAt, type Phase, type PhaseAt } from '../core/campaign.ts';
import { phasesIn, tellMoved, whereIn } from './own-phases.ts';
import { flowOf, langOf, note, tell, type Talk } from './talk.ts';
import { tellClosing, tellInstant, tellLeft } from './times-told.ts';

/** Whether the campaign still takes drafts of this person: it is open for them, or will open again. */
export const isLive = (talk: Talk): boolean => whereIn(talk).type !== 'over';

const phaseIn = (where: PhaseAt): Phase =>
  where.type === 'open' ? where.phase : where.type === 'over' ? where.last : where.next;

const isSamePlace = (a: PhaseAt, b: PhaseAt): boolean => a.type === b.type && phaseIn(a) === phaseIn(b);

/** Says that a phase closed, opened or was moved since the person was last here; true when it said something. */
export function tellPhaseChange(talk: Talk): boolean {
  const phases = phasesIn(talk, flowOf(talk));
  if (talk.session.lastSeenAt === 0) return false;
  if (tellMoved(talk)) return true;
  const before = phaseAt(phases, talk.session.lastSeenAt);
  const now = phaseAt(phases, talk.at);
  if (isSamePlace(before, now)) return false;
  const lang = langOf(talk);
  switch (now.type) {
    case 'open':
      note(talk, 'phase.opened', { phase: now.phase.name[lang], closing: tellClosing(talk, now.phase.closesAt) });
      return true;
    case 'between':
      note(talk, 'phase.between', {
        phase: now.last.name[lang],
        closing: tellClosing(talk, now.last.closesAt),
        next: now.next.name[lang],
        opening: tellInstant(talk, now.next.opensAt),
      });
      return true;
    case 'before':
      return false;
    case 'over':
      return false; // said with every answer, see `tellOver`
  }
}

/** The campaign is over for good: says so, with the exact time. */
export function tellOver(talk: Talk): void {
  const flow = flowOf(talk);
  const where = whereIn(talk, flow);
  if (where.type !== 'over') return;
  const lang = langOf(talk);
  note(talk, 'phase.over', {
    campaign: flow.campaign.shortName[lang],
    closing: tellClosing(talk, where.last.closesAt),
  });
}

/** Until when entries are taken and how long that is, or from when on. */
export function tellDeadline(talk: Talk): string {
  const where = whereIn(talk);
  switch (where.type) {
    case 'open':
      return tell(talk, 'deadline.open', {
        closing: tellClosing(talk, where.phase.closesAt),
        left: tellLeft(talk, where.phase.closesAt - talk.at),
      });
    case 'before':
    case 'between':
      return tell(talk, 'deadline.notYet', { opening: tellInstant(talk, where.next.opensAt) });
    case 'over':
      return tell(talk, 'deadline.over', { closing: tellClosing(talk, where.last.closesAt) });
  }
}
