import { phaseAt, type Phase, type PhaseAt } from '../core/campaign.ts';
import { flowOf, langOf, note, tell, type Talk } from './talk.ts';
import { showClosing, showInstant, timeLeft, type ShownTime } from './times.ts';

const tellTime = (talk: Talk, { key, ...params }: ShownTime): string => tell(talk, `time.${key}`, params);

/** `7h00 ngày 01/6/2022`. */
export const tellInstant = (talk: Talk, at: number): string => tellTime(talk, showInstant(at));

/** `24h00 ngày 31/5/2022`. */
export const tellClosing = (talk: Talk, at: number): string => tellTime(talk, showClosing(at));

/** `3 ngày 5 giờ`. */
export function tellLeft(talk: Talk, ms: number): string {
  const { key, a, b } = timeLeft(ms);
  return tell(talk, b > 0 ? `left.${key}And` : `left.${key}`, { a, b });
}

/** Whether the campaign still takes drafts at `at`: it is open, or will open again. */
export const isLive = (talk: Talk): boolean => phaseAt(flowOf(talk).campaign.phases, talk.at).type !== 'over';

const phaseIn = (where: PhaseAt): Phase =>
  where.type === 'open' ? where.phase : where.type === 'over' ? where.last : where.next;

const isSamePlace = (a: PhaseAt, b: PhaseAt): boolean => a.type === b.type && phaseIn(a) === phaseIn(b);

/** Says that a phase closed or opened since the person was last here; true when it said something. */
export function tellPhaseChange(talk: Talk): boolean {
  const { phases } = flowOf(talk).campaign;
  if (talk.session.lastSeenAt === 0) return false;
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
  const where = phaseAt(flow.campaign.phases, talk.at);
  if (where.type !== 'over') return;
  const lang = langOf(talk);
  note(talk, 'phase.over', {
    campaign: flow.campaign.shortName[lang],
    closing: tellClosing(talk, where.last.closesAt),
  });
}

/** Until when entries are taken and how long that is, or from when on. */
export function tellDeadline(talk: Talk): string {
  const where = phaseAt(flowOf(talk).campaign.phases, talk.at);
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
