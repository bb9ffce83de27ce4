import { notifications } from '@mantine/notifications';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { PreviewView } from '../../api/types-campaigns.ts';
import { ApiError, call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { describe } from '../shell/states.tsx';
import { editorPath, type Draft, type Editor } from './use-editor.ts';

/** Looks a change over without making it, and publishes it. `wanted` null = nothing to look at yet. */
export function usePublish(editor: Editor, wanted: Draft | null) {
  const { t, has } = useTexts();
  const client = useQueryClient();
  const { id, version } = editor.base;
  const body = wanted && { base: version, file: wanted.file, intake: wanted.intake };
  const preview = useQuery({
    queryKey: ['preview', id, body],
    queryFn: () => call<PreviewView>('POST', editorPath(id, '/preview'), {}, body),
    enabled: body !== null,
    staleTime: 0,
    gcTime: 0,
    placeholderData: keepPreviousData,
  });
  const [busy, setBusy] = useState(false);
  const [overlaps, setOverlaps] = useState<string[]>([]);
  const [fault, setFault] = useState<string | null>(null);

  return {
    preview,
    busy,
    /** Where somebody else changed the same; what is here was kept. */
    overlaps,
    fault,
    isReady: Boolean(body && preview.data && !preview.isFetching && isFree(preview.data)),
    /** True once it is published. */
    async publish(note: string): Promise<boolean> {
      setBusy(true);
      setFault(null);
      try {
        const done = await call<{ version: number }>('POST', editorPath(id, '/publish'), {}, { ...body, note });
        notifications.show({ color: 'green', message: t('campaigns.publish.done', { version: done.version }) });
        await editor.renew();
        return true;
      } catch (error) {
        setFault(describe(error, t, has));
        // somebody was faster, or a rule is broken: the preview says which
        if (error instanceof ApiError) await client.invalidateQueries({ queryKey: ['preview', id] });
        return false;
      } finally {
        setBusy(false);
      }
    },
    async renew(): Promise<void> {
      setFault(null);
      setOverlaps(await editor.renew());
    },
  };
}

const isFree = ({ faults, behind }: PreviewView): boolean => faults.length === 0 && behind === null;
export type Publishing = ReturnType<typeof usePublish>;
