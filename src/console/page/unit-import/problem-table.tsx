import { Alert, Button } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../lib/texts.tsx';
import type { Planned } from './import-words.ts';

const SHOWN_AT_ONCE = 100;

/** Every row with a problem: where it is, what stands there, what is wrong and what to do. */
export function ProblemTable({ view: { problems, notes } }: { view: Planned }) {
  const { t } = useTexts();
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const left = problems.length - shown;
  return (
    <>
      {problems.length === 0 ? (
        <p className="un-good" role="status">
          {t('units.problems.none')}
        </p>
      ) : (
        <section aria-labelledby="un-problems">
          <h2 className="un-head" id="un-problems">
            {t('units.problems.title')}
          </h2>
          <Alert color="orange" mb="sm" role="alert">
            {t('units.problems.some', { n: problems.length })}
          </Alert>
          <div className="un-scroll" tabIndex={0} role="region" aria-labelledby="un-problems">
            <table className="un-table">
              <thead>
                <tr>
                  <th scope="col">{t('units.problems.row')}</th>
                  <th scope="col">{t('units.problems.cell')}</th>
                  <th scope="col">{t('units.problems.what')}</th>
                </tr>
              </thead>
              <tbody>
                {problems.slice(0, shown).map(({ row, column, cell, code, facts }) => (
                  <tr key={`${row} ${column ?? ''} ${code}`}>
                    <td>{row}</td>
                    <td>
                      {column !== null && <b>{column + String(row)}</b>} <span className="wrap">{cell}</span>
                    </td>
                    <td>{t(`units.problem.${code}`, facts)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {left > 0 && (
            <Button variant="default" onClick={() => setShown(shown + SHOWN_AT_ONCE)}>
              {t('units.problems.more', { n: Math.min(left, SHOWN_AT_ONCE) })}
            </Button>
          )}
        </section>
      )}
      {notes.total > 0 && (
        <details className="un-list" open={notes.total <= 10}>
          <summary>
            {t('units.notes')} ({notes.total})
          </summary>
          <ul>
            {notes.first.map(({ row, cell, code, facts }) => (
              <li key={`${row} ${code}`}>
                <b>{t('units.rowAt', { row })}</b> {cell && `“${cell}”`}: {t(`units.note.${code}`, facts)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
