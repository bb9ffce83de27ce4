import type { Line } from '../../api/types.ts';
import type { Owner } from '../../../core/handover.ts';
import { useTexts, type Translate } from '../lib/texts.tsx';
import { showClock } from '../lib/time.ts';

/** What happened between the messages: a change of speaker, an arrival, a reaction. */
export function EventLine({ line }: { line: Exclude<Line, { type: 'message' }> }) {
  const { t, lang } = useTexts();
  const text = line.type === 'handover' ? describeHandover(line.to, line.from, t) : t(`happened.${line.what}`);
  return (
    <p className="event-line" data-kind={line.type}>
      {text} <time dateTime={new Date(line.at).toISOString()}>{showClock(lang, line.at)}</time>
    </p>
  );
}

function describeHandover(to: Owner, from: Owner, t: Translate): string {
  if (to.type === 'bot') return t('handover.toBot');
  const isPassed = from.type === 'staff' && from.how === 'console' && to.how === 'console' && from.staff !== to.staff;
  return t(isPassed ? 'handover.passed' : `handover.${to.how}`, { name: to.name || t('handover.somebody') });
}
