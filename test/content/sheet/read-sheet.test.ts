import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { SHEET_LIMITS, type Grid, type GridsRead } from '../../../src/content/sheet/grid.ts';
import { planImport } from '../../../src/content/sheet/import.ts';
import { readSheet } from '../../../src/content/sheet/aside.ts';
import { readSheetHere } from '../../../src/content/sheet/read-sheet.ts';
import { in1258, OPTIONS, plan, planOf, published, shown, theUnits } from './office.ts';

const LINES = [
  ['Mã', 'Tên đơn vị', 'Trực thuộc', 'Chỉ tiêu đợt 1'],
  ['84', 'LĐLĐ tỉnh Trà Vinh', '', '1.600'],
  ['', 'LĐLĐ  huyện Càng Long ', 'Trà Vinh', '100'],
  ['', 'Công đoàn ngành Giáo dục; Đào tạo', 'Trà Vinh', ''],
];
const EXPECTED = LINES.map((line) => line.map((cell) => cell.trim().replace('  ', ' ')));
const text = (delimiter: string, end = '\r\n') =>
  LINES.map((line) => line.map((cell) => (cell.includes(delimiter) ? `"${cell}"` : cell)).join(delimiter)).join(end);

async function gridsOf(read: Promise<GridsRead>): Promise<Grid[]> {
  const found = await read;
  if (found.type !== 'read') throw new Error(found.fault);
  return found.grids;
}
const cellsOf = async (read: Promise<GridsRead>) => (await gridsOf(read))[0]?.rows.map(({ cells }) => cells);

async function bytesOf(fill: (sheet: ExcelJS.Worksheet, book: ExcelJS.Workbook) => void): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  fill(book.addWorksheet('Danh sách'), book);
  return Buffer.from(await book.xlsx.writeBuffer());
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
/** A workbook of one sheet with these rows, and other files beside. Quicker than the library where they are large. */
function smallBook(
  files: Record<string, string>,
  rows = '<row r="1"><c r="A1"><v>1</v></c></row>',
  [before, behind]: readonly string[] = ['', ''],
) {
  const zip = new ZipFile();
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const related = (target: string, type: string) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${office}/${type}" Target="${target}"/></Relationships>`;
  const parts: Record<string, string> = {
    '_rels/.rels': related('xl/workbook.xml', 'officeDocument'),
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${office}"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': related('worksheets/sheet1.xml', 'worksheet'),
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${MAIN}">${before}<sheetData>${rows}</sheetData>${behind}</worksheet>`,
    ...files,
  };
  for (const [path, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content), path);
  zip.end();
  return buffer(zip.outputStream as Readable);
}

describe('a text as an office saves it', () => {
  const mark = Buffer.from([0xef, 0xbb, 0xbf]);
  it.each([
    ['UTF-8', Buffer.from(text(','))],
    ['UTF-8 with its mark, semicolons', Buffer.concat([mark, Buffer.from(text(';'))])],
    ['UTF-8 of a Mac, marks behind their letters', Buffer.from(text(';', '\n').normalize('NFD'))],
    [
      'UTF-16 as Excel saves "Unicode text"',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text('\t'), 'utf16le')]),
    ],
    ['UTF-16 without its mark', Buffer.from(text('\t'), 'utf16le')],
    ['UTF-16 the other way round', iconv.encode(text('\t'), 'utf-16be', { addBOM: true })],
    ['windows-1258', in1258(text(';'))],
    ['TCVN', iconv.encode(text('\t').normalize('NFC'), 'tcvn')],
    ['a first line that tells the separator', Buffer.from(`sep=|\r\n${text('|')}`)],
  ])('%s', async (_, bytes) => {
    expect(await cellsOf(readSheetHere(bytes))).toEqual(EXPECTED);
  });

  it('in windows-1252 keeps the letters that it has', async () => {
    const bytes = iconv.encode('Mã;Tên;Trực thuộc\n1;Phòng Lê Lý và Bà Tô;\n', 'windows-1252');
    expect((await cellsOf(readSheetHere(bytes)))?.[1]).toEqual(['1', 'Phòng Lê Lý và Bà Tô', '']);
  });

  it('counts its rows as the program does that shows it, empty lines and lines within cells too', async () => {
    const [grid] = await gridsOf(readSheetHere(Buffer.from('Tên,Mã\n\n"hai\ndòng",X\n\nba,Y\n')));
    expect(grid?.rows.map(({ number, cells }) => [number, cells])).toEqual([
      [1, ['Tên', 'Mã']],
      [3, ['hai dòng', 'X']],
      [5, ['ba', 'Y']],
    ]);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'empty'],
    ['a page', Buffer.from('<html><table><tr><td>Mã</td></tr></table>'), 'notASheet'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1, 0, 0, 0]), 'notASheet'],
    ['Excel of before 2007, or a locked one', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'oldOrLocked'],
    ['an archive of something else', Buffer.from('PK\u0003\u0004whatever'), 'notASheet'],
    [
      'letters of no known table',
      Buffer.from([...Buffer.from('Ten;'), 0xe4, 0xf8, 0xfe, 0xdf, 0x3b, 0xfc, 0xdf, 0xe5]),
      'letters',
    ],
    ['far too much', Buffer.alloc(SHEET_LIMITS.bytes + 1, 'a'), 'tooLarge'],
    ['too many rows', Buffer.from('a;b\n'.repeat(SHEET_LIMITS.rows + 1)), 'tooManyRows'],
  ])('is refused where it is %s', async (_, bytes, fault) => {
    expect(await readSheet(bytes)).toEqual({ type: 'refused', fault });
  });
});

