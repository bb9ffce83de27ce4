import { Button, Modal, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AccountBody, AccountView } from '../../api/types-staff.ts';
import { call } from '../lib/http.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { describe, Unreachable, Waiting } from '../shell/states.tsx';
import { AccountForm, type AccountFields } from './account-form.tsx';
import { LinkDialog } from './link-dialog.tsx';

/** Colleagues, their role and reach; invited and reset by one-time links that an admin passes on. */
export function AccountsPage() {
  const { t, has } = useTexts();
  const me = useStaff();
  const client = useQueryClient();
  const [form, setForm] = useState<AccountView | 'new' | null>(null);
  const [link, setLink] = useState<{ url: string; name: string } | null>(null);
  const list = useQuery({ queryKey: ['staff'], queryFn: () => call<{ staff: AccountView[] }>('GET', '/staff') });
  const done = () => client.invalidateQueries({ queryKey: ['staff'] });
  const fail = (error: unknown) => notifications.show({ message: describe(error, t, has), color: 'red' });

  const change = useMutation({
    mutationFn: ({ id, ...changes }: AccountBody & { id: string }) =>
      call('PATCH', `/staff/${encodeURIComponent(id)}`, {}, changes),
    onSuccess: done,
  });
  const reset = useMutation({
    mutationFn: ({ id }: AccountView) => call<{ link: string }>('POST', `/staff/${encodeURIComponent(id)}/reset`),
    onSuccess: ({ link: url }, { name }) => setLink({ url, name }),
    onError: fail,
  });
  const save = async (fields: AccountFields) => {
    if (form === 'new') {
      const { link: url } = await call<{ link: string }>('POST', '/staff', {}, fields);
      setLink({ url, name: fields.name });
      await done();
    } else if (form) {
      const { email: _, ...rest } = fields;
      await change.mutateAsync({ id: form.id, ...rest });
    }
    setForm(null);
  };
  return (
    <div className="page">
      <div className="page-head">
        <Title order={1} size="h3">
          {t('accounts.title')}
        </Title>
        <Button onClick={() => setForm('new')}>{t('accounts.invite')}</Button>
      </div>
      {list.isPending && <Waiting />}
      {list.isError && <Unreachable error={list.error} retry={() => void list.refetch()} />}
      <ul className="cards">
        {(list.data?.staff ?? []).map((one) => (
          <li key={one.id} className="card" data-off={one.state === 'disabled'}>
            <div className="card-text">
              <p>
                <b>{one.name || one.email}</b>
                {one.id === me.id && ` (${t('accounts.you')})`}
              </p>
              <p className="quiet">
                {one.email} · {t(`role.${one.role}`)} ·{' '}
                {one.unit === null ? t('accounts.allUnits') : one.unitName || one.unit}
                {one.state !== 'active' && ` · ${t(`accounts.${one.state}`)}`}
              </p>
            </div>
            <Button size="compact-sm" variant="default" onClick={() => setForm(one)}>
              {t('accounts.change')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => reset.mutate(one)}>
              {t(one.state === 'invited' ? 'accounts.inviteAgain' : 'accounts.reset')}
            </Button>
            {one.id !== me.id && (
              <Button
                size="compact-sm"
                variant="light"
                color={one.state === 'disabled' ? 'blue' : 'red'}
                onClick={() =>
                  change.mutate(
                    { id: one.id, state: one.state === 'disabled' ? 'active' : 'disabled' },
                    { onError: fail },
                  )
                }
              >
                {t(one.state === 'disabled' ? 'accounts.enable' : 'accounts.disable')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Modal
        opened={form !== null}
        onClose={() => setForm(null)}
        title={t(form === 'new' ? 'accounts.invite' : 'accounts.change')}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        {form !== null && <AccountForm account={form === 'new' ? null : form} onSave={save} />}
      </Modal>
      <LinkDialog link={link} onClose={() => setLink(null)} />
    </div>
  );
}
