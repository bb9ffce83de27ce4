import { contactId } from '../../core/contact.ts';
import { eventId, type Attachment, type InboundEvent } from '../../core/event.ts';
import { digestOf, readId, readInstant, readMessageId } from '../read-json.ts';
import type { RawAttachment, RawMessage, ZaloWebhook } from './schema.ts';

/** One event in our words; `unknown`: a name we do not know; `noPerson`: one we do know, without a person in it. */
export function readEvent(event: ZaloWebhook, receivedAt: number, oaId: string): InboundEvent | 'unknown' | 'noPerson' {
  const name = event.event_name;
  const user = userOf(event, oaId);
  const isKnown = name.startsWith('user_send_') || name.startsWith('oa_send_') || OTHERS.has(name);
  if (!isKnown) return 'unknown';
  if (user === null) return 'noPerson';

  const sentAt = readInstant(event.timestamp) ?? receivedAt;
  const message: Partial<RawMessage> = event.message ?? {};
  const messageId = readMessageId(message.msg_id);
  // Zalo's rule for events without an id; the digest keeps apart what one person sent within one millisecond.
  const ownKey = `${name}/${sentAt}/${user}${event.message ? `/${digestOf(event.message)}` : ''}`;
  const base = (key: string) => ({ id: eventId('zalo', key), contact: contactId('zalo', oaId, user), sentAt });

  if (name.startsWith('user_send_')) return { ...base(messageId ?? ownKey), ...readSaid(name, message) };
  if (name.startsWith('oa_send_')) {
    const staff = readId(event.sender?.admin_id);
    const echo = {
      ...base(messageId ?? ownKey),
      type: 'echo' as const,
      messageId: messageId ?? '',
      ...readShown(message),
    };
    // Zalo echoes our own sends too, without the admin: the ledger of sends settles those.
    return staff === null ? { ...echo, origin: 'unsure' } : { ...echo, origin: 'staff', staff };
  }
  switch (name) {
    case 'follow':
      return { ...base(ownKey), type: 'opened', how: 'follow' };
    case 'user_click_chatnow':
      return { ...base(ownKey), type: 'opened', how: 'chatNow' };
    case 'unfollow':
      return { ...base(ownKey), type: 'left' };
    case 'user_withdraw':
      return { ...base(ownKey), type: 'erase' };
    case 'user_reacted_message':
      return { ...base(ownKey), type: 'reaction' };
    default: {
      const ids = [message.msg_id, ...(message.msg_ids ?? [])].map(readMessageId).filter((id) => id !== null);
      const kind = name === 'user_seen_message' ? 'seen' : 'delivered';
      return { ...base(ownKey), type: 'receipt', kind, messageIds: ids };
    }
  }
}

const OTHERS: ReadonlySet<string> = new Set([
  'follow',
  'unfollow',
  'user_click_chatnow',
  'user_withdraw',
  'user_reacted_message',
  'user_received_message',
  'user_seen_message',
]);

/** Events differ in who stands as sender; the person is the id that is not the OA's. */
function userOf(event: ZaloWebhook, oaId: string): string | null {
  const ids = [event.sender?.id, event.recipient?.id, event.follower?.id, event.user_id].map(readId);
  return ids.find((id) => id !== null && id !== oaId) ?? null;
}

type Said = { type: 'text'; text: string } | { type: 'attachments'; items: Attachment[]; text: string };

function readSaid(name: string, message: Partial<RawMessage>): Said {
  const text = message.text ?? '';
  const items = (message.attachments ?? []).map((raw) => toAttachment(raw, name));
  // A link comes as its own text with a preview of itself.
  const isOnlyText =
    text !== '' && items.every((item) => item.kind === 'link' && (!item.url || text.includes(item.url)));
  if (isOnlyText) return { type: 'text', text };
  return { type: 'attachments', items: items.length > 0 ? items : [{ kind: 'unknown' }], text };
}

/** What a message of ours showed. Its buttons come as a template, which is nothing to look at. */
function readShown({ text, attachments }: Partial<RawMessage>): { text: string; items?: Attachment[] } {
  const items = (attachments ?? []).filter(({ type }) => type !== 'template').map((raw) => toAttachment(raw, ''));
  return { text: text ?? '', ...(items.length > 0 && { items }) };
}

const KINDS: Readonly<Record<string, Attachment['kind']>> = {
  image: 'image',
  multi_image: 'image',
  gif: 'image',
  link: 'link',
  audio: 'audio',
  video: 'video',
  sticker: 'sticker',
  location: 'location',
  file: 'file',
};

function toAttachment({ type, payload }: RawAttachment, event: string): Attachment {
  const isCard = event === 'user_send_business_card';
  const kind = isCard ? 'contact' : (Object.hasOwn(KINDS, type ?? '') && KINDS[type ?? '']) || 'unknown';
  const name = payload?.name ?? payload?.title;
  const size = Number(payload?.size ?? NaN);
  return {
    kind,
    // The link of a business card holds a phone number and is nothing to fetch.
    ...(payload?.url && !isCard ? { url: payload.url } : {}),
    ...(name ? { name } : {}),
    ...(Number.isSafeInteger(size) && size >= 0 ? { size } : {}),
  };
}
