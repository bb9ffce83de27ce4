import type { Lang } from '../../../core/campaign.ts';
import type { Draft } from './use-editor.ts';

type Names = { drafts: readonly Draft[]; unitNames: Readonly<Record<string, string>> };
type Words = { t: (key: string) => string; has: (key: string) => boolean; lang: Lang };

/** Segments that only hold others and say nothing. */
const SILENT = new Set(['file', 'intake', 'support', 'number']);
/** Lists whose items are known by their names alone. */
const PLAIN = new Set(['steps', 'phases', 'options']);

/**
 * Where a value stands, in words: `phases.dot-1.closesAt` → `Đợt 1 · Nhận đến trước`. Items of lists are found by id, code or place;
 * what has no word is shown as it is.
 */
export function namePath(path: string, names: Names, words: Words): string {
  const { t, has } = words;
  const own = /^texts\.(vi|en)\.(.+)$/.exec(path);
  if (own) return nameSentence(own[1] as Lang, own[2] ?? '', names, words); // the pattern has no third language
  const segments = path.split('.');
  const shown: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const holder = segments[index - 1] ?? '';
    const item = nameItem(holder, segment, segments, names, words);
    if (item !== null) {
      if (PLAIN.has(holder)) shown.pop();
      shown.push(item);
    } else if (segments[0] === 'units' && index > 0 && has(`units.meaning.${segment}`)) {
      shown.push(t(`units.meaning.${segment}`));
    } else if (has(`campaigns.path.${segment}`)) shown.push(t(`campaigns.path.${segment}`));
    else if (!SILENT.has(segment)) shown.push(/^\d+$/.test(segment) ? `#${Number(segment) + 1}` : segment);
  }
  return shown.join(' · ');
}

function nameItem(
  holder: string,
  segment: string,
  segments: readonly string[],
  { drafts, unitNames }: Names,
  { lang, t, has }: Words,
): string | null {
  for (const { file, intake } of drafts) {
    switch (holder) {
      case 'phases': {
        const found = pick(file.phases, segment, ({ id }) => id);
        if (found) return found.name[lang];
        break;
      }
      case 'deadlines': {
        const found = pick(file.deadlines, segment, ({ unit, phase }) => `${unit}/${phase}`);
        if (found) return nameShare(found.unit, found.phase);
        break;
      }
      case 'quotas': {
        const [, unit, phase] = /^([^/]+)\/(.+)$/.exec(segment) ?? [];
        if (unit !== undefined && phase !== undefined) return nameShare(unit, phase);
        break;
      }
      case 'steps': {
        const found = pick(intake.steps, segment, ({ id }) => id);
        if (found) return stepLabel(found.text, drafts, lang, t, has);
        break;
      }
      case 'options': {
        const step = intake.steps.find(({ id }, at) => segments.includes(id) || segments.includes(String(at)));
        const found = step?.type === 'choice' ? pick(step.options, segment, ({ code }) => code) : undefined;
        if (found) return found.short[lang];
        break;
      }
      case 'canned': {
        const found = pick(file.support.canned, segment, ({ id }) => id);
        if (found) return found.title[lang];
        break;
      }
    }
  }
  return null;

  /** What a unit has of its own in a phase. */
  function nameShare(unit: string, phase: string): string {
    const phases = drafts.flatMap(({ file }) => file.phases);
    return `${unitNames[unit] ?? unit}, ${phases.find(({ id }) => id === phase)?.name[lang] ?? phase}`;
  }
}

const pick = <T>(list: readonly T[], segment: string, keyOf: (item: T) => string): T | undefined =>
  list.find((item) => keyOf(item) === segment) ?? (/^\d+$/.test(segment) ? list[Number(segment)] : undefined);

function stepLabel(key: string, drafts: readonly Draft[], lang: Lang, t: Words['t'], has: Words['has']): string {
  for (const { file } of drafts) {
    const own = file.texts[lang][`${key}.label`];
    if (own) return own;
  }
  const known = `campaigns.step.${key.replace(/^steps\./, '')}`;
  return has(known) ? t(known) : key;
}

/** A sentence of the campaign's own: `steps.applied.prompt`. */
function nameSentence(of: Lang, key: string, { drafts }: Names, { t, has, lang }: Words): string {
  const word = key.slice(key.lastIndexOf('.') + 1);
  const label = stepLabel(key.slice(0, -word.length - 1), drafts, lang, t, has);
  const what = has(`campaigns.question.${word}`) ? t(`campaigns.question.${word}`) : word;
  return `${label} · ${what} (${t(`language.${of}`)})`;
}
