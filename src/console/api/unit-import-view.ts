import type { PublishedCampaign, PublishFault } from '../../content/published.ts';
import type { ImportResult } from '../../content/sheet/import.ts';
import type { Change, ImportOptions, ImportPlan } from '../../content/sheet/plan.ts';
import type { Lang } from '../../core/campaign.ts';
import type { StagedImport } from '../../stores/mongo/imports.ts';
import type { ImportView, Listed, PlanView } from './types-unit-import.ts';

export type Wish = { under: string; from: string };

/** Enough to look over; a list of another country would have thousands. */
const MAX_LISTED = 500;

type Given = {
  staged: StagedImport;
  base: PublishedCampaign;
  options: ImportOptions;
  result: ImportResult;
  faults: readonly PublishFault[];
  lang: Lang;
};

/** A plan as it is looked over. */
export function importView({ staged, base, options, result, faults, lang }: Given): ImportView {
  const { name, encoding, published } = staged;
  const head = { name, encoding, published, base: base.version, from: options.from };
  if (result.type !== 'planned') return { ...head, ...result };
  return { ...head, type: 'planned', read: result.read, ...planView(result.plan, base, faults, lang) };
}

function planView(
  plan: ImportPlan,
  { file }: PublishedCampaign,
  faults: readonly PublishFault[],
  lang: Lang,
): PlanView {
  const { kind, rows, problems, unchanged, ended } = plan;
  const [added, changed, missing] = [listed(plan.added), listed(plan.changed), listed(plan.missing)];
  return {
    kind,
    rows,
    problems,
    notes: listed(plan.notes),
    added,
    changed,
    unchanged,
    missing,
    ended,
    phases: file.phases.map((phase) => ({ id: phase.id, name: phase.name[lang] })),
    unitNames: namesOf(plan, [
      ...added.first.map(({ parent }) => parent),
      ...changed.first.flatMap(({ changes }) => changes.flatMap(codesIn)),
    ]),
    faults: faults.slice(0, MAX_LISTED).map(({ path, code, facts, message }) => ({ path, code, facts, text: message })),
  };
}

const listed = <T>(all: readonly T[]): Listed<T> => ({ total: all.length, first: all.slice(0, MAX_LISTED) });

const codesIn = (change: Change): string[] =>
  change.field === 'parent' || change.field === 'successor' ? [change.before, change.after] : [];

function namesOf({ units }: ImportPlan, codes: readonly (string | null)[]): Record<string, string> {
  const wanted = new Set(codes);
  return Object.fromEntries(units.filter(({ code }) => wanted.has(code)).map(({ code, name }) => [code, name]));
}
