import type { Run } from '../../core/run.ts';
import type { World } from '../../engine/flow.ts';
import { rawSentence } from '../../engine/texts.ts';
import type { SpokenView } from './types-broadcasts.ts';

/** What the locales say of each kind, by how somebody stands; what the clock sends has no text of its own. */
const SPOKEN: Readonly<Record<Run['kind'], readonly string[]>> = {
  reminder: ['notStarted', 'draft', 'review'],
  silentDraft: ['draft', 'review'],
  result: ['accepted', 'rejected', 'needsSupplement'],
  broadcast: [],
  test: [],
};

export const spokenOf = ({ texts }: World, kind: Run['kind']): SpokenView[] =>
  SPOKEN[kind].map((of) => {
    const key = `nudge.${kind}.${of}`;
    return { of, text: { vi: rawSentence(texts, 'vi', key), en: rawSentence(texts, 'en', key) } };
  });
