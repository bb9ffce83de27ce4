import { buffer } from 'node:stream/consumers';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { writeXlsx, type SheetColumn, type SheetRow } from '../../../src/content/sheet/write-xlsx.ts';

const COLUMNS: readonly SheetColumn[] = [
  { title: 'Họ và tên', kind: 'text', width: 30 },
  { title: 'Điện thoại', kind: 'phone' },
  { title: 'Số bài', kind: 'number' },
  { title: 'Lần cuối', kind: 'instant' },
];

async function* each(rows: readonly SheetRow[]): AsyncGenerator<SheetRow> {
  for (const row of rows) yield await Promise.resolve(row);
}

async function read(bytes: Buffer): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as unknown as ArrayBuffer); // its types are older than those of Node
  return book;
}

const cells = (book: ExcelJS.Workbook, sheet: number, row: number): unknown[] =>
  COLUMNS.map((_, at) => book.worksheets[sheet]?.getRow(row).getCell(at + 1).value);

describe('a workbook of ours', () => {
  it('is read by another program with its letters, numbers, instants and phones', async () => {
    const at = Date.parse('2022-05-31T23:59:00+07:00');
    const rows = [
      ['Trần Thị Bình <&> "x"', '0912345678', 1600, at],
      ['Lê Văn Cừ', '+84912345678', 0, null],
      [null, '', null, null],
    ];
    const book = await read(await buffer(writeXlsx(COLUMNS, each(rows), { sheet: 'Cần gọi: 1/2' })));
    expect(book.worksheets.map(({ name }) => name)).toEqual(['Cần gọi  1 2']);
    expect(cells(book, 0, 1)).toEqual(['Họ và tên', 'Điện thoại', 'Số bài', 'Lần cuối']);
    expect(cells(book, 0, 2)).toEqual(['Trần Thị Bình <&> "x"', '0912345678', 1600, new Date('2022-05-31T23:59:00Z')]);
    expect(cells(book, 0, 3)).toEqual(['Lê Văn Cừ', '+84912345678', 0, null]);
    expect(cells(book, 0, 4)).toEqual([null, null, null, null]);
  });

  it.each(['=1+1', '+cmd|x', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '\u0001=1+1', '\u0000\uFFFE@SUM(A1)', '＝1+1'])(
    'makes %j no formula, in texts and in phones',
    async (text) => {
      const book = await read(await buffer(writeXlsx(COLUMNS, each([[text, text, null, null]]))));
      const [name, phone] = cells(book, 0, 2).map(String);
      expect([name?.[0], phone?.[0]]).toEqual(["'", "'"]);
    },
  );

  it('keeps out what XML cannot hold, and cuts what a cell cannot', async () => {
    const long = `${'a'.repeat(32_766)}😀`;
    const book = await read(
      await buffer(
        writeXlsx(
          COLUMNS,
          each([
            ['a\u0000b\u000Bc\uD800', null, null, null],
            [long, null, null, null],
          ]),
        ),
      ),
    );
    expect(cells(book, 0, 2)[0]).toBe('abc\uFFFD');
    expect(cells(book, 0, 3)[0]).toBe('a'.repeat(32_766));
  });

  it('goes on in a second sheet where the first is full, with its heading, and none is made for nothing', async () => {
    const rows = Array.from({ length: 4 }, (_, at): SheetRow => [`n ${at}`, null, at, null]);
    const full = await read(await buffer(writeXlsx(COLUMNS, each(rows), { sheet: 'Danh sách', maxRows: 3 })));
    expect(full.worksheets.map(({ name, rowCount }) => [name, rowCount])).toEqual([
      ['Danh sách', 3],
      ['Danh sách 2', 3],
    ]);
    expect(cells(full, 1, 3)[0]).toBe('n 3');
    const empty = await read(await buffer(writeXlsx(COLUMNS, each([]))));
    expect(empty.worksheets.map(({ rowCount }) => rowCount)).toEqual([1]);
  });

  it('ends in the error of its rows', async () => {
    async function* broken(): AsyncGenerator<SheetRow> {
      yield await Promise.resolve(['a', null, null, null]);
      throw new Error('the store is away');
    }
    await expect(buffer(writeXlsx(COLUMNS, broken()))).rejects.toThrow('the store is away');
  });

  it('takes rows only as fast as it is read, and lets them go when the reader leaves', async () => {
    let taken = 0;
    let ended: () => void = () => {};
    const isEnded = new Promise<void>((resolve) => (ended = resolve));
    async function* endless(): AsyncGenerator<SheetRow> {
      try {
        for (;;) {
          taken += 1;
          // of no pattern, so that the compressor cannot hide how much there is
          yield await Promise.resolve([`${Math.sin(taken)}${Math.cos(taken)}${Math.tan(taken)}`, null, taken, null]);
        }
      } finally {
        ended();
      }
    }
    const stream = writeXlsx(COLUMNS, endless());
    let seen = 0;
    for await (const chunk of stream) {
      seen += (chunk as Buffer).length;
      if (seen > 2_000_000) break; // destroys the stream
    }
    await isEnded;
    const perRow = seen / taken;
    expect(perRow).toBeGreaterThan(20); // a heap of rows taken in advance would make this small
  });
});
