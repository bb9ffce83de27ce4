import { OPEN_CAMPAIGN, CORRECT_ENTRY, type Nudge, type Skip, type TemplateUse } from '../core/broadcast.ts';
import { phaseAt, type Phase } from '../core/campaign.ts';
import { parseContactId, type ContactId } from '../core/contact.ts';
import type { Reply } from '../core/reply.ts';
import { MAX_NUDGED } from '../core/session.ts';
import { standingIn } from '../core/standing.ts';
import { windowAt, type Window } from '../core/window.ts';
import { changeable } from './asides.ts';
import { isLive } from './deadline.ts';
import type { Flow } from './flow.ts';
import { fillIn, keyOf, namesOf, tidy, type Told } from './nudge-words.ts';
import { phasesIn } from './own-phases.ts';
import { draftsOf, personOf } from './person.ts';
import { refresh } from './progress.ts';
import { action, draftOf, flowOf, mustDraft, tell, type Answerable, type Talk } from './talk.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Nobody is written to by night, so that what falls into it is said before: by so much a time may be moved. */
const NIGHT_MS = 9 * HOUR_MS;
/** Whoever did something within this time is in the middle of it: an open question of another matter is asked again. */
const UNDER_WAY_MS = 12 * HOUR_MS;

/** Says a message of a broadcast as this minute wants it, or not at all: then the conversation stays as it was. */
export function playNudge(talk: Talk, nudge: Nudge): void {
  const why = whyNot(talk, nudge);
  talk.nudge = why ? { type: 'skipped', why } : { type: 'said' };
  if (why) return;
  const { session, at } = talk;
  const { run, delivery, kind, campaign } = nudge;
  const deadline = nudge.deadline && { phase: nudge.deadline.phase, closesAt: nudge.deadline.closesAt };
  session.nudged = [...session.nudged, { run, delivery, kind, campaign, deadline, at }].slice(-MAX_NUDGED);
  const flow = talk.world.flows.get(campaign) ?? flowOf(talk);
  const told: Told = { nudge, flow, phase: phaseOf(talk, nudge, flow), standing: standingOf(talk, campaign) };
  const template = windowOf(talk).now === 'free' ? null : nudge.how === 'template' ? nudge.template : null;
  talk.from = { type: 'broadcast', run, delivery, until: untilOf(talk, told, template) };
  if (template) talk.replies.push(byTemplate(talk, told, template));
  else sayPlainly(talk, told);
}

/** Why it is not said, null when it is. What staff see as the reason is the first that holds. */
function whyNot(talk: Talk, nudge: Nudge): Skip | null {
  const { session, at } = talk;
  const { kind } = nudge;
  if (session.greetedAt === null) return 'stranger';
  if (session.owner.type === 'staff') return 'withStaff';
  if (wasSaid(talk, nudge)) return 'twice';
  if (kind !== 'test') {
    if (session.remindersOff && kind !== 'result') return 'optedOut';
    const why = notWanted(talk, nudge);
    if (why) return why;
  }
  return at >= nudge.notAfter ? 'tooLate' : notReached(talk, nudge);
}

/** Of results there may be several to one person in a run: one for each entry. Tests are sent as often as one likes. */
function wasSaid({ session }: Talk, { kind, run, delivery }: Nudge): boolean {
  const byRun = kind !== 'result' && kind !== 'test';
  return session.nudged.some((said) => said.delivery === delivery || (byRun && said.run === run));
}

