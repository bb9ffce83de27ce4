import type { Nudge } from '../core/broadcast.ts';
import type { Phase } from '../core/campaign.ts';
import type { ReviewState } from '../core/entry.ts';
import { isNudgeName, type NudgeName } from '../core/nudge-names.ts';
import type { standingIn } from '../core/standing.ts';
import { changeable } from './asides.ts';
import { tellClosing, tellLeft } from './times-told.ts';
import type { Flow, Step } from './flow.ts';
import { personOf } from './person.ts';
import { langOf, tell, type Talk } from './talk.ts';

/** What a message is about, as it stands when it is said. `phase`: the person's own. */
export type Told = { nudge: Nudge; flow: Flow; phase: Phase | null; standing: ReturnType<typeof standingIn> };
type Names = Readonly<Record<NudgeName, string>>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What stands for the names in braces; '' where there is no such thing. */
export function namesOf(talk: Talk, { nudge, flow, phase }: Told): Names {
  const { world, session, at } = talk;
  const lang = langOf(talk);
  const { name, units } = personOf(world, { ...session, campaign: flow.campaign.id });
  const { campaign } = flow;
  const step = stepOfNudge(talk, flow);
  const unit = units.at(-1);
  const entry = nudge.entry ?? null;
  const own = session.entries.find((one) => one.campaign === campaign.id);
  return {
    name,
    campaign: campaign.shortName[lang],
    phase: phase?.name[lang] ?? '',
    deadline: phase ? tellClosing(talk, phase.closesAt) : '',
    left: phase ? tellLeft(talk, roundly(phase.closesAt - at)) : '',
    step: step ? tell(talk, `${step.key}.label`) : '', // "at step {step}": without its number
    unit: (unit === undefined ? null : campaign.units.byCode(unit))?.name ?? '',
    code: entry?.code ?? own?.code ?? '',
    title: entry?.title ?? '',
    state: entry && isState(entry.state) ? tell(talk, `state.${entry.state}`) : '',
    reason: entry?.reason.trim() ?? '',
  };
}

/** The open step of the draft it is about; null without one. */
function stepOfNudge({ session }: Talk, flow: Flow): Step | null {
  const draft = session.drafts[flow.campaign.id];
  return (draft && flow.byId.get(draft.step)) ?? null;
}

/** Which sentence below `nudge` is said where the broadcast brings no words of its own. */
export function keyOf(talk: Talk, { nudge, flow, standing }: Told): string {
  const { kind, entry } = nudge;
  if (kind === 'result') {
    const state = entry?.state ?? '';
    if (state !== 'needsSupplement') return `result.${TOLD.has(state) ? state : 'other'}`;
    const isOpen = changeable(talk).some(({ code }) => code === entry?.code);
    return isOpen ? 'result.needsSupplement' : 'result.needsSupplementLate';
  }
  const about = kind === 'silentDraft' ? 'silentDraft' : 'reminder';
  const isWhole = stepOfNudge(talk, flow)?.type === 'review';
  const how = standing !== 'draft' ? 'notStarted' : isWhole ? 'review' : 'draft';
  return `${about}.${about === 'silentDraft' && how === 'notStarted' ? 'draft' : how}`;
}

const TOLD: ReadonlySet<string> = new Set(['accepted', 'rejected']);
const STATES: ReadonlySet<string> = new Set<ReviewState>([
  'received',
  'needsSupplement',
  'accepted',
  'rejected',
  'withdrawn',
]);
const isState = (state: string): boolean => STATES.has(state);

/** Puts values in for names in braces. What is empty leaves no gap before a sign. */
export function fillIn(text: string, names: Names): string {
  const filled = text.replace(/\{([a-zA-Z]+)\}/g, (braces, name: string) => {
    return isNudgeName(name) ? names[name] : braces;
  });
  return tidy(filled);
}

/** A name that is not known leaves two spaces, or one before a sign. */
export const tidy = (text: string): string => text.replace(/ {2,}/g, ' ').replace(/ +([,.;:!?])/g, '$1');

/** A message that goes out some seconds after its minute says "3 days", not "2 days 23 hours": the exact time stands beside it. */
function roundly(ms: number): number {
  const to = ms >= DAY_MS - HOUR_MS ? HOUR_MS : ms >= HOUR_MS - 5 * MINUTE_MS ? 10 * MINUTE_MS : 1;
  return Math.round(ms / to) * to;
}
