import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../lib/texts.tsx';

/** A one-time link, shown once, to be passed on by the admin. */
export function LinkDialog({ link, onClose }: { link: { url: string; name: string } | null; onClose: () => void }) {
  const { t } = useTexts();
  const [copied, setCopied] = useState(false);
  const close = () => {
    setCopied(false);
    onClose();
  };
  return (
    <Modal
      opened={link !== null}
      onClose={close}
      title={t('accounts.linkTitle')}
      closeButtonProps={{ 'aria-label': t('state.close') }}
    >
      <Stack gap="sm">
        <Text size="sm">{t('accounts.linkText', { name: link?.name ?? '' })}</Text>
        <TextInput
          aria-label={t('accounts.linkTitle')}
          readOnly
          value={link?.url ?? ''}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          onClick={() =>
            void navigator.clipboard?.writeText(link?.url ?? '').then(
              () => setCopied(true),
              () => setCopied(false),
            )
          }
        >
          {t(copied ? 'accounts.copied' : 'accounts.copy')}
        </Button>
      </Stack>
    </Modal>
  );
}
