import { Anchor, Button, Modal, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { CallListView, CallView } from '../../api/types-broadcasts.ts';
import { sayInstant } from '../campaigns/instant-field.tsx';
import { useCampaigns } from '../inbox/filters.tsx';
import { apiPath, call } from '../lib/http.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { showPhone } from '../lib/time.ts';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { UnitPicker, type PickedUnit } from '../units/unit-picker.tsx';
import { Section } from './sections.tsx';
import { whyText } from './why-text.ts';

/** People whom no message reached: to be called before their deadline. */
export function CallsPage() {
  const { t, lang } = useTexts();
  const staff = useStaff();
  const campaigns = useCampaigns();
  const [chosen, setCampaign] = useState('');
  const [unit, setUnit] = useState<PickedUnit | null>(null);
  const [picks, setPicks] = useState(false);
  const campaign = chosen || (campaigns.find(({ isOpen }) => isOpen) ?? campaigns[0])?.id || '';
  const asked = { campaign, unit: unit?.code ?? '', lang };
  const query = useQuery({
    queryKey: ['call-list', asked],
    queryFn: () => call<CallListView>('GET', '/call-list', asked),
    enabled: campaign !== '',
    staleTime: 0,
  });
  const lines = query.data?.lines ?? [];
  return (
    <Section
      title={t('broadcasts.tab.calls')}
      actions={
        <>
          <Select
            aria-label={t('inbox.campaign')}
            allowDeselect={false}
            value={campaign}
            onChange={(value) => {
              setCampaign(value ?? '');
              setUnit(null);
            }}
            data={campaigns.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <Button variant={unit ? 'light' : 'default'} onClick={() => setPicks(true)}>
            {unit?.name ?? t(staff.unit === null ? 'broadcasts.compose.allUnits' : 'broadcasts.calls.own')}
          </Button>
          {unit && (
            <Button variant="subtle" onClick={() => setUnit(null)}>
              {t('inbox.clear')}
            </Button>
          )}
          {lines.length > 0 && (
            <Button component="a" href={apiPath('/call-list/sheet', asked)} download>
              {t('broadcasts.calls.download')}
            </Button>
          )}
        </>
      }
    >
      <p className="quiet">{t('broadcasts.calls.about')}</p>
      {query.isPending && <Waiting />}
      {query.isError && <Unreachable error={query.error} retry={() => void query.refetch()} />}
      {query.data?.hasMore && <p className="hint">{t('broadcasts.calls.first', { n: lines.length })}</p>}
      <ul className="cards">
        {lines.map((line) => (
          <CallCard key={line.contact} line={line} />
        ))}
      </ul>
      {query.data && lines.length === 0 && <p className="quiet">{t('broadcasts.calls.none')}</p>}
      <Modal
        opened={picks}
        onClose={() => setPicks(false)}
        title={t('broadcasts.compose.pickUnit')}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        <UnitPicker
          campaign={campaign}
          start={staff.unit === null ? [] : [{ code: staff.unit, name: t('broadcasts.calls.own') }]}
          onPick={(path) => {
            setPicks(false);
            setUnit(path.at(-1) ?? null);
          }}
        />
      </Modal>
    </Section>
  );
}

function CallCard({ line }: { line: CallView }) {
  const { t, has } = useTexts();
  const { name, phone, unitName, standings, stepLabel, closesAt, state, why, channel, contact } = line;
  return (
    <li className="card">
      <div className="card-text">
        <p>
          <b>{name || t('broadcasts.reach.noName')}</b>
          {phone && (
            <>
              {' · '}
              <Anchor href={`tel:${phone}`}>{showPhone(phone)}</Anchor>
            </>
          )}
        </p>
        <p className="quiet">
          {[
            unitName,
            ...standings.map((standing) => t(`broadcasts.standing.${standing}`)),
            stepLabel && `${t('broadcasts.column.step')}: ${stepLabel}`,
            closesAt !== null && `${t('broadcasts.column.closesAt')} ${sayInstant(t, closesAt, 'closes')}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        <p className="quiet">
          {t(`channel.${channel}`)}: {why ? whyText(why, t, has) : t(`broadcasts.delivery.${state}`)}
        </p>
      </div>
      <Button
        component={Link}
        size="compact-sm"
        variant="default"
        href={`/c/${encodeURIComponent(contact)}`}
        aria-label={`${t('broadcasts.calls.open')}: ${name}`}
      >
        {t('broadcasts.calls.open')}
      </Button>
    </li>
  );
}
