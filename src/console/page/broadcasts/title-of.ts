import type { Run } from '../../api/types-broadcasts.ts';
import type { Translate } from '../lib/texts.tsx';
import { sayInstant } from '../campaigns/instant-field.tsx';

/** As colleagues called it; what the clock made is called by what it is for. */
export function titleOf({ title, kind, deadline }: Run, t: Translate): string {
  if (title) return title;
  if (deadline) return t('broadcasts.run.deadline', { at: sayInstant(t, deadline.closesAt, 'closes') });
  return kind === 'broadcast' ? t('broadcasts.list.untitled') : t(`broadcasts.kind.${kind}`);
}
