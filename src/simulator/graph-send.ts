import { z } from 'zod';
import type { ApiRequest } from './api-request.ts';
import type { Assets } from './assets.ts';
import type { ShownButton, ShownFile } from './shown.ts';

/** Source: messenger.md §3.3. */
const LIMITS = {
  text: 2000,
  metadata: 1000,
  quickReplies: 13,
  title: 20,
  payload: 1000,
  templateText: 640,
  templateButtons: 3,
  elements: 10,
} as const;

const buttonSchema = z.looseObject({
  type: z.string(),
  title: z.string().optional(),
  payload: z.string().optional(),
  url: z.string().optional(),
});
const parameterSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  parameter_name: z.string().optional(),
  payload: z.string().optional(),
  url: z.string().optional(),
});
/** An approved template with what fills it. Source: messenger.md §4.4, 5. */
const utilitySchema = z.looseObject({
  name: z.string(),
  language: z.looseObject({ code: z.string() }),
  components: z.array(z.looseObject({ type: z.string(), parameters: z.array(parameterSchema) })).default([]),
});
export type GraphUtility = z.infer<typeof utilitySchema>;

const messageSchema = z.looseObject({
  text: z.string().optional(),
  metadata: z.string().optional(),
  template: utilitySchema.optional(),
  quick_replies: z
    .array(z.looseObject({ content_type: z.string(), title: z.string().optional(), payload: z.string().optional() }))
    .optional(),
  attachment: z
    .looseObject({
      type: z.string(),
      payload: z.looseObject({
        template_type: z.string().optional(),
        text: z.string().optional(),
        url: z.string().optional(),
        attachment_id: z.string().optional(),
        buttons: z.array(buttonSchema).optional(),
        elements: z
          .array(
            z.looseObject({
              title: z.string(),
              subtitle: z.string().optional(),
              buttons: z.array(buttonSchema).optional(),
            }),
          )
          .optional(),
      }),
    })
    .optional(),
});
export const graphSendSchema = z.looseObject({
  recipient: z.looseObject({ id: z.string() }),
  messaging_type: z.string().optional(),
  tag: z.string().optional(),
  sender_action: z.string().optional(),
  message: messageSchema.optional(),
});
export type GraphSend = z.infer<typeof graphSendSchema>;

export type GraphMessage = { text: string; buttons: ShownButton[]; quickReplies: ShownButton[]; files: ShownFile[] };
export type GraphFault = { code: number; subcode?: number; message: string; status?: number; type?: string };

/** Reads and checks the `message` of a send as the platform would. */
export function readGraphMessage(message: z.infer<typeof messageSchema>, assets: Assets): GraphMessage | GraphFault {
  const { text = '', attachment, quick_replies: quickReplies = [] } = message;
  if (text.length > LIMITS.text) return tooLong('message[text]', LIMITS.text);
  if ((message.metadata ?? '').length >= LIMITS.metadata) return tooLong('message[metadata]', LIMITS.metadata);
  if (quickReplies.length > LIMITS.quickReplies) return bad('quick_replies has too many elements');
  for (const { title = '', payload = '', content_type: kind } of quickReplies) {
    if (kind === 'text' && (title === '' || payload === '')) return bad('quick reply needs title and payload');
    if (title.length > LIMITS.title) return tooLong('title', LIMITS.title);
    if (payload.length > LIMITS.payload) return tooLong('payload', LIMITS.payload);
  }
  const shown: GraphMessage = {
    text,
    buttons: [],
    files: [],
    quickReplies: quickReplies.map(({ title = '', payload = '' }) => ({ kind: 'quickReply', title, payload })),
  };
  if (!attachment) return text === '' ? bad('message cannot be empty, must provide valid attachment or text') : shown;
  if (text !== '') return bad('message takes text or attachment');
  return readAttachment(attachment, shown, assets);
}

type SentAttachment = NonNullable<z.infer<typeof messageSchema>['attachment']>;

const MEDIA = ['image', 'file', 'audio', 'video'] as const;

