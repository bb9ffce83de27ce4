import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { SessionView } from '../../api/types-staff.ts';
import { apiPath, call } from '../lib/http.ts';
import { useSignedIn } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { describe } from '../shell/states.tsx';
import { Frame } from './frame.tsx';

export function SignInPage() {
  const { t, has } = useTexts();
  const signedIn = useSignedIn();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { data: ways } = useQuery({
    queryKey: ['ways'],
    queryFn: () => call<{ oidc: boolean }>('GET', '/session/ways'),
    staleTime: Infinity,
    retry: false,
  });
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => call<SessionView>('POST', '/session', {}, { email: email.trim(), password }),
    onSuccess: signedIn,
  });
  useEffect(() => {
    document.title = t('app.title');
  }, [t]);
  const failed = new URLSearchParams(location.search).has('oidc');
  return (
    <Frame title={t('signIn.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate();
        }}
      >
        <Stack gap="sm">
          {(error ?? failed) && (
            <Alert color="red" role="alert" p="sm">
              {error ? describe(error, t, has) : t('signIn.oidcFailed')}
            </Alert>
          )}
          <TextInput
            label={t('signIn.email')}
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Password
            label={t('signIn.password')}
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
          />
          <Button type="submit" loading={isPending} fullWidth>
            {t('signIn.go')}
          </Button>
          {ways?.oidc && (
            <Button component="a" href={apiPath('/oidc/start')} variant="default" fullWidth>
              {t('signIn.oidc')}
            </Button>
          )}
        </Stack>
      </form>
    </Frame>
  );
}

type PasswordProps = {
  label: string;
  autoComplete: 'current-password' | 'new-password';
  value: string;
  onChange: (value: string) => void;
  description?: string;
};

/** The eye can be reached by keyboard and says what it does. */
export function Password({ onChange, description, ...rest }: PasswordProps) {
  const { t } = useTexts();
  return (
    <PasswordInput
      required
      withAsterisk={false}
      visibilityToggleButtonProps={{ 'aria-label': t('signIn.show'), 'aria-hidden': false, tabIndex: 0 }}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...(description === undefined ? {} : { description })}
      {...rest}
    />
  );
}
