import { Alert, Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Run, RunActBody, RunAnswer, RunProgress } from '../../api/types-broadcasts.ts';
import { sayInstant } from '../campaigns/instant-field.tsx';
import { apiPath, call } from '../lib/http.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';
import { actOn, belowRun, describeHere, readOptions } from './ask.ts';
import { CancelDialog } from './cancel-dialog.tsx';
import { describeAudience, draftOf, type Copied } from './draft.ts';
import { PeopleTable } from './people-table.tsx';
import { isMoving } from './progress.ts';
import { ProgressPanel } from './progress-panel.tsx';
import { ReachPanel } from './reach-panel.tsx';
import { ReasonsTable } from './reasons-table.tsx';
import { Section } from './sections.tsx';
import { StateBadge } from './state-badge.tsx';
import { SpokenPanel } from './spoken-panel.tsx';
import { PhonesPanel } from './texts-form.tsx';
import { titleOf } from './title-of.ts';
import { usePreview } from './use-preview.ts';

const LOOK_MS = 2000;

/** How far a sending is, what became of it for each person, and what may be done about it. */
export function RunView({ answer: { run: first, says, unitName } }: { answer: RunAnswer }) {
  const { t, lang, has } = useTexts();
  const client = useQueryClient();
  const [busy, setBusy] = useState<RunActBody['act'] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [cancels, setCancels] = useState(false);
  const query = useQuery({
    queryKey: ['run-progress', first.id],
    queryFn: () => call<RunProgress>('GET', belowRun(first.id, 'progress')),
    staleTime: 0,
    refetchInterval: ({ state }) => (isMoving(state.data?.run.state ?? first.state) ? LOOK_MS : false),
  });
  const run = query.data?.run ?? first;
  const act = async (body: RunActBody) => {
    setBusy(body.act);
    setError(null);
    await actOn(run.id, body).catch(setError);
    setCancels(false);
    await Promise.all([
      client.invalidateQueries({ queryKey: ['run', run.id] }),
      client.invalidateQueries({ queryKey: ['run-progress', run.id] }),
      client.invalidateQueries({ queryKey: ['runs'] }),
    ]);
    setBusy(null);
  };
  return (
    <Section title={titleOf(run, t)} actions={<StateBadge state={run.state} />}>
      <p className="quiet">
        {t(`broadcasts.kind.${run.kind}`)}
        {' · '}
        {run.by
          ? t('broadcasts.list.by', { name: run.by.name, at: showMoment(lang, run.createdAt) })
          : t('broadcasts.list.byClock', { at: showMoment(lang, run.createdAt) })}
        {run.approvedBy && ` · ${t('broadcasts.run.approved', { name: run.approvedBy.name })}`}
        {run.title &&
          run.deadline &&
          ` · ${t('broadcasts.run.deadline', { at: sayInstant(t, run.deadline.closesAt, 'closes') })}`}
      </p>
      <AudienceLine run={run} unitName={unitName} />
      {error !== null && (
        <Alert color="red" p="xs" mb="sm" role="alert">
          {describeHere(error, t, has)}
        </Alert>
      )}
      {run.state === 'awaitingApproval' && <Approval run={run} busy={busy} act={act} />}
      <div className="bc-columns">
        <div>
          {run.state === 'awaitingApproval' && <ReachOf run={run} />}
          {query.data && run.state !== 'awaitingApproval' && <ProgressPanel progress={query.data} />}
          <RunActions run={run} unitName={unitName} busy={busy} act={act} onCancel={() => setCancels(true)} />
          {query.data && query.data.why.length > 0 && <ReasonsTable progress={query.data} />}
          {run.state !== 'awaitingApproval' && <PeopleTable run={run} />}
        </div>
        {says.length > 0 ? <SpokenPanel says={says} /> : <PhonesPanel draft={run} />}
      </div>
      <CancelDialog
        opened={cancels}
        busy={busy === 'cancel'}
        onClose={() => setCancels(false)}
        onYes={() => void act({ act: 'cancel' })}
      />
    </Section>
  );
}

