import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planAside } from '../../../src/content/sheet/aside.ts';
import { exportUnits, type ExportWords } from '../../../src/content/sheet/export.ts';
import { planImport } from '../../../src/content/sheet/import.ts';
import { readSheetHere } from '../../../src/content/sheet/read-sheet.ts';
import { writeXlsx } from '../../../src/content/sheet/write-xlsx.ts';
import { checkUnitRows } from '../../../src/content/unit-checks.ts';
import { fold } from '../../../src/engine/readers/fold.ts';
import { after, grid, OPTIONS, plan, planOf, published, shown, theUnits } from './office.ts';

const HEAD = ['STT', 'Mã đơn vị', 'Tên đơn vị', 'Trực thuộc', 'Chỉ tiêu đợt 1', 'Chỉ tiêu đợt 2'];
const units = theUnits();
const now = published(units, [{ unit: '84', phase: 'dot-1', number: 1600 }]);
const codeOf = (name: string, list = units): string => list.find((row) => row.name === name)?.code ?? '';
const CANG_LONG = codeOf('LĐLĐ huyện Càng Long');

describe('a long list', () => {
  it('is looked over in a process of its own, as here, and this one is free meanwhile', async () => {
    const lines = Array.from({ length: 4000 }, (_, n) => [
      '',
      '',
      `CĐCS Công ty số ${n}`,
      'LĐLĐ tỉnh Trà Vinh',
      '1',
      '',
    ]);
    const order = { grids: [grid(HEAD, ...lines)], base: now, options: OPTIONS };
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 1);
    const found = await planAside(order);
    clearInterval(ticking);
    expect(found).toEqual(planImport(order.grids, order.base, order.options));
    expect(ticks).toBeGreaterThan(20);
  });

  it('that is none is told so', async () => {
    const order = { grids: [grid(['Ghi chú'])], base: now, options: OPTIONS };
    expect(await planAside(order)).toEqual({ type: 'noHeading' });
  });
});

describe('a list with codes', () => {
  it('changes quotas and names, and says from what to what', () => {
    const found = plan(now, [
      HEAD,
      ['1', '84', 'LĐLĐ tỉnh Trà Vinh', '', '1.700', '3700'],
      ['2', CANG_LONG, 'LĐLĐ huyện Càng Long mới', '84', '', '-'],
    ]);
    expect(shown(found)).toEqual([]);
    expect(found.changed.map(({ row, code, changes }) => [row, code, changes])).toEqual([
      [
        2,
        '84',
        [
          { field: 'quota', phase: 'dot-1', before: 1600, after: 1700 },
          { field: 'quota', phase: 'dot-2', before: null, after: 3700 },
        ],
      ],
      [3, CANG_LONG, [{ field: 'name', before: 'LĐLĐ huyện Càng Long', after: 'LĐLĐ huyện Càng Long mới' }]],
    ]);
    expect(found.notes.map(({ code }) => code)).toEqual(['renamed']);
    expect(found.units.find(({ code }) => code === CANG_LONG)?.aliases).toEqual(
      units.find(({ code }) => code === CANG_LONG)?.aliases,
    );
  });

  it('takes no quota for none given, and nought for nought', () => {
    const found = plan(now, [HEAD, ['', '84', '', '', '', '0']]);
    expect(found.quotas).toEqual([{ unit: '84', phase: 'dot-2', number: 0 }]);
    expect(plan(now, [HEAD.slice(0, 3), ['', '84', 'LĐLĐ tỉnh Trà Vinh']]).quotas).toEqual(now.file.quotas);
  });

  it('gives back the zeros that Excel took from a code, where the name leaves no doubt', () => {
    const found = plan(now, [
      HEAD,
      ['', '1', 'LĐLĐ thành phố Hà Nội', '', '10', ''],
      ['', '4', 'Không có', '', '', ''],
    ]);
    expect(found.notes.map(({ code, facts }) => [code, facts['code']])).toEqual([['zeros', '01']]);
    expect(found.quotas).toContainEqual({ unit: '01', phase: 'dot-1', number: 10 });
    expect(shown(found)[0]).toContain('3B codeZeros [4]');
  });
});

