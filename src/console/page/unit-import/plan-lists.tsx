import type { ReactNode } from 'react';
import type { Listed } from '../../api/types-unit-import.ts';
import { useTexts } from '../lib/texts.tsx';
import { showDay } from './day.ts';
import { changeWords, phaseName, showCount, type Planned } from './import-words.ts';

/** More than these are folded up at first. */
const OPEN_TO = 15;

/** What is added, what changes from what to what, and what the sheet does not speak of. */
export function PlanLists({ view, isEnding }: { view: Planned; isEnding: boolean }) {
  const { t, lang } = useTexts();
  const { added, changed, missing, phases, unitNames } = view;
  return (
    <>
      <Folded title={t('units.added.title')} list={added} idOf={({ code }) => code}>
        {({ code, name, parent, quotas, row }) => (
          <>
            <b>{code}</b>{' '}
            {parent === null
              ? t('units.added.first', { name })
              : t('units.added.line', { name, parent: unitNames[parent] ?? parent })}
            {Object.entries(quotas).map(([phase, number]) => (
              <span key={phase}>
                {' '}
                · {t('units.added.quota', { phase: phaseName(phases, phase), number: showCount(number, lang) })}
              </span>
            ))}
            {row !== null && <span className="quiet"> · {t('units.rowAt', { row })}</span>}
          </>
        )}
      </Folded>
      <Folded title={t('units.changed.title')} list={changed} idOf={({ code }) => code}>
        {({ code, name, changes, row }) => (
          <>
            <b>{code}</b> {name}
            {row !== null && <span className="quiet"> · {t('units.rowAt', { row })}</span>}
            <ul className="un-plain">
              {changes.map((change) => (
                <li key={change.field === 'quota' ? change.phase : change.field}>
                  {changeWords(change, view, t, lang)}
                </li>
              ))}
            </ul>
          </>
        )}
      </Folded>
      <Folded
        title={t('units.missing.title')}
        text={isEnding ? t('units.missing.ending', { day: showDay(view.from) }) : t('units.missing.kept')}
        list={missing}
        idOf={({ code }) => code}
        openTo={0}
      >
        {({ code, name }) => (
          <>
            <b>{code}</b> {name}
          </>
        )}
      </Folded>
    </>
  );
}

type FoldedProps<T> = {
  title: string;
  text?: string;
  list: Listed<T>;
  idOf: (one: T) => string;
  children: (one: T) => ReactNode;
  openTo?: number;
};

function Folded<T>({ title, text, list, idOf, children, openTo = OPEN_TO }: FoldedProps<T>) {
  const { t, lang } = useTexts();
  if (list.total === 0) return null;
  return (
    <details className="un-list" open={list.total <= openTo}>
      <summary>
        {title} ({showCount(list.total, lang)})
      </summary>
      {text !== undefined && <p className="quiet">{text}</p>}
      <ul>
        {list.first.map((one) => (
          <li key={idOf(one)}>{children(one)}</li>
        ))}
      </ul>
      {list.total > list.first.length && (
        <p className="quiet">{t('units.more', { n: showCount(list.total - list.first.length, lang) })}</p>
      )}
    </details>
  );
}
