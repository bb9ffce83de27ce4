import { Alert, Anchor, Select, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { QrCode, QrPage as Page } from '../../api/types-qr.ts';
import { useCampaigns } from '../inbox/filters.tsx';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { Unreachable, Waiting } from '../shell/states.tsx';
import '../styles/qr.css';
import { CodeCard } from './code-card.tsx';
import { CodeDialog } from './code-dialog.tsx';
import { CodeTable } from './code-table.tsx';
import { pathOf } from './paths.ts';

/** The codes of a campaign: a unit with what is printed for it, and those directly below with what each brought. */
export function QrPage() {
  const { t, lang } = useTexts();
  const campaigns = useCampaigns();
  const [params, setParams] = useSearchParams();
  const [shown, setShown] = useState<QrCode | null>(null);
  const [campaign, under] = [params.get('campaign') ?? '', params.get('under') ?? ''];
  const query = useQuery({
    queryKey: ['qr', campaign, under, lang],
    queryFn: () => call<Page>('GET', '/qr', { campaign, under, lang }),
    staleTime: 30_000,
    placeholderData: (previous) => previous, // the table stays while another one is fetched
  });
  const page = query.data;
  const go = (to: { campaign: string; unit: string | null }) =>
    setParams({ campaign: to.campaign, under: pathOf(to.unit) });
  return (
    <div className="page">
      <div className="page-head">
        <Title order={1} size="h3">
          {t('qr.title')}
        </Title>
        <Select
          aria-label={t('inbox.campaign')}
          data={campaigns.map(({ id, name }) => ({ value: id, label: name }))}
          value={page?.campaign ?? null}
          allowDeselect={false}
          onChange={(id) => id && setParams({ campaign: id })}
        />
      </div>
      <p className="quiet qr-intro">{t('qr.intro')}</p>
      {query.isPending && <Waiting />}
      {query.isError && <Unreachable error={query.error} retry={() => void query.refetch()} />}
      {page && (
        <>
          {!page.isPublic && (
            <Alert color="orange" mb="md">
              {t('qr.local', { address: page.address })}
            </Alert>
          )}
          {page.isOver && (
            <Alert color="gray" mb="md">
              {t('qr.over')}
            </Alert>
          )}
          {page.path.length > 0 && (
            <nav className="qr-path" aria-label={t('qr.path')}>
              {page.path.map(({ unit, name }) => (
                <span key={pathOf(unit)}>
                  <Anchor component="button" type="button" onClick={() => go({ campaign: page.campaign, unit })}>
                    {name}
                  </Anchor>{' '}
                  ›
                </span>
              ))}
              <span aria-current="page">{page.here.name}</span>
            </nav>
          )}
          <CodeCard campaign={page.campaign} code={page.here} />
          {page.rows.length > 0 && (
            <CodeTable
              key={page.campaign + pathOf(page.here.unit)}
              rows={page.rows}
              onOpen={({ unit }) => go({ campaign: page.campaign, unit })}
              onShow={setShown}
            />
          )}
          <CodeDialog campaign={page.campaign} code={shown} onClose={() => setShown(null)} />
        </>
      )}
    </div>
  );
}