function readAttachment(
  { type, payload }: SentAttachment,
  shown: GraphMessage,
  assets: Assets,
): GraphMessage | GraphFault {
  const media = MEDIA.find((kind) => kind === type);
  if (media && payload.url !== undefined) {
    const { url } = payload;
    return { ...shown, files: [{ kind: media, name: url.slice(url.lastIndexOf('/') + 1), size: 0, url }] };
  }
  if (media) {
    const asset = assets.get(payload.attachment_id ?? '');
    if (asset === null || asset === 'expired') return UNKNOWN_ATTACHMENT;
    return { ...shown, files: [{ ...asset, kind: media }] };
  }
  if (type !== 'template') return bad(`unknown attachment type`);

  const elements = payload.elements ?? [];
  const isButton = payload.template_type === 'button';
  const text = isButton
    ? (payload.text ?? '')
    : elements.map((each) => [each.title, each.subtitle].join('\n')).join('\n');
  const groups = isButton ? [payload.buttons ?? []] : elements.map((each) => each.buttons ?? []);
  if (isButton && (text === '' || groups[0]?.length === 0)) return bad('button template needs text and buttons');
  if (isButton && text.length > LIMITS.templateText) return tooLong('text', LIMITS.templateText);
  if (!isButton && (payload.template_type !== 'generic' || elements.length === 0)) return bad('unknown template');
  if (elements.length > LIMITS.elements) return bad('elements has too many elements');

  const buttons: ShownButton[] = [];
  for (const group of groups) {
    if (group.length > LIMITS.templateButtons) return bad('buttons has too many elements');
    for (const { type: kind, title = '', payload: word = '', url = '' } of group) {
      if (title === '' || title.length > LIMITS.title) return tooLong('title', LIMITS.title);
      if (word.length > LIMITS.payload) return tooLong('payload', LIMITS.payload);
      if (kind === 'postback') buttons.push({ kind: 'postback', title, payload: word });
      else if (kind === 'web_url') buttons.push({ kind: 'url', title, payload: url });
      else if (kind === 'phone_number') buttons.push({ kind: 'phone', title, payload: word });
      else return bad('unknown button type');
    }
  }
  return { ...shown, text, buttons };
}

/** Source: messenger.md §3.3. */
const MAX_UPLOAD_BYTES = 25 * 1024 * 1024;
const MAX_IMAGE_BYTES = 8 * 1024 * 1024;

const uploadSchema = z.looseObject({ attachment: z.looseObject({ type: z.enum(MEDIA) }) });

/** Takes a multipart upload, `message` and `filedata`; gives the attachment's id. */
export function uploadGraph({ form, uploads }: ApiRequest, assets: Assets): { attachment_id: string } | GraphFault {
  const file = uploads.get('filedata');
  const message = uploadSchema.safeParse(readJson(form.get('message') ?? ''));
  if (!file || !message.success) return bad('message and filedata are needed');
  const { type } = message.data.attachment;
  const [major] = file.mime.split('/');
  if (type !== 'file' && type !== major) return WRONG_TYPE;
  if (file.bytes.length > (type === 'image' ? MAX_IMAGE_BYTES : MAX_UPLOAD_BYTES)) return TOO_BIG;
  return { attachment_id: assets.add(file) };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** Source: messenger.md §8.3. */
const WRONG_TYPE: GraphFault = { code: 100, subcode: 2018047, message: '(#100) Upload attachment failure.' };
const TOO_BIG: GraphFault = { code: 100, subcode: 2018109, message: '(#100) Attachment size exceeds allowable limit.' };
const UNKNOWN_ATTACHMENT: GraphFault = { code: 100, subcode: 2018074, message: '(#100) Invalid attachment_id.' };

const bad = (what: string): GraphFault => ({ code: 100, message: `(#100) ${what}` });
const tooLong = (field: string, limit: number): GraphFault => ({
  code: 100,
  message: `(#100) Length of param ${field} must be less than or equal to ${limit}`,
});
