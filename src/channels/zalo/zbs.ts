import { createHash } from 'node:crypto';
import type { TemplateUse } from '../../core/broadcast.ts';
import type { OutMessage } from '../channel.ts';

/** An approved ZBS template with what fills it; `says` is its text, for transcripts. `phone`: `84…`. */
export type ZbsOut = OutMessage & {
  zbs: { id: string; to: TemplateUse['to']; phone: string; data: Readonly<Record<string, string>>; tracking: string };
  says: string;
};

/** Source: zalo.md §3.5. */
const USER_PATH = '/v3.0/oa/message/template';
const PHONE_PATH = '/message/template';
/** Source: zalo.md §3.5: at most 48 characters. */
const TRACKING_LENGTH = 32;

export const isZbs = (message: OutMessage): message is ZbsOut => 'zbs' in message;

/** `phone` as E.164. Its buttons are the template's own: Zalo takes none with a send. */
export function toZbs(
  { key, to, phone, values }: TemplateUse & { phone: string },
  delivery: string,
  says: string,
): ZbsOut {
  return {
    zbs: {
      id: key,
      to,
      phone: phone.replace(/^\+/, ''),
      data: values,
      tracking: createHash('sha256').update(delivery).digest('hex').slice(0, TRACKING_LENGTH),
    },
    says: says.normalize('NFC'),
  };
}

/** By user id there is no tracking id. */
export function zbsCall(user: string, { zbs }: ZbsOut): { path: string; body: object } {
  const template = { template_id: zbs.id, template_data: zbs.data };
  return zbs.to === 'phone'
    ? { path: PHONE_PATH, body: { phone: zbs.phone, ...template, tracking_id: zbs.tracking } }
    : { path: USER_PATH, body: { user_id: user, ...template } };
}
