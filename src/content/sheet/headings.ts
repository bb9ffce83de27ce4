import { fold } from '../../engine/readers/fold.ts';
import { columnName, type Grid, type GridRow } from './grid.ts';

/** What a column of a list of workplaces holds. */
export type Meaning =
  | {
      type:
        'code' | 'name' | 'short' | 'parent' | 'aliases' | 'kind' | 'source' | 'validFrom' | 'validTo' | 'successor';
    }
  | { type: 'quota'; phase: string }
  /** Of a list of what became of units: the one that was, the one that is, its name. */
  | { type: 'old' | 'new' | 'newName' };
export type Column = { at: number; letter: string; heading: string; meaning: Meaning };

/** A phase by its id and by what people call it. */
export type PhaseNames = { id: string; names: readonly string[] };

export type Heading = {
  /** Place of the last row of the heading among the grid's rows. */
  at: number;
  columns: readonly Column[];
  /** Headings that mean nothing here, such as a column of remarks. */
  ignored: readonly { letter: string; heading: string }[];
  /** Two columns that mean the same, and quotas of which it is not said for which phase. */
  faults: readonly { code: 'columnTwice' | 'quotaPhase'; letter: string; heading: string }[];
};

/** Titles and notes above a table are shorter than this. */
const LOOKED_AT = 40;

type Simple = Exclude<Meaning['type'], 'quota'>;
/** Folded. The first that fits counts, so the narrower ones stand first. */
const WORDS: readonly [Simple, RegExp][] = [
  [
    'old',
    /^(?:ma|ten|don vi|ma don vi|ten don vi)(?: cong doan)? (?:cu|truoc|truoc day|truoc sap nhap)$|^old(?: code| unit| name)?$/,
  ],
  ['newName', /^ten (?:don vi )?moi$|^new name$/],
  [
    'new',
    /^(?:ma|don vi|ma don vi)(?: cong doan)? (?:moi|sau|sau sap nhap)$|^(?:sap )?nhap vao$|^hop nhat vao$|^new(?: code| unit)?$/,
  ],
  ['successor', /^(?:ma )?(?:don vi )?ke (?:tuc|thua)$|^(?:code of )?successor$/],
  ['validFrom', /^(?:co )?hieu luc tu(?: ngay)?$|^(?:valid )?from$|^tu ngay$/],
  ['validTo', /^het hieu luc(?: tu| ngay)?$|^(?:valid )?to$|^ket thuc(?: tu)?(?: ngay)?$|^no longer from$/],
  [
    'parent',
    /^(?:ma |ten )?(?:don vi |cong doan )?(?:cap tren|chu quan)(?: truc tiep)?(?: co so)?$|^(?:ma |ten )?(?:truc )?thuoc(?: don vi| cong doan)?$|^parent(?: unit| code)?$|^unit above$/,
  ],
  ['short', /^ten (?:ngan|gon|rut gon|viet tat|tat)(?: gon)?$|^viet tat$|^short(?: name)?$/],
  ['aliases', /^(?:ten|cach) (?:goi |viet |ghi )?khac$|^(?:aliases|other names)$/],
  ['kind', /^(?:loai|loai hinh|loai don vi|cap)$|^(?:kind|type)$/],
  ['source', /^nguon(?: so lieu)?$|^source$/],
  ['code', /^ma(?: so)?(?: don vi| dv| cong doan| cdcs)?$|^(?:unit )?code$/],
  [
    'name',
    /^(?:ten )?(?:day du )?(?:cua )?(?:cac )?(?:don vi|dv|cong doan|cong doan co so|cdcs|co quan don vi|don vi truc thuoc|cong doan truc thuoc|noi cong tac)$|^ten(?: day du| goi)?$|^(?:unit|full)? ?name$|^unit$/,
  ],
];
const QUOTA = /^(?:chi tieu|ke hoach|so sang kien|quota|target)\b|\b(?:chi tieu|quota)\b/;
/** Unit and subordinate unit side by side, as in the form of the portal: the first is then what is above. */
const BELOW = /truc thuoc$/;
const ABOVE = /^(?:ten )?(?:don vi|don vi cap 1|tinh|tinh thanh pho|lien doan lao dong(?: tinh)?|ldld tinh)$/;

