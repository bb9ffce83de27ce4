import { createHash } from 'node:crypto';
import { never } from '../base/never.ts';
import type { Act, ActFile } from './acts.ts';
import type { Webhook } from './delivery.ts';
import type { ShownFile } from './shown.ts';

export type ZaloEvent = { event_name: string; timestamp: string; [key: string]: unknown };

export type ZaloEventContext = {
  appId: string;
  oaId: string;
  userId: string;
  /** Epoch ms written into the event. */
  at: number;
  /** Files of a `files` or `voice` act, in order. */
  files: readonly ActFile[];
  stickerUrl: string;
  newId(): string;
};

/** The webhooks one act causes; several for an album. Shapes: zalo.md §1.5–1.8. */
export function zaloEvents(act: Act, context: ZaloEventContext): ZaloEvent[] {
  const { appId, oaId, userId, at } = context;
  const base = { app_id: appId, user_id_by_app: byApp(userId), timestamp: String(at) };
  const sent = (eventName: string, message: Record<string, unknown>): ZaloEvent => ({
    ...base,
    sender: { id: userId },
    recipient: { id: oaId },
    event_name: eventName,
    message: { ...message, msg_id: context.newId() },
  });
  const attached = (eventName: string, type: string, payload: Record<string, unknown>): ZaloEvent =>
    sent(eventName, { text: '', attachments: [{ type, payload }] });

  switch (act.type) {
    case 'text':
      return [sent('user_send_text', { text: act.text })];
    case 'tap':
      return [sent('user_send_text', { text: act.payload })];
    case 'files':
      return sentFiles(context.files, context.newId, attached);
    case 'voice':
      return context.files.map((file) => attached('user_send_audio', 'audio', { url: file.url }));
    case 'sticker':
      return [attached('user_send_sticker', 'sticker', { id: '20455', url: context.stickerUrl })];
    case 'location':
      return [
        attached('user_send_location', 'location', { coordinates: { latitude: '9.9347', longitude: '106.3453' } }),
      ];
    case 'follow':
      return [{ ...base, oa_id: oaId, follower: { id: userId }, event_name: 'follow', source: 'oa_profile' }];
    case 'unfollow':
      return [{ ...base, oa_id: oaId, follower: { id: userId }, event_name: 'unfollow', source: 'zalo' }];
    case 'chatNow':
      return [{ ...base, oa_id: oaId, user_id: userId, event_name: 'user_click_chatnow' }];
    case 'erase':
      return [{ ...base, oa_id: oaId, user_id: userId, event_name: 'user_withdraw' }];
    case 'block':
    case 'unblock':
      return []; // what Zalo tells of it is not known
    case 'getStarted':
    case 'link':
      return []; // Zalo knows neither
    default:
      return never(act, 'zaloEvents');
  }
}

/** Pictures sent together come as an album, one event each. */
function sentFiles(
  files: readonly ActFile[],
  newId: () => string,
  attached: (eventName: string, type: string, payload: Record<string, unknown>) => ZaloEvent,
): ZaloEvent[] {
  const images = files.filter((file) => file.kind === 'image');
  const albumId = String(parseInt(newId().slice(0, 11), 16));
  return files.map((file) => {
    if (file.kind !== 'image') {
      const { url, name, size } = file;
      const payload = { url, name, size: String(size), checksum: file.md5, type: endingOf(name) };
      return attached('user_send_file', 'file', payload);
    }
    const payload = { thumbnail: file.url, url: file.url };
    if (images.length === 1) return attached('user_send_image', 'image', payload);
    return attached('user_send_image', 'multi_image', {
      ...payload,
      total_item_in_album: String(images.length),
      id_in_album: String(images.indexOf(file)),
      album_id: albumId,
    });
  });
}

export type ZaloEcho = {
  text: string;
  kind: 'text' | 'image' | 'gif' | 'file';
  hasButtons: boolean;
  messageId: string;
  files: readonly (ShownFile | ActFile)[];
  /** Of staff in the web chat; of others Zalo tells nobody. */
  adminId?: string;
};

/** What Zalo posts after a message of the OA's, whoever wrote it: an app, staff or Zalo itself. */
export function zaloEcho(echo: ZaloEcho, { appId, oaId, userId, at }: ZaloEventContext): ZaloEvent {
  const template = { zinstant_id: echo.messageId.slice(0, 8), text: echo.text, link_url: '', checksum: '' };
  const attachments = [
    ...(echo.hasButtons ? [{ type: 'template', payload: template }] : []),
    ...echo.files.map((file) => shownFile(file, echo.kind)),
  ];
  return {
    app_id: appId,
    sender: { id: oaId, ...(echo.adminId === undefined ? {} : { admin_id: echo.adminId }) },
    user_id_by_app: byApp(userId),
    recipient: { id: userId },
    event_name: `oa_send_${echo.kind}`,
    message: {
      // A file's event has none at all.
      ...(echo.kind === 'file' ? {} : { text: echo.text }),
      ...(attachments.length > 0 ? { attachments } : {}),
      msg_id: echo.messageId,
    },
    timestamp: String(at),
  };
}

function shownFile(file: ShownFile | ActFile, kind: ZaloEcho['kind']): { type: string; payload: object } {
  const { url, name, size } = file;
  if (kind !== 'file') return { type: kind === 'gif' ? 'gif' : 'image', payload: { thumbnail: url, url } };
  const checksum = 'md5' in file ? file.md5 : '';
  return { type: 'file', payload: { size: String(size), name, checksum, type: endingOf(name), url } };
}

const endingOf = (name: string): string =>
  name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';

/** Delivered or seen: here sender and recipient stand the other way round. */
export function zaloReceipt(kind: 'received' | 'seen', messageId: string, context: ZaloEventContext): ZaloEvent {
  return {
    app_id: context.appId,
    sender: { id: context.oaId },
    recipient: { id: context.userId },
    user_id_by_app: byApp(context.userId),
    event_name: `user_${kind}_message`,
    message: kind === 'received' ? { msg_id: messageId } : { msg_ids: [messageId] },
    timestamp: String(context.at),
  };
}

/** A template sent to a number was delivered. Shape: sample `webhook.zbs.user_received_message.json`. */
export const zaloPhoneReceipt = (
  messageId: string,
  phone: string,
  trackingId: string,
  { appId, oaId, at }: ZaloEventContext,
): ZaloEvent => ({
  sender: { id: oaId },
  recipient: { id: phone },
  event_name: 'user_received_message',
  message: { delivery_time: String(at), msg_id: messageId, tracking_id: trackingId },
  app_id: appId,
  timestamp: String(at),
});

/** Signs as zalo.md §1.3 says: a plain SHA-256 over app id, body, timestamp and OA secret. `server`: whose event it is. */
export function zaloWebhook(event: ZaloEvent, appId: string, oaSecret: string, server?: 'ZNS'): Webhook {
  const body = Buffer.from(JSON.stringify(event), 'utf8');
  const mac = createHash('sha256').update(appId).update(body).update(event.timestamp).update(oaSecret).digest('hex');
  return {
    channel: 'zalo',
    name: event.event_name,
    body,
    headers: (attempt) => ({
      'x-zevent-signature': `mac=${mac}`,
      ...(server === undefined ? {} : { 'x-zevent-server': server }),
      ...(attempt > 0 ? { num_retry: String(attempt) } : {}),
    }),
  };
}

/** The person's id towards the app: another number for the same person. */
const byApp = (userId: string): string => `5${userId.slice(1).split('').toReversed().join('')}`;
