import type { ImportView, PlanView } from '../../api/types-unit-import.ts';
import type { ImportRead } from '../../../content/sheet/import.ts';
import type { Change } from '../../../content/sheet/plan.ts';
import { ApiError } from '../lib/http.ts';
import type { Lang, Translate } from '../lib/texts.tsx';
import { describe } from '../shell/states.tsx';
import { showDay } from './day.ts';

/** What went wrong with an import, in this page's words where it has them. */
export function describeImport(error: unknown, t: Translate, has: (key: string) => boolean): string {
  if (error instanceof ApiError) {
    if (error.status === 413) return t('units.why.tooLarge');
    const known = error.words.map((word) => `units.why.${word}`).find(has);
    if (known) return t(known);
  }
  return describe(error, t, has);
}

/** `B: mã`, as the heading was understood. */
export function columnWords({ columns }: ImportRead, phases: PlanView['phases'], t: Translate): string {
  return columns
    .map(({ letter, meaning }) => {
      const phase = meaning.type === 'quota' ? phaseName(phases, meaning.phase) : '';
      return `${letter}: ${t(`units.meaning.${meaning.type}`, { phase })}`;
    })
    .join(' · ');
}

/** `1.600`. */
export const showCount = (number: number, lang: Lang): string =>
  new Intl.NumberFormat(lang === 'vi' ? 'vi-VN' : 'en-GB').format(number);

export const phaseName = (phases: PlanView['phases'], id: string): string =>
  phases.find((phase) => phase.id === id)?.name ?? id;

/** One value that becomes another, in words. */
export function changeWords(change: Change, { phases, unitNames }: PlanView, t: Translate, lang: Lang): string {
  if (change.field === 'quota') {
    const { phase, before, after } = change;
    const told = (number: number | null) => (number === null ? t('units.noQuota') : showCount(number, lang));
    const field = t('units.meaning.quota', { phase: phaseName(phases, phase) });
    return t('units.changed.value', { field, before: told(before), after: told(after) });
  }
  const { field, before, after } = change;
  const isUnit = field === 'parent' || field === 'successor';
  const isDay = field === 'validFrom' || field === 'validTo';
  const told = (value: string) =>
    (isUnit ? (unitNames[value] ?? value) : isDay ? showDay(value) : value) || t('units.none');
  return t('units.changed.value', { field: t(`units.meaning.${field}`), before: told(before), after: told(after) });
}

export type Planned = Extract<ImportView, { type: 'planned' }>;
