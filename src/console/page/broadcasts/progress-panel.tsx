import type { RunProgress } from '../../api/types-broadcasts.ts';
import { useTexts } from '../lib/texts.tsx';
import { showSpan } from '../lib/time.ts';
import { countsOf } from './progress.ts';

/** The bar with what it stands for. Figures are looked at again every two seconds, so they are not read out by themselves. */
export function ProgressPanel({ progress }: { progress: RunProgress }) {
  const { t, lang } = useTexts();
  const { run, states, perSecond, leftMs, charged, templates, costVnd, waitsFor } = progress;
  const number = new Intl.NumberFormat(lang === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: 1 });
  const { done, all, open } = countsOf(progress);
  const isOn = run.state === 'running' || run.state === 'planning';
  const cost = [
    ...(charged > 0 ? [t('broadcasts.run.charged', { n: number.format(charged) })] : []),
    ...(templates > 0 ? [t('broadcasts.run.templates', { n: number.format(templates) })] : []),
    ...(costVnd !== null && costVnd > 0 ? [t('broadcasts.reach.vnd', { vnd: number.format(costVnd) })] : []),
  ];
  const figures: [label: string, value: string][] = [
    [t('broadcasts.run.sent'), number.format(states.sent)],
    [t('broadcasts.run.open'), number.format(open)],
    [t('broadcasts.run.unreachable'), number.format(states.unreachable)],
    [t('broadcasts.run.skipped'), number.format(states.skipped + states.withdrawn)],
    [t('broadcasts.run.failed'), number.format(states.failed + states.lost)],
    ...(states.cancelled > 0
      ? [[t('broadcasts.delivery.cancelled'), number.format(states.cancelled)] as [string, string]]
      : []),
    ...(isOn
      ? [[t('broadcasts.run.rate'), t('broadcasts.run.perSecond', { n: number.format(perSecond) })] as [string, string]]
      : []),
    ...(isOn && leftMs !== null ? [[t('broadcasts.run.left'), showSpan(t, leftMs)] as [string, string]] : []),
    ...(cost.length > 0 ? [[t('broadcasts.run.cost'), cost.join(', ')] as [string, string]] : []),
  ];
  return (
    <section className="bc-panel" aria-labelledby="bc-progress">
      <h2 id="bc-progress">{t('broadcasts.run.progress')}</h2>
      <progress className="bc-meter" value={done} max={Math.max(1, all)} aria-labelledby="bc-progress" />
      <p>
        {run.isPlanned || all > 0
          ? t('broadcasts.run.of', { done: number.format(done), all: number.format(all) })
          : t('broadcasts.run.planning', { n: number.format(run.planned) })}
      </p>
      {waitsFor !== null && (
        <p className="hint" role="status">
          {t(`broadcasts.run.${waitsFor}`)}
        </p>
      )}
      <dl className="bc-figures">
        {figures.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