/** The heading of the first grid that has one: names over its columns in one row, or in two where cells are merged. */
export function findHeading(
  grids: readonly Grid[],
  phases: readonly PhaseNames[],
): { grid: Grid; heading: Heading } | null {
  for (const grid of grids) {
    const found = inGrid(grid.rows, phases);
    if (found) return { grid, heading: found };
  }
  return null;
}

function inGrid(rows: readonly GridRow[], phases: readonly PhaseNames[]): Heading | null {
  for (const [at, row] of rows.slice(0, LOOKED_AT).entries()) {
    const one = readHeading(at, row.wide, phases);
    if (!isHeading(one)) continue;
    const next = rows[at + 1];
    const both = next ? readHeading(at + 1, joined(row.wide, next.wide), phases) : null;
    return both && isTwoRows(row, next) && both.columns.length >= one.columns.length ? both : one;
  }
  return null;
}

/** Something must say which unit a row is about, and something must be said of it. */
function isHeading({ columns, faults }: Heading): boolean {
  const has = (type: Meaning['type']) => columns.some(({ meaning }) => meaning.type === type);
  if (has('old') && (has('new') || has('newName'))) return true;
  const quotas = faults.filter(({ code }) => code === 'quotaPhase').length;
  return (has('code') || has('name')) && columns.length + quotas >= 2;
}

/** The lower row of a heading holds words only where something stands above it, merged to the right or downwards. */
function isTwoRows(upper: GridRow, lower: GridRow | undefined): boolean {
  if (!lower) return false;
  const merged = upper.wide.some((text, at) => text !== '' && (text !== upper.cells[at] || text === lower.wide[at]));
  return merged && lower.wide.every((text, at) => text === '' || (upper.wide[at] ?? '') !== '');
}

const joined = (upper: readonly string[], lower: readonly string[]): string[] =>
  Array.from({ length: Math.max(upper.length, lower.length) }, (_, at) => {
    const [above = '', below = ''] = [upper[at], lower[at]];
    return above === below || below === '' ? above : `${above} ${below}`.trim();
  });

function readHeading(at: number, texts: readonly string[], phases: readonly PhaseNames[]): Heading {
  const named = texts.map((heading, place) => ({
    heading,
    letter: columnName(place),
    at: place,
    folded: fold(heading),
  }));
  const pair =
    named.some(({ folded }) => ABOVE.test(folded)) &&
    named.some(({ folded }) => BELOW.test(folded) && folded !== 'truc thuoc');
  const columns: Column[] = [];
  const ignored: { letter: string; heading: string }[] = [];
  const faults: Heading['faults'][number][] = [];
  for (const { heading, letter, at: place, folded } of named) {
    if (folded === '') continue;
    const meaning = pair && ABOVE.test(folded) ? ({ type: 'parent' } as const) : meaningOf(folded, phases);
    if (meaning === 'quotaPhase') faults.push({ code: 'quotaPhase', letter, heading });
    else if (meaning === null) ignored.push({ letter, heading });
    else if (columns.some((other) => sameMeaning(other.meaning, meaning)))
      faults.push({ code: 'columnTwice', letter, heading });
    else columns.push({ at: place, letter, heading, meaning });
  }
  return { at, columns, ignored, faults };
}

function meaningOf(folded: string, phases: readonly PhaseNames[]): Meaning | 'quotaPhase' | null {
  const plain = WORDS.find(([, pattern]) => pattern.test(folded));
  if (plain) return { type: plain[0] };
  const named = phases.filter(({ id, names }) =>
    [id, ...names].some((name) => ` ${folded} `.includes(` ${fold(name)} `)),
  );
  const [phase] = named;
  if (phase && named.length === 1 && (QUOTA.test(folded) || phase.names.some((name) => fold(name) === folded)))
    return { type: 'quota', phase: phase.id };
  if (!QUOTA.test(folded)) return null;
  const [only] = phases;
  return phases.length === 1 && only ? { type: 'quota', phase: only.id } : 'quotaPhase';
}

const sameMeaning = (a: Meaning, b: Meaning): boolean =>
  a.type === b.type && (a.type !== 'quota' || b.type !== 'quota' || a.phase === b.phase);