describe('a list that is made to exhaust', () => {
  const chain = (levels: number) =>
    Array.from({ length: levels }, (_, n) => ['', `X${n}`, `Tổ ${n}`, n === 0 ? '84' : `X${n - 1}`, '', '']);

  it('goes no deeper than unions do', () => {
    const found = plan(now, [HEAD, ...chain(10)]);
    expect([found.added.length, shown(found)]).toEqual([9, ['11 deep X9, 10']]);
  });

  it('is looked over in no time however deep it goes', () => {
    const found = plan(now, [HEAD, ...chain(20_000)]);
    expect([found.added.length, new Set(found.problems.map(({ code }) => code))]).toEqual([9, new Set(['deep'])]);
  });

  it('has no cells that are read by nobody', () => {
    const long = 'a'.repeat(301);
    const found = plan(now, [HEAD, ['', 'X1', long, '84', '', ''], ['', 'X2', 'Tổ 2', long, '', '']]);
    expect(found.problems.map(({ row, column, code, facts }) => [row, column, code, facts])).toEqual([
      [2, 'C', 'cellLong', { max: 300, long: 301 }],
      [3, 'D', 'cellLong', { max: 300, long: 301 }],
    ]);
  });
});

describe('a list without codes', () => {
  const lines = [
    ['TT', 'Tên đơn vị', 'Đơn vị cấp trên', 'Chỉ tiêu đợt 1'],
    ['1', 'Liên đoàn Lao động tỉnh Trà Vinh', '', '1 600'],
    ['2', 'Huyện Càng Long', 'Trà Vinh', '100'],
    ['3', 'Công đoàn Viên chức tỉnh Trà Vinh', 'LĐLĐ tỉnh Trà Vinh', '40'],
    ['4', 'CĐCS Trường THPT số 9', 'Công đoàn Viên chức tỉnh Trà Vinh', ''],
  ];

  it('finds units by their name and what is above, and adds the others with codes of their own', () => {
    const found = plan(now, lines);
    expect(shown(found)).toEqual([]);
    const [office, school] = found.added;
    expect(found.added.map(({ name, parent, quotas }) => [name, parent, quotas])).toEqual([
      ['Công đoàn Viên chức tỉnh Trà Vinh', '84', { 'dot-1': 40 }],
      ['CĐCS Trường THPT số 9', office?.code, {}],
    ]);
    expect(office?.code).toMatch(/^84[2-9A-HJKMNP-Z]{4}$/);
    expect(school?.code).toMatch(/^84\w{8}$/);
    expect(found.changed.map(({ code }) => code)).toEqual([CANG_LONG]);
    expect(found.unchanged).toBe(1);
    expect(checkUnitRows(found.units)).toEqual([]);
  });

  it('makes nothing twice when it is imported again, in whatever order and however it is spelt', () => {
    const once = plan(now, lines);
    const again = plan(after(once), [lines[0] ?? [], ...lines.slice(1).toReversed()]);
    expect([again.added, again.changed, again.unchanged]).toEqual([[], [], 4]);
    const loud = plan(
      after(once),
      lines.map((line, at) =>
        at === 0 ? line : line.map((cell) => `  ${cell.toUpperCase().normalize('NFC')} `.trim()),
      ),
    );
    expect([loud.added, loud.changed]).toEqual([[], []]);
    expect(plan(now, lines).added.map(({ code }) => code)).toEqual(once.added.map(({ code }) => code));
  });

  it('warns of a name that is nearly one that is there', () => {
    const found = plan(now, [lines[0] ?? [], ['1', 'LĐLĐ huyện Càng Lonng', 'Trà Vinh', '']]);
    expect(found.notes.map(({ code, facts }) => [code, facts['code']])).toEqual([['near', CANG_LONG]]);
  });

  it('reads the two choices of the portal, unit and subordinate unit', () => {
    const found = plan(now, [
      ['Đơn vị', 'Đơn vị trực thuộc', 'Chỉ tiêu đợt 1'],
      ['Trà Vinh', 'LĐLĐ huyện Càng Long', '12'],
      ['Hà Nội', 'Quỹ Công nhân', '5'],
    ]);
    expect(found.changed.map(({ code }) => code)).toEqual([CANG_LONG]);
    expect(found.added.map(({ name, parent }) => [name, parent])).toEqual([['Quỹ Công nhân', '01']]);
  });

  it('keeps a province to what is below it', () => {
    const found = plan(
      now,
      [
        ['Tên đơn vị', 'Trực thuộc', 'Chỉ tiêu đợt 1'],
        ['LĐLĐ huyện Càng Long', '', '7'],
        ['CĐCS Bến xe', 'Huyện Châu Thành', '3'],
        ['CĐCS Chợ', 'Hà Nội', '3'],
      ],
      { under: '84' },
    );
    expect(shown(found)).toEqual(['4B outside [Hà Nội]']);
    expect(found.changed.map(({ code }) => code)).toEqual([CANG_LONG]);
    const above = found.units.find(({ code }) => code === found.added[0]?.parent);
    expect([above?.name, above?.parent]).toEqual(['LĐLĐ huyện Châu Thành', '84']);
    expect(found.missing.every(({ parent }) => parent === '84')).toBe(true);
  });
});

