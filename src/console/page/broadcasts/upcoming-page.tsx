import { Anchor, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { UpcomingView } from '../../api/types-broadcasts.ts';
import { sayInstant } from '../campaigns/instant-field.tsx';
import { useCampaigns } from '../inbox/filters.tsx';
import { call } from '../lib/http.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { showMoment, showSpan } from '../lib/time.ts';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { Section } from './sections.tsx';
import { SpokenPanel } from './spoken-panel.tsx';

/** What the clock will send by itself, of the campaign as it is published now. */
export function UpcomingPage() {
  const { t, lang } = useTexts();
  const staff = useStaff();
  const campaigns = useCampaigns();
  const [chosen, setCampaign] = useState('');
  const campaign = chosen || (campaigns.find(({ isOpen }) => isOpen) ?? campaigns[0])?.id || '';
  const query = useQuery({
    queryKey: ['upcoming', campaign, lang],
    queryFn: () => call<{ reminders: UpcomingView[] }>('GET', '/broadcast-upcoming', { campaign, lang }),
    enabled: campaign !== '',
    staleTime: 0,
  });
  const reminders = query.data?.reminders ?? [];
  /** Phases in which a unit has a deadline of its own. */
  const owned = new Set(reminders.filter(({ unit }) => unit !== null).map(({ phase }) => phase));
  return (
    <Section
      title={t('broadcasts.tab.upcoming')}
      actions={
        <Select
          aria-label={t('inbox.campaign')}
          allowDeselect={false}
          value={campaign}
          onChange={(value) => setCampaign(value ?? '')}
          data={campaigns.map(({ id, name }) => ({ value: id, label: name }))}
        />
      }
    >
      <p className="quiet">
        {t('broadcasts.upcoming.about')}{' '}
        {staff.unit === null && (
          <Anchor
            component={Link}
            size="sm"
            underline="always"
            href={`/campaigns/${encodeURIComponent(campaign)}/reminders`}
          >
            {t('broadcasts.upcoming.edit')}
          </Anchor>
        )}
      </p>
      {query.isPending && <Waiting />}
      {query.isError && <Unreachable error={query.error} retry={() => void query.refetch()} />}
      <ul className="cards">
        {reminders.map((one) => (
          <UpcomingCard key={one.run} reminder={one} hasOthers={owned.has(one.phase)} />
        ))}
      </ul>
      {query.data?.reminders.length === 0 && <p className="quiet">{t('broadcasts.upcoming.none')}</p>}
    </Section>
  );
}

function UpcomingCard({ reminder, hasOthers }: { reminder: UpcomingView; hasOthers: boolean }) {
  const { t, lang } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const { dueAt, phaseName, unitName, closesAt, beforeMs, says } = reminder;
  return (
    <li className="card">
      <div className="card-text">
        <p>
          <b>{showMoment(lang, dueAt)}</b> · {phaseName} ·{' '}
          {unitName || t(hasOthers ? 'broadcasts.upcoming.others' : 'broadcasts.compose.allUnits')}
        </p>
        <p className="quiet">
          {t('broadcasts.upcoming.deadline')} {sayInstant(t, closesAt, 'closes')} ·{' '}
          {t('broadcasts.upcoming.before', { span: showSpan(t, beforeMs) })}
        </p>
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{t('broadcasts.upcoming.show')}</summary>
          {isOpen && <SpokenPanel says={says} />}
        </details>
      </div>
    </li>
  );
}
