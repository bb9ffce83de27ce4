import type { InboundEvent } from '../../core/event.ts';
import { readAttachments } from './attachments.ts';
import { readId, readMessageId } from '../read-json.ts';
import type { MessengerAccount } from './account.ts';
import type { RawMessage } from './schema.ts';

/** Page Inbox and Business Suite; the second spelling is the echo page's, which lost a digit. Source: messenger.md §2.6. */
const INBOX_APP_IDS: ReadonlySet<string> = new Set(['263902037430900', '26390203743090']);

export const BOT_METADATA = 'bot:';
export const STAFF_METADATA = 'staff:';

type Echo = Omit<Extract<InboundEvent, { type: 'echo' }>, 'id' | 'contact' | 'sentAt'>;

/**
 * Tells who wrote a message that went out from the page. Both prefixes are ours: the row tells whether the bot or staff of our
 * console wrote it. Null for an automatic reply of the page itself.
 */
export function readEcho(message: RawMessage, account: MessengerAccount): Echo | null {
  const text = message.text ?? '';
  const appId = readId(message.app_id);
  const items = readAttachments(message.attachments ?? []);
  const echo = {
    type: 'echo' as const,
    messageId: readMessageId(message.mid) ?? '',
    text,
    ...(items.length > 0 && { items }),
  };
  const row = rowIn(message.metadata ?? '');
  if (row !== null) return { ...echo, origin: 'bot', row };
  if (appId === account.appId) return { ...echo, origin: 'bot' };
  if (text !== '' && account.autoReplies.includes(text)) return null;
  // No app id: an older webhook version or a native surface, both worked by hands. Any other app counts as a takeover.
  const isHand = appId === null || INBOX_APP_IDS.has(appId);
  return { ...echo, origin: 'staff', ...(isHand ? {} : { staff: `app:${appId}` }) };
}

function rowIn(metadata: string): string | null {
  const prefix = [BOT_METADATA, STAFF_METADATA].find((ours) => metadata.startsWith(ours));
  return prefix === undefined ? null : metadata.slice(prefix.length);
}
