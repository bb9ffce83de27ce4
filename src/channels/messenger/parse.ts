import type { MessengerAccount } from './account.ts';
import type { ParsedWebhook } from '../channel.ts';
import { readId, readInstant, readJson, toRaw } from '../read-json.ts';
import { readItem } from './read-item.ts';
import { messagingItem, pageChange, pageEntry, pageWebhook, templateState } from './schema.ts';
import { readGraphStatus, readReason } from './templates.ts';

/**
 * Reads every item of every entry. Never throws; an item that cannot be read is kept raw and its neighbours are taken.
 * Source: messenger.md §2.3–2.6.
 */
export function parseMessenger(body: Buffer, receivedAt: number, account: MessengerAccount): ParsedWebhook {
  const parsed: ParsedWebhook = { events: [], ignored: [], unreadable: [], notices: [] };
  const json = readJson(body);
  if (json === null) {
    parsed.unreadable.push({ reason: 'notJson', raw: body.toString('utf8') });
    return parsed;
  }
  const webhook = pageWebhook.safeParse(json.value);
  if (webhook.success && webhook.data.object !== 'page')
    parsed.ignored.push(`object.${webhook.data.object.slice(0, 40)}`);
  else if (webhook.success) for (const entry of webhook.data.entry) readEntry(parsed, entry, receivedAt, account);
  else if (isMarketingFailure(json.value)) parsed.ignored.push('marketing_message_delivery_failed');
  else parsed.unreadable.push({ reason: 'webhook', raw: toRaw(json.value) });
  return parsed;
}

function readEntry(parsed: ParsedWebhook, raw: unknown, receivedAt: number, account: MessengerAccount): void {
  const entry = pageEntry.safeParse(raw);
  if (!entry.success) {
    parsed.unreadable.push({ reason: 'entry', raw: toRaw(raw) });
    return;
  }
  const { id, time, messaging, standby, changes } = entry.data;
  if (readId(id) !== account.pageId) {
    parsed.ignored.push('entry of another page');
    return;
  }
  if (!messaging && !standby && !changes) parsed.unreadable.push({ reason: 'entry', raw: toRaw(raw) });
  const at = readInstant(time) ?? receivedAt;
  for (const item of messaging ?? []) readOne(parsed, item, at, false, account);
  for (const item of standby ?? []) readOne(parsed, item, at, true, account);
  for (const change of changes ?? []) readChange(parsed, change);
}

function readOne(
  parsed: ParsedWebhook,
  raw: unknown,
  entryAt: number,
  isStandby: boolean,
  account: MessengerAccount,
): void {
  const item = messagingItem.safeParse(raw);
  try {
    if (item.success) readItem(parsed, item.data, raw, entryAt, isStandby, account);
    else parsed.unreadable.push({ reason: 'item', raw: toRaw(raw) });
  } catch (error) {
    // A fault of ours in one kind of item must not cost its neighbours.
    parsed.unreadable.push({ reason: error instanceof Error ? error.name : 'fault', raw: toRaw(raw) });
  }
}

function readChange(parsed: ParsedWebhook, raw: unknown): void {
  const change = pageChange.safeParse(raw);
  if (!change.success) {
    parsed.unreadable.push({ reason: 'change', raw: toRaw(raw) });
    return;
  }
  const { field, value } = change.data;
  const read = templateState.safeParse(value);
  // Two spellings of the field are in use. Source: messenger.md §2.4.
  if (!/^mess(age|enger)_template_status_update$/.test(field) || !read.success) {
    parsed.ignored.push(`changes.${field.slice(0, 60)}`);
    return;
  }
  const { data } = read;
  const key = data.message_template_name ?? data.name ?? '';
  const lang = data.message_template_language ?? data.language ?? '';
  const state = data.event ?? data.status ?? data.message_template_status ?? '';
  parsed.notices.push({
    kind: 'templateStatus',
    detail: [key, lang, state, data.reason].filter(Boolean).join(' '),
    ...(key !== '' && { template: { key, lang, status: readGraphStatus(state), reason: readReason(data.reason) } }),
  });
}

const isMarketingFailure = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'messenger_subscription_token' in value;
