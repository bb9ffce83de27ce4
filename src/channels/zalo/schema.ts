import { z } from 'zod';
import { tame } from '../tame.ts';

/** Whatever stands for an id: string, number, or nothing. Read with `readId`. */
const id = z.unknown().optional();
const text = z.string().transform(tame).nullish();

/** `{ "type": "file", "payload": { "url": "https://cdn.example/f.pdf", "name": "f.pdf", "size": "248113" } }` */
const attachment = z.object({
  type: text,
  payload: z.object({ url: text, name: text, title: text, size: z.unknown().optional() }).nullish(),
});
export type RawAttachment = z.infer<typeof attachment>;

/**
 * `{ "event_name": "user_send_text", "app_id": "41", "sender": { "id": "81" }, "recipient": { "id": "37" },
 *    "message": { "msg_id": "4976", "text": "xin chào" }, "timestamp": "1795219261000" }`
 */
export const zaloWebhook = z.object({
  event_name: z.string(),
  timestamp: z.unknown().optional(),
  oa_id: id,
  oaId: id,
  user_id: id,
  sender: z.object({ id, admin_id: id }).nullish(),
  recipient: z.object({ id }).nullish(),
  follower: z.object({ id }).nullish(),
  message: z
    .object({
      msg_id: id,
      msg_ids: z.array(z.unknown()).nullish(),
      text,
      attachments: z.array(attachment).nullish(),
      tracking_id: z.unknown().optional(),
    })
    .nullish(),
  template_id: id,
  status: z.object({ new_status: text }).nullish().catch(null),
  quality: z.object({ new_quality: text }).nullish().catch(null),
  quota: z.object({ prev_value: id, new_value: id }).nullish().catch(null),
  reason: text,
});
export type ZaloWebhook = z.infer<typeof zaloWebhook>;
export type RawMessage = NonNullable<ZaloWebhook['message']>;
