import { foldCode } from '../codes.ts';
import { checkUnitRows, UNIT_CODE } from '../unit-checks.ts';
import type { UnitRow } from '../unit-rows.ts';
import { diffUnits, type Present, type Taken } from './differences.ts';
import { brokenCell } from './fields.ts';
import type { ImportOptions, ImportPlan, Note, Problem } from './plan.ts';
import { readDay, type SheetRecord } from './records.ts';
import { codeIn, resolver } from './resolve.ts';
import { makeCode, shortOf } from './unit-names.ts';

/**
 * What a list of mergers makes of the units: from `options.from`, or from the day in the row, each old one is no more and its people are
 * the new one's. A new one that is not there yet is added at the old one's level.
 */
export function planSuccessors(
  records: readonly SheetRecord[],
  present: Present,
  options: ImportOptions,
  readNotes: readonly Note[],
): ImportPlan {
  const units = resolver(present.units);
  const folded = new Map(present.units.map(({ code }) => [foldCode(code), code]));
  const taken = new Map<string, Taken>();
  const problems: Problem[] = [];
  const notes = [...readNotes];
  const everywhere = () => true;

  /** The new unit's row, known or added; a problem where it cannot be told. */
  const newUnit = (record: SheetRecord, old: UnitRow, from: string): UnitRow | Problem => {
    const text = record.text('new') || record.text('newName');
    const name = record.text('newName') || text;
    if (text === '') return record.problem('new', 'newMissing');
    // what it was merged into is at the old one's level, whatever else has that name
    const beside = units.book.find(text, old.parent);
    const [known, ...more] = beside.length === 1 ? beside : units.find(text, everywhere);
    if (more.length > 0) return record.problem('new', 'ambiguous', { units: units.describe([known ?? '', ...more]) });
    const row = known === undefined ? null : (taken.get(known)?.row ?? units.byCode.get(known) ?? null);
    if (row) return row;
    const typed = codeIn(record.text('new'));
    const isCode = record.text('newName') !== '' && UNIT_CODE.test(typed);
    if (UNIT_CODE.test(codeIn(name))) return record.problem('new', 'newUnknown', { code: name });
    const code = isCode ? typed : makeCode(old.parent, name, (key) => folded.has(key));
    const like = folded.get(foldCode(code));
    if (like !== undefined) return record.problem('new', 'readsLike', { other: like });
    folded.set(foldCode(code), code);
    const { parent, kind } = old;
    const added: UnitRow = {
      code,
      name,
      short: shortOf(name),
      parent,
      aliases: [],
      kind,
      source: '',
      validFrom: from,
      validTo: null,
      successor: null,
    };
    units.add(added);
    taken.set(code, { record, was: null, row: added, quotas: new Map() });
    return added;
  };

  for (const record of records) {
    const broken = brokenCell(record);
    if (broken) {
      problems.push(broken);
      continue;
    }
    const text = record.text('old');
    const [old, ...more] = text === '' ? [] : units.find(text, everywhere);
    const was = old === undefined ? undefined : present.units.find(({ code }) => code === old);
    if (text === '') problems.push(record.problem('old', 'oldMissing'));
    else if (more.length > 0 && old !== undefined)
      problems.push(record.problem('old', 'ambiguous', { units: units.describe([old, ...more]) }));
    else if (!was) problems.push(record.problem('old', 'oldUnknown'));
    else {
      const day = record.text('validFrom');
      const from = day === '' ? options.from : readDay(day);
      if (from === null) {
        problems.push(record.problem('validFrom', 'dateForm'));
        continue;
      }
      const next = newUnit(record, was, from);
      const other = taken.get(was.code)?.record;
      if ('column' in next) problems.push(next);
      else if (next.code === was.code) notes.push({ ...record.problem('new', 'newUnknown'), code: 'stays' });
      else if (other) problems.push(record.problem('old', 'rowTwice', { other: other.row, unit: was.name }));
      else {
        const row = { ...was, validTo: from, successor: next.code };
        taken.set(was.code, { record, was, row, quotas: new Map() });
      }
    }
  }
  dropCircles(present.units, taken, problems);
  const all = [...taken.values()];
  return diffUnits({
    kind: 'successors',
    present,
    options,
    taken: all,
    spokenOf: new Set(),
    problems,
    notes,
    rows: records.length,
  });
}

/** A becomes B and B becomes A: neither can be. */
function dropCircles(present: readonly UnitRow[], taken: Map<string, Taken>, problems: Problem[]): void {
  const next = [...present.map((row) => taken.get(row.code)?.row ?? row), ...added(taken)];
  for (const { index, code, facts } of checkUnitRows(next)) {
    const one = taken.get(next[index]?.code ?? '');
    if (!one?.record) continue;
    if (code === 'unit.deep') problems.push(one.record.problem(null, 'deep', facts));
    else problems.push(one.record.problem(null, code === 'unit.circle' ? 'circle' : 'publishing'));
    taken.delete(one.row.code);
  }
}

const added = (taken: ReadonlyMap<string, Taken>): UnitRow[] =>
  [...taken.values()].flatMap(({ was, row }) => (was ? [] : [row]));
