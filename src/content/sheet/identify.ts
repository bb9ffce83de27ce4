import { UNIT_CODE } from '../unit-checks.ts';
import type { UnitRow } from '../unit-rows.ts';
import type { Problem } from './plan.ts';
import type { SheetRecord } from './records.ts';
import { codeIn, type Resolver } from './resolve.ts';

/** `was`: the unit that the row is about; `code`: that of a new one, null = none given; `zeros`: only by putting zeros before it. */
export type Identified = { was: UnitRow | null; code: string | null; zeros: boolean; problem: Problem | null };

/**
 * The unit of a row by its code; one without a code is looked for by its name once it is known what is above.
 * @param known all units, also those that ended
 */
export function identify(record: SheetRecord, units: Resolver, known: ReadonlyMap<string, UnitRow>): Identified {
  const name = record.text('name');
  const code = codeIn(record.text('code'));
  const found = (was: UnitRow | null, more: Partial<Identified> = {}): Identified => {
    return { was, code: was?.code ?? null, zeros: false, problem: null, ...more };
  };
  if (code === '') return found(null, { problem: name === '' ? record.problem('name', 'nameMissing') : null });
  const ended = known.get(code);
  if (ended && units.byCode.has(code)) return found(ended);
  if (ended) {
    // what our own list says of units that ended is read back as it is
    const same = record.text('validTo') !== '';
    return same
      ? found(ended)
      : found(ended, { problem: record.problem('code', 'ended', { day: ended.validTo ?? '' }) });
  }
  if (!UNIT_CODE.test(code)) return found(null, { problem: record.problem('code', 'codeForm') });
  const alike = units.withoutZeros(code);
  if (alike.length === 0) return found(null, { code });
  const named = new Set(units.book.find(name));
  const same = alike.filter((one) => named.has(one) || (name === '' && alike.length === 1));
  const only = same.length === 1 && same[0] !== undefined ? known.get(same[0]) : undefined;
  if (only) return found(only, { zeros: true });
  return found(null, { problem: record.problem('code', 'codeZeros', { units: units.describe(alike) }) });
}

export type Above =
  | { type: 'above'; code: string | null }
  /** Nobody of that name yet. */
  | { type: 'later' }
  | { type: 'problem'; problem: Problem };

type Reach = { under: string | null; isIn: (code: string) => boolean };

/** The unit above a row; as it is where the sheet says nothing. */
export function parentOf(record: SheetRecord, units: Resolver, was: UnitRow | null, { under, isIn }: Reach): Above {
  const text = record.text('parent');
  if (text === '') return { type: 'above', code: was ? was.parent : under };
  if (was !== null && codeIn(text) === was.parent) return { type: 'above', code: was.parent };
  const found = units.find(text, isIn);
  const [only] = found;
  if (only === undefined) return { type: 'later' };
  const problem = (code: 'parentAmbiguous' | 'outside', facts: Problem['facts'] = {}): Above => ({
    type: 'problem',
    problem: record.problem('parent', code, facts),
  });
  if (found.length > 1) return problem('parentAmbiguous', { units: units.describe(found) });
  return isIn(only) || was?.code === under ? { type: 'above', code: only } : problem('outside');
}
