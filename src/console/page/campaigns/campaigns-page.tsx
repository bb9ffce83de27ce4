import { Badge, Button, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { EditorLine } from '../../api/types-campaigns.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { sayInstant } from './instant-field.tsx';

/** Campaigns, and where each stands. */
export function CampaignsPage() {
  const { t, lang } = useTexts();
  const list = useQuery({
    queryKey: ['editors', lang],
    queryFn: () => call<{ campaigns: EditorLine[] }>('GET', '/editor/campaigns', { lang }),
    staleTime: 0,
  });
  return (
    <div className="page">
      <div className="page-head">
        <Title order={1} size="h3">
          {t('campaigns.title')}
        </Title>
      </div>
      {list.isPending && <Waiting />}
      {list.isError && <Unreachable error={list.error} retry={() => void list.refetch()} />}
      <ul className="cards">
        {(list.data?.campaigns ?? []).map((one) => (
          <li key={one.id} className="card">
            <div className="card-text">
              <p>
                <b>{one.name}</b>{' '}
                <Badge size="sm" variant="light" color={one.isOpen ? 'green' : 'gray'}>
                  {t(`campaigns.phase.${one.isOpen ? 'open' : 'shut'}`)}
                </Badge>
              </p>
              <p>
                {t('campaigns.span', {
                  phase: one.phase.name,
                  from: sayInstant(t, one.phase.opensAt, 'opens'),
                  to: sayInstant(t, one.phase.closesAt, 'closes'),
                })}
              </p>
              <p className="quiet">
                {one.version === 0
                  ? t('campaigns.versions.files')
                  : t('campaigns.published', {
                      version: one.version,
                      when: showMoment(lang, one.at),
                      who: one.by ?? '',
                    })}
              </p>
            </div>
            <Button component={Link} href={`/campaigns/${encodeURIComponent(one.id)}`} variant="default">
              {t('campaigns.open')}
              <span className="sr"> {one.name}</span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
