import { Anchor } from '@mantine/core';
import type { ConversationView, WindowView } from '../../api/types.ts';
import { useTexts } from '../lib/texts.tsx';
import { showMoment, showPhone, showSpan } from '../lib/time.ts';

/** What the platform takes at `now`, also when the answer that told it is old. */
export function windowNow(window: WindowView, now: number): WindowView['now'] {
  const { freeUntil, chargedUntil, humanUntil } = window;
  if (freeUntil === null && chargedUntil === null && humanUntil === null) return window.now;
  if (freeUntil !== null && now < freeUntil) return 'free';
  if (chargedUntil !== null && now < chargedUntil) return 'charged';
  if (humanUntil !== null && now < humanUntil) return 'humanAgent';
  return 'closed';
}

/** Said above the composer, before anybody writes: what may be sent, until when, and what else can be done. */
export function WindowNotice({ view, now }: { view: ConversationView; now: number }) {
  const { t, lang } = useTexts();
  const { window, row, entries } = view;
  const open = windowNow(window, now);
  const until = { free: window.freeUntil, charged: window.chargedUntil, humanAgent: window.humanUntil, closed: null }[
    open
  ];
  const values =
    until === null ? { when: '', left: '' } : { when: showMoment(lang, until), left: showSpan(t, until - now) };
  const code = entries[0]?.code;
  return (
    <p className="window" data-now={open} role="status">
      <b>{t(`window.${row.channel}`)}</b>{' '}
      {t(until === null && open !== 'closed' ? `window.${open}Ever` : `window.${open}`, values)}
      {open === 'closed' && (
        <>
          {' '}
          {row.phone && (
            <>
              {t('window.call')}{' '}
              <Anchor href={`tel:${row.phone}`} underline="always" size="sm">
                {showPhone(row.phone)}
              </Anchor>
              .{' '}
            </>
          )}
          {code && t('window.code', { code })}
        </>
      )}
    </p>
  );
}
