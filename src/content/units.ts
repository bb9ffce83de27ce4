import { parse, CsvError } from 'csv-parse/sync';
import type { Unit } from '../core/unit.ts';

export type UnitsRead = { units: Unit[]; faults: { line: number; message: string }[] };

const COLUMNS = ['code', 'name', 'short', 'parent', 'aliases', 'source'] as const;
const MAX_SHORT = 20;

/**
 * Reads `units.csv`: code, name, short, parent, aliases (separated by `;`), source. Lines that begin with `#` are notes.
 * A row without a name is a place kept for a unit not yet known: it is not offered.
 */
export function readUnits(text: string, file: string): UnitsRead {
  const faults: UnitsRead['faults'] = [];
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, { columns: true, bom: true, comment: '#', trim: true, skip_empty_lines: true, info: true });
  } catch (error) {
    const line = error instanceof CsvError ? Number(error['lines'] ?? 1) : 1;
    return { units: [], faults: [{ line, message: `${file} cannot be read as CSV: ${String(error)}` }] };
  }
  const missing = COLUMNS.filter((column) => rows[0] && !(column in rows[0].record));
  if (missing.length > 0)
    return { units: [], faults: [{ line: 1, message: `columns are missing: ${missing.join(', ')}` }] };
  const units: Unit[] = [];
  const seen = new Map<string, Unit>();
  for (const { record, info } of rows) {
    const fault = (message: string) => faults.push({ line: info.lines, message });
    const { code = '', short = '', parent = '', aliases = '' } = record;
    const name = (record['name'] ?? '').normalize('NFC').replace(/\s+/g, ' ');
    if (!/^[0-9A-Z]{1,12}$/.test(code)) fault(`code "${code}": digits and capitals only, at most 12`);
    if (seen.has(code)) fault(`code ${code} stands twice`);
    if (name === '') continue;
    if ([...short].length > MAX_SHORT || short === '')
      fault(`${code}: the short name has 1 to ${MAX_SHORT} characters`);
    if (parent !== '' && !seen.has(parent)) fault(`${code}: its parent ${parent} does not stand above it`);
    const unit: Unit = {
      code,
      name,
      short: short.normalize('NFC'),
      parent: parent === '' ? null : parent,
      aliases: aliases === '' ? [] : aliases.split(';').map((alias) => alias.trim()),
    };
    seen.set(code, unit);
    units.push(unit);
  }
  if (units.length === 0) faults.push({ line: 1, message: 'no units' });
  return { units, faults };
}
