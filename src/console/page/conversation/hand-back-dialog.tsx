import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../lib/texts.tsx';

type Props = { opened: boolean; onClose: () => void; onGo: (parting: string) => Promise<void> };

/** Gives the conversation back, with a last sentence or without one. */
export function HandBackDialog({ opened, onClose, onGo }: Props) {
  const { t } = useTexts();
  const [parting, setParting] = useState('');
  const [busy, setBusy] = useState(false);
  const go = async (text: string) => {
    setBusy(true);
    await onGo(text).finally(() => setBusy(false));
    setParting('');
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('handBack.title')}
      closeButtonProps={{ 'aria-label': t('state.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void go(parting.trim());
        }}
      >
        <Stack gap="sm">
          <Text size="sm">{t('handBack.text')}</Text>
          <Textarea
            data-autofocus
            label={t('handBack.parting')}
            rows={3}
            value={parting}
            onChange={(event) => setParting(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void go(parting.trim());
            }}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('state.cancel')}
            </Button>
            <Button type="submit" loading={busy}>
              {t(parting.trim() ? 'handBack.goWith' : 'handBack.go')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
