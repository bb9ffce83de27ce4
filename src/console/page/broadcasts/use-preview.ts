import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { PreviewView, RunDraft } from '../../api/types-broadcasts.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';

/** Whom a draft would reach now; what was known before stays until it is counted anew, and only what was asked last is counted. */
export function usePreview(draft: RunDraft) {
  const { lang } = useTexts();
  return useQuery({
    queryKey: ['broadcast-preview', draft, lang],
    queryFn: ({ signal }) => call<PreviewView>('POST', '/broadcast-preview', { lang }, draft, signal),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}
