import { Alert, Button, Group, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { ChangeList, PathName } from './change-list.tsx';
import { EffectsList } from './effects-list.tsx';
import type { Draft, Editor } from './use-editor.ts';
import type { Publishing } from './use-publish.ts';

type Props = {
  editor: Editor;
  wanted: Draft;
  publishing: Publishing;
  /** What is proposed as the note; another one when it changes. */
  note: string;
  /** Shows every value that differs, beside what becomes of people. */
  showsChanges: boolean;
  onDone: () => void;
  onCancel: () => void;
};

/** What a change means, who was faster, what is wrong, the note, the button. */
export function PublishForm({ editor, wanted, publishing, note: proposed, showsChanges, onDone, onCancel }: Props) {
  const { t, lang, has } = useTexts();
  const [own, setOwn] = useState<string | null>(null);
  const note = own ?? proposed;
  const { preview, busy, overlaps, fault, isReady } = publishing;
  const { data } = preview;
  const go = async () => {
    if (await publishing.publish(note.trim())) onDone();
  };
  if (preview.isError) return <Unreachable error={preview.error} retry={() => void preview.refetch()} />;
  if (!data) return <Waiting />;
  const names = { ...editor.base.unitNames, ...data.unitNames };
  return (
    <Stack gap="sm">
      {data.behind && (
        <Alert color="orange" title={t('campaigns.behind.title')} role="alert">
          <p className="ed-plain">
            {t('campaigns.behind.text', {
              who: data.behind.by ?? t('campaigns.versions.files'),
              version: data.behind.version,
              when: showMoment(lang, data.behind.at),
              note: data.behind.note,
            })}
          </p>
          <ChangeList compare={data.behind} drafts={[editor.base, wanted]} />
          <Button size="compact-md" mt="sm" onClick={() => void publishing.renew()}>
            {t('campaigns.behind.take')}
          </Button>
        </Alert>
      )}
      {overlaps.length > 0 && (
        <Alert color="orange" role="status">
          {t('campaigns.behind.overlap')}
          <ul>
            {overlaps.map((path) => (
              <li key={path}>
                <PathName path={path.replace(/^file\./, '')} drafts={[wanted]} unitNames={names} />
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {data.faults.length > 0 && (
        <Alert color="red" title={t('campaigns.fault.title')} role="alert">
          <ul className="ed-effects">
            {data.faults.map((one) => (
              <li key={`${one.path} ${one.text}`}>
                <PathName path={one.path} drafts={[wanted]} unitNames={names} />:{' '}
                {has(`campaigns.fault.${one.code}`) ? t(`campaigns.fault.${one.code}`, one.facts) : one.text}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {data.faults.length === 0 && (
        <>
          <h3 className="ed-small">{t('campaigns.effect.title')}</h3>
          <EffectsList effects={data.effects} before={editor.base} after={wanted} unitNames={names} />
        </>
      )}
      {showsChanges && data.faults.length === 0 && (
        <>
          <h3 className="ed-small">{t('campaigns.change.title')}</h3>
          <ChangeList compare={data} drafts={[wanted, editor.base]} />
        </>
      )}
      <Textarea
        label={t('campaigns.publish.note')}
        description={t('campaigns.publish.noteHint')}
        autosize
        minRows={2}
        maxLength={500}
        value={note}
        onChange={(event) => setOwn(event.currentTarget.value)}
      />
      {fault !== null && (
        <Alert color="red" p="xs" role="alert">
          {fault}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {t('state.cancel')}
        </Button>
        <Button disabled={!isReady || note.trim() === ''} loading={busy} onClick={() => void go()}>
          {t('campaigns.publish.go')}
        </Button>
      </Group>
    </Stack>
  );
}
