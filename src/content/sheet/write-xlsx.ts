import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { columnName } from './grid.ts';
import { harmless } from './harmless.ts';

/**
 * `text`, cells that a program would take for a formula made harmless · `phone`, digits kept as text so that no zero and no plus is
 * lost · `number` · `instant`, epoch ms, shown as day and minute in Vietnam.
 */
export type SheetColumn = {
  title: string;
  kind: 'text' | 'phone' | 'number' | 'instant';
  /** In characters. */ width?: number;
};
/** A value per column; null = an empty cell. */
export type SheetRow = readonly (string | number | null)[];

/** Of one sheet, the heading among them. Source: Excel specifications and limits (read 2026-11-21). */
export const MAX_SHEET_ROWS = 1_048_576;
const MAX_CELL = 32_767;
/** Written at once; a row is far too little for the compressor. */
const CHUNK = 65_536;
/** One file of the same rows is always the same bytes. */
const AT = { mtime: new Date(Date.UTC(2000, 0, 1)) };

/**
 * A workbook as a stream: rows are read only as fast as it is taken, so that memory stays flat however many there are. Rows beyond
 * what a sheet holds go on in another one. Where `rows` throws, the stream ends in that error; destroyed, it ends `rows`.
 * `sheet` names the first sheet, at most 31 characters.
 */
export function writeXlsx(
  columns: readonly SheetColumn[],
  rows: AsyncIterable<SheetRow>,
  { sheet = 'Sheet', maxRows = MAX_SHEET_ROWS }: { sheet?: string; maxRows?: number } = {},
): Readable {
  const zip = new ZipFile();
  const out = new PassThrough();
  const source = rows[Symbol.asyncIterator]();
  zip.on('error', (error: Error) => out.destroy(error));
  zip.outputStream.on('error', (error: Error) => out.destroy(error));
  zip.outputStream.pipe(out);
  void fill(zip, columns, source, { sheet: sheetName(sheet), maxRows, out }).catch((error: unknown) =>
    out.destroy(error instanceof Error ? error : new Error('the rows broke off', { cause: error })),
  );
  out.once('close', () => void source.return?.(undefined)?.then(undefined, () => {}));
  return out;
}

type Filling = { sheet: string; maxRows: number; out: PassThrough };

async function fill(
  zip: ZipFile,
  columns: readonly SheetColumn[],
  source: AsyncIterator<SheetRow>,
  { sheet, maxRows, out }: Filling,
): Promise<void> {
  const names: string[] = [];
  for (let next = await source.next(); names.length === 0 || next.done !== true;) {
    names.push(names.length === 0 ? sheet : `${sheet.slice(0, 27)} ${names.length + 1}`);
    const xml = Readable.from(
      sheetXml(columns, maxRows, next, async () => (next = await source.next())),
      { objectMode: false },
    );
    const stop = (): void => void xml.destroy();
    out.once('close', stop);
    zip.addReadStream(xml, `xl/worksheets/sheet${names.length}.xml`, AT);
    await finished(xml);
    out.off('close', stop);
  }
  for (const [path, text] of Object.entries(partsAround(names))) zip.addBuffer(Buffer.from(text), path, AT);
  zip.end();
}

/** The heading and the rows from `first` on; `more` gives the next one, which is looked at only when there is room for it. */
async function* sheetXml(
  columns: readonly SheetColumn[],
  maxRows: number,
  first: IteratorResult<SheetRow>,
  more: () => Promise<IteratorResult<SheetRow>>,
): AsyncGenerator<Buffer> {
  let text =
    `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" ` +
    `state="frozen"/></sheetView></sheetViews><cols>${columns.map(colXml).join('')}</cols><sheetData>` +
    rowXml(1, columns.map(({ title }, at) => textCell(at, 1, harmless(title), STYLE.heading)).join(''));
  let row = first;
  for (let number = 2; number <= maxRows && row.done !== true; number += 1) {
    const { value } = row;
    text += rowXml(number, columns.map(({ kind }, at) => cellXml(kind, at, number, value[at] ?? null)).join(''));
    if (text.length >= CHUNK) {
      yield Buffer.from(text);
      text = '';
    }
    row = await more();
  }
  yield Buffer.from(`${text}</sheetData></worksheet>`);
}

const STYLE = { plain: 0, heading: 1, text: 2, instant: 3 };

function cellXml(kind: SheetColumn['kind'], at: number, row: number, value: string | number | null): string {
  if (value === null || value === '') return '';
  if (kind === 'phone')
    return textCell(
      at,
      row,
      /^\+?[\d .()-]*$/.test(String(value)) ? String(value) : harmless(String(value)),
      STYLE.text,
    );
  if (kind === 'text' || typeof value === 'string') return textCell(at, row, harmless(String(value)), STYLE.plain);
  if (!Number.isFinite(value)) return '';
  const number = kind === 'instant' ? toSerial(value) : value;
  return `<c r="${columnName(at)}${row}" s="${kind === 'instant' ? STYLE.instant : STYLE.plain}"><v>${number}</v></c>`;
}

/** Days since 30 December 1899, on a clock in Vietnam (UTC+7 all year). Source: ECMA-376 part 1, §18.17.4.1. */
const toSerial = (at: number): number => (at + 7 * 3_600_000) / 86_400_000 + 25_569;

const rowXml = (number: number, cells: string): string => `<row r="${number}">${cells}</row>`;
const colXml = ({ title, width }: SheetColumn, at: number): string =>
  `<col min="${at + 1}" max="${at + 1}" width="${width ?? Math.max(12, [...title].length + 2)}" customWidth="1"/>`;

function textCell(at: number, row: number, text: string, style: number): string {
  return `<c r="${columnName(at)}${row}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(cut(text))}</t></is></c>`;
}

/** At most what a cell holds, and never half a character. */
function cut(text: string): string {
  if (text.length <= MAX_CELL) return text;
  const half = /[\uD800-\uDBFF]/.test(text[MAX_CELL - 1] ?? '');
  return text.slice(0, half ? MAX_CELL - 1 : MAX_CELL);
}

/** Without what XML 1.0 cannot hold at all. */
const escapeXml = (text: string): string =>
  text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);

/** Source: Excel refuses these signs in the name of a sheet, and an apostrophe at its ends. */
const sheetName = (name: string): string =>
  name
    .replace(/[\\/?*[\]:]/g, ' ')
    .replace(/^'+|'+$/g, '')
    .trim()
    .slice(0, 31) || 'Sheet';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** What a workbook needs beside its sheets. Source: ECMA-376 part 1, §12.2 and §18. */
function partsAround(names: readonly string[]): Record<string, string> {
  const each = (part: (n: number, name: string) => string): string =>
    names.map((name, at) => part(at + 1, name)).join('');
  return {
    '[Content_Types].xml':
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>` +
      each((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPE}.worksheet+xml"/>`) +
      '</Types>',
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml':
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>` +
      each((n, name) => `<sheet name="${escapeXml(name)}" sheetId="${n}" r:id="rId${n}"/>`) +
      '</sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      `${XML}<Relationships xmlns="${PACKAGE}/relationships">` +
      each((n) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`) +
      `<Relationship Id="rId${names.length + 1}" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml':
      `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/></numFmts>` +
      '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
      '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
      '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/>' +
      '<xf fontId="1" applyFont="1"/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>',
  };
}
