import type { Unit } from '../core/unit.ts';
import { checkUnitRows } from './unit-checks.ts';
import { isNamed, toUnit } from './unit-dates.ts';
import { readUnitRows, type UnitRow } from './unit-rows.ts';

export type UnitsRead = { rows: UnitRow[]; units: Unit[]; faults: { line: number; message: string }[] };

/**
 * Reads and checks a `units.csv`. `units` are its rows with a name, whatever their dates: a row without one is a place kept for a
 * unit not yet known.
 */
export function readUnits(text: string, file: string): UnitsRead {
  const { rows, lines, faults } = readUnitRows(text);
  if (faults.length > 0) {
    return { rows: [], units: [], faults: faults.map(({ line, message }) => ({ line, message: told(file, message) })) };
  }
  const wrong = checkUnitRows(rows).map(({ index, message }) => ({ line: lines[index] ?? 1, message }));
  return { rows, units: rows.filter(isNamed).map(toUnit), faults: wrong };
}

const told = (file: string, message: string): string =>
  message.startsWith('cannot be read') ? `${file} ${message}` : message;