/** What the person did since it was planned, and what became of the deadline, speaks against it. */
function notWanted(talk: Talk, nudge: Nudge): Skip | null {
  const { session, world, at } = talk;
  const { kind, campaign, deadline, standings } = nudge;
  if (kind === 'result') return null;
  const flow = world.flows.get(campaign);
  if (!flow) return 'notNeeded';
  const standing = standingOf(talk, campaign);
  const stands = (one: Nudge['standings'][number]): boolean =>
    one === 'notStarted' || one === 'draft' ? one === standing : hasEntry(talk, campaign);
  if (standings.length > 0 && !standings.some(stands)) return 'notNeeded';
  if (kind === 'reminder' && standing === 'submitted') return 'notNeeded';
  if (kind === 'silentDraft') {
    const silentMs = flow.campaign.reminders.silentMs[channelOf(talk)] ?? 0;
    const atLeast = Math.max(HOUR_MS, silentMs - NIGHT_MS);
    if (standing !== 'draft' || at - session.lastSeenAt < atLeast) return 'notNeeded';
    if (phaseAt(phasesIn(talk, flow), at).type !== 'open') return 'tooLate';
  }
  return deadline && ofDeadline(talk, flow, deadline);
}

/** Only the person's own deadline as it is now counts, and of it no more than so many are said. */
function ofDeadline(talk: Talk, flow: Flow, deadline: NonNullable<Nudge['deadline']>): Skip | null {
  const { campaign } = flow;
  const { session, at } = talk;
  const { phase, closesAt, most } = deadline;
  const own = phasesIn(talk, flow).find(({ id }) => id === phase);
  if (own?.closesAt !== closesAt) return 'deadlineMoved';
  if (at >= closesAt) return 'tooLate';
  const said = session.nudged.filter(
    (one) => one.campaign === campaign.id && one.deadline?.phase === phase && one.deadline.closesAt === closesAt,
  ).length;
  if (said >= most) return 'limit';
  // the last is kept for the last day, where there will be one
  const isKept = campaign.reminders.beforeMs.some((ms) => ms <= DAY_MS);
  return isKept && said === most - 1 && closesAt - at > DAY_MS + NIGHT_MS ? 'limit' : null;
}

/** The platform would not take it now, or take money for it. */
function notReached(talk: Talk, { how, template }: Nudge): Skip | null {
  const { now } = windowOf(talk);
  if (now === 'free') return null;
  if (how === 'template' && template) {
    const { phone } = personOf(talk.world, talk.session);
    return template.to === 'phone' && phone === '' ? 'windowClosed' : null;
  }
  if (now === 'charged') return how === 'charged' ? null : 'wouldCost';
  return 'windowClosed';
}

/** From then on it is not sent any more, however long it waits: too late, or the window is over in which it was free. */
function untilOf(talk: Talk, { nudge, phase }: Told, template: TemplateUse | null): number {
  const { kind, notAfter, deadline, how } = nudge;
  const { freeUntil, chargedUntil } = windowOf(talk);
  const window = template ? null : how === 'charged' ? (chargedUntil ?? freeUntil) : freeUntil;
  const closesAt = kind === 'silentDraft' ? phase?.closesAt : deadline?.closesAt;
  return Math.min(notAfter, closesAt ?? notAfter, window ?? notAfter);
}

function byTemplate(talk: Talk, told: Told, template: TemplateUse): Reply {
  const names = namesOf(talk, told);
  const { phone } = personOf(talk.world, talk.session);
  // a parameter stands on one line and is never empty; source: messenger.md §4.4
  const value = (text: string): string => fillIn(text, names).replace(/\s+/g, ' ').trim() || '–';
  return {
    text: wordsOf(talk, told),
    options: [],
    template: {
      ...template,
      phone,
      values: Object.fromEntries(Object.entries(template.values).map(([name, text]) => [name, value(text)])),
      buttons: template.buttons.map((button) =>
        button.type === 'postback'
          ? { ...button, payload: fillIn(button.payload, names) }
          : { ...button, suffix: fillIn(button.suffix, names) },
      ),
    },
  };
}

