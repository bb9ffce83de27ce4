import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { Line, LinesPage } from '../../api/types.ts';
import { call } from '../lib/http.ts';

const PAGE = 60;
/** Pages taken in one go after the stream was away; more than that and the conversation begins anew at its end. */
const MOST_PAGES = 20;

/** The loaded part of a conversation, oldest first. */
export type Lines = { lines: readonly Line[]; before: string | null; after: string };

export const linesKey = (contact: string) => ['lines', contact] as const;

/** The end of a conversation, kept up as it grows; `older` loads what was before. */
export function useLines(contact: string) {
  const client = useQueryClient();
  const [isLoadingOlder, setLoadingOlder] = useState(false);
  const query = useQuery({
    queryKey: linesKey(contact),
    queryFn: async () => catchUp(contact, client),
    staleTime: 5000,
  });
  const older = useCallback(async () => {
    const loaded = client.getQueryData<Lines>(linesKey(contact));
    if (!loaded?.before) return;
    setLoadingOlder(true);
    try {
      const page = await load(contact, { before: loaded.before });
      client.setQueryData<Lines>(linesKey(contact), (now) =>
        now ? { ...now, lines: mergeLines(now.lines, page.lines), before: page.before } : now,
      );
    } finally {
      setLoadingOlder(false);
    }
  }, [client, contact]);
  return { ...query, older, isLoadingOlder };
}

const load = (contact: string, where: { before?: string; after?: string }): Promise<LinesPage> =>
  call<LinesPage>('GET', `/conversations/${encodeURIComponent(contact)}/lines`, { ...where, limit: PAGE });

async function catchUp(contact: string, client: QueryClient): Promise<Lines> {
  let known = client.getQueryData<Lines>(linesKey(contact));
  if (!known) return load(contact, {});
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { lines, after } = await load(contact, { after: known.after });
    const isMore: boolean = lines.length >= PAGE && after !== known.after;
    const now: Lines | undefined = client.getQueryData<Lines>(linesKey(contact)); // older ones may have come meanwhile
    known = { lines: mergeLines((now ?? known).lines, lines), before: (now ?? known).before, after };
    if (!isMore) return known;
  }
  return load(contact, {});
}

/** A line that comes again takes the place of what it was before. */
export function mergeLines(old: readonly Line[], fresh: readonly Line[]): Line[] {
  const byId = new Map(old.map((line) => [line.id, line]));
  for (const line of fresh) byId.set(line.id, line);
  return [...byId.values()].toSorted((a, b) => a.at - b.at);
}
