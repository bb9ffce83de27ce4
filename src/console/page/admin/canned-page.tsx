import { Alert, Badge, Button, Modal, Select, Stack, Textarea, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CannedBody, CannedName, CannedView } from '../../api/types.ts';
import { useCampaigns } from '../inbox/filters.tsx';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { describe, Unreachable, Waiting } from '../shell/states.tsx';

const NAMES: readonly CannedName[] = ['name', 'code', 'deadline', 'campaign', 'unit'];

/** Ready sentences: those of the campaigns' papers, and those that staff wrote themselves. */
export function CannedPage() {
  const { t, has } = useTexts();
  const client = useQueryClient();
  const campaigns = useCampaigns();
  const [form, setForm] = useState<CannedView | 'new' | null>(null);
  const list = useQuery({ queryKey: ['canned'], queryFn: () => call<{ replies: CannedView[] }>('GET', '/canned') });
  const done = () => client.invalidateQueries({ queryKey: ['canned'] });
  const remove = async (id: string) => {
    try {
      await call('DELETE', `/canned/${encodeURIComponent(id)}`);
      await done();
    } catch (error) {
      notifications.show({ message: describe(error, t, has), color: 'red' });
    }
  };
  const save = async (body: CannedBody) => {
    if (form === 'new') await call('POST', '/canned', {}, body);
    else if (form) await call('PATCH', `/canned/${encodeURIComponent(form.id)}`, {}, body);
    await done();
    setForm(null);
  };
  return (
    <div className="page">
      <div className="page-head">
        <Title order={1} size="h3">
          {t('nav.canned')}
        </Title>
        <Button onClick={() => setForm('new')}>{t('canned.add')}</Button>
      </div>
      {list.isPending && <Waiting />}
      {list.isError && <Unreachable error={list.error} retry={() => void list.refetch()} />}
      <ul className="cards">
        {(list.data?.replies ?? []).map((one) => (
          <li key={one.id} className="card">
            <div className="card-text">
              <p>
                <b>{one.title}</b>{' '}
                <Badge size="sm" color="gray" variant="light">
                  {one.campaign === null
                    ? t('canned.everywhere')
                    : (campaigns.find(({ id }) => id === one.campaign)?.name ?? one.campaign)}
                </Badge>
                {one.isFixed && <span className="quiet"> · {t('canned.fixed')}</span>}
              </p>
              <p className="wrap">{one.text}</p>
            </div>
            {one.isMine && (
              <>
                <Button size="compact-sm" variant="default" onClick={() => setForm(one)}>
                  {t('accounts.change')}
                </Button>
                <Button size="compact-sm" variant="light" color="red" onClick={() => void remove(one.id)}>
                  {t('canned.remove')}
                </Button>
              </>
            )}
          </li>
        ))}
      </ul>
      {list.data?.replies.length === 0 && <p className="quiet">{t('canned.none')}</p>}
      <Modal
        opened={form !== null}
        onClose={() => setForm(null)}
        title={t(form === 'new' ? 'canned.add' : 'accounts.change')}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        {form !== null && <CannedForm reply={form === 'new' ? null : form} onSave={save} />}
      </Modal>
    </div>
  );
}

function CannedForm({ reply, onSave }: { reply: CannedView | null; onSave: (body: CannedBody) => Promise<void> }) {
  const { t, has } = useTexts();
  const campaigns = useCampaigns();
  const [title, setTitle] = useState(reply?.title ?? '');
  const [text, setText] = useState(reply?.text ?? '');
  const [campaign, setCampaign] = useState(reply?.campaign ?? '');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    setError(null);
    await onSave({ campaign: campaign || null, title: title.trim(), text: text.trim() }).catch(setError);
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
            {describe(error, t, has)}
          </Alert>
        )}
        <TextInput
          data-autofocus
          label={t('canned.title')}
          required
          withAsterisk={false}
          maxLength={100}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Textarea
          label={t('canned.text')}
          description={t('canned.places', { names: NAMES.map((name) => `{${name}}`).join(' ') })}
          required
          withAsterisk={false}
          autosize
          minRows={4}
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          label={t('inbox.campaign')}
          allowDeselect={false}
          value={campaign}
          onChange={(value) => setCampaign(value ?? '')}
          data={[
            { value: '', label: t('canned.everywhere') },
            ...campaigns.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <Button type="submit" loading={busy}>
          {t('draft.save')}
        </Button>
      </Stack>
    </form>
  );
}
