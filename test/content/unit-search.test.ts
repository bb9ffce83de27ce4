import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileUnits } from '../../src/content/unit-search.ts';
import type { Unit } from '../../src/core/unit.ts';
import { fold } from '../../src/engine/readers/fold.ts';
import { theWorld } from '../support/world.ts';

const [flow] = theWorld().flows.values();
if (!flow) throw new Error('no campaign');
const tree = flow.campaign.units;

/** `= Trà Vinh` beyond doubt, `? a | b` choices, `-` nothing. */
function said(text: string, parent: string | null): string {
  const match = tree.search(text, parent);
  if (match.type === 'none') return '-';
  const units = match.type === 'one' ? [match.unit] : match.units;
  return `${match.type === 'one' ? '=' : '?'} ${units.map((unit) => unit.short).join(' | ')}`;
}
const is = (name: string, ...typed: string[]): [string, string][] => typed.map((text) => [text, `= ${name}`]);

describe('the first level, as people type it', () => {
  it.each<[string, string]>([
    ...is(
      'Hồ Chí Minh',
      'hcm',
      'HCM',
      'tphcm',
      'TP.HCM',
      'tp hcm',
      'Sài Gòn',
      'sai gon',
      'hochiminh',
      'tp hồ chí minh',
    ),
    ...is('Hồ Chí Minh', 'sài gòn ạ', 'LĐLĐ thành phố Hồ Chí Minh', 'quan 1 tp hcm', 'q1 hcm'),
    ...is('Hà Nội', 'hn', 'HN', 'hanoi', 'Hà Nôi', 'thành phố Hà Nội', 'hà lội'),
    ...is(
      'Trà Vinh',
      'tra vinh',
      'travinh',
      'TRA VINH',
      'tra vin',
      'Trà Vinhh',
      'tra vihn',
      'tỉnh Trà Vinh',
      'ldld tra vinh',
    ),
    ...is(
      'Trà Vinh',
      'Liên đoàn Lao động tỉnh Trà Vinh',
      'em ở Trà Vinh ạ',
      'trà vinh'.normalize('NFD'),
      'TRÀ\u00A0VINH',
    ),
    ...is('Trà Vinh', 'càng long trà vinh', 'huyện càng long tỉnh trà vinh', 'châu thành, trà vinh'),
    ...is('Y tế VN', 'cd y te', 'Sở y tế', 'y te', 'yte', 'công đoàn ngành y tế', 'ngành y tế'),
    ...is('Đồng Tháp', 'ldld tinh dong thap', 'dongthap'),
    ...is('Thừa Thiên Huế', 'hue', 'Huế', 'TT Huế', 'Thừa Thiên - Huế', 'thua thien hue'),
    ...is('Bà Rịa - Vũng Tàu', 'brvt', 'BRVT', 'vung tau', 'Vũng Tàu', 'Bà Rịa – Vũng Tàu', 'ba ria'),
    ...is('Đắk Lắk', 'dak lak', 'daklak', 'Đăk Lăk', 'Đắc Lắc', 'dac lac'),
    ...is('Đắk Nông', 'Đăk Nông', 'Đắc Nông', 'dac nong', 'daknong'),
    ...is('Hòa Bình', 'Hòa Bình', 'Hoà Bình', 'hoa binh'),
    ...is('Thanh Hóa', 'Thanh Hóa', 'Thanh Hoá', 'thanh hoa'),
    ...is('Khánh Hòa', 'khanh hoa', 'khanh hoaa'),
    ...is('Bắc Kạn', 'Bắc Cạn', 'bac can', 'bac kan'),
    ...is('Kon Tum', 'Kontum', 'kon tum'),
    ...is('Đà Nẵng', 'da nang', 'danang', 'Đà Nẵng'),
    ...is('Dầu khí VN', 'dau khi', 'công đoàn dầu khí'),
    ...is('Điện lực VN', 'evn', 'dien luc', 'tổng công ty điện lực'),
    ...is('Công an nhân dân', 'cong an', 'cand'),
    ['ha', '? Hà Nội | Hà Giang | Hải Dương | Hải Phòng | Hà Nam | Hà Tĩnh | Hậu Giang'],
    ['vinh', '? Vĩnh Phúc | Vĩnh Long | Trà Vinh'],
    ['long', '? Long An | Vĩnh Long'],
    ['than', '? Thanh Hóa | Than – Khoáng sản'],
    ['quang nam da nang', '? Đà Nẵng | Quảng Nam'],
    ['Công ty may ở Trà Vinh', '? Trà Vinh'],
    ['càng long', '? Trà Vinh'],
    ['quận 1', '? Hồ Chí Minh'],
    ...['', ' ', '😀', 'xyz', '1', '84', '0912345678', 'ldld', 'a'.repeat(201), 'không biết', '%', '.*'].map(
      (text): [string, string] => [text, '-'],
    ),
  ])('%j gives %s', (text, expected) => {
    expect(said(text, null)).toBe(expected);
  });
  it('words for a kind alone are never a place', () => {
    for (const kind of [
      'tỉnh',
      'thành phố',
      'tp',
      'công đoàn',
      'cđ',
      'ngành',
      'sở',
      'lđlđ',
      'việt nam',
      'vn',
      'huyện',
    ]) {
      expect(tree.search(kind, null).type).not.toBe('one');
    }
  });
  it('a district that several provinces have shows those provinces', () => {
    expect(said('châu thành', null)).toMatch(/^\? .*Tây Ninh.*Trà Vinh.*Đồng Tháp/);
  });
});

