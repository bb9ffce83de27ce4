import { fold } from '../../engine/readers/fold.ts';
import type { Grid } from './grid.ts';
import type { Column, Heading } from './headings.ts';
import type { Note, Problem, ProblemCode } from './plan.ts';

/** A row below the heading by what its columns mean. */
export type SheetRecord = {
  row: number;
  /** The text of the first column of that meaning, '' = empty or no such column. */
  text(meaning: Column['meaning']['type']): string;
  has(meaning: Column['meaning']['type']): boolean;
  quotas: readonly { phase: string; column: Column; text: string }[];
  problem(meaning: Column['meaning']['type'] | Column | null, code: ProblemCode, facts?: Problem['facts']): Problem;
};

/** `Tổng cộng` in any of the first cells; a list has no unit of that name. */
const TOTAL = /^(?:tong|cong|tong cong|tong so|toan tinh|total)$/;
/** What an office writes below its tables. */
const FOOTER =
  /^(?:nguoi lap|lap bieu|noi nhan|ghi chu|tm ban|tm |kt |chu tich|pho chu tich|thu truong|xac nhan|ky ten)|\bngay .{0,12}thang .{0,12}nam\b/;
/** Under many headings stands a row that numbers the columns: (1) (2) (3), or A B 1 2. */
const NUMBERING = /^\(?(?:\d{1,2}|[A-Z])\)?$/;

/** The rows of a table, and notes on those that are no units: totals, and what is signed below. */
export function readRecords(grid: Grid, heading: Heading): { records: SheetRecord[]; notes: Note[] } {
  const records: SheetRecord[] = [];
  const notes: Note[] = [];
  const key = heading.columns.find(({ meaning }) => meaning.type === 'name' || meaning.type === 'code');
  for (const [at, { number: row, cells }] of grid.rows.slice(heading.at + 1).entries()) {
    const filled = cells.filter((cell) => cell !== '');
    if (at === 0 && isNumbering(filled)) continue;
    const known = heading.columns.some((column) => (cells[column.at] ?? '') !== '');
    const note = (code: Note['code']) =>
      notes.push({ row, column: null, cell: (filled[0] ?? '').slice(0, 80), code, facts: {} });
    if (filled.slice(0, 3).some((cell) => TOTAL.test(fold(cell)))) note('skippedTotal');
    else if (!known) continue;
    else if (isFooter(filled, key ? (cells[key.at] ?? '') : '')) note('skippedFooter');
    else records.push(makeRecord(row, cells, heading.columns));
  }
  return { records, notes };
}

function isNumbering(filled: readonly string[]): boolean {
  const numbers = filled.flatMap((cell) => (/\d/.test(cell) ? [Number(cell.replace(/\D/g, ''))] : []));
  return (
    filled.length > 2 && filled.every((cell) => NUMBERING.test(cell)) && numbers.every((one, at) => one === at + 1)
  );
}

const isFooter = (filled: readonly string[], key: string): boolean =>
  filled.length <= 2 && (FOOTER.test(fold(key)) || FOOTER.test(fold(filled[0] ?? '')));

function makeRecord(row: number, cells: readonly string[], columns: readonly Column[]): SheetRecord {
  const columnOf = (type: Column['meaning']['type']) => columns.find(({ meaning }) => meaning.type === type);
  const at = (column: Column | undefined): string => (column ? (cells[column.at] ?? '') : '');
  return {
    row,
    text: (type) => at(columnOf(type)),
    has: (type) => columnOf(type) !== undefined,
    quotas: columns.flatMap((column) =>
      column.meaning.type === 'quota' ? [{ phase: column.meaning.phase, column, text: at(column) }] : [],
    ),
    problem(where, code, facts = {}) {
      const column = typeof where === 'string' ? columnOf(where) : (where ?? undefined);
      return { row, column: column?.letter ?? null, cell: at(column).slice(0, 80), code, facts };
    },
  };
}

/** Excel's own words for a formula that has no value. */
export const isFormulaError = (text: string): boolean => /^#(?:REF!|N\/A|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!)$/.test(text);

const NONE = /^[-–—.]*$/;
/** 1.600 or 1,600 or 1 600: signs between groups of three. */
const GROUPED = /^\d{1,3}([., ’'])\d{3}(?:\1\d{3})*$/;
const WHOLE = /^(\d+)(?:[.,]0{1,2})?$/;

/** A whole number as offices write it, null = none given (empty or a dash); `refused` for everything else. 0 stays 0. */
export function readQuota(text: string): number | null | 'refused' {
  if (NONE.test(text)) return null;
  const digits = GROUPED.test(text) ? text.replace(/\D/g, '') : WHOLE.exec(text)?.[1];
  const number = Number(digits ?? Number.NaN);
  return Number.isSafeInteger(number) ? number : 'refused';
}

/** The day of `1/7/2025`, `01-07-2025` or `2025-07-01`, in the form of the last; null for what is no day. */
export function readDay(text: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return toDay(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const office = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
  return office && toDay(Number(office[3]), Number(office[2]), Number(office[1]));
}

function toDay(year: number, month: number, day: number): string | null {
  const at = new Date(Date.UTC(year, month - 1, day));
  const isReal = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  return isReal && year >= 1900 && year <= 2200 ? at.toISOString().slice(0, 10) : null;
}
