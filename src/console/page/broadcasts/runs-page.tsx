import { Badge, Button, Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Run, RunProgress, RunsPage as Page } from '../../api/types-broadcasts.ts';
import { useCampaigns } from '../inbox/filters.tsx';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { belowRun, runPath } from './ask.ts';
import { countsOf, isMoving } from './progress.ts';
import { Section } from './sections.tsx';
import { StateBadge } from './state-badge.tsx';
import { titleOf } from './title-of.ts';

const LOOK_MS = 5000;

/** Every sending, newest first; those that go on show how far they are. */
export function RunsPage() {
  const { t } = useTexts();
  const campaigns = useCampaigns();
  const [campaign, setCampaign] = useState('');
  const query = useInfiniteQuery({
    queryKey: ['runs', campaign],
    queryFn: ({ pageParam }) => call<Page>('GET', '/broadcasts', { campaign, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ runs }) => runs.some(({ state: now }) => isMoving(now))) ? LOOK_MS : false,
  });
  const runs = query.data?.pages.flatMap((page) => page.runs) ?? [];
  return (
    <Section
      title={t('broadcasts.tab.runs')}
      actions={
        <>
          <Select
            aria-label={t('inbox.campaign')}
            allowDeselect={false}
            value={campaign}
            onChange={(value) => setCampaign(value ?? '')}
            data={[
              { value: '', label: t('broadcasts.list.all') },
              ...campaigns.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
          <Button component={Link} href="/broadcasts/new">
            {t('broadcasts.list.add')}
          </Button>
        </>
      }
    >
      {query.isPending && <Waiting />}
      {query.isError && <Unreachable error={query.error} retry={() => void query.refetch()} />}
      <ul className="cards">
        {runs.map((run) => (
          <RunCard key={run.id} run={run} />
        ))}
      </ul>
      {query.data && runs.length === 0 && <p className="quiet">{t('broadcasts.list.none')}</p>}
      {query.hasNextPage && (
        <Button variant="subtle" mt="sm" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('broadcasts.list.more')}
        </Button>
      )}
    </Section>
  );
}

function RunCard({ run }: { run: Run }) {
  const { t, lang } = useTexts();
  const campaigns = useCampaigns();
  const title = titleOf(run, t);
  return (
    <li className="card">
      <div className="card-text">
        <p>
          <b>{title}</b> <StateBadge state={run.state} />{' '}
          <Badge size="sm" color="gray" variant="light">
            {t(`broadcasts.kind.${run.kind}`)}
          </Badge>
        </p>
        <p className="quiet">
          {campaigns.find(({ id }) => id === run.audience.campaign)?.name ?? run.audience.campaign}
          {' · '}
          {run.by
            ? t('broadcasts.list.by', { name: run.by.name, at: showMoment(lang, run.createdAt) })
            : t('broadcasts.list.byClock', { at: showMoment(lang, run.createdAt) })}
        </p>
        {(isMoving(run.state) || run.state === 'done') && <RunMeter run={run} />}
      </div>
      <Button
        component={Link}
        href={runPath(run.id)}
        size="compact-md"
        variant="default"
        aria-label={`${t('broadcasts.list.open')}: ${title}`}
      >
        {t('broadcasts.list.open')}
      </Button>
    </li>
  );
}

function RunMeter({ run }: { run: Run }) {
  const { t, lang } = useTexts();
  const number = new Intl.NumberFormat(lang === 'vi' ? 'vi-VN' : 'en-GB');
  const { data } = useQuery({
    queryKey: ['run-progress', run.id],
    queryFn: () => call<RunProgress>('GET', belowRun(run.id, 'progress')),
    refetchInterval: isMoving(run.state) ? LOOK_MS : false,
  });
  if (!data) return null;
  const { done, all } = countsOf(data);
  return (
    <p className="quiet">
      <progress className="bc-meter" value={done} max={Math.max(1, all)} aria-label={t('broadcasts.run.progress')} />
      {t('broadcasts.run.of', { done: number.format(done), all: number.format(all) })}
    </p>
  );
}
