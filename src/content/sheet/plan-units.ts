import { foldCode } from '../codes.ts';
import { checkUnitRows, type UnitFaultCode } from '../unit-checks.ts';
import type { UnitRow } from '../unit-rows.ts';
import { placeForms } from '../unit-words.ts';
import { diffUnits, type Present, type Taken } from './differences.ts';
import { brokenCell, isOtherName, readFields, readQuotas } from './fields.ts';
import { identify, parentOf } from './identify.ts';
import type { ImportOptions, ImportPlan, Note, Problem, ProblemCode } from './plan.ts';
import type { SheetRecord } from './records.ts';
import { codeIn, resolver } from './resolve.ts';
import { makeCode } from './unit-names.ts';

/** New names that are compared with those that are there, in one sheet: bounds the time over any sheet. */
const MAX_NEAR = 3000;
/** Rows may name a unit above them that only a later row brings. */
const MAX_ROUNDS = 12;

const NO_ROW: Omit<UnitRow, 'code' | 'name' | 'parent'> = {
  short: '',
  aliases: [],
  kind: '',
  source: '',
  validFrom: null,
  validTo: null,
  successor: null,
};

type Outcome = { type: 'later' } | { type: 'done' } | { type: 'problem'; problem: Problem; was: UnitRow | null };
const DONE: Outcome = { type: 'done' };

/** What the rows make of the list: units found again by code, else by name and what is above, else added. */
export function planUnits(
  records: readonly SheetRecord[],
  present: Present,
  options: ImportOptions,
  readNotes: readonly Note[],
): ImportPlan {
  const { under, from } = options;
  const usable = present.units.filter(({ validTo }) => validTo === null || validTo > from);
  const units = resolver(renamed(usable, records));
  const known = new Map(present.units.map((row) => [row.code, row]));
  const folded = new Map(present.units.map(({ code }) => [foldCode(code), code]));
  const notes = [...readNotes];
  const problems: Problem[] = [];
  const taken = new Map<string, Taken>();
  /** Units that a row with a problem speaks of: they are not missing. */
  const spokenOf = new Set<string>();
  const reach = { under, isIn: (code: string): boolean => under === null || units.isBelow(code, under) };
  let compared = 0;

  const keep = (record: SheetRecord, was: UnitRow | null, row: UnitRow): Outcome => {
    const other = taken.get(row.code)?.record;
    if (other) {
      const facts = { other: other.row, unit: row.name || row.code };
      return { type: 'problem', problem: record.problem(null, 'rowTwice', facts), was: null };
    }
    const { quotas, problems: wrong } = readQuotas(record);
    if (wrong.length > 0) {
      problems.push(...wrong);
      spokenOf.add(row.code);
      return DONE;
    }
    taken.set(row.code, { record, was, row, quotas });
    folded.set(foldCode(row.code), row.code);
    // other rows may speak of it by the name, or look for it at the place, that this one gives it
    if (!was || row.parent !== was.parent) units.add(row);
    return DONE;
  };

  /** The unit of this name below `above`; where the sheet does not say below what, anywhere in reach. */
  const named = (record: SheetRecord, above: string | null): string[] => {
    const name = record.text('name');
    const same = units.book.find(name, above);
    return same.length === 0 && record.text('parent') === '' ? units.book.find(name).filter(reach.isIn) : same;
  };

  const take = (record: SheetRecord): Outcome => {
    const found = identify(record, units, known);
    const wrong = brokenCell(record) ?? found.problem;
    const refuse = (problem: Problem, was = found.was): Outcome => ({ type: 'problem', problem, was });
    if (wrong) return refuse(wrong);
    const above = parentOf(record, units, found.was, reach);
    if (above.type === 'later') return above;
    if (above.type === 'problem') return refuse(above.problem);
    let { was } = found;
    if (!was && found.code === null) {
      const same = named(record, above.code);
      if (same.length > 1) return refuse(record.problem('name', 'ambiguous', { units: units.describe(same) }));
      was = (same[0] === undefined ? null : (known.get(same[0]) ?? units.byCode.get(same[0]))) ?? null;
    }
    const name = record.text('name');
    if (was) {
      if (!reach.isIn(was.code)) return refuse(record.problem(record.has('code') ? 'code' : 'name', 'outside'), was);
      const parent = record.text('parent') === '' ? was.parent : above.code;
      if (parent === was.code) return refuse(record.problem('parent', 'parentSelf'), was);
      const read = readFields(record, { ...was, parent }, units);
      if (read.type === 'problem') return refuse(read.problem, was);
      notes.push(...read.notes);
      if (found.zeros) notes.push({ ...record.problem('code', 'codeZeros'), code: 'zeros', facts: { code: was.code } });
      return keep(record, was, read.row);
    }
    if (name === '') return refuse(record.problem('name', 'nameMissing'));
    const code = found.code ?? makeCode(above.code, name, (key) => folded.has(key));
    const like = folded.get(foldCode(code));
    if (like !== undefined) return refuse(record.problem('code', 'readsLike', { other: like }));
    const read = readFields(record, { ...NO_ROW, code, parent: above.code, name }, units);
    if (read.type === 'problem') return refuse(read.problem);
    if (above.code === null) notes.push({ ...record.problem('name', 'parentUnknown'), code: 'firstLevel' });
    const alike = (compared += 1) <= MAX_NEAR ? units.book.near(name, above.code) : null;
    if (alike) notes.push({ ...record.problem('name', 'ambiguous'), code: 'near', facts: { ...alike } });
    return keep(record, null, read.row);
  };

  let left: readonly SheetRecord[] = records;
  for (let round = 1; left.length > 0; round += 1) {
    const waiting: SheetRecord[] = [];
    for (const record of left) {
      const outcome = take(record);
      if (outcome.type === 'later') waiting.push(record);
      if (outcome.type !== 'problem') continue;
      problems.push(outcome.problem);
      if (outcome.was) spokenOf.add(outcome.was.code);
    }
    if (waiting.length === left.length || round === MAX_ROUNDS) {
      problems.push(...waiting.map((record) => record.problem('parent', 'parentUnknown')));
      for (const { was } of waiting.map((record) => identify(record, units, known))) if (was) spokenOf.add(was.code);
      break;
    }
    left = waiting;
  }
  dropFaulty(present.units, taken, problems, spokenOf);
  const all = [...taken.values()];
  return diffUnits({ kind: 'units', present, options, taken: all, spokenOf, problems, notes, rows: records.length });
}

