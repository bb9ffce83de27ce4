import { Alert, Button, Select } from '@mantine/core';
import { useState } from 'react';
import type { ConversationView, DraftView, Line } from '../../api/types.ts';
import { standing, type Acts } from '../conversation/acts.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { describe } from '../shell/states.tsx';
import { Entries } from './entries.tsx';
import { StepLine } from './step-line.tsx';
import { SubmitDialog } from './submit-dialog.tsx';

type Props = { contact: string; view: ConversationView; acts: Acts; lines: readonly Line[] };

/** The form as far as it is filled in, each answer open to be changed in the person's place; below it what was sent already. */
export function DraftPanel({ contact, view, acts, lines }: Props) {
  const { t } = useTexts();
  const me = useStaff();
  const mayEdit = standing(view, me.id) === 'mine';
  const { draft } = view;
  return (
    // scrolled by keyboard also while nothing in it can be changed
    <section className="draft" aria-label={t('talk.pane.draft')} tabIndex={0}>
      {draft ? (
        <Draft contact={contact} draft={draft} acts={acts} lines={lines} mayEdit={mayEdit} />
      ) : (
        <NoDraft view={view} acts={acts} mayEdit={mayEdit} />
      )}
      <Entries contact={contact} entries={view.entries} />
    </section>
  );
}

type DraftProps = { contact: string; draft: DraftView; acts: Acts; lines: readonly Line[]; mayEdit: boolean };

function Draft({ contact, draft, acts, lines, mayEdit }: DraftProps) {
  const { t } = useTexts();
  const [editing, setEditing] = useState<string | null>(null);
  const [sends, setSends] = useState(false);
  const done = draft.steps.filter((step) => step.isDone).length;
  return (
    <>
      <h2>{draft.campaignName}</h2>
      <p className="quiet">
        {draft.revises
          ? t('draft.revises', { code: draft.revises })
          : t('draft.done', { n: done, total: draft.steps.length })}
      </p>
      {!mayEdit && <p className="hint">{t('draft.takeOverFirst')}</p>}
      {draft.consentAt === null && (
        <Alert color="orange" p="xs">
          {t('draft.noConsent')}
        </Alert>
      )}
      <ol className="steps">
        {draft.steps.map((step) => (
          <StepLine
            key={step.id}
            step={step}
            campaign={draft.campaign}
            contact={contact}
            lines={lines}
            acts={acts}
            mayEdit={mayEdit}
            isEditing={editing === step.id}
            setEditing={(on) => setEditing(on ? step.id : null)}
          />
        ))}
      </ol>
      {draft.missing.length > 0 && <p className="quiet">{t('draft.missing', { labels: draft.missing.join(', ') })}</p>}
      {mayEdit && (
        <Button
          fullWidth
          disabled={draft.missing.length > 0 || draft.consentAt === null}
          onClick={() => setSends(true)}
        >
          {t('submit.open')}
        </Button>
      )}
      <SubmitDialog opened={sends} onClose={() => setSends(false)} draft={draft} acts={acts} />
    </>
  );
}

function NoDraft({ view, acts, mayEdit }: { view: ConversationView; acts: Acts; mayEdit: boolean }) {
  const { t, has } = useTexts();
  const open = view.campaigns.filter(({ isOpen }) => isOpen);
  const [campaign, setCampaign] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const chosen = campaign ?? open[0]?.id ?? null;
  const start = async () => {
    if (chosen === null) return;
    setBusy(true);
    setError(null);
    await acts.act({ type: 'startDraft', campaign: chosen }).catch(setError);
    setBusy(false);
  };
  return (
    <>
      <h2>{t('talk.pane.draft')}</h2>
      <p className="quiet">{t('draft.none')}</p>
      {error !== null && (
        <Alert color="red" p="xs" role="alert">
          {describe(error, t, has)}
        </Alert>
      )}
      {mayEdit && open.length > 0 && (
        <>
          <Select
            label={t('inbox.campaign')}
            allowDeselect={false}
            value={chosen}
            onChange={setCampaign}
            data={open.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <Button variant="default" loading={busy} onClick={() => void start()}>
            {t('draft.start')}
          </Button>
        </>
      )}
      {mayEdit && open.length === 0 && <p className="hint">{t('draft.allClosed')}</p>}
    </>
  );
}
