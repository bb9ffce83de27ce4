import type { CampaignFile } from '../schemas.ts';
import type { UnitRow } from '../unit-rows.ts';
import type { Added, Change, Changed, ChangedField, ImportOptions, ImportPlan, Note, Problem } from './plan.ts';
import type { SheetRecord } from './records.ts';

/** What is published now. */
export type Present = { units: readonly UnitRow[]; quotas: CampaignFile['quotas'] };

/** A row that is understood. `was` null = a new unit; `record` null = it follows from another row. */
export type Taken = {
  record: SheetRecord | null;
  was: UnitRow | null;
  row: UnitRow;
  /** By phase, null = none given; what is not in it stays as it is. */
  quotas: ReadonlyMap<string, number | null>;
};

type Given = {
  kind: ImportPlan['kind'];
  present: Present;
  options: ImportOptions;
  taken: readonly Taken[];
  spokenOf: ReadonlySet<string>;
  problems: readonly Problem[];
  notes: readonly Note[];
  rows: number;
};

const FIELDS: readonly ChangedField[] = [
  'name',
  'short',
  'parent',
  'aliases',
  'kind',
  'source',
  'validFrom',
  'validTo',
  'successor',
];

/** The plan of rows that were understood: what they add and change, what they leave out, and the whole list after them. */
export function diffUnits({ kind, present, options, taken, spokenOf, problems, notes, rows }: Given): ImportPlan {
  const byCode = new Map(taken.map((one) => [one.row.code, one]));
  const quotas = new Map(present.quotas.map((quota) => [keyOf(quota), quota]));
  const added: Added[] = [];
  const changed: Changed[] = [];
  let unchanged = 0;
  for (const { record, was, row, quotas: given } of taken) {
    const changes: Change[] = was ? FIELDS.flatMap((field) => changeOf(field, was, row)) : [];
    const own: Record<string, number> = {};
    for (const [phase, number] of given) {
      const key = keyOf({ unit: row.code, phase });
      const before = quotas.get(key)?.number ?? null;
      if (number !== null) own[phase] = number;
      if (before === number) continue;
      changes.push({ field: 'quota', phase, before, after: number });
      if (number === null) quotas.delete(key);
      else quotas.set(key, { unit: row.code, phase, number });
    }
    const { code, name, parent } = row;
    if (!was) added.push({ row: record?.row ?? null, code, name, parent, quotas: own });
    else if (changes.length > 0) changed.push({ row: record?.row ?? null, code, name: was.name, changes });
    else unchanged += 1;
  }
  const missing =
    kind === 'successors' ? [] : missingOf(present.units, options, new Set([...byCode.keys(), ...spokenOf]), byCode);
  const ends = new Set(options.endMissing ? missing.map(({ code }) => code) : []);
  const kept = present.units.map((row) => {
    const next = byCode.get(row.code)?.row ?? row;
    return ends.has(row.code) ? { ...next, validTo: options.from } : next;
  });
  return {
    kind,
    rows,
    problems: problems.toSorted(byRow),
    notes: notes.toSorted(byRow),
    added,
    changed,
    unchanged,
    missing: missing.map(({ code, name, parent }) => ({ code, name, parent })),
    ended: ends.size,
    units: [...kept, ...taken.flatMap(({ was, row }) => (was ? [] : [row]))],
    quotas: [...quotas.values()],
  };
}

const byRow = (a: { row: number }, b: { row: number }): number => a.row - b.row;
const keyOf = ({ unit, phase }: { unit: string; phase: string }): string => JSON.stringify([unit, phase]);

function changeOf(field: ChangedField, was: UnitRow, row: UnitRow): Change[] {
  const text = ({ [field]: value }: UnitRow): string =>
    value === null ? '' : typeof value === 'string' ? value : value.join('; ');
  return text(was) === text(row) ? [] : [{ field, before: text(was), after: text(row) }];
}

/** Units in force below the chosen one that the sheet does not speak of, and under which it speaks of none. */
function missingOf(
  units: readonly UnitRow[],
  { under, from }: ImportOptions,
  spoken: ReadonlySet<string>,
  taken: ReadonlyMap<string, { row: UnitRow }>,
): UnitRow[] {
  const byCode = new Map(units.map((row) => [row.code, row]));
  const needed = new Set(spoken);
  for (const code of spoken) {
    let at = taken.get(code)?.row.parent ?? byCode.get(code)?.parent ?? null;
    while (at !== null && !needed.has(at)) {
      needed.add(at);
      at = taken.get(at)?.row.parent ?? byCode.get(at)?.parent ?? null;
    }
  }
  const isBelow = (row: UnitRow): boolean => {
    let at = row.parent;
    for (let steps = 0; at !== null && steps < 50; steps += 1) {
      if (at === under) return true;
      at = byCode.get(at)?.parent ?? null;
    }
    return under === null;
  };
  return units.filter(
    (row) => row.name !== '' && !needed.has(row.code) && (row.validTo === null || row.validTo > from) && isBelow(row),
  );
}
