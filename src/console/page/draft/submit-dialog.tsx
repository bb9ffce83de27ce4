import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { DraftView } from '../../api/types.ts';
import type { Acts } from '../conversation/acts.ts';
import { useTexts } from '../lib/texts.tsx';
import { describe } from '../shell/states.tsx';

type Props = { opened: boolean; onClose: () => void; draft: DraftView; acts: Acts };

/** Sends the entry in the author's place, after everything was read once more and the author's word is vouched for. */
export function SubmitDialog({ opened, onClose, draft, acts }: Props) {
  const { t, has } = useTexts();
  const [agreed, setAgreed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const close = () => {
    setAgreed(false);
    setError(null);
    onClose();
  };
  const go = async () => {
    setBusy(true);
    setError(null);
    try {
      const done = await acts.act({ type: 'submit' });
      notifications.show({
        color: 'green',
        autoClose: 10_000,
        message: done?.code ? t('submit.done', { code: done.code }) : t('act.queued'),
      });
      close();
    } catch (fault) {
      setError(fault);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('submit.title')}
      closeButtonProps={{ 'aria-label': t('state.close') }}
    >
      <Stack gap="sm">
        <Text size="sm">{t('submit.text')}</Text>
        <dl className="recap">
          {draft.steps
            .filter(({ shown }) => shown)
            .map(({ id, label, shown }) => (
              <div key={id}>
                <dt>{label}</dt>
                <dd>{shown}</dd>
              </div>
            ))}
        </dl>
        <Checkbox
          label={t('submit.agree')}
          checked={agreed}
          onChange={(event) => setAgreed(event.currentTarget.checked)}
        />
        {error !== null && (
          <Alert color="red" p="xs" role="alert">
            {describe(error, t, has)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('state.cancel')}
          </Button>
          <Button disabled={!agreed} loading={busy} onClick={() => void go()}>
            {t('submit.go')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
