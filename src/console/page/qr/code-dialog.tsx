import { Modal } from '@mantine/core';
import type { QrCode } from '../../api/types-qr.ts';
import { useTexts } from '../lib/texts.tsx';
import { CodeCard } from './code-card.tsx';

/** A code of the table. */
export function CodeDialog({
  campaign,
  code,
  onClose,
}: {
  campaign: string;
  code: QrCode | null;
  onClose: () => void;
}) {
  const { t } = useTexts();
  return (
    <Modal
      opened={code !== null}
      onClose={onClose}
      size="lg"
      title={t('qr.title')}
      closeButtonProps={{ 'aria-label': t('state.close') }}
    >
      {code && <CodeCard campaign={campaign} code={code} />}
    </Modal>
  );
}
