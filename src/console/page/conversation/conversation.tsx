import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConversationView } from '../../api/types.ts';
import { DraftPanel } from '../draft/draft-panel.tsx';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { useActs } from './acts.ts';
import { Composer } from './composer.tsx';
import { Header } from './header.tsx';
import { useLines } from './lines.ts';
import { Notes } from './notes.tsx';
import { Transcript } from './transcript.tsx';

type Pane = 'talk' | 'draft' | 'notes';

/** The transcript, and beside it the draft and the notes; on narrow screens one after the other. */
export function Conversation({ contact }: { contact: string }) {
  const { t, lang } = useTexts();
  const client = useQueryClient();
  const [pane, setPane] = useState<Pane>('talk');
  const [side, setSide] = useState<'draft' | 'notes'>('draft');
  const view = useQuery({
    queryKey: ['conversation', contact, lang],
    queryFn: () => call<ConversationView>('GET', `/conversations/${encodeURIComponent(contact)}`, { lang }),
    placeholderData: () =>
      client.getQueriesData<ConversationView>({ queryKey: ['conversation', contact] }).find(([, data]) => data)?.[1],
    staleTime: 5000,
  });
  const lines = useLines(contact);
  const acts = useActs(contact);

  if (view.isPending) return <Waiting />;
  if (!view.data) return <Unreachable error={view.error} retry={() => void view.refetch()} />;
  const shown = view.data;
  const choose = (next: Pane) => {
    setPane(next);
    if (next !== 'talk') setSide(next);
  };
  const notes = shown.notes.length;
  return (
    <article
      className="conversation"
      data-pane={pane}
      aria-label={t('talk.with', { name: shown.row.name || t('row.noName') })}
    >
      <Header view={shown} acts={acts} />
      <div className="panes" role="group" aria-label={t('talk.panes')}>
        {(['talk', 'draft', 'notes'] as const).map((one) => (
          <button key={one} type="button" className="tab" aria-pressed={pane === one} onClick={() => choose(one)}>
            {t(`talk.pane.${one}`)}
            {one === 'notes' && notes > 0 && <span className="count">{notes}</span>}
          </button>
        ))}
      </div>
      <div className="talk">
        <Transcript lines={lines} acts={acts} view={shown} />
        <Composer contact={contact} view={shown} acts={acts} />
      </div>
      <aside className="side" aria-label={t('talk.side')}>
        <div className="side-tabs" role="group" aria-label={t('talk.panes')}>
          {(['draft', 'notes'] as const).map((one) => (
            <button key={one} type="button" className="tab" aria-pressed={side === one} onClick={() => setSide(one)}>
              {t(`talk.pane.${one}`)}
              {one === 'notes' && notes > 0 && <span className="count">{notes}</span>}
            </button>
          ))}
        </div>
        {side === 'draft' ? (
          <DraftPanel contact={contact} view={shown} acts={acts} lines={lines.data?.lines ?? []} />
        ) : (
          <Notes contact={contact} notes={shown.notes} />
        )}
      </aside>
    </article>
  );
}
