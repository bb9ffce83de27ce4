import { Button, Center, Loader, Stack, Text } from '@mantine/core';
import { ApiError } from '../lib/http.ts';
import { useTexts, type Translate } from '../lib/texts.tsx';

export function Waiting() {
  const { t } = useTexts();
  return (
    <Center p="xl" role="status" aria-label={t('state.loading')}>
      <Loader size="sm" />
    </Center>
  );
}

export function Unreachable({ retry, error }: { retry: () => void; error?: unknown }) {
  const { t, has } = useTexts();
  return (
    <Center p="xl" role="alert">
      <Stack align="center" gap="sm">
        <Text ta="center">{error === undefined ? t('state.unreachable') : describe(error, t, has)}</Text>
        <Button variant="light" onClick={retry}>
          {t('state.retry')}
        </Button>
      </Stack>
    </Center>
  );
}

/** What went wrong, for the one who sees it: the server's own words, or ours for its code or status. */
export function describe(error: unknown, t: Translate, has: (key: string) => boolean): string {
  if (!(error instanceof ApiError)) return t('error.unknown');
  if (error.text) return error.text;
  const known = error.words.map((word) => `error.why.${word}`).find(has);
  if (known) return t(known, { seconds: error.retryAfterSeconds ?? 60 });
  const key = `error.status.${error.status >= 500 ? 500 : error.status}`;
  return has(key) ? t(key) : t('error.unknown');
}
