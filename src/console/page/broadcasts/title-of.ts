import type { Run } from '../../api/types-broadcasts.ts';
import type { Translate } from '../lib/texts.tsx';
import { partsOf } from '../campaigns/instant.ts';

/** As colleagues called it; what the clock made is called by what it is for. */
export function titleOf({ title, kind, deadline }: Run, t: Translate): string {
  if (title) return title;
  if (deadline) return t('broadcasts.run.deadline', { at: showClosing(deadline.closesAt) });
  return kind === 'broadcast' ? t('broadcasts.list.untitled') : t(`broadcasts.kind.${kind}`);
}

/** `24:00 31/05/2022`: the end of a day is written as the papers do. */
export function showClosing(at: number): string {
  const { date, time } = partsOf(at, 'closes');
  return `${time} ${date}`;
}