/** Units under the names that rows with their codes give them: the other rows of a sheet speak of them so. */
function renamed(rows: readonly UnitRow[], records: readonly SheetRecord[]): UnitRow[] {
  const names = new Map<string, string>();
  for (const record of records) {
    const [code, name] = [codeIn(record.text('code')), record.text('name')];
    if (code !== '' && name !== '' && !names.has(code)) names.set(code, name);
  }
  return rows.map((row) => {
    const name = names.get(row.code);
    return name !== undefined && isOtherName(name, row) ? { ...row, name, short: '' } : row;
  });
}

/** Takes out rows that would break the tree, or make two units of one name beside each other, with the reason, until none does. */
function dropFaulty(
  present: readonly UnitRow[],
  taken: Map<string, Taken>,
  problems: Problem[],
  spokenOf: Set<string>,
): void {
  for (let again = true; again;) {
    again = false;
    const kept = present.map((row) => taken.get(row.code)?.row ?? row);
    const next = [...kept, ...[...taken.values()].flatMap(({ was, row }) => (was ? [] : [row]))];
    const faults = checkUnitRows(next).map(({ index, code, facts }) => {
      return { unit: next[index]?.code ?? '', code: FAULTS[code] ?? 'publishing', facts };
    });
    for (const { unit, code, facts } of [...faults, ...namesakes(next, taken)]) {
      const one = taken.get(unit);
      if (!one?.record) continue;
      problems.push(one.record.problem(code === 'nameTaken' ? 'name' : null, code, facts));
      taken.delete(unit);
      spokenOf.add(unit);
      again = true;
    }
  }
}

type RowFault = { unit: string; code: ProblemCode; facts: Problem['facts'] };

/** Rows by which two units in force would have one name below the same unit; what was so before is nobody's fault here. */
function namesakes(next: readonly UnitRow[], taken: ReadonlyMap<string, Taken>): RowFault[] {
  const places = new Map<string, string>();
  const faults: RowFault[] = [];
  for (const { code, name, parent, validTo } of next) {
    if (name === '' || validTo !== null) continue;
    const place = JSON.stringify([placeForms(name)[0], parent]);
    const other = places.get(place);
    places.set(place, other ?? code);
    if (other === undefined) continue;
    const moved = [code, other].find((one) => {
      const row = taken.get(one);
      return row !== undefined && (row.row.name !== row.was?.name || row.row.parent !== row.was.parent);
    });
    if (moved !== undefined)
      faults.push({ unit: moved, code: 'nameTaken', facts: { other: moved === code ? other : code } });
  }
  return faults;
}

const FAULTS: Partial<Record<UnitFaultCode, ProblemCode>> = {
  'unit.circle': 'circle',
  'unit.deep': 'deep',
  'unit.parent': 'parentProblem',
  'unit.dates': 'dates',
  'unit.successor': 'successorUnknown',
  'unit.endsAbove': 'endsAbove',
  'unit.readsLike': 'readsLike',
};
