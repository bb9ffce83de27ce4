import { clean } from '../../engine/readers/fold.ts';

/** One row as a person sees it: its number in the program that shows it, and a text per column, '' = empty. */
export type GridRow = {
  number: number;
  cells: readonly string[];
  /** The same with what stands in merged cells carried to the right too; for headings over several columns. */
  wide: readonly string[];
};

/** One sheet. Cells merged downwards hold the same text in every row; rows without any text are left out. */
export type Grid = { name: string; rows: readonly GridRow[] };

/** Why a file cannot be looked at. */
export type GridFault =
  | 'notASheet'
  /** Excel before 2007, or locked by a password: both look the same from outside. */
  | 'oldOrLocked'
  | 'empty'
  | 'tooLarge'
  | 'tooManyRows'
  /** No known way to read its letters gives words. */
  | 'letters';

/** What was made of the bytes of a file. `encoding`: how letters of a text were read, null for a workbook. */
export type GridsRead =
  | { type: 'read'; grids: Grid[]; encoding: string | null; delimiter: string | null }
  | { type: 'refused'; fault: GridFault };

/**
 * A workplace list of the whole country has some 13,000 rows; a file of that size has about 2 MB. `letters`: of all cells together,
 * since a workbook may show one long text in any number of cells.
 */
export const SHEET_LIMITS = {
  bytes: 8_000_000,
  unzippedBytes: 80_000_000,
  rows: 30_000,
  columns: 60,
  sheets: 10,
  letters: 10_000_000,
};

/** A cell as it is kept: NFC, without what is not seen, every run of spaces and line ends one space. */
export const cellText = (text: string): string =>
  clean(text)
    .replace(/[\s\u00A0]+/g, ' ')
    .trim();

/** A letter as programs name columns: 0 → A, 26 → AA. */
export function columnName(at: number): string {
  const last = String.fromCharCode(65 + (at % 26));
  return at < 26 ? last : columnName(Math.floor(at / 26) - 1) + last;
}
