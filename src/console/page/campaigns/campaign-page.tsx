import { Anchor, Button, Modal, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { EditorCampaign } from '../../api/types-campaigns.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { DeadlinesSection } from './deadlines-section.tsx';
import { InfoSection } from './info-section.tsx';
import { PublishForm } from './publish-form.tsx';
import { QuestionsSection } from './questions-section.tsx';
import { RemindersSection } from './reminders-section.tsx';
import { RepliesSection } from './replies-section.tsx';
import { editorPath, useEditor, type Editor } from './use-editor.ts';
import { usePublish } from './use-publish.ts';
import { VersionsSection } from './versions-section.tsx';

const PARTS = {
  deadlines: DeadlinesSection,
  questions: QuestionsSection,
  info: InfoSection,
  replies: RepliesSection,
  reminders: RemindersSection,
  versions: VersionsSection,
} as const;
type Part = keyof typeof PARTS;

const isPart = (name: string): name is Part => name in PARTS;

/** One campaign: its parts side by side, changed here and published together. */
export function CampaignPage({ id, part }: { id: string; part: string }) {
  const loaded = useQuery({
    queryKey: ['editor', id],
    queryFn: () => call<EditorCampaign>('GET', editorPath(id)),
    staleTime: Infinity, // what is being changed is not exchanged under the hand
    gcTime: 0,
  });
  if (loaded.isError) return <Unreachable error={loaded.error} retry={() => void loaded.refetch()} />;
  if (!loaded.data) return <Waiting />;
  return <Loaded key={id} campaign={loaded.data} part={isPart(part) ? part : 'deadlines'} />;
}

function Loaded({ campaign, part }: { campaign: EditorCampaign; part: Part }) {
  const { t, lang } = useTexts();
  const editor = useEditor(campaign);
  const [reviews, setReviews] = useState(false);
  const { base, draft } = editor;
  const path = `/campaigns/${encodeURIComponent(base.id)}`;
  const Shown = PARTS[part];
  return (
    <div className="page ed-page">
      <p className="ed-plain">
        <Anchor component={Link} href="/campaigns">
          ← {t('campaigns.title')}
        </Anchor>
      </p>
      <div className="page-head">
        <Title order={1} size="h3">
          {draft.file.shortName[lang]}
        </Title>
        <span className="quiet">
          {base.version === 0 ? t('campaigns.versions.files') : t('campaigns.versions.one', { version: base.version })}
        </span>
      </div>
      <p className="ed-plain quiet">
        {t('campaigns.units.text', base.counts)}{' '}
        <Anchor component={Link} href={`/units?campaign=${encodeURIComponent(base.id)}`} size="sm" underline="always">
          {t('campaigns.units.import')}
        </Anchor>{' '}
        ·{' '}
        <Anchor component={Link} href={`/qr?campaign=${encodeURIComponent(base.id)}`} size="sm" underline="always">
          {t('campaigns.units.qr')}
        </Anchor>
      </p>
      <nav className="ed-parts" aria-label={t('campaigns.parts')}>
        {(Object.keys(PARTS) as Part[]).map((name) => (
          <Button
            key={name}
            component={Link}
            href={`${path}/${name}`}
            size="compact-md"
            variant={name === part ? 'light' : 'subtle'}
            aria-current={name === part ? 'page' : undefined}
          >
            {t(`campaigns.part.${name}`)}
          </Button>
        ))}
      </nav>
      <Shown editor={editor} />
      {editor.isChanged && (
        <div className="ed-bar" role="status">
          <span className="grow">{t('campaigns.publish.changed')}</span>
          <Button size="compact-md" variant="default" onClick={editor.reset}>
            {t('campaigns.publish.reset')}
          </Button>
          <Button size="compact-md" onClick={() => setReviews(true)}>
            {t('campaigns.publish.review')}
          </Button>
        </div>
      )}
      {reviews && <ReviewDialog editor={editor} onClose={() => setReviews(false)} />}
    </div>
  );
}

function ReviewDialog({ editor, onClose }: { editor: Editor; onClose: () => void }) {
  const { t } = useTexts();
  const publishing = usePublish(editor, editor.draft);
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t('campaigns.publish.title')}
      closeButtonProps={{ 'aria-label': t('state.close') }}
    >
      <PublishForm
        editor={editor}
        wanted={editor.draft}
        publishing={publishing}
        note=""
        showsChanges
        onDone={onClose}
        onCancel={onClose}
      />
    </Modal>
  );
}
