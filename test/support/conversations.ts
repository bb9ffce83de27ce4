import type { ArchiveItem, ContactSnapshot } from '../../src/core/archive.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import { BOT, type Owner } from '../../src/core/handover.ts';
import type { ContactId } from '../../src/core/contact.ts';
import type { Reply } from '../../src/core/reply.ts';

/** Three days before the first phase of the 2022 campaign closes. */
export const AT = Date.parse('2022-05-28T08:00:00+07:00');
export const CAMPAIGN = '01-trieu-sang-kien';

export const held = (staff: string, lastAt: number, name = 'Tổ hỗ trợ'): Owner => ({
  type: 'staff',
  how: 'console',
  staff,
  name,
  since: lastAt,
  lastAt,
  until: null,
});

/** Where a contact stood, as the archive is told. */
export const stood = (contact: ContactId, at: number, changes: Partial<ContactSnapshot> = {}): ArchiveItem => ({
  type: 'contact',
  contact,
  at,
  snapshot: {
    lang: 'vi',
    owner: BOT,
    consentAt: at,
    remindersOff: false,
    remindYesAt: null,
    drafts: [],
    campaign: CAMPAIGN,
    step: 'title',
    profile: {},
    name: '',
    phone: '',
    units: [],
    entries: [],
    arrivals: [],
    humanAskedAt: null,
    humanReason: null,
    handledAt: null,
    lastSeenAt: at,
    ...changes,
  },
});

/** An event of a person in the transcript, by a key of its own. */
export function did<T extends InboundEvent['type']>(
  contact: ContactId,
  at: number,
  event: { type: T } & Record<string, unknown>,
): ArchiveItem {
  const id = eventId('console-test', `${contact}/${at}/${event.type}`);
  return { type: 'inbound', event: { id, contact, sentAt: at, ...event } as unknown as InboundEvent, receivedAt: at };
}

export const said = (contact: ContactId, at: number, text: string): ArchiveItem =>
  did(contact, at, { type: 'text', text });

export const told = (
  contact: ContactId,
  at: number,
  text: string,
  changes: Partial<Extract<ArchiveItem, { type: 'outbound' }>> & { from?: Reply['from'] } = {},
): ArchiveItem => ({
  type: 'outbound',
  row: `${contact}-${at}`,
  contact,
  text,
  state: 'sent',
  messageIds: [`m-${contact}-${at}`],
  turnAt: at,
  at,
  ...changes,
});
