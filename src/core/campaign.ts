import type { ChannelName } from './contact.ts';
import { pathNow, type UnitTree } from './unit.ts';

export type Lang = 'vi' | 'en';
/** The same sentence or name in every language. */
export type Localized = Readonly<Record<Lang, string>>;

/** A dated part of a campaign. Half open: `opensAt <= t < closesAt`, epoch ms. */
export type Phase = { id: string; name: Localized; opensAt: number; closesAt: number };

/** Another end, or beginning, of a phase for one unit and all below it. Instants as in `Phase`; null = that of the phase. */
export type DeadlineOverride = { unit: string; phase: string; opensAt: number | null; closesAt: number | null };

/** What the bot says unasked in a campaign. */
export type Reminders = {
  /** How long before a deadline people who have not submitted are reminded, in ms, longest first; empty = never. */
  beforeMs: readonly number[];
  /** Reminders of one deadline that one person gets at most; the last of them is kept for the last day. */
  most: number;
  /** A draft in which nothing happened for so long is nudged once, in ms; null = never. Within the free window of each platform. */
  silentMs: Readonly<Record<ChannelName, number | null>>;
  /** People are told when the state of their entry changes. */
  tellResults: boolean;
  /** A broadcast to more people than this wants a second organizer. */
  approveAbove: number;
};

export type Campaign = {
  /** Folder name under `flows/`. */
  id: string;
  /** Counts what was published in the console; 0 = as in the files. */
  published: number;
  /** First half of a QR code, such as `1TR`; unique among campaigns, tolerant of O/0 and I/1. */
  code: string;
  name: Localized;
  shortName: Localized;
  /** In order of time. */
  phases: readonly Phase[];
  /** For people of a unit read `phasesFor`. */
  deadlines: readonly DeadlineOverride[];
  /** How many entries a unit is asked to reach in a phase; a unit without one has not been given a quota yet. */
  quotas: readonly { unit: string; phase: string; number: number }[];
  reminders: Reminders;
  /** Entries sent at or after this instant are accepted but lie outside the count; null = never. Epoch ms. */
  countedUntil: number | null;
  /** Recognition papers must be dated before this instant; null = no rule. Epoch ms. */
  papersDatedUntil: number | null;
  /** When initiatives qualify, in words, shown in one place only. */
  applicationWindow: Localized;
  /** Lines to be shown as they are: a telephone number, an office. */
  contactLines: readonly Localized[];
  links: readonly { label: Localized; url: string }[];
  /** Prefix of receipt codes: `SK`. */
  receiptPrefix: string;
  /** Drafts are kept this many days after the last phase closes. */
  draftGraceDays: number;
  support: Support;
  units: UnitTree;
};

/** How people help in a campaign's conversations. */
export type Support = {
  /** When someone is there, by Asia/Ho_Chi_Minh; empty = always. `days`: 1 = Monday … 7; minutes since midnight, half open. */
  hours: readonly { days: readonly number[]; fromMinute: number; toMinute: number }[];
  /** Wrong answers in a row after which the bot asks for a person by itself. */
  helpAfterMisses: number;
  /** After this long without anyone taking up a request the person is told so. */
  tellWaitingAfterMs: number;
  /** How long the bot is silent after a message that perhaps a person wrote. */
  unsurePauseMs: number;
  /** Staff who own a conversation and leave a message unanswered for so long are reminded in the console. */
  remindStaffAfterMs: number;
  /** What staff write in the platform's own inbox to give the conversation back. */
  handBackWords: readonly string[];
  /** Texts that the account sends by itself, set in the platform's own tools: no sign of a person. */
  autoReplies: readonly string[];
  /** What staff have ready to say; see `CANNED_NAMES` for what may stand in braces. */
  canned: readonly { id: string; title: Localized; text: Localized }[];
};

/** What is filled into a reply kept ready: of the person, and of the campaign. */
export const CANNED_NAMES = ['name', 'code', 'deadline', 'campaign', 'unit'] as const;
export type CannedName = (typeof CANNED_NAMES)[number];

/** The first thing in braces that is no such name, null without one. */
export function strangeName(text: string): string | null {
  const names = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  return names.find((name) => !CANNED_NAMES.some((known) => known === name)) ?? null;
}

/** The phases as they are for people of these units (codes from the first level down): the override of the deepest unit counts. */
export function phasesFor(
  { phases, deadlines, units: tree }: Pick<Campaign, 'phases' | 'deadlines' | 'units'>,
  units: readonly string[],
): readonly Phase[] {
  if (deadlines.length === 0 || units.length === 0) return phases;
  const path = pathNow(tree, units);
  return phases.map((phase) => {
    let { opensAt, closesAt } = phase;
    for (const unit of path) {
      const ofPhase = deadlines.filter((one) => one.phase === phase.id);
      // that of a unit whose place it took counts where it has none of its own
      const own =
        ofPhase.find((one) => one.unit === unit) ?? ofPhase.find((one) => tree.byCode(one.unit)?.code === unit);
      opensAt = own?.opensAt ?? opensAt;
      closesAt = own?.closesAt ?? closesAt;
    }
    return opensAt === phase.opensAt && closesAt === phase.closesAt ? phase : { ...phase, opensAt, closesAt };
  });
}

/** Where an instant lies among a campaign's phases. */
export type PhaseAt =
  | { type: 'open'; phase: Phase; next: Phase | null }
  | { type: 'before'; next: Phase }
  | { type: 'between'; last: Phase; next: Phase }
  | { type: 'over'; last: Phase };

/** Which phase takes entries at `at` (epoch ms). A campaign has at least one phase. */
export function phaseAt(phases: readonly Phase[], at: number): PhaseAt {
  let last: Phase | null = null;
  for (const [index, phase] of phases.entries()) {
    if (at < phase.opensAt) return last ? { type: 'between', last, next: phase } : { type: 'before', next: phase };
    if (at < phase.closesAt) return { type: 'open', phase, next: phases[index + 1] ?? null };
    last = phase;
  }
  if (!last) throw new Error('a campaign has at least one phase');
  return { type: 'over', last };
}

/** Whether entries are taken at `at` (epoch ms) from anybody: some unit may have dates of its own. */
export function isOpenForAny(campaign: Pick<Campaign, 'phases' | 'deadlines' | 'units'>, at: number): boolean {
  const paths = campaign.deadlines.map(({ unit }) => campaign.units.pathOf(unit));
  return [[], ...paths].some((path) => phaseAt(phasesFor(campaign, path), at).type === 'open');
}

/**
 * How many entries each unit is asked to reach in a phase, by the units that are there now: one that took the place of others
 * answers for what was allotted to them too, as their entries count for it. A unit without a quota is missing.
 */
export function quotasIn({ quotas, units }: Pick<Campaign, 'quotas' | 'units'>, phase: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const quota of quotas) {
    if (quota.phase !== phase) continue;
    const unit = units.byCode(quota.unit)?.code ?? quota.unit;
    sums.set(unit, (sums.get(unit) ?? 0) + quota.number);
  }
  return sums;
}
