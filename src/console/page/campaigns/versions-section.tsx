import { Button, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CompareView, VersionView, WholeVersion } from '../../api/types-campaigns.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';
import { describe, Unreachable, Waiting } from '../shell/states.tsx';
import { ChangeList } from './change-list.tsx';
import { Section } from './fields.tsx';
import { editorPath, type Editor } from './use-editor.ts';

type Pair = { from: number; to: number };

/** What was published, by whom and why; what a version changed; and the way back to one. */
export function VersionsSection({ editor }: { editor: Editor }) {
  const { t, lang, has } = useTexts();
  const { id, version: now } = editor.base;
  const [pair, setPair] = useState<Pair | null>(null);
  const list = useQuery({
    queryKey: ['versions', id, now],
    queryFn: () => call<{ versions: VersionView[] }>('GET', editorPath(id, '/versions')),
    staleTime: 0,
  });
  const take = async (version: number) => {
    try {
      editor.take(await call<WholeVersion>('GET', editorPath(id, `/versions/${version}`)));
      notifications.show({ message: t('campaigns.versions.taken', { version }) });
    } catch (error) {
      notifications.show({ color: 'red', message: describe(error, t, has) });
    }
  };
  if (list.isPending) return <Waiting />;
  if (list.isError) return <Unreachable error={list.error} retry={() => void list.refetch()} />;
  return (
    <Section
      title={t('campaigns.versions.title')}
      hint={t('campaigns.versions.hint')}
      action={
        <Button size="compact-md" variant="default" disabled={now === 0} onClick={() => setPair({ from: 0, to: now })}>
          {t('campaigns.versions.withFiles')}
        </Button>
      }
    >
      <ul className="cards">
        {list.data.versions.map(({ version, note, by, at }) => (
          <li key={version} className="card">
            <div className="card-text">
              <p>
                <b>{version === 0 ? t('campaigns.versions.files') : t('campaigns.versions.one', { version })}</b>
                {version === now && ` · ${t('campaigns.versions.inForce')}`}
              </p>
              {version > 0 && (
                <>
                  <p className="wrap">{note}</p>
                  <p className="quiet">
                    {showMoment(lang, at)} · {by}
                  </p>
                </>
              )}
            </div>
            {version > 0 && (
              <Button size="compact-sm" variant="default" onClick={() => setPair({ from: version - 1, to: version })}>
                {t('campaigns.versions.show')}
                <span className="sr"> {version}</span>
              </Button>
            )}
            {version !== now && (
              <Button size="compact-sm" variant="default" onClick={() => void take(version)}>
                {t('campaigns.versions.take')}
                <span className="sr"> {version}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Modal
        opened={pair !== null}
        onClose={() => setPair(null)}
        size="xl"
        title={pair ? t(`campaigns.versions.${pair.from === 0 ? 'sinceFiles' : 'between'}`, pair) : ''}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        {pair && <Compared editor={editor} pair={pair} />}
      </Modal>
    </Section>
  );
}

function Compared({ editor, pair }: { editor: Editor; pair: Pair }) {
  const { id } = editor.base;
  const { data, isError, error, refetch } = useQuery({
    queryKey: ['compare', id, pair.from, pair.to],
    queryFn: () => call<CompareView>('GET', editorPath(id, '/compare'), pair),
  });
  if (isError) return <Unreachable error={error} retry={() => void refetch()} />;
  return data ? <ChangeList compare={data} drafts={[editor.base, editor.draft]} /> : <Waiting />;
}
