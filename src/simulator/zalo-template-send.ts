import { z } from 'zod';
import { makeAllowance } from './limits.ts';
import { showCall, show, type ApiAnswer, type Platform } from './platform.ts';
import type { Person } from './people.ts';
import type { ZaloFault } from './zalo-send.ts';
import { fillZalo, type ZaloTemplate, type ZaloTemplates } from './zalo-templates.ts';
import { pay, type ZaloPurse } from './zalo-purse.ts';

const DAY_MS = 24 * 3_600_000;
/** Source: zalo.md §3.1; whether it still holds is not sure. */
const KNOWN_MS = 365 * DAY_MS;
/** Source: zalo.md §3.5: an account begins with so many a day. */
const DAILY_QUOTA = 500;
const MAX_TRACKING = 48;
/** Asia/Ho_Chi_Minh keeps +07:00 all year. Source: zalo.md §3.1, 06:00–21:59. */
const VIETNAM_OFFSET_MS = 7 * 3_600_000;

const userSchema = z.looseObject({
  user_id: z.string(),
  template_id: z.coerce.string(),
  template_data: z.record(z.string(), z.unknown()),
});
const phoneSchema = z.looseObject({
  phone: z.string(),
  template_id: z.coerce.string(),
  template_data: z.record(z.string(), z.unknown()),
  tracking_id: z.string().max(MAX_TRACKING).optional(),
});

/** What goes out when a template was taken: the caller echoes it, or tells of its delivery. */
export type TemplateSent = {
  person: Person;
  messageId: string;
  text: string;
  phone: string | null;
  trackingId: string;
};

/** Sends of ZBS templates, by user id and by phone; prices and refusals as in zalo.md §3.1, §3.5, §4. */
export function makeZaloTemplateSend(
  platform: Platform,
  templates: ZaloTemplates,
  purse: ZaloPurse,
  onSent: (sent: TemplateSent) => void,
) {
  const now = () => platform.clock.now();
  const daily = makeAllowance(now, DAY_MS, DAILY_QUOTA);

  /** Shows it and tells the caller. */
  const deliver = (sent: TemplateSent, template: ZaloTemplate, vnd: number): void => {
    const { person, messageId, text } = sent;
    const cost = { why: 'template', name: template.name, vnd } as const;
    const { buttons } = template;
    show(platform, person, {
      type: 'heard',
      id: messageId,
      text,
      files: [],
      buttons: [...buttons],
      quickReplies: [],
      cost,
    });
    onSent(sent);
  };
  const answer = (person: Person | null, name: string, json: unknown, body: object): ApiAnswer => {
    const done = { status: 200, body };
    if (person) showCall(platform, person, name, done, json);
    return done;
  };

  return {
    /** `POST /v3.0/oa/message/template`. */
    toUser(json: unknown): ApiAnswer {
      const read = userSchema.safeParse(json);
      if (!read.success) return { status: 200, body: invalid(String(read.error.issues[0]?.path[0])) };
      const { user_id: userId, template_id: id, template_data: values } = read.data;
      const person = platform.people.find('zalo', userId);
      if (!person) return { status: 200, body: invalid('user_id') };
      const refuse = (fault: ZaloFault) => answer(person, 'message/template', json, fault);
      const template = templates.find(id);
      if (!template) return refuse(invalid('template_id'));
      if (template.status !== 'ENABLE') return refuse(NOT_APPROVED);
      if (template.userVnd === null) return refuse({ error: -249, message: 'Template does not support send via UID' });
      if (template.tag === '3' && isNight(now())) return refuse(NIGHT);
      if (person.blocked) return refuse(RESTRICTED);
      if (person.lastActAt === null || now() - person.lastActAt > KNOWN_MS) return refuse(NEVER);
      const filled = fillZalo(template.text, values);
      if ('wrong' in filled) return refuse(invalid(`template_data.${filled.wrong}`));
      if (!pay(purse, template.userVnd)) return refuse(OUT_OF_MONEY);
      const messageId = platform.newId();
      const data = { message_id: messageId, user_id: person.id, sent_time: String(now()) };
      const done = answer(person, 'message/template', json, { error: 0, message: 'Success', data });
      deliver({ person, messageId, text: filled.text, phone: null, trackingId: '' }, template, template.userVnd);
      return done;
    },

    /** `POST /message/template` of the business host. */
    toPhone(json: unknown): ApiAnswer {
      const read = phoneSchema.safeParse(json);
      if (!read.success) return { status: 200, body: { error: -132, message: 'Parameter is invalid' } };
      const { phone, template_id: id, template_data: values, tracking_id: trackingId = '' } = read.data;
      const person = platform.people.byPhone('zalo', phone);
      const refuse = (error: number, message: string) => answer(person, 'template by phone', json, { error, message });
      if (!/^84[35789]\d{8}$/.test(phone)) return refuse(-108, 'Phone number is invalid');
      const template = templates.find(id);
      if (!template) return refuse(-109, 'Template ID is invalid');
      if (template.status !== 'ENABLE') return refuse(-131, 'Template is not approved');
      const filled = fillZalo(template.text, values);
      if ('wrong' in filled) return refuse(-1122, `Template data missing params ${filled.wrong}`);
      if (template.tag === '3' && isNight(now()))
        return refuse(-133, 'Message is not allowed to send at night (22h-6h)');
      if (!person) return refuse(-118, 'Zalo account is not existed');
      if (person.blocked) return refuse(-119, 'Account cannot receive the message');
      if (daily.left() === 0) return refuse(-144, 'OA exceeded the daily quota');
      if (!pay(purse, template.phoneVnd)) return refuse(-115, 'Out of balance');
      daily.take();
      const messageId = `zb${platform.newId().slice(0, 16)}`;
      const quota = { dailyQuota: String(DAILY_QUOTA), remainingQuota: String(daily.left()) };
      const data = { msg_id: messageId, sent_time: String(now()), sending_mode: '1', quota };
      const done = answer(person, 'template by phone', json, { error: 0, message: 'Success', data });
      deliver({ person, messageId, text: filled.text, phone, trackingId }, template, template.phoneVnd);
      return done;
    },

    /** `GET /message/quota` of the business host. */
    quota: (): ApiAnswer => ({
      status: 200,
      body: { data: { dailyQuota: DAILY_QUOTA, remainingQuota: daily.left() }, error: 0, message: 'success' },
    }),
  };
}

const isNight = (at: number): boolean => {
  const hour = new Date(at + VIETNAM_OFFSET_MS).getUTCHours();
  return hour < 6 || hour >= 22;
};

const invalid = (field: string): ZaloFault => ({ error: -201, message: `${field} is invalid!` });
/** Assumed: which code a send by user id is answered with; by phone it is this one. */
const NOT_APPROVED: ZaloFault = { error: -131, message: 'Template is not approved' };
const NIGHT: ZaloFault = { error: -234, message: 'This message cannot be sent at night (10:00PM - 6:00AM)' };
const NEVER: ZaloFault = {
  error: -232,
  message: 'User has not interacted with the OA, or the last interaction has expired',
};
export const RESTRICTED: ZaloFault = { error: -244, message: 'User has restricted this message type from your OA' };
export const OUT_OF_MONEY: ZaloFault = { error: -321, message: 'Zalo Cloud Account is out of money' };
