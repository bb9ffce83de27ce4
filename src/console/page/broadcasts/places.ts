import { isNudgeName } from '../../../core/nudge-names.ts';
import type { Lang, Translate } from '../lib/texts.tsx';

/** Names in braces that nothing fills in, each once. A lone brace comes as it is. */
export function strangePlaces(text: string): string[] {
  const names = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  const rest = text.replace(/\{[^{}]*\}/g, '');
  const lone = [...rest.matchAll(/[{}]/g)].map(([brace]) => brace);
  return [...new Set([...names.filter((name) => !isNudgeName(name)), ...lone])];
}

/** The text as an invented person would read it, in the language of the text. */
export const fillExample = (text: string, lang: Lang, t: Translate): string =>
  text.replace(/\{([^{}]*)\}/g, (whole, name: string) =>
    isNudgeName(name) ? t(`broadcasts.example.${lang}.${name}`) : whole,
  );
