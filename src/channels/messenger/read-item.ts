import { contactId } from '../../core/contact.ts';
import { eventId, type InboundEvent } from '../../core/event.ts';
import type { ParsedWebhook } from '../channel.ts';
import { digestOf, readId, readInstant, readMessageId, toRaw } from '../read-json.ts';
import { readAttachments } from './attachments.ts';
import { readEcho } from './echo.ts';
import type { MessengerAccount } from './account.ts';
import type { MessagingItem, RawMessage } from './schema.ts';

type Frame = Pick<InboundEvent, 'contact' | 'sentAt'> & { user: string };

/** Adds what one item of `messaging[]` or `standby[]` says to `parsed`, in the order of messenger.md §2.5. */
export function readItem(
  parsed: ParsedWebhook,
  item: MessagingItem,
  raw: unknown,
  entryAt: number,
  isStandby: boolean,
  account: MessengerAccount,
): void {
  if (item.policy_enforcement) {
    const { action, reason } = item.policy_enforcement;
    parsed.notices.push({ kind: 'policyEnforcement', detail: [action, reason].filter(Boolean).join(': ') });
    return;
  }
  const sender = readId(item.sender?.id);
  const recipient = readId(item.recipient?.id);
  // An echo goes from the page to the person: the person is whichever id is not the page.
  const user = sender === account.pageId ? recipient : sender;
  if (user === null || user === account.pageId) {
    const name = nameOf(item, raw);
    if (item.message || item.postback || item.referral) parsed.unreadable.push({ reason: 'noPerson', raw: toRaw(raw) });
    else parsed.ignored.push(name);
    return;
  }
  const frame = {
    user,
    contact: contactId('messenger', account.pageId, user),
    sentAt: readInstant(item.timestamp) ?? entryAt,
  };
  // The item, and the entry's time where the item has none: the same words said twice are two events.
  const digest = (): string => digestOf([raw, item.timestamp == null ? entryAt : null]);
  const events = readEvents(item, frame, digest, account);
  if (events === null) {
    parsed.ignored.push(nameOf(item, raw));
    return;
  }
  const first = events[0];
  // Another app holds the thread: say so first, so that what the person said there is kept and not answered.
  if (isStandby && first && (item.postback || item.referral || (item.message && item.message.is_echo !== true)))
    parsed.events.push({ ...baseOf(frame, `standby/${keyOf(first)}`), type: 'control', kind: 'takenFromUs' });
  parsed.events.push(...events);
}

/** Null: understood and of no use. */
function readEvents(
  item: MessagingItem,
  frame: Frame,
  digest: () => string,
  account: MessengerAccount,
): InboundEvent[] | null {
  const { message, postback, referral, reaction, delivery, read } = item;
  if (message?.is_echo === true) {
    const echo = readEcho(message, account);
    return echo && [{ ...baseOf(frame, readMessageId(message.mid) ?? digest()), ...echo }];
  }
  if (message) return readMessage(message, frame, readMessageId(message.mid) ?? digest());
  if (postback) {
    const key = readMessageId(postback.mid) ?? `postback/${frame.user}/${frame.sentAt}/${digest()}`;
    const ref = postback.referral?.ref;
    const { payload, title } = postback;
    return [
      { ...baseOf(frame, key), type: 'postback', payload: payload ?? '', title: title ?? '', ...(ref ? { ref } : {}) },
    ];
  }
  if (referral)
    return [readReferral(referral.ref, frame, `referral/${frame.user}/${frame.sentAt}/${referral.ref ?? ''}`)];
  if (reaction) {
    if (reaction.action !== 'react') return null;
    const key = `reaction/${readMessageId(reaction.mid) ?? ''}/${frame.user}/react/${frame.sentAt}`;
    return [{ ...baseOf(frame, key), type: 'reaction' }];
  }
  if (item.message_edit || item.optin) return null;
  if (delivery) return [readReceipt('delivered', delivery.watermark, delivery.mids ?? [], frame, digest)];
  if (read) return [readReceipt('seen', read.watermark, [], frame, digest)];
  const kind = controlKind(item, account);
  return kind && [{ ...baseOf(frame, `${kind}/${frame.user}/${frame.sentAt}`), type: 'control', kind }];
}

function readMessage(message: RawMessage, frame: Frame, key: string): InboundEvent[] {
  const events: InboundEvent[] = [];
  const base = baseOf(frame, key);
  const { quick_reply: quickReply, referral } = message;
  const text = message.text ?? '';
  if (referral?.ref) events.push(readReferral(referral.ref, frame, `${key}/referral`));
  if (quickReply) {
    events.push({ ...base, type: 'quickReply', payload: quickReply.payload, title: text });
    return events;
  }
  const items = readAttachments(message.attachments ?? []);
  // A typed link comes with a preview of itself.
  const isOnlyText =
    text !== '' && items.every((item) => item.kind === 'link' && (!item.url || text.includes(item.url)));
  if (isOnlyText) events.push({ ...base, type: 'text', text });
  else events.push({ ...base, type: 'attachments', items: items.length > 0 ? items : [{ kind: 'unknown' }], text });
  return events;
}

function readReferral(ref: string | null | undefined, frame: Frame, key: string): InboundEvent {
  return { ...baseOf(frame, key), type: 'opened', how: 'referral', ...(ref ? { ref } : {}) };
}

function readReceipt(
  kind: 'delivered' | 'seen',
  rawWatermark: unknown,
  mids: readonly unknown[],
  frame: Frame,
  digest: () => string,
): InboundEvent {
  const watermark = readInstant(rawWatermark);
  const messageIds = mids.map(readMessageId).filter((mid) => mid !== null);
  const base = baseOf(frame, `${kind}/${frame.user}/${watermark ?? digest()}`);
  return { ...base, type: 'receipt', kind, messageIds, ...(watermark === null ? {} : { watermark }) };
}

function controlKind(
  item: MessagingItem,
  account: MessengerAccount,
): 'passedToUs' | 'takenFromUs' | 'requested' | null {
  if (item.request_thread_control) return 'requested';
  const moved = item.pass_thread_control ?? item.take_thread_control;
  if (!moved) return null;
  return readId(moved.new_owner_app_id) === account.appId ? 'passedToUs' : 'takenFromUs';
}

const CHANNEL_PREFIX = 'messenger/';
const baseOf = ({ contact, sentAt }: Frame, key: string) => ({ id: eventId('messenger', key), contact, sentAt });
const keyOf = (event: InboundEvent): string => event.id.slice(CHANNEL_PREFIX.length);

/** The platform's name of an item: its own key, with the kind where one is given. */
function nameOf(item: MessagingItem, raw: unknown): string {
  const keys = typeof raw === 'object' && raw !== null ? Object.keys(raw) : [];
  const frame = ['sender', 'recipient', 'timestamp', 'hop_context'];
  const name = keys.filter((key) => !frame.includes(key)).join('+') || 'empty item';
  const kind = item.message?.is_echo ? 'autoReply' : (item.optin?.type ?? item.reaction?.action);
  return (kind ? `${name}.${kind}` : name).slice(0, 100);
}
