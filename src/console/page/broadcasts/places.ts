import type { NudgeName } from '../../../core/broadcast.ts';
import type { Lang, Translate } from '../lib/texts.tsx';

/** What may stand in braces, in the order in which it is offered. The same as `NUDGE_NAMES`, without its schemas. */
export const PLACES = [
  'name',
  'campaign',
  'phase',
  'deadline',
  'left',
  'step',
  'unit',
  'code',
  'title',
  'state',
  'reason',
] as const satisfies readonly NudgeName[];

/** Names in braces that nothing fills in, each once. A lone brace comes as it is. */
export function strangePlaces(text: string): string[] {
  const names = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  const rest = text.replace(/\{[^{}]*\}/g, '');
  const lone = [...rest.matchAll(/[{}]/g)].map(([brace]) => brace);
  return [...new Set([...names.filter((name) => !PLACES.some((known) => known === name)), ...lone])];
}

/** The text as an invented person would read it, in the language of the text. */
export const fillExample = (text: string, lang: Lang, t: Translate): string =>
  text.replace(/\{([^{}]*)\}/g, (whole, name: string) =>
    PLACES.some((known) => known === name) ? t(`broadcasts.example.${lang}.${name}`) : whole,
  );