describe('problem rows', () => {
  it('are all named, with their cell, and the others are taken', () => {
    const found = plan(now, [
      HEAD,
      ['1', '84', 'LĐLĐ tỉnh Trà Vinh', '', '1.6', ''],
      ['2', '8 4!', 'Ai đó', '', '', ''],
      ['3', '', '', '84', '5', ''],
      ['4', '', 'LĐLĐ Châu Thành', '', '', ''],
      ['5', 'XA', 'Một đơn vị', 'Nơi nào đó', '', ''],
      ['6', 'XB', 'Hai đơn vị', 'Châu Thành', '', ''],
      ['7', '86', '#REF!', '', '', ''],
      ['8', '87', 'LĐLĐ tỉnh Đồng Tháp', '', 'nhiều', '-5'],
      ['9', '89', 'LĐLĐ tỉnh An Giang', '', '900', ''],
      ['10', '89', 'LĐLĐ tỉnh An Giang', '', '901', ''],
      ['11', 'XC', 'Ba đơn vị', 'XD', '', ''],
      ['12', 'XD', 'Bốn đơn vị', 'XC', '', ''],
      ['13', 'XI', 'Năm đơn vị', '84', '', ''],
      ['14', 'X1', 'Sáu đơn vị', '84', '', ''],
    ]);
    expect(shown(found).map((line) => line.replace(/ \d+ LĐLĐ .*/, ' …'))).toEqual([
      '2E quotaForm [1.6]',
      '3B codeForm [8 4!]',
      '4C nameMissing',
      '5C ambiguous [LĐLĐ Châu Thành] …',
      '6D parentUnknown [Nơi nào đó]',
      '7D parentAmbiguous [Châu Thành] …',
      '8C formulaError [#REF!]',
      '9E quotaForm [nhiều]',
      '9F quotaForm [-5]',
      '11 rowTwice 10, LĐLĐ tỉnh An Giang',
      '12D parentUnknown [XD]',
      '13D parentUnknown [XC]',
      '15B readsLike [X1] XI',
    ]);
    expect(found.quotas).toContainEqual({ unit: '89', phase: 'dot-1', number: 900 });
    expect(found.added.map(({ code }) => code)).toEqual(['XI']);
    expect(found.missing.map(({ code }) => code)).not.toContain('87'); // a row speaks of it
  });

  it('are those that give a unit the name of another beside it, as a column of codes that slipped does', () => {
    const found = plan(now, [
      HEAD,
      ['1', 'XA', 'Liên đoàn Lao động huyện Càng Long', '84', '', ''],
      ['2', '83', 'LĐLĐ tỉnh Trà Vinh', '', '', ''],
    ]);
    expect(shown(found)).toEqual([
      `2C nameTaken [Liên đoàn Lao động huyện Càng Long] ${CANG_LONG}`,
      '3C nameTaken [LĐLĐ tỉnh Trà Vinh] 84',
    ]);
    expect([found.added, found.changed]).toEqual([[], []]);
  });

  it('are not the rows of totals, signatures and numbers of columns', () => {
    const found = plan(now, [
      ['LIÊN ĐOÀN LAO ĐỘNG TỈNH', '', '', '', '', ''],
      ['DANH SÁCH ĐƠN VỊ VÀ CHỈ TIÊU', '', '', '', '', ''],
      ['', '', '', '', '', ''],
      HEAD,
      ['(1)', '(2)', '(3)', '(4)', '(5)', '(6)'],
      ['1', '84', 'LĐLĐ tỉnh Trà Vinh', '', '1600', '3700'],
      ['', '', 'Tổng cộng', '', '1600', '3700'],
      ['', '', '', '', 'Trà Vinh, ngày 12 tháng 01 năm 2022', ''],
      ['', '', 'TM. BAN THƯỜNG VỤ', '', '', ''],
    ]);
    expect([found.problems, found.added]).toEqual([[], []]);
    expect(found.notes.map(({ row, code }) => [row, code])).toEqual([
      [7, 'skippedTotal'],
      [8, 'skippedFooter'],
      [9, 'skippedFooter'],
    ]);
  });

  it('stand for the whole sheet where its heading cannot be relied upon', () => {
    const at = (...lines: (readonly string[])[]) => planImport([grid(...lines)], now, OPTIONS);
    expect(at(['Họ tên', 'Lương'], ['A', '1']).type).toBe('noHeading');
    const twice = at(['Tên đơn vị', 'Tên đơn vị', 'Mã'], ['a', 'b', '84']);
    expect(twice.type === 'badHeading' && twice.read.faults).toEqual([
      { code: 'columnTwice', letter: 'B', heading: 'Tên đơn vị' },
    ]);
    const which = at(['Tên đơn vị', 'Chỉ tiêu'], ['LĐLĐ tỉnh Trà Vinh', '5']);
    expect(which.type === 'badHeading' && which.read.faults[0]?.code).toBe('quotaPhase');
  });
});

