import type { Attachment } from '../../core/event.ts';
import { fileLimitOf } from '../../core/file-limits.ts';
import type { Reply } from '../../core/reply.ts';
import type { OutMessage } from '../channel.ts';
import { describeDressed, dressReply, type Dress } from '../dress-reply.ts';
import { describeFile, isFileMessage } from '../uploads.ts';
import { toZbs } from './zbs.ts';

/** `off`: numbered text alone, should Zalo stop showing buttons on consultation messages. */
export type ButtonSetting = 'on' | 'off';

/**
 * Limits of one consultation message. Source: Zalo OA "tin tư vấn" as relayed, php-sdk README (zalo.md §2.3): text 2,000
 * characters after NFC, 5 buttons, titles of 100, payloads of 1,000. The counting unit is not told: Assumed UTF-16.
 */
const DRESS: Dress = { textLimit: 2000, maxButtons: 5, titleLimit: 100, numbers: 'always' };

/**
 * `message` of a consultation message: `{ text, attachment?: { type: 'template', payload: { buttons: [{ title, type, payload }] } } }`,
 * or `{ file }`, which `send` uploads, or a template (see `ZbsOut`). Zalo makes no difference between what the bot and what staff say.
 */
export function renderZalo(reply: Reply, setting: ButtonSetting): OutMessage[] {
  if (reply.template && reply.from?.type === 'broadcast')
    return [toZbs(reply.template, reply.from.delivery, reply.text)];
  const dress = setting === 'on' ? DRESS : { ...DRESS, maxButtons: 0 };
  const texts = dressReply(reply, dress).map(({ text, buttons }) =>
    buttons.length === 0
      ? { text }
      : { text, attachment: { type: 'template', payload: { buttons: buttons.map(toQuery) } } },
  );
  return reply.file ? [...texts, { file: reply.file }] : texts;
}

/** A tap comes back as a text of the person with the payload in it, hidden in their chat. */
const toQuery = ({ title, payload }: { title: string; payload: string }) => ({ title, type: 'oa.query.hide', payload });

/** What stands in `message.text` of the message's `oa_send_*` event. */
export const echoTextOf = (message: OutMessage): string => textIn(message);

/** Of a template: what its words say, as far as we know them. */
function textIn(message: OutMessage): string {
  const { text, says } = message as { text?: string; says?: string };
  return text ?? says ?? '';
}

/** As what that event shows a file; an animation is a picture there too. */
export function echoKindsOf(message: OutMessage): readonly Attachment['kind'][] {
  if (!isFileMessage(message)) return [];
  const as = fileLimitOf('zalo', message.file.mime)?.as ?? 'file';
  return [as === 'animation' ? 'image' : as];
}

export function describeZalo(message: OutMessage): string {
  if (isFileMessage(message)) return describeFile(message);
  const { attachment } = message as {
    attachment?: { payload: { buttons: { title: string }[] } };
  };
  return describeDressed(
    textIn(message),
    (attachment?.payload.buttons ?? []).map(({ title }) => title),
  );
}