describe('below a province', () => {
  it.each<[string, string, string]>([
    ['87', 'cao lanh', '? TP Cao Lãnh | H. Cao Lãnh'],
    ['87', 'Cao Lãnh', '? TP Cao Lãnh | H. Cao Lãnh'],
    ['87', 'tp cao lanh', '= TP Cao Lãnh'],
    ['87', 'huyện cao lãnh', '= H. Cao Lãnh'],
    ['87', 'h. cao lanh', '= H. Cao Lãnh'],
    ['87', 'hong ngu', '? TP Hồng Ngự | H. Hồng Ngự'],
    ['84', 'duyen hai', '? H. Duyên Hải | TX Duyên Hải'],
    ['42', 'ky anh', '? H. Kỳ Anh | TX Kỳ Anh'],
    ['82', 'cai lay', '? TX Cai Lậy | H. Cai Lậy'],
    ['82', 'thị xã cai lậy', '= TX Cai Lậy'],
    ['93', 'long my', '? H. Long Mỹ | TX Long Mỹ'],
    ['84', 'càng long', '= Càng Long'],
    ['84', 'canglong', '= Càng Long'],
    ['84', 'ldld huyen cau ke', '= Cầu Kè'],
    ['84', 'cau', '? Cầu Kè | Cầu Ngang'],
    ['84', 'vung liem', '-'],
    ['79', 'q1', '= Quận 1'],
    ['79', 'q.1', '= Quận 1'],
    ['79', 'quận 1', '= Quận 1'],
    ['79', 'Q12', '= Quận 12'],
    ['79', 'thu duc', '= Thủ Đức'],
    ['92', 'ô môn', '= Ô Môn'],
    ['60', 'la gi', '= La Gi'],
  ])('%s: %j gives %s', (parent, text, expected) => {
    expect(said(text, parent)).toBe(expected);
  });
});

const all = [null, ...tree.childrenOf(null).map((unit) => unit.code)].flatMap((parent) => tree.childrenOf(parent));
const found = (unit: Unit, text: string): boolean => {
  const match = tree.search(text, unit.parent);
  return match.type === 'one' ? match.unit === unit : match.type === 'some' && match.units.includes(unit);
};

describe('every unit is found', () => {
  it('by its full name, its short name and its aliases, with and without accents, in any case', () => {
    const missed = all.flatMap((unit) =>
      [unit.name, unit.short, ...unit.aliases]
        .flatMap((name) => [name, fold(name), name.toUpperCase(), name.toLowerCase().normalize('NFD')])
        .filter((text) => !found(unit, text)),
    );
    expect(missed).toEqual([]);
  });
  it('beyond doubt by its full name', () => {
    const missed = all.filter((unit) => tree.search(unit.name, unit.parent).type !== 'one').map((unit) => unit.name);
    expect(missed).toEqual([]);
  });
});

it('any text gets an answer, at any level', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom(null, '84', '79', 'nowhere'),
      (text, at) => {
        expect(['one', 'some', 'none']).toContain(tree.search(text, at).type);
      },
    ),
  );
});

it('an empty tree finds nothing', () => {
  const empty = compileUnits([]);
  expect([empty.size, empty.byCode('A'), empty.childrenOf(null), empty.search('a', null)]).toEqual([
    0,
    null,
    [],
    { type: 'none' },
  ]);
});

describe('what a search needs', () => {
  const { units } = { units: theWorld().flows.get('01-trieu-sang-kien')!.campaign.units };
  const all = units.childrenOf(null).flatMap((unit) => [unit, ...units.childrenOf(unit.code)]);

  it('is made a part at a time, and what is found is the same before it is ready', () => {
    const [fresh, ready] = [compileUnits(all), compileUnits(all)];
    const steps = [...ready.prepare()].length;
    expect(steps).toBe(1 + units.childrenOf(null).filter(({ code }) => units.childrenOf(code).length > 0).length);
    for (const text of ['tra vinh', 'cang long', 'huyen cang long tinh tra vinh', 'y te', 'cag lonk', 'zzz']) {
      for (const parent of [null, '84']) expect(fresh.search(text, parent)).toEqual(ready.search(text, parent));
    }
  });
});
