import { Alert, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useCampaigns } from '../inbox/filters.tsx';
import type { AccountView, NewAccountBody } from '../../api/types-staff.ts';
import { useTexts } from '../lib/texts.tsx';
import { describe } from '../shell/states.tsx';
import { UnitPicker } from '../units/unit-picker.tsx';

export type AccountFields = NewAccountBody;

type Props = { account: AccountView | null; onSave: (fields: AccountFields) => Promise<void> };

export function AccountForm({ account, onSave }: Props) {
  const { t, has } = useTexts();
  const campaigns = useCampaigns();
  const [fields, setFields] = useState<AccountFields>({
    email: account?.email ?? '',
    name: account?.name ?? '',
    role: account?.role ?? 'support',
    unit: account?.unit ?? null,
  });
  const [unitName, setUnitName] = useState(account?.unitName ?? '');
  const [picks, setPicks] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const set = (changes: Partial<AccountFields>) => setFields({ ...fields, ...changes });
  const go = async () => {
    setBusy(true);
    setError(null);
    await onSave({ ...fields, email: fields.email.trim(), name: fields.name.trim() }).catch(setError);
    setBusy(false);
  };
  if (picks) {
    return (
      <UnitPicker
        campaign={campaigns[0]?.id ?? ''}
        onPick={(path) => {
          set({ unit: path.at(-1)?.code ?? null });
          setUnitName(path.at(-1)?.name ?? '');
          setPicks(false);
        }}
      />
    );
  }
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
          label={t('signIn.email')}
          type="email"
          required
          withAsterisk={false}
          disabled={account !== null}
          value={fields.email}
          onChange={(event) => set({ email: event.currentTarget.value })}
        />
        <TextInput
          label={t('link.name')}
          required
          withAsterisk={false}
          value={fields.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Select
          label={t('accounts.role')}
          description={t(`accounts.about.${fields.role}`)}
          allowDeselect={false}
          value={fields.role}
          onChange={(role) => set({ role: (role ?? 'support') as AccountFields['role'] })}
          data={(['support', 'organizer', 'admin'] as const).map((value) => ({ value, label: t(`role.${value}`) }))}
        />
        <div>
          <p className="quiet">{t('accounts.reach')}</p>
          <Group gap="xs">
            <b>{fields.unit === null ? t('accounts.allUnits') : unitName || fields.unit}</b>
            <Button size="compact-sm" variant="default" onClick={() => setPicks(true)}>
              {t('unit.change')}
            </Button>
            {fields.unit !== null && (
              <Button size="compact-sm" variant="subtle" onClick={() => set({ unit: null })}>
                {t('accounts.allUnits')}
              </Button>
            )}
          </Group>
        </div>
        <Button type="submit" loading={busy}>
          {t(account ? 'draft.save' : 'accounts.makeLink')}
        </Button>
      </Stack>
    </form>
  );
}