describe('a workbook as an office makes it', () => {
  it('has titles above, a heading over two rows, merged cells, formulas, rich text and numbers for codes', async () => {
    const bytes = await bytesOf((sheet, book) => {
      sheet.mergeCells('A1:F1');
      sheet.getCell('A1').value = 'PHÂN BỔ CHỈ TIÊU SÁNG KIẾN';
      const head = ['STT', 'Mã', 'Tên đơn vị', 'Đơn vị cấp trên', 'Chỉ tiêu', ''];
      sheet.getRow(3).values = head;
      for (const column of 'ABCD') sheet.mergeCells(`${column}3:${column}4`);
      sheet.mergeCells('E3:F3');
      sheet.getCell('E4').value = 'Đợt 1';
      sheet.getCell('F4').value = 'Đợt 2';
      sheet.getCell('C5').value = { richText: [{ text: 'LĐLĐ tỉnh ' }, { text: 'Trà Vinh', font: { bold: true } }] };
      sheet.getCell('B5').value = 84;
      sheet.getCell('E5').value = { formula: 'SUM(E6:E7)', result: 1600.0000000000002 } as ExcelJS.CellFormulaValue;
      sheet.mergeCells('D6:D7');
      sheet.getCell('D6').value = 'Trà Vinh'.normalize('NFD');
      sheet.getCell('C6').value = 'Huyện  Càng\u00A0Long';
      sheet.getCell('C7').value = { text: 'Công ty TNHH A', hyperlink: 'https://example.org' };
      sheet.getCell('E6').value = '1.600';
      sheet.getCell('B8').value = 1;
      sheet.getCell('B8').numFmt = '00';
      sheet.getCell('E8').value = { formula: 'A1/0', result: { error: '#DIV/0!' } } as ExcelJS.CellFormulaValue;
      book.addWorksheet('Ghi chú').getCell('A1').value = 'không đọc';
    });
    const units = theUnits();
    const result = planImport(await gridsOf(readSheet(bytes)), published(units), OPTIONS);
    const found = planOf(result);
    if (result.type === 'planned') {
      expect(result.read).toMatchObject({ sheet: 'Danh sách', headingRow: 4, otherSheets: ['Ghi chú'] });
      expect(result.read.columns.map(({ letter, heading }) => `${letter} ${heading}`).slice(-2)).toEqual([
        'E Chỉ tiêu Đợt 1',
        'F Chỉ tiêu Đợt 2',
      ]);
    }
    expect(shown(found)).toEqual(['8E formulaError [#DIV/0!]']);
    expect(found.added.map(({ name, parent }) => [name, parent])).toEqual([['Công ty TNHH A', '84']]);
    expect(found.quotas.map(({ unit, number }) => [unit, number])).toEqual([
      ['84', 1600],
      [units.find(({ name }) => name === 'LĐLĐ huyện Càng Long')?.code, 1600],
    ]);
  });

  it('is refused in time, whatever it unpacks to', async () => {
    const bomb = await bytesOf((sheet) => {
      sheet.getCell('A1').value = ' '.repeat(32_000);
      for (let row = 2; row < 3000; row += 1) sheet.getCell(`A${row}`).value = `${row}${'a'.repeat(32_000)}`;
    });
    expect(bomb.length).toBeLessThan(SHEET_LIMITS.bytes);
    expect(await readSheet(bomb)).toEqual({ type: 'refused', fault: 'tooLarge' });
  });

  it('is refused where its list of files does not tell of all that would be unpacked', async () => {
    const bomb = await smallBook({ 'docProps/thumbnail.bin': '0'.repeat(SHEET_LIMITS.unzippedBytes) });
    expect(bomb.length).toBeLessThan(SHEET_LIMITS.bytes);
    expect(await readSheet(bomb)).toEqual({ type: 'refused', fault: 'tooLarge' });
    const end = bomb.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
    for (const count of [0, 1, 0xffff]) {
      bomb.writeUInt16LE(count, end + 8);
      bomb.writeUInt16LE(count, end + 10);
      expect(await readSheet(bomb)).toEqual({ type: 'refused', fault: 'notASheet' });
    }
  });

  it('is read whatever rules it has for whole columns, or for all of them', async () => {
    const rule = (where: string) =>
      `<dataValidations count="1"><dataValidation type="list" sqref="${where}"><formula1>"a"</formula1></dataValidation></dataValidations>`;
    const cols = '<cols><col min="1" max="2000000000" width="9"/></cols>';
    for (const where of ['B1:B1048576', 'A1:XFD1048576'])
      expect(await cellsOf(readSheet(await smallBook({}, undefined, [cols, rule(where)])))).toEqual([['1']]);
  });

  it('is refused where it shows one long text in more cells than anybody reads', async () => {
    const strings = `<sst xmlns="${MAIN}"><si><t>${'a'.repeat(32_000)}</t></si></sst>`;
    const cells = Array.from(
      { length: 400 },
      (_, at) => `<row r="${at + 1}"><c r="A${at + 1}" t="s"><v>0</v></c></row>`,
    );
    const bytes = await smallBook({ 'xl/sharedStrings.xml': strings }, cells.join(''));
    expect(bytes.length).toBeLessThan(10_000);
    expect(await readSheet(bytes)).toEqual({ type: 'refused', fault: 'tooLarge' });
  });
});

