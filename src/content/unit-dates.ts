import type { Unit, UnitTree } from '../core/unit.ts';
import type { UnitRow } from './unit-rows.ts';
import { compileUnits } from './unit-search.ts';

/** Vietnam keeps UTC+7 all year. Source: domain.md, head. */
const OFFSET_MS = 7 * 3_600_000;

/** Days of rows are compared as texts: a year has four digits. */
const dayOf = (at: number): string => (Number.isFinite(at) ? new Date(at + OFFSET_MS).toJSON().slice(0, 10) : '9999');

export const isNamed = ({ name }: UnitRow): boolean => name !== '';

export const toUnit = ({ code, name, short, parent, aliases }: UnitRow): Unit => ({
  code,
  name,
  short,
  parent,
  aliases,
});

/**
 * The tree in force at `at` (epoch ms; `Infinity` = after all that is known). What was replaced by then is found under its
 * successor; what is below it hangs below the successor. The rows were checked.
 */
export function treeAt(rows: readonly UnitRow[], at: number): UnitTree {
  const day = dayOf(at);
  const named = rows.filter(isNamed);
  const byCode = new Map(named.map((row) => [row.code, row]));
  const isIn = (row: UnitRow): boolean =>
    (row.validFrom === null || row.validFrom <= day) && (row.validTo === null || day < row.validTo);
  const standsFor = (code: string): string | null => {
    let row = byCode.get(code);
    while (row && !isIn(row)) {
      const isPast = row.validTo !== null && row.validTo <= day;
      row = isPast && row.successor !== null ? byCode.get(row.successor) : undefined;
    }
    return row?.code ?? null;
  };
  const units: Unit[] = [];
  const moved = new Map<string, string>();
  for (const row of named) {
    const now = standsFor(row.code);
    if (now === row.code) {
      const parent = row.parent === null ? null : standsFor(row.parent);
      if (row.parent === null || parent !== null) units.push({ ...toUnit(row), parent });
    } else if (now !== null) moved.set(row.code, now);
  }
  const former = new Map<string, string[]>();
  for (const [old, now] of moved) {
    const row = byCode.get(old);
    if (row) former.set(now, [...(former.get(now) ?? []), row.name, row.short, ...row.aliases]);
  }
  return compileUnits(
    units.map((unit) => withFormer(unit, former.get(unit.code))),
    moved,
  );
}

/** People go on typing the name that their unit had. */
const withFormer = (unit: Unit, names: readonly string[] | undefined): Unit =>
  names ? { ...unit, aliases: [...new Set([...unit.aliases, ...names])] } : unit;

/** The day since which the tree has been as it is at `at`, null when no day has made it another one. */
export function treeSince(rows: readonly UnitRow[], at: number): string | null {
  const day = dayOf(at);
  let since: string | null = null;
  for (const { validFrom, validTo } of rows) {
    for (const one of [validFrom, validTo])
      if (one !== null && one <= day && (since === null || one > since)) since = one;
  }
  return since;
}
