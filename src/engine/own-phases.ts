import { phaseAt, phasesFor, type Phase, type PhaseAt } from '../core/campaign.ts';
import type { Session } from '../core/session.ts';
import { tellClosing, tellLeft } from './times-told.ts';
import type { Flow } from './flow.ts';
import { hasToldUnit, unitsIn } from './person.ts';
import { draftOf, flowOf, note, type Talk } from './talk.ts';

/**
 * The phases of a campaign as they are for this person, by their unit. `hint`: the unit of a code they just came by, which counts
 * until they told theirs. The unit that they told in another campaign closes none to them: they may work elsewhere now, and are
 * asked.
 */
export function phasesIn(
  { world, session, at }: Talk,
  { campaign }: Flow,
  hint: string | null = null,
): readonly Phase[] {
  if (campaign.deadlines.length === 0) return campaign.phases;
  const hinted = hint === null ? [] : campaign.units.pathOf(hint);
  const told = unitsIn(world, session, campaign.id);
  const own = phasesFor(campaign, told.length > 0 ? told : hinted);
  const isOver = told.length > 0 && phaseAt(own, at).type === 'over';
  return isOver && !hasToldUnit(session, campaign.id) ? phasesFor(campaign, hinted) : own;
}

/** Where this turn lies among them. */
export const whereIn = (talk: Talk, flow: Flow = flowOf(talk), hint: string | null = null): PhaseAt =>
  phaseAt(phasesIn(talk, flow, hint), talk.at);

/** Who tells a unit that has another deadline hears of it in the same turn. */
export function tellOwnDeadline(talk: Talk, before: Session): void {
  const flow = flowOf(talk);
  const { campaign } = flow;
  if (campaign.deadlines.length === 0 || before.greetedAt === null || !draftOf(talk)) return;
  if (before.campaign !== campaign.id) return;
  const where = whereIn(talk, flow);
  if (where.type !== 'open') return;
  const { id, closesAt } = where.phase;
  const was = phasesFor(campaign, unitsIn(talk.world, before, campaign.id)).find((phase) => phase.id === id);
  const isOther = was?.closesAt !== closesAt;
  if (isOther && hasMoved(talk, before)) {
    note(talk, 'deadline.own', { closing: tellClosing(talk, closesAt), left: tellLeft(talk, closesAt - talk.at) });
  }
}

const hasMoved = ({ world, session }: Talk, before: Session): boolean =>
  unitsIn(world, session, session.campaign).join() !== unitsIn(world, before, before.campaign).join();

/** The deadline that a person has in mind now, so that they can be told when it is another one. */
export function rememberDeadline(talk: Talk): void {
  const flow = flowOf(talk);
  const where = whereIn(talk, flow);
  if (where.type === 'before') return;
  const { id, closesAt } = where.type === 'open' ? where.phase : where.last;
  talk.session.deadlineSeen = { campaign: flow.campaign.id, phase: id, closesAt };
}

/** Says that the deadline was put off, or brought forward, since the person was last here; true when it said something. */
export function tellMoved(talk: Talk): boolean {
  const { deadlineSeen: seen } = talk.session;
  const flow = flowOf(talk);
  const where = whereIn(talk, flow);
  if (seen?.campaign !== flow.campaign.id || where.type !== 'open' || where.phase.id !== seen.phase) return false;
  const { name, closesAt } = where.phase;
  if (closesAt === seen.closesAt) return false;
  note(talk, closesAt > seen.closesAt ? 'phase.prolonged' : 'phase.shortened', {
    phase: name[talk.session.lang],
    closing: tellClosing(talk, closesAt),
    left: tellLeft(talk, closesAt - talk.at),
  });
  return true;
}
