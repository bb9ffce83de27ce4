import { foldCode } from './codes.ts';
import type { UnitRow } from './unit-rows.ts';

/** A mistake in the row at `index`, -1 = in the list as a whole. `code` and `facts` for a sentence in the reader's language. */
export type UnitFault = {
  index: number;
  code: UnitFaultCode;
  facts: Readonly<Record<string, string | number>>;
  message: string;
};

export type UnitFaultCode =
  | 'unit.none'
  | 'unit.code'
  | 'unit.twice'
  | 'unit.readsLike'
  | 'unit.short'
  | 'unit.parent'
  | 'unit.circle'
  | 'unit.deep'
  | 'unit.date'
  | 'unit.dates'
  | 'unit.successor'
  | 'unit.endsAbove';

export const MAX_SHORT = 20;
/** Far more than a union has: whoever goes up or down the tree may rely on it. */
export const MAX_LEVELS = 10;
export const UNIT_CODE = /^[0-9A-Z]{1,12}$/;

/** What a list of workplaces must hold to be used: codes once, parents and successors that are there, days in their order. */
export function checkUnitRows(rows: readonly UnitRow[]): UnitFault[] {
  const faults: UnitFault[] = [];
  const byCode = new Map<string, UnitRow>();
  const folded = new Map<string, string>();
  for (const [index, row] of rows.entries()) {
    const { code, name, short } = row;
    const fault = (kind: UnitFaultCode, message: string, facts: UnitFault['facts'] = {}) =>
      faults.push({ index, code: kind, facts: { unit: code, ...facts }, message });
    if (!UNIT_CODE.test(code)) fault('unit.code', `code "${code}": digits and capitals only, at most 12`);
    const like = folded.get(foldCode(code));
    if (byCode.has(code)) fault('unit.twice', `code ${code} stands twice`);
    else if (like !== undefined) fault('unit.readsLike', `code ${code} reads like ${like}`, { other: like });
    byCode.set(code, row);
    folded.set(foldCode(code), code);
    if (name !== '' && ([...short].length > MAX_SHORT || short === ''))
      fault('unit.short', `${code}: the short name has 1 to ${MAX_SHORT} characters`, { max: MAX_SHORT });
  }
  const named = (code: string): UnitRow | null => {
    const row = byCode.get(code);
    return row && row.name !== '' ? row : null;
  };
  for (const [index, row] of rows.entries()) {
    if (row.name === '') continue;
    const fault = (kind: UnitFaultCode, message: string, facts: UnitFault['facts'] = {}) =>
      faults.push({ index, code: kind, facts: { unit: row.code, ...facts }, message: `${row.code}: ${message}` });
    checkDates(row, fault);
    const { parent, successor } = row;
    if (parent !== null) {
      const above = named(parent);
      const way = wayUp(row, (one) => (one.parent === null ? null : named(one.parent)));
      if (!above) fault('unit.parent', `its parent ${parent} does not stand in the list`, { parent });
      else if (way === 'circle') fault('unit.circle', `it lies below itself`, { parent });
      else if (way === 'deep') fault('unit.deep', `it lies deeper than ${MAX_LEVELS} levels`, { max: MAX_LEVELS });
      else if (above.validTo !== null && above.successor === null && (row.validTo ?? '9') > above.validTo)
        fault('unit.endsAbove', `its parent ${parent} ends before it, without a successor`, { parent });
    }
    if (successor !== null) {
      const way = wayUp(row, (one) => (one.successor === null ? null : named(one.successor)));
      if (!named(successor))
        fault('unit.successor', `its successor ${successor} does not stand in the list`, { successor });
      else if (row.validTo === null) fault('unit.successor', 'a successor wants the day from which', { successor });
      else if (way === 'circle') fault('unit.circle', 'it succeeds itself', { successor });
      else if (way === 'deep') fault('unit.deep', `more than ${MAX_LEVELS} follow one another`, { max: MAX_LEVELS });
    }
  }
  if (!rows.some(({ name }) => name !== ''))
    faults.push({ index: -1, code: 'unit.none', facts: {}, message: 'no units' });
  return faults;
}

type Tell = (code: UnitFaultCode, message: string, facts?: UnitFault['facts']) => void;

function checkDates({ validFrom, validTo }: UnitRow, fault: Tell): void {
  for (const day of [validFrom, validTo]) {
    if (day !== null && !isDay(day)) fault('unit.date', `"${day}" is no day such as 2025-07-01`, { day });
  }
  if (validFrom !== null && validTo !== null && validFrom >= validTo)
    fault('unit.dates', `it ends on ${validTo} and begins on ${validFrom}`, { from: validFrom, to: validTo });
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;

/** Where one comes from a row on: round in a circle, or on and on; null = to an end. */
function wayUp(row: UnitRow, next: (row: UnitRow) => UnitRow | null): 'circle' | 'deep' | null {
  const seen = new Set<UnitRow>();
  for (let at: UnitRow | null = row; at; at = next(at)) {
    if (seen.has(at)) return 'circle';
    if (seen.size === MAX_LEVELS) return 'deep';
    seen.add(at);
  }
  return null;
}
