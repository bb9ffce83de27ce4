import type { Reply } from '../../core/reply.ts';
import type { OutMessage } from '../channel.ts';
import { describeDressed, dressReply, type Dress } from '../dress-reply.ts';

/**
 * Limits of one message. Source: Messenger Platform, Send API reference and Quick replies (messenger.md §3.3):
 * text "less than 2000 characters", 13 quick replies, titles of 20. The counting unit is not told: Assumed UTF-16, with a margin.
 */
const DRESS: Dress = { textLimit: 1900, maxButtons: 13, titleLimit: 20, numbers: 'always' };

/** `message` of the Send API: `{ text, quick_replies?: [{ content_type: 'text', title, payload }] }`. */
export function renderMessenger(reply: Reply): OutMessage[] {
  return dressReply(reply, DRESS).map(({ text, buttons }) =>
    buttons.length === 0
      ? { text }
      : { text, quick_replies: buttons.map(({ title, payload }) => ({ content_type: 'text', title, payload })) },
  );
}

export function describeMessenger(message: OutMessage): string {
  const { text, quick_replies: buttons } = message as { text?: string; quick_replies?: { title: string }[] };
  return describeDressed(
    text ?? '',
    (buttons ?? []).map(({ title }) => title),
  );
}