/** The words, how to be left alone, and what can be done about it: the open question as it is, or buttons. */
function sayPlainly(talk: Talk, told: Told): void {
  const { nudge, flow, standing } = told;
  const { session, at } = talk;
  if (session.ask?.type === 'remind') session.ask = null;
  const { kind } = nudge;
  const stop = kind === 'result' ? [] : [tell(talk, kind === 'broadcast' ? 'nudge.stopBroadcast' : 'nudge.stop')];
  talk.notes.push([wordsOf(talk, told), ...stop].join('\n'));
  const isUnderWay = draftOf(talk) !== null && at - session.lastSeenAt < UNDER_WAY_MS;
  if (kind === 'result') {
    talk.offers = offersOfResult(talk, told);
    if (isUnderWay) askOpen(talk);
    return;
  }
  const isHere = session.campaign === flow.campaign.id || (draftOf(talk) === null && session.ask === null);
  if (standing === 'draft' && isHere && (kind !== 'broadcast' || isUnderWay)) {
    session.campaign = flow.campaign.id;
    return askOpen(talk);
  }
  if (phaseAt(phasesIn(talk, flow), at).type === 'over') return;
  const key = standing === 'draft' ? 'button.goOn' : standing === 'submitted' ? 'button.newEntry' : 'button.start';
  if (standing !== 'submitted') talk.offers = [payloadAction(talk, `${OPEN_CAMPAIGN}${flow.campaign.id}`, key)];
}

/** The same question under the same number; nothing of it counts as done by the person. */
function askOpen(talk: Talk): void {
  talk.asking = true;
  const { campaign, updatedAt } = mustDraft(talk);
  refresh(talk);
  const draft = talk.session.drafts[campaign];
  if (draft) talk.session.drafts[campaign] = { ...draft, updatedAt };
}

function offersOfResult(talk: Talk, { nudge: { entry } }: Told): Answerable[] {
  const code = entry?.code ?? '';
  switch (entry?.state) {
    case 'needsSupplement':
      if (!changeable(talk).some((own) => own.code === code)) return [action(talk, 'menu:human', 'button.human')];
      return [payloadAction(talk, `${CORRECT_ENTRY}${code}`, 'button.supplement')];
    case 'accepted':
      return isLive(talk) ? [action(talk, 'menu:newEntry', 'button.newEntry')] : [];
    default:
      return [action(talk, 'menu:human', 'button.human')];
  }
}

const payloadAction = (talk: Talk, payload: string, key: string): Answerable => action(talk, payload.slice(1), key);

function wordsOf(talk: Talk, told: Told): string {
  const { nudge } = told;
  const names = namesOf(talk, told);
  const { vi, en } = nudge.text;
  const own = nudge.text[talk.session.lang];
  if (own.trim() !== '') return fillIn(own, names);
  // they took another language since: the words there are, not some of another kind
  if (nudge.kind === 'broadcast' || nudge.kind === 'test') return fillIn(vi.trim() === '' ? en : vi, names);
  const key = keyOf(talk, told);
  const lines = [tell(talk, `nudge.${key}`, names)];
  if (names.reason !== '') lines.push(tell(talk, 'status.reason', { reason: names.reason }));
  if (nudge.kind === 'result') lines.push(tell(talk, key.replace('result', 'nudge.next'), names));
  return tidy(lines.join('\n'));
}

const channelOf = ({ session }: Talk) => parseContactId(session.contact as ContactId).channel; // sessions are of contacts

function windowOf(talk: Talk): Window {
  const { lastSeenAt } = talk.session;
  return windowAt(channelOf(talk), lastSeenAt > 0 ? lastSeenAt : null, talk.at);
}

/** The phase it is about: that of its deadline, else the one that is open. */
function phaseOf(talk: Talk, { deadline }: Nudge, flow: Flow): Phase | null {
  const phases = phasesIn(talk, flow);
  const named = deadline && phases.find(({ id }) => id === deadline.phase);
  const where = phaseAt(phases, talk.at);
  return named ?? (where.type === 'open' ? where.phase : null);
}

const standingOf = ({ world, session }: Talk, campaign: string): ReturnType<typeof standingIn> =>
  standingIn(campaign, draftsOf(world, session), session.entries);

const hasEntry = ({ session }: Talk, campaign: string): boolean =>
  session.entries.some((entry) => entry.campaign === campaign);
