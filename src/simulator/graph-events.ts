import { createHmac } from 'node:crypto';
import { never } from '../base/never.ts';
import type { Act, ActFile } from './acts.ts';
import type { Webhook } from './delivery.ts';
import type { Person } from './people.ts';

/** One item of `entry[].messaging[]`. */
export type GraphEvent = { sender: { id: string }; recipient: { id: string }; [key: string]: unknown };

export type GraphEventContext = {
  pageId: string;
  appId: string;
  userId: string;
  /** Epoch ms written into the event. */
  at: number;
  files: readonly ActFile[];
  stickerUrl: string;
  /** Payload the page set for Get Started. */
  getStarted: string;
  newId(): string;
};

/** What one act causes; empty where Messenger sends nothing. Shapes: messenger.md §2.5. */
export function graphEvents(act: Act, person: Person, context: GraphEventContext): GraphEvent[] {
  const frame = { sender: { id: context.userId }, recipient: { id: context.pageId }, timestamp: context.at };
  const mid = () => `m_${context.newId()}`;
  const message = (fields: Record<string, unknown>): GraphEvent[] => [{ ...frame, message: { mid: mid(), ...fields } }];
  const attached = (files: readonly ActFile[]): GraphEvent[] =>
    message({
      attachments: files.map((file) => ({ type: file.kind, payload: { url: `${file.url}?oh=03_Q7d&oe=6A9C11F0` } })),
    });
  const referral = (ref: string) => ({ ref, source: 'SHORTLINK', type: 'OPEN_THREAD' });

  switch (act.type) {
    case 'text':
      return message({ text: act.text });
    case 'tap': {
      if (act.kind === 'quickReply') return message({ text: act.title, quick_reply: { payload: act.payload } });
      return [{ ...frame, postback: { mid: mid(), title: act.title, payload: act.payload } }];
    }
    case 'files':
    case 'voice':
      return attached(context.files);
    case 'sticker':
      return message({
        attachments: [{ type: 'sticker', payload: { url: context.stickerUrl, sticker_id: 369239263222822 } }],
      });
    case 'location':
      return message({
        attachments: [
          { type: 'fallback', payload: { url: 'https://maps.example.test/?q=9.9347,106.3453', title: '' } },
        ],
      });
    case 'getStarted': {
      const ref = person.ref === null ? {} : { referral: referral(person.ref) };
      return [{ ...frame, postback: { mid: mid(), title: act.title, payload: context.getStarted, ...ref } }];
    }
    case 'link':
      // A first-time visitor sees the welcome screen; the ref then comes with Get Started.
      return person.started ? [{ ...frame, referral: referral(act.ref) }] : [];
    case 'follow':
    case 'unfollow':
    case 'chatNow':
    case 'erase':
    case 'block':
    case 'unblock':
      return [];
    default:
      return never(act, 'graphEvents');
  }
}

/** Page Inbox and Business Suite. Source: messenger.md §2.6. */
export const INBOX_APP_ID = 263902037430900;

/** `appId` null: a surface that tells none. `message` as it was sent; `files` are those it shows by reference. */
export type GraphEcho = {
  messageId: string;
  appId: number | null;
  message: Record<string, unknown>;
  files: readonly { kind: string; url: string }[];
};

/** What Meta posts after a message of the page's, whoever wrote it. */
export function graphEcho({ messageId, appId, message, files }: GraphEcho, context: GraphEventContext): GraphEvent {
  const { quick_replies: _, attachment, ...shown } = message;
  const media = files.map(({ kind, url }) => ({ type: kind, payload: { url } }));
  const attachments = media.length > 0 || !attachment ? media : [attachment];
  return {
    sender: { id: context.pageId },
    recipient: { id: context.userId },
    timestamp: context.at,
    message: {
      mid: messageId,
      is_echo: true,
      ...(appId === null ? {} : { app_id: appId }),
      ...shown,
      ...(attachments.length > 0 ? { attachments } : {}),
    },
  };
}

/** A thread that changed hands between our app and the inbox. Source: messenger.md §5.3. */
export function graphControl(to: 'inbox' | 'app', context: GraphEventContext): GraphEvent {
  const frame = { sender: { id: context.userId }, recipient: { id: context.pageId }, timestamp: context.at };
  const [inbox, app] = [String(INBOX_APP_ID), context.appId];
  if (to === 'app')
    return {
      ...frame,
      pass_thread_control: { previous_owner_app_id: inbox, new_owner_app_id: app, metadata: '' },
    };
  return {
    ...frame,
    take_thread_control: { previous_owner_app_id: app, new_owner_app_id: INBOX_APP_ID, metadata: '' },
  };
}

/** As an app that does not own the thread hears of it: a tap without its payload. Source: messenger.md §2.5 "standby". */
function toStandby(event: GraphEvent): GraphEvent {
  if (!('postback' in event)) return event;
  const { payload: _, ...postback } = event['postback'] as { payload?: string }; // made by `graphEvents`
  return { ...event, postback };
}

export function graphReceipt(kind: 'delivery' | 'read', messageId: string, context: GraphEventContext): GraphEvent {
  const frame = { sender: { id: context.userId }, recipient: { id: context.pageId }, timestamp: context.at };
  const watermark = context.at;
  return kind === 'delivery'
    ? { ...frame, delivery: { mids: [messageId], watermark } }
    : { ...frame, read: { watermark } };
}

/** The subscription field an event belongs to. */
export function graphField(event: GraphEvent): string {
  const { message } = event;
  if ('take_thread_control' in event || 'pass_thread_control' in event) return 'messaging_handovers';
  if (typeof message === 'object' && message !== null) return 'is_echo' in message ? 'message_echoes' : 'messages';
  if ('postback' in event) return 'messaging_postbacks';
  if ('referral' in event) return 'messaging_referrals';
  return 'delivery' in event ? 'message_deliveries' : 'message_reads';
}

/**
 * Signed as Meta signs: over the escaped form, which is what goes over the wire. A reader that parses and prints the body
 * again before it checks the signature fails, as it would in life.
 */
export function graphWebhook(
  event: GraphEvent,
  way: 'messaging' | 'standby',
  { pageId, appSecret }: { pageId: string; appSecret: string },
  at: number,
): Webhook {
  const items = [way === 'standby' ? toStandby(event) : event];
  return signed(way === 'standby' ? way : graphField(event), { time: at, id: pageId, [way]: items }, appSecret);
}

/** Something about the page itself: no person in it. Shape: messenger.md §2.5 "Template status". */
export const graphChange = (
  field: string,
  value: object,
  { pageId, appSecret }: { pageId: string; appSecret: string },
  at: number,
): Webhook => signed(field, { id: pageId, time: at, changes: [{ field, value }] }, appSecret);

function signed(name: string, entry: object, appSecret: string): Webhook {
  const body = Buffer.from(escaped({ object: 'page', entry: [entry] }), 'latin1');
  const signature = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
  return { channel: 'messenger', name, body, headers: () => ({ 'x-hub-signature-256': signature }) };
}

/** JSON with everything outside ASCII as `\uXXXX` and with `\/`. Source: messenger.md §2.2. */
export function escaped(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[^\u0020-\u007e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
