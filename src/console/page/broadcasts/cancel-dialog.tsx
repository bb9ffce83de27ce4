import { Button, Group, Modal } from '@mantine/core';
import { useTexts } from '../lib/texts.tsx';

type Props = { opened: boolean; busy: boolean; onClose: () => void; onYes: () => void };

/** What is cancelled does not go on: asked once. */
export function CancelDialog({ opened, busy, onClose, onYes }: Props) {
  const { t } = useTexts();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('broadcasts.run.cancelTitle')}
      closeButtonProps={{ 'aria-label': t('state.close') }}
    >
      <p>{t('broadcasts.run.cancelAbout')}</p>
      <Group gap="xs">
        <Button color="red" loading={busy} onClick={onYes}>
          {t('broadcasts.run.cancelYes')}
        </Button>
        <Button variant="default" data-autofocus onClick={onClose}>
          {t('broadcasts.run.cancelNo')}
        </Button>
      </Group>
    </Modal>
  );
}
