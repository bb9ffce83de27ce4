import { ActionIcon, Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FilledReply } from '../../api/types.ts';
import { ReplyIcon } from '../icons.tsx';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { Waiting } from '../shell/states.tsx';

/** Ready sentences with this person's name, code and dates filled in; a pick goes into the field to be read before it is sent. */
export function CannedMenu({ contact, onPick }: { contact: string; onPick: (text: string) => void }) {
  const { t } = useTexts();
  const [opened, setOpened] = useState(false);
  const [words, setWords] = useState('');
  const { data } = useQuery({
    queryKey: ['filled', contact],
    queryFn: () => call<{ replies: FilledReply[] }>('GET', `/conversations/${encodeURIComponent(contact)}/canned`),
    enabled: opened,
    staleTime: 0,
  });
  const wanted = words.trim().toLocaleLowerCase('vi');
  const shown = (data?.replies ?? []).filter(({ title, text }) =>
    `${title}\n${text}`.toLocaleLowerCase('vi').includes(wanted),
  );
  return (
    <>
      <ActionIcon size="lg" variant="default" aria-label={t('canned.insert')} onClick={() => setOpened(true)}>
        <ReplyIcon />
      </ActionIcon>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('canned.insert')}
        returnFocus={false}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        <TextInput
          data-autofocus
          label={t('canned.search')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        {!data && <Waiting />}
        <ul className="units-list" aria-label={t('canned.insert')}>
          {shown.map((reply) => (
            <li key={reply.id}>
              <button
                type="button"
                className="canned-one"
                onClick={() => {
                  setOpened(false);
                  onPick(reply.text);
                }}
              >
                <b>{reply.title}</b>
                <span>{reply.text}</span>
                {reply.missing.length > 0 && (
                  <span className="warn">
                    {t('canned.missing', { names: reply.missing.map((name) => `{${name}}`).join(', ') })}
                  </span>
                )}
              </button>
            </li>
          ))}
        </ul>
        {data && shown.length === 0 && <p className="quiet">{t('canned.none')}</p>}
      </Modal>
    </>
  );
}
