import type { RunProgress } from '../../api/types-broadcasts.ts';
import { useTexts } from '../lib/texts.tsx';
import { whyText } from './why-text.ts';

/** Those who got nothing, by what kept it from them. */
export function ReasonsTable({ progress }: { progress: RunProgress }) {
  const { t, lang, has } = useTexts();
  const number = new Intl.NumberFormat(lang === 'vi' ? 'vi-VN' : 'en-GB');
  return (
    <section className="bc-panel" aria-labelledby="bc-reasons">
      <h2 id="bc-reasons">{t('broadcasts.run.results')}</h2>
      <table className="bc-table">
        <thead>
          <tr>
            <th scope="col">{t('broadcasts.run.result')}</th>
            <th scope="col">{t('broadcasts.run.reason')}</th>
            <th scope="col" className="number">
              {t('broadcasts.run.count')}
            </th>
          </tr>
        </thead>
        <tbody>
          {progress.why.map(({ state, why, channel, count }) => (
            <tr key={`${state}/${why}/${channel}`}>
              <td>{t(`broadcasts.delivery.${state}`)}</td>
              <td>
                {whyText(why, t, has)} <span className="quiet">{t(`channel.${channel}`)}</span>
              </td>
              <td className="number">{number.format(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
