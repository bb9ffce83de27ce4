import { Button, Paper, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../lib/texts.tsx';

/** The card of every page that is seen before signing in. */
export function Frame({ title, children }: { title: string; children: ReactNode }) {
  const { t, lang, setLang } = useTexts();
  const other = lang === 'vi' ? 'en' : 'vi';
  return (
    <main className="sign-in">
      <Paper withBorder shadow="sm" p="xl" radius="md" className="sign-in-card">
        <p className="sign-in-app">{t('app.name')}</p>
        <Title order={1} size="h3" mb="md">
          {title}
        </Title>
        {children}
      </Paper>
      <Button variant="subtle" size="compact-sm" onClick={() => setLang(other)} lang={other}>
        {t(`language.${other}`)}
      </Button>
    </main>
  );
}
