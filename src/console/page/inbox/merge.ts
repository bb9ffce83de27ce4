import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { InboxPage, InboxTab, LiveInbox, Row } from '../../api/types.ts';

export type InboxFilters = { tab: InboxTab; campaign: string; unit: string; channel: string; q: string };
export const inboxKey = (filters: InboxFilters, lang: string) => ['conversations', filters, lang] as const;

/** Takes changed rows into every list that is loaded, where they belong now. */
export function mergeInbox(client: QueryClient, change: LiveInbox, me: string): void {
  for (const [key, data] of client.getQueriesData<InfiniteData<InboxPage>>({ queryKey: ['conversations'] })) {
    const filters = key[1] as InboxFilters | undefined;
    if (!data || !filters) continue;
    client.setQueryData<InfiniteData<InboxPage>>(key, mergeList(data, change, filters, me));
  }
}

/** All rows stand in the first page afterwards: where pages begin means nothing once rows have moved. */
export function mergeList(
  data: InfiniteData<InboxPage>,
  { rows, gone, counts }: LiveInbox,
  filters: InboxFilters,
  me: string,
): InfiniteData<InboxPage> {
  const all = new Map(data.pages.flatMap((page) => page.rows).map((row) => [row.contact, row]));
  const last = [...all.values()].at(-1);
  const isWhole = (data.pages.at(-1)?.next ?? null) === null;
  for (const contact of gone) all.delete(contact);
  for (const row of rows) {
    const wasThere = all.delete(row.contact);
    if (!belongs(row, filters, me)) continue;
    // a search by words is the server's; rows past the end of what is loaded come with their page
    if (!wasThere && (filters.q !== '' || (!isWhole && last && order(row, last, filters.tab) > 0))) continue;
    all.set(row.contact, row);
  }
  const sorted = [...all.values()].toSorted((a, b) => order(a, b, filters.tab));
  const pages = data.pages.map((page, index) => ({ ...page, counts, rows: index === 0 ? sorted : [] }));
  return { ...data, pages };
}

function belongs(row: Row, { tab, campaign, unit, channel }: InboxFilters, me: string): boolean {
  if (campaign && row.campaign !== campaign) return false;
  if (unit && !row.units.includes(unit)) return false;
  if (channel && row.channel !== channel) return false;
  if (tab === 'waiting') return row.humanAskedAt !== null;
  if (tab === 'mine') return row.owner.type === 'staff' && row.owner.staff === me;
  if (tab === 'closed') return row.owner.type === 'bot' && row.handledAt !== null && row.humanAskedAt === null;
  return true;
}

function order(a: Row, b: Row, tab: InboxTab): number {
  if (tab === 'waiting') return (a.humanAskedAt ?? 0) - (b.humanAskedAt ?? 0);
  if (tab === 'closed') return (b.handledAt ?? 0) - (a.handledAt ?? 0);
  return b.lastSeenAt - a.lastSeenAt;
}
