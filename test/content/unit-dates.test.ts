import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkUnitRows } from '../../src/content/unit-checks.ts';
import { treeAt, treeSince } from '../../src/content/unit-dates.ts';
import { readUnitRows, readWrittenRows, writeUnitRows, type UnitRow } from '../../src/content/unit-rows.ts';
import { quotasIn } from '../../src/core/campaign.ts';
import { pathNow } from '../../src/core/unit.ts';

const row = (code: string, fields: Partial<UnitRow> = {}): UnitRow => ({
  code,
  name: `LĐLĐ tỉnh ${code}`,
  short: code,
  parent: null,
  aliases: [],
  kind: '',
  source: '',
  validFrom: null,
  validTo: null,
  successor: null,
  ...fields,
});
const MERGER = '2025-07-01';
const before = Date.parse('2025-06-30T23:59:59.999+07:00');
const after = Date.parse('2025-07-01T00:00:00+07:00');

/** Trà Vinh and Bến Tre become part of Vĩnh Long; a district of Bến Tre ends too; a commune begins. */
const ROWS = [
  row('84', { name: 'LĐLĐ tỉnh Trà Vinh', short: 'Trà Vinh', validTo: MERGER, successor: '86' }),
  row('83', { name: 'LĐLĐ tỉnh Bến Tre', short: 'Bến Tre', validTo: MERGER, successor: '86' }),
  row('86', { name: 'LĐLĐ tỉnh Vĩnh Long', short: 'Vĩnh Long' }),
  row('844', { name: 'LĐLĐ huyện Càng Long', short: 'Càng Long', parent: '84' }),
  row('831', { name: 'LĐLĐ huyện Châu Thành', short: 'Châu Thành', parent: '83', validTo: MERGER, successor: '86' }),
  row('86X', { name: 'Công đoàn xã An Bình', short: 'An Bình', parent: '86', validFrom: MERGER }),
  row('99', { name: '', short: '' }),
];

describe('on the day of a merger', () => {
  const [old, now] = [treeAt(ROWS, before), treeAt(ROWS, after)];
  const codes = (tree: typeof old, parent: string | null) => tree.childrenOf(parent).map(({ code }) => code);

  it('is without fault, and changes at midnight in Vietnam', () => {
    expect(checkUnitRows(ROWS)).toEqual([]);
    expect([treeSince(ROWS, before), treeSince(ROWS, after)]).toEqual([null, MERGER]);
    expect(treeAt(ROWS, Infinity).childrenOf(null)).toEqual(now.childrenOf(null));
  });
  it('the old are offered until then, the new from then on', () => {
    expect(codes(old, null)).toEqual(['84', '83', '86']);
    expect([codes(old, '84'), codes(old, '83'), codes(old, '86')]).toEqual([['844'], ['831'], []]);
    expect(codes(now, null)).toEqual(['86']);
    expect(codes(now, '86')).toEqual(['844', '86X']);
    expect([old.byCode('99'), now.byCode('99')]).toEqual([null, null]);
  });
  it('what somebody told goes on below what took its place', () => {
    expect(pathNow(old, ['84', '844'])).toEqual(['84', '844']);
    expect(pathNow(now, ['84', '844'])).toEqual(['86', '844']);
    expect(pathNow(now, ['83', '831'])).toEqual(['86']);
    expect(pathNow(now, ['ZZ'])).toEqual(['ZZ']);
  });
  it('the new reaches whoever is known under the old', () => {
    expect([old.reach('86'), old.reach('84')]).toEqual([['86'], ['84']]);
    expect([now.reach('86'), now.reach('84')].map((list) => [...list].sort())).toEqual([
      ['83', '831', '84', '86'],
      ['83', '831', '84', '86'],
    ]);
    expect(now.reach('844')).toEqual(['844']);
  });
  it('the new answers for what was allotted to all whose place it took, and for nothing where none was', () => {
    const quotas = [
      { unit: '84', phase: 'dot-1', number: 1600 },
      { unit: '83', phase: 'dot-1', number: 0 },
      { unit: '86', phase: 'dot-1', number: 900 },
      { unit: '86', phase: 'dot-2', number: 7 },
      { unit: '844', phase: 'dot-1', number: 30 },
    ];
    const of = (units: typeof old, phase: string) => Object.fromEntries(quotasIn({ quotas, units }, phase));
    expect(of(old, 'dot-1')).toEqual({ 84: 1600, 83: 0, 86: 900, 844: 30 });
    expect(of(now, 'dot-1')).toEqual({ 86: 2500, 844: 30 });
    expect(of(now, 'dot-2')).toEqual({ 86: 7 });
    expect(of(now, 'dot-3')).toEqual({});
  });
  it('the old names still find their place', () => {
    expect(now.search('bến tre', null)).toMatchObject({ type: 'one', unit: { code: '86' } });
    expect(old.search('bến tre', null)).toMatchObject({ type: 'one', unit: { code: '83' } });
  });
  it('one that ends with nobody in its place is known no more', () => {
    const gone = treeAt([row('A', { validTo: MERGER }), row('B')], after);
    expect([gone.byCode('A'), gone.size, gone.reach('A')]).toEqual([null, 1, ['A']]);
  });
  it('several mergers one after the other are followed to the last', () => {
    const chain = [
      row('A', { validTo: '2024-01-01', successor: 'B' }),
      row('B', { validFrom: '2024-01-01', validTo: MERGER, successor: 'C' }),
      row('C', { validFrom: MERGER }),
    ];
    expect(treeAt(chain, before).byCode('A')?.code).toBe('B');
    expect(treeAt(chain, after).byCode('A')?.code).toBe('C');
    expect([...treeAt(chain, after).reach('C')].sort()).toEqual(['A', 'B', 'C']);
  });
});

