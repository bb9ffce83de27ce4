import { inflateRawSync } from 'node:zlib';
import ExcelJS from 'exceljs';
import { cellText, SHEET_LIMITS, type Grid, type GridRow, type GridsRead } from './grid.ts';
import { readHarmless } from './harmless.ts';

/**
 * What is of no use here. A rule for whole columns (a list to choose from, say) is kept by the library once for each of their cells:
 * for a sheet as a whole that took the process with it.
 */
const UNREAD = [
  'dataValidations',
  'conditionalFormatting',
  'cols',
  'hyperlinks',
  'drawing',
  'picture',
  'tableParts',
  'extLst',
];

/** A workbook of Excel 2007 and later. Takes time and memory by what the file says of itself: to be called in a thread of its own. */
export async function readXlsx(bytes: Buffer): Promise<GridsRead> {
  const size = unzippedSize(bytes);
  if (size === null) return { type: 'refused', fault: 'notASheet' };
  if (size > SHEET_LIMITS.unzippedBytes) return { type: 'refused', fault: 'tooLarge' };
  const book = new ExcelJS.Workbook();
  try {
    await book.xlsx.load(bytes as unknown as ArrayBuffer, { ignoreNodes: UNREAD }); // its types are older than those of Node
  } catch {
    return { type: 'refused', fault: 'notASheet' };
  }
  const seen = book.worksheets.filter(({ state }) => state === 'visible').slice(0, SHEET_LIMITS.sheets);
  const grids: Grid[] = [];
  let letters = 0;
  for (const sheet of seen) {
    const rows: GridRow[] = [];
    sheet.eachRow((row, number) => {
      if (letters > SHEET_LIMITS.letters) return;
      const width = Math.min(row.cellCount, SHEET_LIMITS.columns);
      const cells: string[] = [];
      const wide: string[] = [];
      for (let column = 1; column <= width; column += 1) {
        const cell = row.getCell(column);
        const text = readHarmless(cellText(textOf(cell.value, cell.numFmt)));
        letters += text.length;
        wide.push(text);
        cells.push(cell.isMerged && cell.master.col !== cell.col ? '' : text);
      }
      if (cells.some(Boolean)) rows.push({ number, cells, wide });
    });
    if (letters > SHEET_LIMITS.letters) return { type: 'refused', fault: 'tooLarge' };
    if (rows.length > SHEET_LIMITS.rows) return { type: 'refused', fault: 'tooManyRows' };
    if (rows.length > 0) grids.push({ name: sheet.name, rows });
  }
  return grids.length === 0
    ? { type: 'refused', fault: 'empty' }
    : { type: 'read', grids, encoding: null, delimiter: null };
}

/** What a person sees in the cell, nearly: of a formula its value, of a number its digits with the zeros that its format puts before. */
function textOf(value: ExcelJS.CellValue, format: string | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value, format ?? '');
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 10);
  if ('richText' in value) return value.richText.map(({ text }) => text).join('');
  if ('error' in value) return value.error;
  if ('hyperlink' in value) return textOf(value.text as ExcelJS.CellValue, format); // may be rich text, whatever its type says
  if ('formula' in value || 'sharedFormula' in value) return textOf(value.result as ExcelJS.CellValue, format);
  return '';
}

function numberText(value: number, format: string): string {
  // 1600.0000000000002 is what sums leave behind
  const digits = String(Number(value.toPrecision(12)));
  return /^0+$/.test(format) && /^\d+$/.test(digits) ? digits.padStart(format.length, '0') : digits;
}

/**
 * Bytes that a ZIP really holds, counted by unpacking it; null when it is none. What the file says of its sizes is not believed, and
 * its list of files must lie just before the end, with all that is said of it true: whoever unpacks it afterwards goes by another
 * part of that (JSZip by the list alone, whatever its number, and from another place where the sizes leave a gap, or in ZIP64), and
 * would unpack files that were not counted. Source: APPNOTE.TXT 6.3.10, §4.3.
 */
function unzippedSize(bytes: Buffer): number | null {
  const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0 || end + 22 > bytes.length) return null;
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const isWhole = bytes.readUInt32LE(end + 4) === 0 && bytes.readUInt16LE(end + 8) === count && count < 0xffff;
  if (!isWhole || at + bytes.readUInt32LE(end + 12) !== end) return null;
  let total = 0;
  try {
    for (let entry = 0; entry < count && total <= SHEET_LIMITS.unzippedBytes; entry += 1) {
      if (bytes.readUInt32LE(at) !== 0x02014b50) return null;
      const method = bytes.readUInt16LE(at + 10);
      const packed = bytes.readUInt32LE(at + 20);
      const local = bytes.readUInt32LE(at + 42);
      const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      total += method === 0 ? packed : inflatedSize(bytes.subarray(start, start + packed), SHEET_LIMITS.unzippedBytes);
      at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    }
  } catch {
    return null;
  }
  return total > SHEET_LIMITS.unzippedBytes || at === end ? total : null;
}

function inflatedSize(packed: Buffer, most: number): number {
  try {
    return inflateRawSync(packed, { maxOutputLength: most + 1 }).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return most + 1;
    throw error;
  }
}
