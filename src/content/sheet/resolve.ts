import type { UnitRow } from '../unit-rows.ts';
import { nameBook, type NameBook } from './unit-names.ts';

/** Units as rows of a sheet speak of them: by code, by name, by either with leading zeros lost. */
export type Resolver = {
  book: NameBook;
  byCode: ReadonlyMap<string, UnitRow>;
  /** Knows a unit from now on. */
  add(row: UnitRow): void;
  /** What a cell that says which unit, by code or by name, may mean; `within` narrows several down where it can. */
  find(text: string, within: (code: string) => boolean): string[];
  /** Codes that are `code` but for zeros at the beginning: Excel takes `01` for a number. */
  withoutZeros(code: string): string[];
  isBelow(code: string, above: string): boolean;
  /** `844 LĐLĐ huyện Càng Long; …`, at most five. */
  describe(codes: readonly string[]): string;
};

const MAX_DESCRIBED = 5;

/** @param rows those that can be meant: named, and not at an end */
export function resolver(rows: readonly UnitRow[]): Resolver {
  const byCode = new Map<string, UnitRow>();
  const bare = new Map<string, string[]>();
  const book = nameBook();
  const add = (row: UnitRow): void => {
    byCode.set(row.code, row);
    bare.set(stripped(row.code), [...new Set([...(bare.get(stripped(row.code)) ?? []), row.code])]);
    if (row.name !== '') book.add(row);
  };
  for (const row of rows) add(row);
  const depth = (code: string): number => {
    let levels = 0;
    for (let at = byCode.get(code)?.parent; at !== null && at !== undefined && levels < 50; at = byCode.get(at)?.parent)
      levels += 1;
    return levels;
  };
  const withoutZeros = (code: string): string[] => (/^\d+$/.test(code) ? (bare.get(stripped(code)) ?? []) : []);
  return {
    book,
    byCode,
    add,
    withoutZeros,
    find(text, within) {
      const code = codeIn(text);
      if (byCode.has(code)) return [code];
      const named = book.findAny(text);
      const found = named.length > 0 ? named : withoutZeros(code);
      const near = found.filter(within);
      const some = near.length > 0 ? near : found;
      // a province before the town of its name
      const top = Math.min(...some.map(depth));
      const upper = some.filter((one) => depth(one) === top);
      return upper.length === 1 ? upper : some;
    },
    isBelow(code, above) {
      let at: string | null | undefined = code;
      for (let steps = 0; typeof at === 'string' && steps < 50; steps += 1) {
        if (at === above) return true;
        at = byCode.get(at)?.parent;
      }
      return false;
    },
    describe: (codes) =>
      codes
        .slice(0, MAX_DESCRIBED)
        .map((code) => `${code} ${byCode.get(code)?.name ?? ''}`.trim())
        .join('; '),
  };
}

const stripped = (code: string): string => code.replace(/^0+(?=.)/, '');
/** A code as it may be typed into a cell. */
export const codeIn = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s'’]/g, '');