describe('dates and successors', () => {
  it.each<[string, UnitRow[], string]>([
    ['that are no days', [row('A', { validFrom: '2025-02-30' })], 'unit.date'],
    ['in another form', [row('A', { validTo: '1/7/2025' })], 'unit.date'],
    ['that end before they begin', [row('A', { validFrom: MERGER, validTo: '2025-06-01' })], 'unit.dates'],
    ['that are not there', [row('A', { validTo: MERGER, successor: 'B' })], 'unit.successor'],
    ['without a day', [row('A', { successor: 'B' }), row('B')], 'unit.successor'],
    [
      'that go in a circle',
      [row('A', { validTo: MERGER, successor: 'B' }), row('B', { validTo: MERGER, successor: 'A' })],
      'unit.circle',
    ],
    [
      'that have no end',
      Array.from({ length: 11 }, (_, n) => row(`A${n}`, n === 10 ? {} : { validTo: MERGER, successor: `A${n + 1}` })),
      'unit.deep',
    ],
    ['that leave a unit hanging', [row('A', { validTo: MERGER }), row('B', { parent: 'A' })], 'unit.endsAbove'],
  ])('%s are refused', (_name, rows, code) => {
    expect(checkUnitRows(rows).map((fault) => fault.code)).toContain(code);
  });
});

it('a list that is written is read back as it was, whatever stands in it', async () => {
  const text = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .map((one) => one.normalize('NFC').replace(/\s+/g, ' ').trim());
  const orNull = text.map((one) => one || null);
  const rows = fc.array(
    fc.record<UnitRow>({
      code: fc.stringMatching(/^[0-9A-Z]{1,12}$/),
      name: text,
      short: text,
      parent: orNull,
      aliases: fc.array(
        text.map((one) => one.replaceAll(';', '').trim()).filter((one) => one !== ''),
        { maxLength: 3 },
      ),
      kind: text,
      source: text,
      validFrom: orNull,
      validTo: orNull,
      successor: orNull,
    }),
  );
  await fc.assert(
    fc.asyncProperty(rows, async (list) => {
      const csv = writeUnitRows(list);
      const read = readUnitRows(csv);
      expect(read.faults).toEqual([]);
      expect(read.rows).toEqual(list);
      expect(await readWrittenRows(csv, () => Promise.resolve())).toEqual({ rows: list, faults: [] });
    }),
  );
});

it('a list of ten thousand is read with pauses, and is the same', async () => {
  const list = Array.from({ length: 10_001 }, (_, n) =>
    row(`Z${n}`, { aliases: n % 3 === 0 ? ['công ty "An"', '# một'] : [], kind: 'x, y' }),
  );
  let pauses = 0;
  const csv = writeUnitRows(list).replace('"x, y"', '"x,\ny"'); // also where a cell goes over two lines
  const read = await readWrittenRows(csv, () => Promise.resolve((pauses += 1)));
  expect(read).toEqual({ rows: list.map((one, n) => (n === 0 ? { ...one, kind: 'x, y' } : one)), faults: [] });
  expect(pauses).toBeGreaterThan(19);
});
