import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { EditedFile, EditorCampaign } from '../../api/types-campaigns.ts';
import { call } from '../lib/http.ts';
import { useStaff } from '../lib/session.tsx';
import { isSame, merge } from './merge.ts';

/** What of a campaign is changed in this page. */
export type Draft = Pick<EditorCampaign, 'file' | 'intake'>;

export type Editor = {
  /** The version that the changes began with. */
  base: EditorCampaign;
  draft: Draft;
  isChanged: boolean;
  setFile(changes: Partial<EditedFile>): void;
  setIntake(intake: Draft['intake']): void;
  /** Takes up all of another version, to be published as a new one. */
  take(draft: Draft): void;
  reset(): void;
  /** Loads what is in force now and puts the changes on top of it. Gives where both changed the same. */
  renew(): Promise<string[]>;
};

const draftOf = ({ file, intake }: Draft): Draft => ({ file, intake });

export const editorPath = (id: string, tail = ''): string => `/editor/campaigns/${encodeURIComponent(id)}${tail}`;

/** Changes that somebody left for another page of the console, by account and campaign. */
const left = new Map<string, { base: EditorCampaign; draft: Draft }>();

/** The changes live here until they are published: nothing reaches the server before. */
export function useEditor(loaded: EditorCampaign): Editor {
  const client = useQueryClient();
  const { id: staff } = useStaff();
  const place = `${staff}/${loaded.id}`;
  const [base, setBase] = useState(() => left.get(place)?.base ?? loaded);
  const [draft, setDraft] = useState<Draft>(() => left.get(place)?.draft ?? draftOf(loaded));
  const isChanged = !isSame(draft, draftOf(base));
  useEffect(() => {
    if (isChanged) left.set(place, { base, draft });
    else left.delete(place);
  }, [place, base, draft, isChanged]);
  useEffect(() => {
    if (!isChanged) return undefined;
    const keep = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', keep);
    return () => window.removeEventListener('beforeunload', keep);
  }, [isChanged]);
  return {
    base,
    draft,
    isChanged,
    setFile: (changes) => setDraft((now) => ({ ...now, file: { ...now.file, ...changes } })),
    setIntake: (intake) => setDraft((now) => ({ ...now, intake })),
    take: (next) => setDraft(draftOf(next)),
    reset: () => setDraft(draftOf(base)),
    async renew() {
      const latest = await call<EditorCampaign>('GET', editorPath(base.id));
      const { value, overlaps } = merge(draftOf(base), draft, draftOf(latest));
      setBase(latest);
      setDraft(value);
      client.setQueryData(['editor', base.id], latest);
      await client.invalidateQueries({ queryKey: ['campaigns'] });
      await client.invalidateQueries({ queryKey: ['editors'] });
      return overlaps;
    },
  };
}