describe('units of which the sheet says nothing', () => {
  const lines = [HEAD, ['', CANG_LONG, '', '', '5', '']];

  it('are named and kept', () => {
    const found = plan(now, lines, { under: '84' });
    expect(found.missing.length).toBe(units.filter(({ parent }) => parent === '84').length - 1);
    expect(found.units).toEqual(units);
  });

  it('end on the day that was asked for, and neither what is above those that stay nor another province', () => {
    const found = plan(now, lines, { under: '84', endMissing: true });
    expect(found.ended).toBe(found.missing.length);
    const ended = found.units.filter(({ validTo }) => validTo === '2022-03-01');
    expect(new Set(ended.map(({ parent }) => parent))).toEqual(new Set(['84']));
    const again = plan(after(found), [HEAD, ['', ended[0]?.code ?? '', '', '', '5', '']]);
    expect(shown(again)[0]).toContain('ended');
  });
});

describe('our own list', () => {
  const words: Record<string, ExportWords> = {
    vi: {
      code: 'Mã',
      name: 'Tên đơn vị',
      short: 'Tên ngắn',
      parent: 'Trực thuộc',
      kind: 'Loại',
      aliases: 'Tên khác',
      source: 'Nguồn',
      validFrom: 'Hiệu lực từ',
      validTo: 'Hết hiệu lực từ',
      successor: 'Đơn vị kế tục',
      quota: 'Chỉ tiêu {phase}',
    },
  };

  it('read back unchanged changes nothing, with units that ended and their successors in it', async () => {
    const merged = units.map((row) => (row.code === '83' ? { ...row, validTo: '2022-02-01', successor: '86' } : row));
    const present = published(merged, [
      { unit: '84', phase: 'dot-1', number: 0 },
      { unit: '86', phase: 'dot-2', number: 12_000 },
    ]);
    const { columns, rows } = exportUnits(present, words['vi'] as ExportWords, 'vi');
    const read = await readSheetHere(await buffer(writeXlsx(columns, rows)));
    if (read.type !== 'read') throw new Error(read.fault);
    const found = planOf(planImport(read.grids, present, OPTIONS));
    expect([shown(found), found.notes, found.added, found.changed, found.missing]).toEqual([[], [], [], [], []]);
    expect([found.units, found.quotas]).toEqual([merged, present.file.quotas]);
  });
});

it('whatever stands in a sheet can be published, and read again it makes nothing twice', () => {
  const name = fc.constantFrom(
    'LĐLĐ tỉnh Trà Vinh',
    'Châu Thành',
    'Huyện Càng Long',
    'CĐCS A',
    'CĐCS B',
    'Sở Y tế',
    '',
    '84',
  );
  const cell = (...some: string[]) => fc.constantFrom('', ...some);
  const line = fc.tuple(cell('84', '1', 'XA', 'XB', '844', '01'), name, name, cell('5', '0', '1.600', 'x'));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.boolean(), (lines, under) => {
      const sheet = [['Mã', 'Tên đơn vị', 'Cấp trên', 'Chỉ tiêu đợt 1'], ...lines];
      const options = under ? { under: '84' } : {};
      const once = plan(now, sheet, options);
      expect(checkUnitRows(once.units)).toEqual([]);
      const again = plan(after(once), sheet, options);
      for (const { units: list } of [once, again]) {
        const places = list.map(({ name: called, parent }) => `${fold(called)} in ${parent}`);
        expect(new Set(places).size).toBe(list.length);
      }
      if (once.problems.length === 0) expect([again.added, again.changed]).toEqual([[], []]);
    }),
    { numRuns: 150 },
  );
});
