import { Button, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { NoteBody, NoteView } from '../../api/types.ts';
import { useNow } from '../lib/clock.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { showShort } from '../lib/time.ts';
import { describe } from '../shell/states.tsx';

/** What colleagues leave for each other; the person never sees it. */
export function Notes({ contact, notes }: { contact: string; notes: readonly NoteView[] }) {
  const { t, lang, has } = useTexts();
  const now = useNow();
  const client = useQueryClient();
  const [text, setText] = useState('');
  const [id, setId] = useState(() => crypto.randomUUID());
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      call('POST', `/conversations/${encodeURIComponent(contact)}/notes`, {}, {
        id,
        text: text.trim(),
      } satisfies NoteBody),
    onSuccess: () => {
      setText('');
      setId(crypto.randomUUID());
      return client.invalidateQueries({ queryKey: ['conversation', contact] });
    },
  });
  return (
    <section className="notes" aria-label={t('talk.pane.notes')}>
      <p className="quiet">{t('notes.about')}</p>
      <ul>
        {notes.map((note) => (
          <li key={note.id} className="note">
            <p className="note-head">
              {note.name} · {showShort(lang, note.at, now)}
            </p>
            <p className="note-text">{note.text}</p>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) mutate();
        }}
      >
        <Textarea
          label={t('notes.write')}
          rows={3}
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && text.trim()) mutate();
          }}
          error={error ? describe(error, t, has) : undefined}
        />
        <Button type="submit" mt="xs" size="sm" variant="default" loading={isPending} disabled={!text.trim()}>
          {t('notes.add')}
        </Button>
      </form>
    </section>
  );
}
