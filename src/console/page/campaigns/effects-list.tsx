import { dayTime } from '../../../broadcasts/quiet-hours.ts';
import type { EffectsView } from '../../api/types-campaigns.ts';
import { useNow } from '../lib/clock.ts';
import { useTexts } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';
import { sayInstant } from './instant-field.tsx';
import { isSame } from './merge.ts';
import { namePath } from './path-name.ts';
import type { Draft } from './use-editor.ts';

const HOUR_MS = 3_600_000;
type Props = {
  effects: EffectsView;
  before: Draft;
  after: Draft;
  unitNames: Readonly<Record<string, string>>;
};

/** What becomes of people by a change, in sentences. */
export function EffectsList({ effects, before, after, unitNames }: Props) {
  const texts = useTexts();
  const { t, lang } = texts;
  const now = useNow();
  const phaseName = (id: string): string =>
    [...after.file.phases, ...before.file.phases].find((one) => one.id === id)?.name[lang] ?? id;
  const whose = (unit: string | null): string =>
    unit === null ? t('campaigns.effect.everyone') : (unitNames[unit] ?? unit);
  const names = { drafts: [after, before], unitNames };
  const labels = (ids: readonly string[]): string =>
    ids.map((id) => namePath(`intake.steps.${id}`, names, texts)).join(', ');
  const { deadlines, reopened, closed, steps } = effects;

  const lines: { key: string; text: string; isBad?: boolean }[] = [];
  for (const { phase, unit, before: was, after: is } of deadlines) {
    const words = { phase: phaseName(phase), whose: whose(unit) };
    const key = `${phase}/${unit ?? ''}`;
    if (!is) lines.push({ key: `gone ${key}`, text: t('campaigns.effect.gone', words), isBad: true });
    else if (!was || was.closesAt !== is.closesAt) {
      const closes = sayInstant(t, is.closesAt, 'closes');
      const old = was ? sayInstant(t, was.closesAt, 'closes') : t('campaigns.effect.none');
      lines.push({ key: `end ${key}`, text: t('campaigns.effect.closes', { ...words, before: old, after: closes }) });
    }
    if (is && was && was.opensAt !== is.opensAt) {
      const [from, to] = [sayInstant(t, was.opensAt, 'opens'), sayInstant(t, is.opensAt, 'opens')];
      lines.push({ key: `begin ${key}`, text: t('campaigns.effect.opens', { ...words, before: from, after: to }) });
    }
    if (is) lines.push({ key: `remind ${key}`, text: remindersText(is.closesAt, words) });
    const counted = after.file.countedUntil;
    if (is && counted !== null && Date.parse(counted) < is.closesAt) {
      const until = sayInstant(t, Date.parse(counted), 'closes');
      lines.push({ key: `counted ${key}`, text: t('campaigns.effect.notCounted', { ...words, until }), isBad: true });
    }
  }
  for (const { phase, unit, drafts } of reopened) {
    const words = { phase: phaseName(phase), whose: whose(unit), drafts: drafts ?? '?' };
    lines.push({ key: `open ${phase}/${unit ?? ''}`, text: t('campaigns.effect.reopened', words) });
  }
  for (const { phase, unit, drafts } of closed) {
    const words = {
      phase: phaseName(phase),
      whose: whose(unit),
      drafts: drafts ?? '?',
      days: after.file.draftGraceDays,
    };
    lines.push({ key: `shut ${phase}/${unit ?? ''}`, text: t('campaigns.effect.closed', words), isBad: true });
  }
  for (const kind of ['added', 'removed', 'changed'] as const) {
    if (steps[kind].length > 0) {
      lines.push({ key: kind, text: t(`campaigns.effect.steps.${kind}`, { steps: labels(steps[kind]) }) });
    }
  }
  if (!isSame(before.file.reminders, after.file.reminders)) {
    lines.push({ key: 'rules', text: t('campaigns.effect.reminderRules') });
  }
  if (lines.length === 0) return <p className="quiet ed-plain">{t('campaigns.effect.nothing')}</p>;
  return (
    <ul className="ed-effects" aria-label={t('campaigns.effect.title')}>
      {lines.map(({ key, text, isBad }) => (
        <li key={key} className={isBad ? 'warn' : undefined}>
          {text}
        </li>
      ))}
    </ul>
  );

  /** What is still to come before this end. */
  function remindersText(closesAt: number, words: { phase: string; whose: string }): string {
    const due = after.file.reminders.hoursBefore
      .map((hours) => dayTime(closesAt - hours * HOUR_MS, closesAt))
      .filter((at) => at > now)
      .toSorted((a, b) => a - b);
    if (due.length === 0) return t('campaigns.effect.noReminders', words);
    return t('campaigns.effect.reminders', {
      ...words,
      times: [...new Set(due)].map((at) => showMoment(lang, at)).join('; '),
    });
  }
}
