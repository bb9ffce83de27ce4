import { Alert, Button, Checkbox, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ImportPublishBody, ImportWish } from '../../api/types-unit-import.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { describeImport, type Planned } from './import-words.ts';

type Props = {
  path: string;
  view: Planned;
  wish: ImportWish;
  /** What is shown is what would be published. */
  isFresh: boolean;
  onRenew: () => void;
  onAgain: () => void;
};

/** The last step. Rows with problems hold it back until somebody leaves them out. */
export function PublishImport({ path, view, wish, isFresh, onRenew, onAgain }: Props) {
  const { t, has } = useTexts();
  const client = useQueryClient();
  const [skip, setSkip] = useState(false);
  const [own, setOwn] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [done, setDone] = useState<number | null>(view.published);
  const note = own ?? t('units.publish.noteIs', { file: view.name });
  const { problems, faults, added, changed, ended } = view;
  const isNothing = added.total + changed.total + ended === 0;
  const isReady = isFresh && !isNothing && faults.length === 0 && (problems.length === 0 || skip) && note.trim() !== '';

  const publish = async () => {
    setBusy(true);
    setError(null);
    try {
      const body: ImportPublishBody = { ...wish, base: view.base, skip, note: note.trim() };
      const { version } = await call<{ version: number }>('POST', `${path}/publish`, {}, body);
      setDone(version);
      // units, quotas and what depends on them are others now
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'unit-import' });
    } catch (failure) {
      setError(failure);
      onRenew();
    }
    setBusy(false);
  };
  if (done !== null) {
    return (
      <Alert color="green" role="status">
        <p>{t('units.publish.done', { version: done })}</p>
        <Button variant="default" onClick={onAgain}>
          {t('units.publish.again')}
        </Button>
      </Alert>
    );
  }
  return (
    <section className="un-publish" aria-labelledby="un-publish">
      <h2 className="un-head" id="un-publish">
        {t('units.publish.title')}
      </h2>
      {error !== null && (
        <Alert color="red" role="alert">
          {describeImport(error, t, has)}
        </Alert>
      )}
      {faults.length > 0 && (
        <Alert color="red" title={t('units.fault.title')} role="alert">
          <ul className="un-plain">
            {faults.map((one) => (
              <li key={`${one.path} ${one.text}`}>
                {has(`campaigns.fault.${one.code}`) ? t(`campaigns.fault.${one.code}`, one.facts) : one.text}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {isNothing ? (
        <p role="status">{t('units.publish.nothing')}</p>
      ) : (
        <>
          {problems.length > 0 && (
            <Checkbox
              label={t('units.publish.skip')}
              checked={skip}
              onChange={(event) => setSkip(event.currentTarget.checked)}
            />
          )}
          <TextInput
            label={t('units.publish.note')}
            description={t('units.publish.noteHint')}
            maxLength={500}
            value={note}
            onChange={(event) => setOwn(event.currentTarget.value)}
          />
          <Button disabled={!isReady} loading={busy} onClick={() => void publish()}>
            {t('units.publish.go')}
          </Button>
        </>
      )}
    </section>
  );
}
