import type { Reply } from '../../core/reply.ts';
import type { OutMessage } from '../channel.ts';
import { describeDressed, dressReply, type Button, type Dress } from '../dress-reply.ts';
import { describeFile, isFileMessage } from '../uploads.ts';
import type { GraphOut } from './send.ts';
import { toUtility } from './utility.ts';

/**
 * Limits of one message. Source: Messenger Platform, Send API reference and Quick replies (messenger.md §3.3):
 * text "less than 2000 characters", 13 quick replies, titles of 20. The counting unit is not told: Assumed UTF-16, with a margin.
 */
const DRESS: Dress = { textLimit: 1900, maxButtons: 13, titleLimit: 20, numbers: 'always' };

/**
 * `message` of the Send API: `{ text, quick_replies?: [{ content_type: 'text', title, payload }] }`, or `{ file }`, which `send`
 * uploads, or `{ template }`. What staff typed is marked, and may go out late; nothing else may, files neither, as no document
 * allows it. What was not asked for is marked too.
 */
export function renderMessenger(reply: Reply): GraphOut[] {
  if (reply.template)
    return [{ template: toUtility(reply.template), isUtility: true, says: reply.text.normalize('NFC') }];
  const isStaff = reply.from?.type === 'staff';
  const unasked = reply.from?.type === 'broadcast' ? ({ isUpdate: true } as const) : {};
  const staff = isStaff ? ({ isStaff } as const) : {};
  const texts = dressReply(reply, DRESS).map(({ text, buttons }) => ({
    text,
    ...(buttons.length > 0 && { quick_replies: buttons.map(toQuickReply) }),
    ...staff,
    ...unasked,
    ...(isStaff && reply.isLate ? ({ isTagged: true } as const) : {}),
  }));
  return reply.file ? [...texts, { file: reply.file, ...staff }] : texts;
}

const toQuickReply = ({ title, payload }: Button) => ({ content_type: 'text', title, payload });

export function describeMessenger(message: OutMessage): string {
  if (isFileMessage(message)) return describeFile(message);
  const {
    text,
    says,
    quick_replies: buttons,
  } = message as {
    text?: string;
    says?: string;
    quick_replies?: { title: string }[];
  };
  return describeDressed(
    text ?? says ?? '',
    (buttons ?? []).map(({ title }) => title),
  );
}
