import { z } from 'zod';
import type { ShownButton, ShownFile } from './shown.ts';

/** Source: zalo.md §2.3, §2.4. */
const LIMITS = { text: 2000, buttons: 5, title: 100, payload: 1000 } as const;

const buttonSchema = z.object({ title: z.string(), type: z.string(), payload: z.unknown() });
const messageSchema = z.looseObject({
  text: z.string().optional(),
  attachment: z
    .looseObject({
      type: z.string(),
      payload: z.looseObject({
        buttons: z.array(buttonSchema).optional(),
        template_type: z.string().optional(),
        elements: z.array(z.looseObject({ media_type: z.string(), url: z.string().optional() })).optional(),
      }),
    })
    .optional(),
});
export const zaloSendSchema = z.looseObject({
  recipient: z.looseObject({ user_id: z.string() }),
  message: messageSchema,
});

/** A consultation message as the phone shows it. */
export type ZaloMessage = { kind: 'text' | 'image' | 'file'; text: string; buttons: ShownButton[]; files: ShownFile[] };
export type ZaloFault = { error: number; message: string };

/** Reads and checks the `message` of a send as the platform would. */
export function readZaloMessage(message: z.infer<typeof messageSchema>): ZaloMessage | ZaloFault {
  const text = message.text ?? '';
  // Assumed: -210 for too long; nobody has seen which of -210 and -201 it is.
  if (text.length > LIMITS.text) return tooMuch('text');
  const { attachment } = message;
  if (!attachment) return text === '' ? invalid('message') : { kind: 'text', text, buttons: [], files: [] };

  if (attachment.type === 'file') return { kind: 'file', text, buttons: [], files: [file('file', '')] };
  if (attachment.type !== 'template') return { error: -233, message: 'message type is invalid or not support' };
  const { buttons = [], template_type: template, elements = [] } = attachment.payload;
  if (template === 'media') {
    if (elements.length !== 1) return invalid('elements');
    return { kind: 'image', text, buttons: [], files: [file('image', elements[0]?.url ?? '')] };
  }
  if (text === '') return invalid('text');
  if (buttons.length > LIMITS.buttons) return tooMuch('buttons');
  const shown: ShownButton[] = [];
  for (const button of buttons) {
    if (button.title === '') return invalid('title');
    if (button.title.length > LIMITS.title) return tooMuch('title');
    const read = readButton(button.type, button.title, button.payload);
    if (!read) return invalid('buttons');
    if (read.payload.length > LIMITS.payload) return tooMuch('payload');
    shown.push(read);
  }
  return { kind: 'text', text, buttons: shown, files: [] };
}

function readButton(type: string, title: string, payload: unknown): ShownButton | null {
  const field = (name: string): string | null => {
    if (typeof payload !== 'object' || payload === null) return null;
    const value: unknown = Reflect.get(payload, name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  switch (type) {
    case 'oa.query.show':
    case 'oa.query.hide':
      return typeof payload === 'string' && payload !== ''
        ? { kind: 'query', title, payload, hidden: type === 'oa.query.hide' }
        : null;
    case 'oa.open.url': {
      const url = field('url');
      return url === null ? null : { kind: 'url', title, payload: url };
    }
    case 'oa.open.phone':
    case 'oa.open.sms': {
      const phone = field('phone_code');
      return phone === null ? null : { kind: type === 'oa.open.sms' ? 'sms' : 'phone', title, payload: phone };
    }
    default:
      return null;
  }
}

const file = (kind: 'image' | 'file', url: string): ShownFile => ({ kind, name: '', size: 0, url });
const invalid = (field: string): ZaloFault => ({ error: -201, message: `${field} is invalid!` });
const tooMuch = (field: string): ZaloFault => ({ error: -210, message: `Parameter exceeds allowable limit: ${field}` });
