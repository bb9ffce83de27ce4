import { Alert, Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { LinkView, SessionView } from '../../api/types-staff.ts';
import { call } from '../lib/http.ts';
import { useSignedIn } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { describe, Waiting } from '../shell/states.tsx';
import { Frame } from './frame.tsx';
import { NewPassword, passwordFault } from './new-password.tsx';

/** What a one-time link opens: a first password for an invited colleague, a new one for a forgotten. */
export function LinkPage({ token }: { token: string }) {
  const { t, has } = useTexts();
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => call<LinkView>('GET', `/links/${encodeURIComponent(token)}`),
    retry: false,
    staleTime: Infinity,
  });
  if (link.isPending) return <Waiting />;
  if (!link.data) {
    return (
      <Frame title={t('link.title')}>
        <Stack>
          <Alert color="red" role="alert">
            {describe(link.error, t, has)}
          </Alert>
          <Text size="sm">{t('link.askAgain')}</Text>
        </Stack>
      </Frame>
    );
  }
  return <Choose token={token} link={link.data} />;
}

function Choose({ token, link }: { token: string; link: LinkView }) {
  const { t, has } = useTexts();
  const signedIn = useSignedIn();
  const [, navigate] = useLocation();
  const [name, setName] = useState(link.name);
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const isInvite = link.type === 'invite';
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      call<SessionView>(
        'POST',
        `/links/${encodeURIComponent(token)}`,
        {},
        isInvite ? { password, name: name.trim() } : { password },
      ),
    onSuccess: (session) => {
      signedIn(session);
      navigate('/', { replace: true });
    },
  });
  const fault = passwordFault(password, again);
  return (
    <Frame title={t(isInvite ? 'link.invite' : 'link.reset')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!fault) mutate();
        }}
      >
        <Stack gap="sm">
          {error && (
            <Alert color="red" role="alert" p="sm">
              {describe(error, t, has)}
            </Alert>
          )}
          <Text size="sm">{link.email}</Text>
          <input type="hidden" name="username" autoComplete="username" value={link.email} />
          {isInvite && (
            <TextInput
              label={t('link.name')}
              required
              withAsterisk={false}
              autoComplete="name"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
          <NewPassword password={password} again={again} setPassword={setPassword} setAgain={setAgain} />
          <Button type="submit" loading={isPending} disabled={fault !== null} fullWidth>
            {t('link.go')}
          </Button>
        </Stack>
      </form>
    </Frame>
  );
}
