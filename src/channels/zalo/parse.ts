import type { Notice, ParsedWebhook, RawWebhook } from '../channel.ts';
import { readId, readJson, toRaw } from '../read-json.ts';
import { readEvent } from './read-event.ts';
import { zaloWebhook, type ZaloWebhook } from './schema.ts';
import { readZbsStatus } from './templates.ts';

/** Reads one webhook, which is one event. Never throws. Source: zalo.md §1.5–1.9. */
export function parseZalo(webhook: RawWebhook, receivedAt: number, oaId: string): ParsedWebhook {
  const parsed: ParsedWebhook = { events: [], ignored: [], unreadable: [], notices: [] };
  const json = readJson(webhook.body);
  if (json === null) {
    parsed.unreadable.push({ reason: 'notJson', raw: webhook.body.toString('utf8') });
    return parsed;
  }
  const event = zaloWebhook.safeParse(json.value);
  if (!event.success) {
    parsed.unreadable.push({ reason: 'event', raw: toRaw(json.value) });
    return parsed;
  }
  try {
    readInto(parsed, event.data, webhook, receivedAt, oaId, json.value);
  } catch (error) {
    parsed.unreadable.push({ reason: error instanceof Error ? error.name : 'fault', raw: toRaw(json.value) });
  }
  return parsed;
}

function readInto(
  parsed: ParsedWebhook,
  event: ZaloWebhook,
  webhook: RawWebhook,
  receivedAt: number,
  oaId: string,
  raw: unknown,
): void {
  const name = event.event_name.slice(0, 60);
  const notice = readNotice(event);
  const reason = whyIgnored(event, webhook);
  if (notice) parsed.notices.push(notice);
  else if (reason) parsed.ignored.push(`${name}: ${reason}`);
  else if (isForeign(event, oaId)) parsed.ignored.push(`${name}: another OA`);
  else {
    const read = readEvent(event, receivedAt, oaId);
    if (read === 'unknown') parsed.ignored.push(`${name}: unknown event`);
    else if (read === 'noPerson') parsed.unreadable.push({ reason: read, raw: toRaw(raw) });
    else parsed.events.push(read);
  }
}

/** States of templates and quotas: for operators, of no person. */
function readNotice(event: ZaloWebhook): Notice | null {
  const key = readId(event.template_id) ?? '';
  switch (event.event_name) {
    case 'change_template_status': {
      const state = event.status?.new_status ?? '';
      const reason = event.reason ?? '';
      return {
        kind: 'templateStatus',
        detail: [key, state, reason].filter(Boolean).join(' '),
        ...(key !== '' && { template: { key, lang: '', status: readZbsStatus(state), reason } }),
      };
    }
    case 'change_template_quality':
      return { kind: 'templateQuality', detail: [key, event.quality?.new_quality].filter(Boolean).join(' ') };
    case 'change_oa_daily_quota':
      return { kind: 'dailyQuota', detail: `${readId(event.quota?.prev_value)} → ${readId(event.quota?.new_value)}` };
    default:
      return null;
  }
}

/** Events we know and have no use for, first match counts. */
const IGNORED: readonly [RegExp, string][] = [
  [/^(oa|user)_send_group_|^(create|update|delete)_group|^user_(join|out|left)_group|_group$/, 'group chat'],
  [/^anonymous_/, 'no identity to keep a draft under'],
  [/^oa_send_anonymous_/, 'answer to an anonymous person'],
  [/_tag$/, 'tag'],
  [/^widget_/, 'widget'],
  [/^(change_template_|change_oa_|event_journey_|user_feedback$|user_click_response_button$)/, 'ZBS'],
  [/^(oa_send_consent|user_reply_consent|user_call_oa|oa_call_user)$/, 'call'],
  [/^oa_reacted_message$/, 'reaction of staff'],
  [/^update_user_info$/, 'profile'],
  // The bot never asks with Zalo's form; staff who do are in the chat themselves, and an address unasked is not kept.
  [/^user_submit_info$/, "answer to staff's form"],
  [/^extension_purchased$/, 'shop'],
];

function whyIgnored(event: ZaloWebhook, webhook: RawWebhook): string | null {
  // Receipts of templates sent by phone number: the same event name, with the number as the person's id.
  const isZbs = webhook.headers['x-zevent-server'] !== undefined || event.message?.tracking_id !== undefined;
  if (isZbs) return 'ZBS';
  return IGNORED.find(([pattern]) => pattern.test(event.event_name))?.[1] ?? null;
}

/** The console's probe, or an OA that granted the app and is not ours: no id in the event is our OA's. */
function isForeign(event: ZaloWebhook, oaId: string): boolean {
  const ids = [event.oa_id, event.oaId, event.sender?.id, event.recipient?.id].map(readId);
  return ids.some((id) => id !== null) && !ids.includes(oaId);
}
