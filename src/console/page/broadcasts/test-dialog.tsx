import { Button, Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { InboxPage } from '../../api/types.ts';
import type { RunDraft } from '../../api/types-broadcasts.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { showPhone } from '../lib/time.ts';
import { describeHere } from './ask.ts';

type Props = { draft: RunDraft; opened: boolean; onClose: () => void };

/** Says the draft once, in one's own conversation with the bot. */
export function TestDialog({ draft, opened, onClose }: Props) {
  const { t, lang, has } = useTexts();
  const [words, setWords] = useState('');
  const [q] = useDebouncedValue(words.trim(), 250);
  const [busy, setBusy] = useState('');
  const { data } = useQuery({
    queryKey: ['test-contacts', q, lang],
    queryFn: () => call<InboxPage>('GET', '/conversations', { tab: 'all', q, lang, limit: 8 }),
    enabled: opened && q.length >= 2,
  });
  const send = async (contact: string) => {
    setBusy(contact);
    try {
      await call('POST', '/broadcast-test', {}, { draft, contact });
      notifications.show({ message: t('broadcasts.test.sent'), color: 'green' });
      onClose();
    } catch (error) {
      notifications.show({ message: describeHere(error, t, has), color: 'red' });
    }
    setBusy('');
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('broadcasts.test.title')}
      closeButtonProps={{ 'aria-label': t('state.close') }}
    >
      <p className="quiet">{t('broadcasts.test.about')}</p>
      <TextInput
        data-autofocus
        label={t('broadcasts.test.search')}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <ul className="cards bc-found">
        {(data?.rows ?? []).map((row) => (
          <li key={row.contact} className="card">
            <span className="card-text">
              {row.name || t('broadcasts.reach.noName')}
              <span className="quiet">
                {' · '}
                {t(`channel.${row.channel}`)} {showPhone(row.phone)}
              </span>
            </span>
            <Button
              size="compact-sm"
              loading={busy === row.contact}
              disabled={busy !== ''}
              aria-label={`${t('broadcasts.test.send')}: ${row.name} ${t(`channel.${row.channel}`)}`}
              onClick={() => void send(row.contact)}
            >
              {t('broadcasts.test.send')}
            </Button>
          </li>
        ))}
      </ul>
      {data?.rows.length === 0 && <p className="quiet">{t('broadcasts.test.none')}</p>}
    </Modal>
  );
}
