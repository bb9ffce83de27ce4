import { describe, expect, it } from 'vitest';
import { checkUnitRows } from '../../src/content/unit-checks.ts';
import { treeAt } from '../../src/content/unit-dates.ts';
import { pathNow } from '../../src/core/unit.ts';
import { theContent } from '../support/world.ts';

const MERGER = '2025-07-01';
const [before, after] = [Date.parse('2025-06-30T23:59:59.999+07:00'), Date.parse('2025-07-01T00:00:00+07:00')];
/** New province ← those that became part of it. Assumed: as commonly known, the resolution was not at hand; codes of the list shipped. */
const MERGERS: Readonly<Record<string, string>> = {
  '08': '02',
  '10': '15',
  '19': '06',
  '25': '26 17',
  '27': '24',
  '33': '34',
  '31': '30',
  '37': '35 36',
  '45': '44',
  '48': '49',
  '51': '62',
  '64': '52',
  '56': '58',
  '68': '67 60',
  '66': '54',
  '79': '77 74',
  '75': '70',
  '72': '80',
  '92': '94 93',
  '86': '83 84',
  '87': '82',
  '96': '95',
  '89': '91',
};
const into = new Map(
  Object.entries(MERGERS).flatMap(([now, olds]) =>
    olds.split(' ').flatMap((old): [string, string][] => (old === '' ? [] : [[old, now]])),
  ),
);
const rows = [...theContent().campaigns.values()][0]!.units.map((row) => {
  const successor = into.get(row.code);
  return successor === undefined ? row : { ...row, validTo: MERGER, successor };
});
const provinces = (at: number) =>
  treeAt(rows, at)
    .childrenOf(null)
    .filter(({ code }) => /^\d\d$/.test(code));

describe('on 1/7/2025', () => {
  const [old, now] = [treeAt(rows, before), treeAt(rows, after)];

  it('63 provinces become 34 at midnight in Vietnam, and no district is lost', () => {
    expect(checkUnitRows(rows)).toEqual([]);
    expect([provinces(before).length, provinces(after).length]).toEqual([63, 34]);
    expect(now.size).toBe(old.size - 29);
  });
  it('everybody who told a workplace is found below the province that took it over, by the old name too', () => {
    for (const province of provinces(before)) {
      const home = into.get(province.code) ?? province.code;
      expect(now.byCode(province.code)?.code).toBe(home);
      for (const { code } of old.childrenOf(province.code)) {
        expect(pathNow(now, [province.code, code])).toEqual([home, code]);
      }
      expect(now.search(province.name, null)).toMatchObject({ type: 'one', unit: { code: home } });
      expect(now.reach(home)).toContain(province.code);
    }
  });
});
