import { Button, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { InboxPage, InboxTab } from '../../api/types.ts';
import { useNow } from '../lib/clock.ts';
import { useHotkeys } from '../lib/hotkeys.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { useLiveState } from '../shell/live-context.ts';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { Filters } from './filters.tsx';
import { inboxKey } from './merge.ts';
import { RowLink } from './row.tsx';
import { useFilters } from './use-filters.ts';

const PAGE = 60;
const TABS: readonly InboxTab[] = ['waiting', 'mine', 'all', 'closed'];

export function InboxList({ open }: { open: string | null }) {
  const { t, lang } = useTexts();
  const [filters, change] = useFilters();
  const search = useSearch();
  const [, navigate] = useLocation();
  const now = useNow();
  const live = useLiveState();
  const list = useRef<HTMLUListElement>(null);
  const end = useRef<HTMLDivElement>(null);

  const query = useInfiniteQuery({
    queryKey: inboxKey(filters, lang),
    queryFn: ({ pageParam }) =>
      call<InboxPage>('GET', '/conversations', { ...filters, lang, limit: PAGE, cursor: pageParam }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    staleTime: 30_000,
  });
  const rows = useMemo(() => {
    const seen = new Set<string>();
    // a row that moved between two answers may come twice
    return (query.data?.pages ?? [])
      .flatMap((page) => page.rows)
      .filter(({ contact }) => !seen.has(contact) && seen.add(contact));
  }, [query.data]);
  const counts = live.counts ?? query.data?.pages[0]?.counts ?? null;

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (!end.current || !hasNextPage || isFetchingNextPage) return;
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some((entry) => entry.isIntersecting)) void fetchNextPage();
      },
      { rootMargin: '800px' },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, rows.length]);

  const step = (by: number) => {
    const at = rows.findIndex((row) => row.contact === open);
    const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
    if (!next) return;
    navigate(`/c/${encodeURIComponent(next.contact)}${search ? `?${search}` : ''}`);
    const element = list.current?.querySelector<HTMLElement>(`[data-contact="${CSS.escape(next.contact)}"]`);
    element?.scrollIntoView({ block: 'nearest' });
    element?.focus({ preventScroll: true });
  };
  useHotkeys({ j: () => step(1), k: () => step(-1) });

  return (
    <section className="inbox" aria-label={t('nav.inbox')}>
      {open === null && <h1 className="sr">{t('nav.inbox')}</h1>}
      <div className="tabs" role="group" aria-label={t('inbox.tabs')}>
        {TABS.map((tab) => {
          const count = tab === 'waiting' || tab === 'mine' ? (counts?.[tab] ?? 0) : 0;
          return (
            <button
              key={tab}
              type="button"
              className="tab"
              aria-pressed={filters.tab === tab}
              onClick={() => change({ tab })}
            >
              {t(`inbox.tab.${tab}`)}
              {count > 0 && <span className="count">{count}</span>}
            </button>
          );
        })}
      </div>
      <Filters filters={filters} change={change} />
      <div className="rows-scroll">
        {query.isPending && <Waiting />}
        {query.isError && !query.data && <Unreachable error={query.error} retry={() => void query.refetch()} />}
        {query.data && rows.length === 0 && (
          <Text className="quiet empty" role="status">
            {t(
              filters.q || filters.unit || filters.campaign || filters.channel
                ? 'inbox.noneFound'
                : `inbox.empty.${filters.tab}`,
            )}
          </Text>
        )}
        <ul className="rows" ref={list}>
          {rows.map((row) => (
            <RowLink
              key={row.contact}
              row={row}
              tab={filters.tab}
              isOpen={row.contact === open}
              search={search}
              minute={Math.floor(now / 60_000)}
            />
          ))}
        </ul>
        <div ref={end} className="rows-end">
          {hasNextPage && (
            <Button variant="subtle" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t('inbox.more')}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}