/** For whom it is: all that narrows it, for the one who approves too. */
function AudienceLine({ run: { audience, scope, deadline }, unitName }: { run: Run; unitName: string }) {
  const { t, lang } = useTexts();
  const { data: options } = useQuery({
    queryKey: ['audience-options', audience.campaign, lang],
    queryFn: () => readOptions(audience.campaign, lang),
  });
  const whole = deadline ? 'sameDeadline' : scope === null ? 'allUnits' : 'writersUnit';
  const unit = unitName || t(`broadcasts.compose.${whole}`);
  return <p className="quiet">{describeAudience(audience, unit, options, t, lang)}</p>;
}

type Acting = { run: Run; busy: RunActBody['act'] | null; act: (body: RunActBody) => Promise<void> };

/** Whoever wrote it is told that somebody else has to look at it. */
function Approval({ run, busy, act }: Acting) {
  const { t } = useTexts();
  const staff = useStaff();
  const isOwn = run.by?.staff === staff.id || run.editedBy === staff.id;
  return (
    <section className="bc-panel">
      <p>{isOwn ? t('broadcasts.run.ownApproval') : t('broadcasts.run.approveAbout', { name: run.by?.name ?? '' })}</p>
      <div className="bc-actions">
        {!isOwn && (
          <Button
            loading={busy === 'approve'}
            disabled={busy !== null}
            onClick={() => void act({ act: 'approve', rev: run.rev })}
          >
            {t('broadcasts.run.approve')}
          </Button>
        )}
        <Button
          variant="default"
          loading={busy === 'sendBack'}
          disabled={busy !== null}
          onClick={() => void act({ act: 'sendBack', rev: run.rev })}
        >
          {t('broadcasts.run.sendBack')}
        </Button>
      </div>
    </section>
  );
}

/** Whom it would reach now, for the one who approves: nobody beyond the unit of whoever wrote it. */
function ReachOf({ run }: { run: Run }) {
  const draft = draftOf(run);
  const unit = draft.audience.unit ?? run.scope?.[0] ?? null;
  const preview = usePreview({ ...draft, audience: { ...draft.audience, unit } });
  return <ReachPanel view={preview.data} isCounting={preview.isFetching} />;
}

function RunActions({ run, unitName, busy, act, onCancel }: Acting & { unitName: string; onCancel: () => void }) {
  const { t, lang } = useTexts();
  const [, navigate] = useLocation();
  const isOn = run.state === 'planning' || run.state === 'running';
  const isOpen = isMoving(run.state) || run.state === 'awaitingApproval';
  return (
    <div className="bc-actions bc-below">
      {isOn && (
        <Button loading={busy === 'pause'} disabled={busy !== null} onClick={() => void act({ act: 'pause' })}>
          {t('broadcasts.run.pause')}
        </Button>
      )}
      {run.state === 'paused' && (
        <Button loading={busy === 'resume'} disabled={busy !== null} onClick={() => void act({ act: 'resume' })}>
          {t('broadcasts.run.resume')}
        </Button>
      )}
      {isOpen && (
        <Button variant="light" color="red" disabled={busy !== null} onClick={onCancel}>
          {t('broadcasts.run.cancel')}
        </Button>
      )}
      {run.planned > 0 && (
        <Button component="a" variant="default" href={apiPath(belowRun(run.id, 'sheet'), { lang })} download>
          {t('broadcasts.run.export')}
        </Button>
      )}
      {run.kind === 'broadcast' && (
        <Button
          variant="subtle"
          onClick={() => navigate('/broadcasts/new', { state: { draft: draftOf(run), unitName } satisfies Copied })}
        >
          {t('broadcasts.run.copy')}
        </Button>
      )}
    </div>
  );
}