describe('a list of mergers', () => {
  const units = theUnits();
  const now = published(units, [{ unit: '84', phase: 'dot-1', number: 5 }]);
  const HEAD = ['Đơn vị cũ', 'Đơn vị mới', 'Hiệu lực từ'];

  it('ends the old ones on their day and names their successors, new ones too', () => {
    const found = plan(
      now,
      [
        HEAD,
        ['LĐLĐ tỉnh Trà Vinh', 'Vĩnh Long', ''],
        ['83', '86', '01/07/2025'],
        ['Vĩnh Long', 'LĐLĐ tỉnh Vĩnh Long', ''],
        ['Hà Giang', 'LĐLĐ tỉnh Hà Tuyên', ''],
        ['Tuyên Quang', 'LĐLĐ tỉnh Hà Tuyên', ''],
      ],
      { from: '2025-07-01' },
    );
    expect(shown(found)).toEqual([]);
    expect([found.kind, found.missing, found.notes.map(({ row, code }) => [row, code])]).toEqual([
      'successors',
      [],
      [[4, 'stays']],
    ]);
    const [added] = found.added;
    const fate = (code: string) =>
      found.units.filter((row) => row.code === code).map(({ validTo, successor }) => [validTo, successor])[0];
    expect(fate('84')).toEqual(['2025-07-01', '86']);
    expect(fate('83')).toEqual(['2025-07-01', '86']);
    expect(fate('86')).toEqual([null, null]);
    expect([fate('02'), fate('08')]).toEqual([
      ['2025-07-01', added?.code],
      ['2025-07-01', added?.code],
    ]);
    expect(found.units.find(({ code }) => code === added?.code)).toMatchObject({
      validFrom: '2025-07-01',
      parent: null,
      short: 'Hà Tuyên',
    });
    expect(found.quotas).toEqual(now.file.quotas);
  });

  it('names what cannot be: an unknown one, one twice, one that becomes itself in a circle', () => {
    const found = plan(now, [
      HEAD,
      ['Nơi nào đó', '86', ''],
      ['84', '86', ''],
      ['84', '83', ''],
      ['01', '02', 'hôm nay'],
      ['24', '', ''],
      ['91', '89', ''],
      ['89', '91', ''],
      ['92', '#N/A', ''],
      ['93', 'a'.repeat(301), ''],
    ]);
    expect(shown(found).map((line) => line.split(' [')[0])).toEqual([
      '2A oldUnknown',
      '4A rowTwice',
      '5C dateForm',
      '6B newMissing',
      '7 circle',
      '8 circle',
      '9B formulaError',
      '10B cellLong',
    ]);
  });
});
