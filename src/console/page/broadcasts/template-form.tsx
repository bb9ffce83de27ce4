import { Alert, Button, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ChannelName } from '../../../core/contact.ts';
import { isNudgeName } from '../../../core/nudge-names.ts';
import type { TemplateBody } from '../../api/types-templates.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { describeHere } from './ask.ts';
import { PhonePreview } from './phone-preview.tsx';

type Fields = { channel: ChannelName; name: string; key: string; lang: string; body: string; button: string };

/** Messenger's are sent for review from here; Zalo's are made in its own portal and named here. */
export function TemplateForm({ channels, onDone }: { channels: readonly ChannelName[]; onDone: () => void }) {
  const { t, has } = useTexts();
  const [fields, setFields] = useState<Fields>({
    channel: channels.includes('messenger') ? 'messenger' : 'zalo',
    name: '',
    key: '',
    lang: 'vi',
    body: '',
    button: '',
  });
  const [examples, setExamples] = useState<Readonly<Record<string, string>>>({});
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const { channel, body } = fields;
  const set = (changes: Partial<Fields>) => setFields((now) => ({ ...now, ...changes }));
  const places = [...new Set([...body.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name))];
  const exampleOf = (name: string): string =>
    examples[name] ?? (isNudgeName(name) ? t(`broadcasts.example.vi.${name}`) : '');
  const shown = body.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => exampleOf(name) || whole);
  const go = async () => {
    setBusy(true);
    setError(null);
    const sent: TemplateBody =
      channel === 'messenger'
        ? {
            channel,
            name: fields.name.trim(),
            lang: fields.lang.trim(),
            body: body.trim(),
            examples: Object.fromEntries(places.map((name) => [name, exampleOf(name)])),
            button: fields.button.trim(),
          }
        : { channel, key: fields.key.trim(), body: body.trim() };
    try {
      await call('POST', '/templates', {}, sent);
      onDone();
    } catch (fault) {
      setError(fault);
    }
    setBusy(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <Stack gap="sm">
        {error !== null && (
          <Alert color="red" p="xs" role="alert">
            {describeHere(error, t, has)}
          </Alert>
        )}
        <Select
          label={t('broadcasts.templates.channel')}
          allowDeselect={false}
          value={channel}
          onChange={(value) => set({ channel: value === 'zalo' ? 'zalo' : 'messenger' })}
          data={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
        />
        {channel === 'zalo' && (
          <TextInput
            label={t('broadcasts.templates.key')}
            required
            withAsterisk={false}
            maxLength={60}
            value={fields.key}
            onChange={(event) => set({ key: event.currentTarget.value })}
          />
        )}
        {channel === 'messenger' && (
          <>
            <TextInput
              label={t('broadcasts.templates.name')}
              required
              withAsterisk={false}
              maxLength={100}
              value={fields.name}
              error={!/^(?:[a-z][a-z0-9_]*)?$/.test(fields.name) && t('broadcasts.refused.templateName')}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
            <TextInput
              label={t('broadcasts.templates.lang')}
              required
              withAsterisk={false}
              maxLength={10}
              value={fields.lang}
              onChange={(event) => set({ lang: event.currentTarget.value })}
            />
          </>
        )}
        <Textarea
          label={t('broadcasts.templates.body')}
          description={t('broadcasts.templates.bodyAbout')}
          required={channel === 'messenger'}
          withAsterisk={false}
          autosize
          minRows={4}
          maxLength={1024}
          value={body}
          onChange={(event) => set({ body: event.currentTarget.value })}
        />
        {channel === 'messenger' &&
          places.map((name) => (
            <TextInput
              key={name}
              label={t('broadcasts.templates.example', { name })}
              required
              withAsterisk={false}
              maxLength={200}
              value={exampleOf(name)}
              onChange={(event) => setExamples({ ...examples, [name]: event.currentTarget.value })}
            />
          ))}
        {channel === 'messenger' && (
          <TextInput
            label={t('broadcasts.templates.button')}
            description={t('broadcasts.templates.buttonAbout')}
            maxLength={20}
            value={fields.button}
            onChange={(event) => set({ button: event.currentTarget.value })}
          />
        )}
        <PhonePreview channel={channel} text={shown} buttons={fields.button.trim() ? [fields.button.trim()] : []} />
        <Button type="submit" loading={busy}>
          {t(channel === 'messenger' ? 'broadcasts.templates.submit' : 'broadcasts.templates.register')}
        </Button>
      </Stack>
    </form>
  );
}
