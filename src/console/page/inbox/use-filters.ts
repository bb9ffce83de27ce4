import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';
import type { InboxTab } from '../../api/types.ts';
import type { InboxFilters } from './merge.ts';

const TABS: readonly string[] = ['waiting', 'mine', 'all', 'closed'] satisfies InboxTab[];
const NAMES = ['campaign', 'unit', 'channel', 'q'] as const;

/** What the inbox shows; it stands in the address, so that it can be kept, shared and gone back to. */
export function useFilters(): [InboxFilters, (change: Partial<InboxFilters>) => void] {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => {
    const tab = params.get('tab') ?? '';
    const read = Object.fromEntries(NAMES.map((name) => [name, params.get(name) ?? ''])) as Omit<InboxFilters, 'tab'>;
    return { tab: (TABS.includes(tab) ? tab : 'waiting') as InboxTab, ...read };
  }, [params]);
  const change = useCallback(
    (changes: Partial<InboxFilters>) => {
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === '' || (name === 'tab' && value === 'waiting')) next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      );
    },
    [setParams],
  );
  return [filters, change];
}
