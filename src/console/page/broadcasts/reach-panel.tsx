import { Loader } from '@mantine/core';
import type { PreviewView } from '../../api/types-broadcasts.ts';
import { useTexts } from '../lib/texts.tsx';
import { describeFault } from './draft.ts';
import { whyText } from './why-text.ts';

type Props = { view: PreviewView | undefined; isCounting: boolean };

/** How many there are and how each can be reached now; who they are; what is still wrong. */
export function ReachPanel({ view, isCounting }: Props) {
  const { t, lang } = useTexts();
  const number = new Intl.NumberFormat(lang === 'vi' ? 'vi-VN' : 'en-GB');
  const preview = view?.preview;
  return (
    <section className="bc-panel" aria-labelledby="bc-reach" aria-busy={isCounting}>
      <h2 id="bc-reach">
        {t('broadcasts.reach.title')} {isCounting && <Loader size="xs" aria-label={t('broadcasts.reach.counting')} />}
      </h2>
      {!preview && isCounting && <p className="quiet">{t('broadcasts.reach.counting')}</p>}
      {preview && (
        <>
          <p role="status">
            <b>
              {preview.people === 0
                ? t('broadcasts.reach.none')
                : t('broadcasts.reach.people', { n: number.format(preview.people) })}
            </b>
          </p>
          {preview.reach.length > 0 && <ReachTable view={preview} />}
          {preview.charged > 0 && (
            <p className="hint">{t('broadcasts.reach.charged', { n: number.format(preview.charged) })}</p>
          )}
          {preview.templates > 0 && (
            <p className="hint">
              {t('broadcasts.reach.templates', { n: number.format(preview.templates) })}
              {preview.templatesVnd !== null &&
                `, ${t('broadcasts.reach.vnd', { vnd: number.format(preview.templatesVnd) })}`}
            </p>
          )}
          {preview.needsApproval && <p className="hint">{t('broadcasts.reach.approval')}</p>}
          {preview.sample.length > 0 && (
            <details>
              <summary>{t('broadcasts.reach.sample')}</summary>
              <ul className="bc-sample">
                {preview.sample.map((one) => (
                  <li key={one.contact}>
                    {one.name || t('broadcasts.reach.noName')}
                    <span className="quiet">
                      {[
                        one.unitName,
                        t(`channel.${one.channel}`),
                        ...one.standings.map((standing) => t(`broadcasts.standing.${standing}`)),
                        one.stepLabel,
                        t(`broadcasts.how.${one.reach.type}`),
                      ]
                        .filter(Boolean)
                        .map((part) => ` · ${part}`)
                        .join('')}
                    </span>
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
      {view && view.faults.length > 0 && (
        <div className="bc-faults">
          <p className="quiet">{t('broadcasts.fault.title')}</p>
          <ul>
            {view.faults.map((fault) => (
              <li key={`${fault.path}/${fault.why}/${fault.name}`}>{describeFault(fault, t)}</li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function ReachTable({ view: { reach } }: { view: PreviewView['preview'] }) {
  const { t, lang, has } = useTexts();
  const number = new Intl.NumberFormat(lang === 'vi' ? 'vi-VN' : 'en-GB');
  return (
    <table className="bc-table">
      <thead>
        <tr>
          <th scope="col">{t('broadcasts.column.channel')}</th>
          <th scope="col">{t('broadcasts.reach.how')}</th>
          <th scope="col" className="number">
            {t('broadcasts.reach.number')}
          </th>
        </tr>
      </thead>
      <tbody>
        {reach.map(({ channel, how, why, people }) => (
          <tr key={`${channel}/${how}/${why ?? ''}`}>
            <td>{t(`channel.${channel}`)}</td>
            <td>
              {t(`broadcasts.how.${how}`)}
              {why !== null && <span className="quiet"> · {whyText(why, t, has)}</span>}
            </td>
            <td className="number">{number.format(people)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
