import { Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ColleagueView } from '../../api/types-staff.ts';
import { call } from '../lib/http.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { Waiting } from '../shell/states.tsx';

type Props = { opened: boolean; contact: string; onClose: () => void; onPick: (staff: string) => Promise<void> };

/** Colleagues who may see this person. */
export function AssignDialog({ opened, contact, onClose, onPick }: Props) {
  const { t } = useTexts();
  const me = useStaff();
  const [words, setWords] = useState('');
  const { data } = useQuery({
    queryKey: ['colleagues', contact],
    queryFn: () => call<{ staff: ColleagueView[] }>('GET', `/conversations/${encodeURIComponent(contact)}/colleagues`),
    enabled: opened,
    staleTime: 60_000,
  });
  const wanted = words.trim().toLocaleLowerCase('vi');
  const shown = (data?.staff ?? []).filter(
    ({ id, name }) => id !== me.id && name.toLocaleLowerCase('vi').includes(wanted),
  );
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('assign.title')}
      closeButtonProps={{ 'aria-label': t('state.close') }}
    >
      <TextInput
        data-autofocus
        label={t('assign.search')}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {!data && <Waiting />}
      <ul className="units-list" aria-label={t('assign.title')}>
        {shown.map(({ id, name }) => (
          <li key={id}>
            <button type="button" className="units-one" onClick={() => void onPick(id)}>
              {name}
            </button>
          </li>
        ))}
      </ul>
      {data && shown.length === 0 && <p className="quiet">{t('assign.none')}</p>}
    </Modal>
  );
}
