import { Alert, Button, Paper, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionView } from '../../api/types-staff.ts';
import { call, keepCsrfToken } from '../lib/http.ts';
import { useSignedIn, useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { describe } from '../shell/states.tsx';
import { NewPassword, passwordFault } from './new-password.tsx';
import { Password } from './sign-in-page.tsx';

/** One's own account: who one is, another password, signing out everywhere. */
export function MePage() {
  const { t, has } = useTexts();
  const staff = useStaff();
  const signedIn = useSignedIn();
  const [old, setOld] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const change = useMutation({
    mutationFn: () => call<SessionView>('POST', '/password', {}, { old, new: password }),
    onSuccess: ({ csrf }) => {
      keepCsrfToken(csrf);
      setOld('');
      setPassword('');
      setAgain('');
      notifications.show({ message: t('password.changed'), color: 'green' });
    },
  });
  const everywhere = useMutation({
    mutationFn: () => call('DELETE', '/sessions'),
    onSuccess: () => signedIn(null),
  });
  const fault = passwordFault(password, again);
  return (
    <div className="page slim">
      <Title order={1} size="h3">
        {staff.name}
      </Title>
      <Text size="sm">{staff.email}</Text>
      <Text size="sm" mb="lg">
        {t(`role.${staff.role}`)} · {staff.unit === null ? t('accounts.allUnits') : staff.unit}
      </Text>
      <Paper withBorder p="md" mb="lg">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (fault === null) change.mutate();
          }}
        >
          <Stack gap="sm">
            <Title order={2} size="h5">
              {t('password.title')}
            </Title>
            {change.error && (
              <Alert color="red" role="alert" p="sm">
                {describe(change.error, t, has)}
              </Alert>
            )}
            <Password label={t('password.old')} autoComplete="current-password" value={old} onChange={setOld} />
            <NewPassword password={password} again={again} setPassword={setPassword} setAgain={setAgain} />
            <Button type="submit" loading={change.isPending} disabled={fault !== null || old === ''}>
              {t('password.change')}
            </Button>
          </Stack>
        </form>
      </Paper>
      <Paper withBorder p="md">
        <Stack gap="sm" align="flex-start">
          <Title order={2} size="h5">
            {t('everywhere.title')}
          </Title>
          <Text size="sm">{t('everywhere.text')}</Text>
          <Button color="red" variant="light" loading={everywhere.isPending} onClick={() => everywhere.mutate()}>
            {t('everywhere.go')}
          </Button>
        </Stack>
      </Paper>
    </div>
  );
}
