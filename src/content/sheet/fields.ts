import { fold } from '../../engine/readers/fold.ts';
import { MAX_SHORT } from '../unit-checks.ts';
import type { UnitRow } from '../unit-rows.ts';
import type { Note, Problem } from './plan.ts';
import { isFormulaError, readDay, readQuota, type SheetRecord } from './records.ts';
import { resolver, type Resolver } from './resolve.ts';
import { shortOf } from './unit-names.ts';

const MAX_QUOTA = 1e9;
/** In characters. Names are said in messages and stand on posters; the longest of the lists that are shipped has 54. */
const MAX_CELL = 300;
const MAX_ALIASES = 2000;
const NAMING = ['code', 'name', 'short', 'parent', 'old', 'new', 'newName'] as const;
const TEXTS = [...NAMING, 'aliases', 'kind', 'source', 'successor'] as const;

/** A cell in which Excel shows an error where a unit should be named, or one with far more text than it is for; null without. */
export function brokenCell(record: SheetRecord): Problem | null {
  for (const type of NAMING) if (isFormulaError(record.text(type))) return record.problem(type, 'formulaError');
  for (const type of TEXTS) {
    const long = record.text(type).length;
    const max = type === 'aliases' ? MAX_ALIASES : MAX_CELL;
    if (long > max) return record.problem(type, 'cellLong', { max, long });
  }
  return null;
}

/** The quotas of a row, null = none given, by phase; or what is wrong with them. */
export function readQuotas(record: SheetRecord): { quotas: Map<string, number | null>; problems: Problem[] } {
  const quotas = new Map<string, number | null>();
  const problems: Problem[] = [];
  for (const { phase, column, text } of record.quotas) {
    const number = readQuota(text);
    if (number === 'refused')
      problems.push(record.problem(column, isFormulaError(text) ? 'formulaError' : 'quotaForm'));
    else if (number !== null && number > MAX_QUOTA) problems.push(record.problem(column, 'quotaHuge'));
    else quotas.set(phase, number);
  }
  return { quotas, problems };
}

export type FieldsRead = { type: 'row'; row: UnitRow; notes: Note[] } | { type: 'problem'; problem: Problem };

/** `row` with what the sheet says of it: an empty cell leaves what is there, a dash empties it. */
export function readFields(record: SheetRecord, row: UnitRow, units: Resolver): FieldsRead {
  const next = { ...row };
  const notes: Note[] = [];
  const refused = (...[where, code, facts]: Parameters<SheetRecord['problem']>): FieldsRead => ({
    type: 'problem',
    problem: record.problem(where, code, facts),
  });
  const name = record.text('name');
  if (name !== '' && row.name !== name && isOtherName(name, row)) {
    if (fold(name) !== fold(row.name)) {
      notes.push({ ...record.problem('name', 'ambiguous'), code: 'renamed', facts: { unit: row.name } });
    }
    next.name = name;
  }
  const short = record.text('short');
  const long = [...short].length;
  if (long > MAX_SHORT) return refused('short', 'shortLong', { max: MAX_SHORT, long });
  next.short = short || row.short || shortOf(next.name);
  const aliases = record.text('aliases');
  if (aliases !== '') {
    const each = emptied(aliases).split(';');
    next.aliases = each.map((one) => one.trim()).filter((one) => one !== '');
  }
  for (const field of ['kind', 'source'] as const) {
    const text = record.text(field);
    if (text !== '') next[field] = emptied(text);
  }
  for (const field of ['validFrom', 'validTo'] as const) {
    const text = record.text(field);
    if (text === '') continue;
    const day = emptied(text) === '' ? null : readDay(text);
    if (day === null && emptied(text) !== '') return refused(field, 'dateForm');
    next[field] = day;
  }
  const successor = record.text('successor');
  if (successor !== '') {
    const found = emptied(successor) === '' ? [null] : units.find(successor, () => true);
    if (found.length !== 1) return refused('successor', 'successorUnknown', { successor });
    next.successor = found[0] ?? null;
  }
  return { type: 'row', row: next, notes };
}

const emptied = (text: string): string => (/^[-–—]$/.test(text) ? '' : text);

/** Another one, or the same spelt otherwise; not the same without its kind, with its kind in other words, or in capitals. */
export function isOtherName(name: string, row: UnitRow): boolean {
  if (name.toUpperCase() === row.name.toUpperCase()) return false;
  return fold(name) === fold(row.name) || !resolver([row]).book.find(name).includes(row.code);
}
