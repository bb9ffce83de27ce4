import { Alert, Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { Run, RunDraft } from '../../api/types-broadcasts.ts';
import { useCampaigns } from '../inbox/filters.tsx';
import { ApiError, call } from '../lib/http.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { Waiting } from '../shell/states.tsx';
import { actOn, describeHere, runPath } from './ask.ts';
import { AudienceForm } from './audience-form.tsx';
import { draftOf, newDraft, type Copied } from './draft.ts';
import { OutsideForm } from './outside-form.tsx';
import { ReachPanel } from './reach-panel.tsx';
import { Section } from './sections.tsx';
import { TestDialog } from './test-dialog.tsx';
import { PhonesPanel, TextsForm } from './texts-form.tsx';
import { usePreview } from './use-preview.ts';

/** What somebody left for another page of the console before it was saved, by account and draft. */
const left = new Map<string, { draft: RunDraft; unitName: string }>();

/** A new message, or a draft that was saved before. */
export function ComposePage({ run, unitName = '' }: { run: Run | null; unitName?: string }) {
  const campaigns = useCampaigns();
  const open = campaigns.find(({ isOpen }) => isOpen) ?? campaigns[0];
  const copied = history.state as Partial<Copied> | null;
  if (run) return <Composer run={run} start={draftOf(run)} startUnit={unitName} />;
  if (copied?.draft) {
    return <Composer run={null} start={copied.draft} startUnit={copied.unitName ?? ''} isCopy />;
  }
  return open ? <Composer run={null} start={newDraft(open.id)} startUnit="" /> : <Waiting />;
}

type ComposerProps = {
  run: Run | null;
  start: RunDraft;
  startUnit: string;
  isCopy?: boolean;
};

function Composer({ run: saved, start, startUnit, isCopy = false }: ComposerProps) {
  const { t, has } = useTexts();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [run, setRun] = useState(saved);
  const { id: staff } = useStaff();
  const key = run ? `${staff}/${run.id}/${run.rev}` : `${staff}/new`;
  const [first] = useState(start);
  const [draft, setDraft] = useState(() => (isCopy ? null : left.get(key)?.draft) ?? first);
  const [unitName, setUnitName] = useState(() => (isCopy ? null : left.get(key)?.unitName) ?? startUnit);
  const [kept, setKept] = useState(saved ? first : null);
  const [busy, setBusy] = useState<'save' | 'submit' | null>(null);
  const [tests, setTests] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [asked] = useDebouncedValue(draft, 500);
  // for nobody beyond the unit of whoever wrote it first, as it will be sent
  const unit = asked.audience.unit ?? run?.scope?.[0] ?? null;
  const preview = usePreview({ ...asked, audience: { ...asked.audience, unit } });
  const isCounting = preview.isFetching || asked !== draft;
  const isSaved = kept === draft;
  const isUntouched = isSaved || draft === first;
  useEffect(() => {
    if (!isUntouched) left.set(key, { draft, unitName });
  }, [key, draft, unitName, isUntouched]);
  useEffect(() => {
    if (isUntouched) return undefined;
    const keep = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', keep);
    return () => window.removeEventListener('beforeunload', keep);
  }, [isUntouched]);

  const save = async (): Promise<Run> => {
    if (run && isSaved) return run;
    const body = draft;
    const { run: next } = run
      ? await call<{ run: Run }>(
          'PATCH',
          `/broadcasts/${encodeURIComponent(run.id)}`,
          {},
          { rev: run.rev, draft: body },
        )
      : await call<{ run: Run }>('POST', '/broadcasts', {}, body);
    left.delete(key);
    setRun(next);
    setKept(body);
    void client.invalidateQueries({ queryKey: ['runs'] });
    return next;
  };
  const go = async (what: 'save' | 'submit') => {
    setBusy(what);
    setError(null);
    try {
      const next = await save();
      if (what === 'save') notifications.show({ message: t('broadcasts.compose.saved'), color: 'green' });
      else await actOn(next.id, { act: 'submit', rev: next.rev });
      await client.invalidateQueries({ queryKey: ['run', next.id] });
      navigate(runPath(next.id), { replace: true });
    } catch (fault) {
      setError(fault);
    }
    setBusy(null);
  };
  /** A colleague was faster: what is written here is not put over theirs. */
  const isOld = error instanceof ApiError && error.words.some((word) => word === 'stale' || word === 'wrongState');
  const reload = (id: string) => {
    left.delete(key);
    return client.resetQueries({ queryKey: ['run', id] });
  };
  const faults = preview.data?.faults ?? [];
  const needsApproval = preview.data?.preview.needsApproval ?? false;
  return (
    <Section title={run ? draft.title || t('broadcasts.list.untitled') : t('broadcasts.compose.new')}>
      <div className="bc-columns">
        <div>
          <section className="bc-panel">
            <TextInput
              label={t('broadcasts.compose.title')}
              maxLength={120}
              value={draft.title}
              onChange={(event) => setDraft({ ...draft, title: event.currentTarget.value })}
            />
          </section>
          <AudienceForm
            rule={draft.audience}
            unitName={unitName}
            onUnitName={setUnitName}
            change={(changes) => setDraft((now) => ({ ...now, audience: { ...now.audience, ...changes } }))}
          />
          <TextsForm draft={draft} names={preview.data?.names ?? []} change={setDraft} />
          <OutsideForm draft={draft} change={setDraft} />
        </div>
        <div>
          <ReachPanel view={preview.data} isCounting={isCounting} />
          {preview.isError && (
            <Alert color="red" p="xs" mb="sm" role="alert">
              {describeHere(preview.error, t, has)}
              <Button size="compact-sm" variant="default" ml="xs" onClick={() => void preview.refetch()}>
                {t('state.retry')}
              </Button>
            </Alert>
          )}
          <PhonesPanel draft={draft} />
          {error !== null && (
            <Alert color="red" p="xs" mb="sm" role="alert">
              {isOld ? t('broadcasts.compose.stale') : describeHere(error, t, has)}
              {isOld && run && (
                <Button size="compact-sm" variant="default" mt="xs" onClick={() => void reload(run.id)}>
                  {t('broadcasts.compose.reload')}
                </Button>
              )}
            </Alert>
          )}
          <div className="bc-actions">
            <Button
              variant="default"
              loading={busy === 'save'}
              disabled={busy !== null}
              onClick={() => void go('save')}
            >
              {t('broadcasts.compose.save')}
            </Button>
            <Button variant="default" onClick={() => setTests(true)}>
              {t('broadcasts.compose.test')}
            </Button>
            <Button
              loading={busy === 'submit'}
              disabled={busy !== null || isCounting || !preview.data || faults.length > 0}
              onClick={() => void go('submit')}
            >
              {t(needsApproval ? 'broadcasts.compose.submitForApproval' : 'broadcasts.compose.submit')}
            </Button>
          </div>
          {!isSaved && run && <p className="quiet">{t('broadcasts.compose.unsaved')}</p>}
        </div>
      </div>
      <TestDialog draft={draft} opened={tests} onClose={() => setTests(false)} />
    </Section>
  );
}
