import { Alert, Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ImportView, ImportWish } from '../../api/types-unit-import.ts';
import { ApiError, call } from '../lib/http.ts';
import { useTexts, type Translate } from '../lib/texts.tsx';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { ImportOptions, type Wish } from './import-options.tsx';
import { columnWords, showCount, type Planned } from './import-words.ts';
import { PlanLists } from './plan-lists.tsx';
import { ProblemTable } from './problem-table.tsx';
import { PublishImport } from './publish-import.tsx';

type Props = {
  campaign: string;
  /** Of the staged file, below the API. */
  path: string;
  onCancel: () => void;
  onAgain: () => void;
  /** The file is no longer there. */
  onGone: (error: unknown) => void;
};

/** What a file would make of the list: how it was understood, every row with a problem, what changes; then the button. */
export function ImportReview({ campaign, path, onCancel, onAgain, onGone }: Props) {
  const { t, lang } = useTexts();
  const [wish, setWish] = useState<Wish>({ under: null, from: '', endMissing: false });
  const asked: ImportWish = { under: wish.under?.code ?? '', from: wish.from ?? '', endMissing: wish.endMissing };
  const query = useQuery({
    queryKey: ['unit-import', path, asked, lang],
    queryFn: () => call<ImportView>('GET', path, { ...asked, endMissing: String(asked.endMissing), lang }),
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
  const { data, error } = query;
  const isGone = error instanceof ApiError && error.status === 404;
  useEffect(() => {
    if (isGone) onGone(error);
  }, [isGone, error, onGone]);
  if (error && !isGone) return <Unreachable error={error} retry={() => void query.refetch()} />;
  if (!data) return <Waiting />;
  if (data.type !== 'planned') {
    return (
      <>
        <FileHead view={data} t={t} onCancel={onCancel} />
        <Alert color="red" role="alert">
          {data.type === 'noHeading' ? (
            t('units.unread.noHeading')
          ) : (
            <ul className="un-plain">
              {data.read.faults.map(({ code, letter, heading }) => (
                <li key={letter}>{t(`units.unread.${code}`, { letter, heading, phase: '…' })}</li>
              ))}
            </ul>
          )}
        </Alert>
      </>
    );
  }
  return (
    <>
      <FileHead view={data} t={t} onCancel={onCancel} />
      <ReadAs view={data} t={t} />
      <Sums view={data} t={t} />
      <ProblemTable view={data} />
      <ImportOptions campaign={campaign} view={data} wish={wish} onChange={setWish} />
      <PlanLists view={data} isEnding={wish.endMissing} />
      <PublishImport
        key={`${data.base} ${JSON.stringify(asked)}`}
        path={path}
        view={data}
        wish={asked}
        isFresh={wish.from !== null && !query.isPlaceholderData && !query.isFetching}
        onRenew={() => void query.refetch()}
        onAgain={onAgain}
      />
    </>
  );
}

function FileHead({ view, t, onCancel }: { view: ImportView; t: Translate; onCancel: () => void }) {
  return (
    <div className="page-head">
      <h2 className="un-head grow">{t('units.file', { name: view.name })}</h2>
      {view.published === null && (
        <Button variant="default" onClick={onCancel}>
          {t('units.another')}
        </Button>
      )}
    </div>
  );
}

function ReadAs({ view: { read, encoding, phases }, t }: { view: Planned; t: Translate }) {
  const facts = { sheet: read.sheet, row: read.headingRow, encoding: encoding?.replace('utf', 'UTF') ?? '' };
  return (
    <div className="un-read">
      <p>{t(encoding === null ? 'units.read' : 'units.readText', facts)}</p>
      <p>
        {t('units.columns')}: {columnWords(read, phases, t)}
      </p>
      {read.ignored.length > 0 && (
        <p className="quiet">
          {t('units.ignored', { names: read.ignored.map(({ letter, heading }) => `${letter} ${heading}`).join(', ') })}
        </p>
      )}
      {read.otherSheets.length > 0 && (
        <p className="quiet">{t('units.others', { names: read.otherSheets.join(', ') })}</p>
      )}
    </div>
  );
}

function Sums({ view, t }: { view: Planned; t: Translate }) {
  const { lang } = useTexts();
  const { rows, problems, added, changed, unchanged, missing } = view;
  const sums = {
    rows,
    problems: problems.length,
    added: added.total,
    changed: changed.total,
    unchanged,
    ...(view.kind === 'units' && { missing: missing.total }),
  };
  return (
    <dl className="un-sums">
      {Object.entries(sums).map(([name, number]) => (
        <div key={name} data-bad={name === 'problems' && number > 0 ? 'true' : undefined}>
          <dt>{t(`units.sum.${name}`)}</dt>
          <dd>{showCount(number, lang)}</dd>
        </div>
      ))}
    </dl>
  );
}
