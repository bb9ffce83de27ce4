import { z } from 'zod';
import type { ActFile } from './acts.ts';
import type { ApiRequest } from './api-request.ts';
import type { Assets } from './assets.ts';
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
        elements: z
          .array(
            z.looseObject({
              media_type: z.string(),
              url: z.string().optional(),
              attachment_id: z.string().optional(),
              width: z.number().optional(),
              height: z.number().optional(),
            }),
          )
          .optional(),
        token: z.string().optional(),
      }),
    })
    .optional(),
});
export const zaloSendSchema = z.looseObject({
  recipient: z.looseObject({ user_id: z.string() }),
  message: messageSchema,
});

/** A consultation message as the phone shows it. */
export type ZaloMessage = {
  kind: 'text' | 'image' | 'gif' | 'file';
  text: string;
  buttons: ShownButton[];
  files: (ShownFile | ActFile)[];
};
export type ZaloFault = { error: number; message: string };

/** Reads and checks the `message` of a send as the platform would. */
export function readZaloMessage(message: z.infer<typeof messageSchema>, assets: Assets): ZaloMessage | ZaloFault {
  const text = message.text ?? '';
  // Assumed: -210 for too long; nobody has seen which of -210 and -201 it is.
  if (text.length > LIMITS.text) return tooMuch('text');
  const { attachment } = message;
  if (!attachment) return text === '' ? invalid('message') : { kind: 'text', text, buttons: [], files: [] };

  if (attachment.type === 'file') {
    const asset = assets.get(attachment.payload.token ?? '');
    if (asset === 'expired') return EXPIRED;
    return asset === null ? invalid('token') : { kind: 'file', text, buttons: [], files: [asset] };
  }
  if (attachment.type !== 'template') return { error: -233, message: 'message type is invalid or not support' };
  const { buttons = [], template_type: template, elements = [] } = attachment.payload;
  if (template === 'media') {
    const [element] = elements;
    return elements.length === 1 && element ? readMedia(element, text, assets) : invalid('elements');
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

type Element = {
  media_type: string;
  url?: string | undefined;
  attachment_id?: string | undefined;
  width?: number | undefined;
  height?: number | undefined;
};

function readMedia(element: Element, text: string, assets: Assets): ZaloMessage | ZaloFault {
  const { media_type: kind, url, attachment_id: id } = element;
  if (kind !== 'image' && kind !== 'gif') return invalid('media_type');
  if (kind === 'gif' && !(element.width && element.height)) return invalid('width');
  if (url !== undefined) return { kind, text, buttons: [], files: [{ kind: 'image', name: '', size: 0, url }] };
  const asset = assets.get(id ?? '');
  if (asset === 'expired') return EXPIRED;
  return asset === null ? invalid('attachment_id') : { kind, text, buttons: [], files: [asset] };
}

/** By upload path. Source: zalo.md §2.5; what a GIF may weigh is not told. */
const UPLOADS: Readonly<Record<string, { types: RegExp; maxBytes: number; answer: 'attachment_id' | 'token' }>> = {
  image: { types: /^image\/(jpeg|png)$/, maxBytes: 1024 * 1024, answer: 'attachment_id' },
  gif: { types: /^image\/gif$/, maxBytes: 5 * 1024 * 1024, answer: 'attachment_id' },
  file: { types: /^application\/(pdf|msword|vnd\..*wordprocessingml.*)$/, maxBytes: 5 * 1024 * 1024, answer: 'token' },
};

/** `data` of the answer to an upload. Assumed: -201 for a wrong type and -210 for too large a file. */
export function uploadZalo(kind: string, { uploads }: ApiRequest, assets: Assets): Record<string, string> | ZaloFault {
  const limit = UPLOADS[kind];
  const file = uploads.get('file');
  if (!limit) return { error: -209, message: 'Not supported this api' };
  if (!file || !limit.types.test(file.mime)) return invalid('file');
  if (file.bytes.length > limit.maxBytes) return tooMuch('file');
  return { [limit.answer]: assets.add(file) };
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

const EXPIRED: ZaloFault = { error: -100, message: 'attachment_id was expired' };
const invalid = (field: string): ZaloFault => ({ error: -201, message: `${field} is invalid!` });
const tooMuch = (field: string): ZaloFault => ({ error: -210, message: `Parameter exceeds allowable limit: ${field}` });
