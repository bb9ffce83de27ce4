import type { Nudge } from '../../src/core/broadcast.ts';
import type { ContactId } from '../../src/core/contact.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';

/** A message of a broadcast to everybody, as the pump logs it; the same `key` is the same delivery. */
export function nudges(
  contact: ContactId,
  at: number,
  key: string,
  more: Partial<Nudge> = {},
): InboundEvent & { type: 'nudge' } {
  const nudge: Nudge = {
    run: `run-${key}`,
    delivery: `run-${key}/${contact}`,
    kind: 'broadcast',
    campaign: '01-trieu-sang-kien',
    standings: [],
    deadline: null,
    text: { vi: `Tin ${key}`, en: `News ${key}` },
    how: 'free',
    template: null,
    notAfter: at + 86_400_000,
    entry: null,
    ...more,
  };
  return { id: eventId('messenger', `nudge/${nudge.delivery}`), contact, sentAt: at, type: 'nudge', nudge };
}
