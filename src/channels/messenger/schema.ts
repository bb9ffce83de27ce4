import { z } from 'zod';
import { tame } from '../tame.ts';

/** Whatever stands for an id: string, number, or nothing. Read with `readId`. */
const id = z.unknown().optional();
const text = z.string().transform(tame).nullish();

/** `{ "type": "image", "payload": { "url": "https://cdn.example/p.jpg?oh=1" } }` */
const attachment = z.object({
  type: text,
  title: text,
  url: text,
  payload: z.object({ url: text, title: text, sticker_id: id }).nullish(),
});
export type RawAttachment = z.infer<typeof attachment>;

/** `{ "ref": "dot-01_cty-17", "source": "SHORTLINK", "type": "OPEN_THREAD" }` */
const referral = z.object({ ref: text });

const control = z.object({ new_owner_app_id: id });

/**
 * `{ "sender": { "id": "24680" }, "recipient": { "id": "13579" }, "timestamp": 1795069200000,
 *    "message": { "mid": "m_1", "text": "xin chào" } }`, with one of the other objects in place of `message`.
 */
export const messagingItem = z.object({
  sender: z.object({ id }).nullish(),
  recipient: z.object({ id }).nullish(),
  timestamp: z.unknown().optional(),
  message: z
    .object({
      mid: id,
      is_echo: z.boolean().nullish(),
      app_id: id,
      metadata: text,
      text,
      quick_reply: z.object({ payload: z.string().transform(tame) }).nullish(),
      attachments: z.array(attachment).nullish(),
      referral: referral.nullish(),
    })
    .nullish(),
  postback: z.object({ mid: id, title: text, payload: text, referral: referral.nullish() }).nullish(),
  referral: referral.nullish(),
  optin: z.object({ type: text }).nullish(),
  reaction: z.object({ action: text, mid: id }).nullish(),
  message_edit: z.object({}).nullish(),
  delivery: z.object({ mids: z.array(z.unknown()).nullish(), watermark: z.unknown().optional() }).nullish(),
  read: z.object({ watermark: z.unknown().optional() }).nullish(),
  pass_thread_control: control.nullish(),
  take_thread_control: control.nullish(),
  request_thread_control: z.object({}).nullish(),
  policy_enforcement: z.object({ action: text, reason: text }).nullish(),
});
export type MessagingItem = z.infer<typeof messagingItem>;
export type RawMessage = NonNullable<MessagingItem['message']>;

/** `{ "object": "page", "entry": [{ "id": "13579", "time": 1795069200400, "messaging": [ … ] }] }` */
export const pageWebhook = z.object({ object: z.string(), entry: z.array(z.unknown()) });

export const pageEntry = z.object({
  id,
  time: z.unknown().optional(),
  messaging: z.array(z.unknown()).nullish().catch(null),
  standby: z.array(z.unknown()).nullish().catch(null),
  changes: z.array(z.unknown()).nullish().catch(null),
});

/** `{ "field": "message_template_status_update", "value": { "event": "APPROVED", "message_template_name": "nhac_han" } }` */
export const pageChange = z.object({ field: z.string(), value: z.unknown().optional() });

/** The guide does not print the keys of a template's state; these are the ones seen. Source: messenger.md §2.5. */
export const templateState = z.object({
  event: text,
  status: text,
  message_template_status: text,
  message_template_name: text,
  name: text,
  message_template_language: text,
  language: text,
  reason: text,
});
