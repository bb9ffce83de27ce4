import { phasesFor, type Phase } from '../core/campaign.ts';
import { compileDeadlines, compilePhases } from './compile.ts';
import type { PublishedCampaign } from './published.ts';
import { treeAt } from './unit-dates.ts';

export type Dates = { opensAt: number; closesAt: number };

/** What becomes of people when `after` replaces `before`. Instants are epoch ms; `unit` null = all without a date of their own. */
export type Effects = {
  /** Beginnings and ends that are others now. `before` null = the phase is new, `after` null = it is gone. */
  deadlines: { phase: string; unit: string | null; before: Dates | null; after: Dates | null }[];
  /** Phases that take entries at this moment for these people, and would not have; and the other way round. */
  reopened: { phase: string; unit: string | null }[];
  closed: { phase: string; unit: string | null }[];
  /** Ids of questions. `changed`: asked again where an answer no longer fits. */
  steps: { added: string[]; removed: string[]; changed: string[] };
  units: { added: number; changed: number; ended: number; removed: number };
};

type Edited = Pick<PublishedCampaign, 'file' | 'intake' | 'units'>;

/** The effects at the instant `at`, epoch ms. */
export function effectsOf(before: Edited, after: Edited, at: number): Effects {
  const effects: Effects = { deadlines: [], reopened: [], closed: [], ...formEffects(before, after) };
  const was = datesOf(before, at);
  const is = datesOf(after, at);
  const ids = new Set([...before.file.phases, ...after.file.phases].map(({ id }) => id));
  const own = [...before.file.deadlines, ...after.file.deadlines];
  for (const phase of ids) {
    const units = own.filter((one) => one.phase === phase).map(({ unit }) => unit);
    for (const unit of [null, ...new Set(units)]) {
      const [a, b] = [was(phase, unit), is(phase, unit)];
      if (a?.opensAt === b?.opensAt && a?.closesAt === b?.closesAt) continue;
      effects.deadlines.push({ phase, unit, before: a, after: b });
      if (isOpen(b, at) && !isOpen(a, at)) effects.reopened.push({ phase, unit });
      if (isOpen(a, at) && !isOpen(b, at)) effects.closed.push({ phase, unit });
    }
  }
  return effects;
}

const isOpen = (dates: Dates | null, at: number): boolean =>
  dates !== null && dates.opensAt <= at && at < dates.closesAt;

/** Of a phase, for everybody or for people of a unit; null when there is no such phase. */
function datesOf({ file, units }: Edited, at: number): (phase: string, unit: string | null) => Dates | null {
  const tree = treeAt(units, at);
  const campaign = { phases: compilePhases(file), deadlines: compileDeadlines(file), units: tree };
  const known = new Map<string | null, readonly Phase[]>();
  return (id, unit) => {
    const phases = known.get(unit) ?? phasesFor(campaign, unit === null ? [] : tree.pathOf(unit));
    known.set(unit, phases);
    const phase = phases.find((one) => one.id === id);
    return phase ? { opensAt: phase.opensAt, closesAt: phase.closesAt } : null;
  };
}

function formEffects(before: Edited, after: Edited): Pick<Effects, 'steps' | 'units'> {
  const steps = changesOf(before.intake.steps, after.intake.steps, ({ id }) => id);
  const rows = changesOf(before.units, after.units, ({ code }) => code);
  const ends = new Map(before.units.map(({ code, validTo }) => [code, validTo]));
  const ended = after.units.filter(({ code, validTo }) => validTo !== null && ends.get(code) === null);
  return {
    steps,
    units: {
      added: rows.added.length,
      changed: rows.changed.length - ended.length,
      ended: ended.length,
      removed: rows.removed.length,
    },
  };
}

function changesOf<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): Effects['steps'] {
  if (before === after) return { added: [], removed: [], changed: [] };
  const was = new Map(before.map((item) => [keyOf(item), JSON.stringify(item)]));
  const is = new Map(after.map((item) => [keyOf(item), JSON.stringify(item)]));
  return {
    added: [...is.keys()].filter((key) => !was.has(key)),
    removed: [...was.keys()].filter((key) => !is.has(key)),
    changed: [...is].filter(([key, json]) => was.has(key) && was.get(key) !== json).map(([key]) => key),
  };
}
