import type { Run } from '../../api/types-broadcasts.ts';
import type { Translate } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';

/** As colleagues called it; what the clock made is called by what it is for. */
export function titleOf({ title, kind, deadline }: Run, t: Translate, lang: string): string {
  if (title) return title;
  if (deadline) return t('broadcasts.run.deadline', { at: showMoment(lang, deadline.closesAt) });
  return kind === 'broadcast' ? t('broadcasts.list.untitled') : t(`broadcasts.kind.${kind}`);
}
