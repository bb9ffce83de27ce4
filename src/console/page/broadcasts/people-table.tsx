import { Anchor, Button, Select } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { DeliveriesPage, DeliveryState, Run } from '../../api/types-broadcasts.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { showMoment, showPhone } from '../lib/time.ts';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { belowRun } from './ask.ts';
import { isMoving } from './progress.ts';
import { whyText } from './why-text.ts';

const LOOK_MS = 5000;
/** While nobody is on the list yet. */
const FIRST_LOOK_MS = 1500;
const STATES = [
  'sent',
  'unreachable',
  'skipped',
  'failed',
  'planned',
  'handed',
  'said',
  'withdrawn',
  'cancelled',
  'lost',
] as const satisfies readonly DeliveryState[];

/** What became of it for each person. */
export function PeopleTable({ run }: { run: Run }) {
  const { t, lang, has } = useTexts();
  const [state, setState] = useState('');
  const moves = isMoving(run.state);
  const query = useInfiniteQuery({
    queryKey: ['deliveries', run.id, state],
    queryFn: ({ pageParam }) =>
      call<DeliveriesPage>('GET', belowRun(run.id, 'deliveries'), { state, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
    refetchInterval: ({ state: now }) => {
      const pages = now.data?.pages ?? [];
      if (!moves || pages.length > 1) return false;
      return pages[0]?.lines.length === 0 ? FIRST_LOOK_MS : LOOK_MS;
    },
  });
  const { refetch } = query;
  useEffect(() => {
    void refetch(); // what was seen last may be of before it was held, or came to its end
  }, [run.state, refetch]);
  const lines = query.data?.pages.flatMap((page) => page.lines) ?? [];
  return (
    <section className="bc-panel" aria-labelledby="bc-people">
      <h2 id="bc-people">{t('broadcasts.run.people')}</h2>
      <Select
        size="xs"
        mb="xs"
        aria-label={t('broadcasts.run.result')}
        allowDeselect={false}
        value={state}
        onChange={(value) => setState(value ?? '')}
        data={[
          { value: '', label: t('broadcasts.run.anyState') },
          ...STATES.map((value) => ({ value, label: t(`broadcasts.delivery.${value}`) })),
        ]}
      />
      {query.isPending && <Waiting />}
      {query.isError && <Unreachable error={query.error} retry={() => void query.refetch()} />}
      {lines.length > 0 && (
        <div className="bc-scroll" tabIndex={0} role="region" aria-labelledby="bc-people">
          <table className="bc-table bc-wide">
            <thead>
              <tr>
                <th scope="col">{t('broadcasts.column.name')}</th>
                <th scope="col">{t('broadcasts.column.unit')}</th>
                <th scope="col" className="bc-nowrap">
                  {t('broadcasts.column.result')}
                </th>
                <th scope="col">{t('broadcasts.column.at')}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.id}>
                  <td>
                    <Anchor component={Link} size="sm" href={`/c/${encodeURIComponent(line.contact)}`}>
                      {line.name || t('broadcasts.reach.noName')}
                    </Anchor>
                    <div className="quiet">
                      {t(`channel.${line.channel}`)}
                      {line.phone && (
                        <>
                          {' · '}
                          <span className="bc-nowrap">{showPhone(line.phone)}</span>
                        </>
                      )}
                    </div>
                  </td>
                  <td>{line.unitName}</td>
                  <td>
                    {t(`broadcasts.delivery.${line.state}`)}
                    {line.why && <div className="quiet">{whyText(line.why, t, has)}</div>}
                  </td>
                  <td className="bc-nowrap">{showMoment(lang, line.at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {query.data && lines.length === 0 && <p className="quiet">{t('broadcasts.run.noPeople')}</p>}
      {query.hasNextPage && (
        <Button variant="subtle" mt="sm" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('broadcasts.list.more')}
        </Button>
      )}
    </section>
  );
}
