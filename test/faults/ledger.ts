import type { ChannelName } from '../../src/core/contact.ts';
import { contactId } from '../../src/core/contact.ts';
import { messengerBytes, messengerSignature, zaloSignature } from '../support/fake-platform.ts';
import { ACCOUNTS } from './platforms-accounts.ts';

/** What a person does, before a platform makes a webhook of it. */
export type Act =
  | { type: 'text'; text: string }
  /** A photo whose address leads nowhere. */
  | { type: 'picture' }
  /** Get Started on Messenger; on Zalo a follow. */
  | { type: 'open' };

/** One thing a person did, and what became of telling it. Instants: epoch ms of this machine. */
export type Posted = {
  /** As the product names it: `<channel>/<message id>`. */
  id: string;
  contact: string;
  channel: ChannelName;
  user: string;
  act: Act;
  /** The platform's time. */
  sentAt: number;
  firstAt: number;
  /** The first answer of 200; null = none yet. */
  ackedAt: number | null;
  deliveries: number;
};

export type Ledger = {
  /** By contact, in the order in which they were done. */
  of(contact: string): readonly Posted[];
  contacts(): readonly string[];
  all(): IterableIterator<Posted>;
  add(channel: ChannelName, user: string, act: Act, sentAt: number): Posted;
  unanswered(): number;
};

export const contactOf = (channel: ChannelName, user: string): string =>
  contactId(channel, channel === 'zalo' ? ACCOUNTS.zalo.oaId : ACCOUNTS.messenger.pageId, user);

/** All that people did in this run. */
export function makeLedger(run: string): Ledger {
  const byContact = new Map<string, Posted[]>();
  const byId = new Map<string, Posted>();
  let count = 0;
  return {
    of: (contact) => byContact.get(contact) ?? [],
    contacts: () => [...byContact.keys()],
    all: () => byId.values(),
    unanswered: () => [...byId.values()].filter((posted) => posted.ackedAt === null).length,
    add(channel, user, act, sentAt) {
      const contact = contactOf(channel, user);
      const key =
        act.type === 'open' && channel === 'zalo' ? `follow/${sentAt}/${user}` : `m_${run}_${(count++).toString(36)}`;
      const posted: Posted = {
        id: `${channel}/${key}`,
        contact,
        channel,
        user,
        act,
        sentAt,
        firstAt: 0,
        ackedAt: null,
        deliveries: 0,
      };
      byId.set(posted.id, posted);
      const list = byContact.get(contact);
      if (list) list.push(posted);
      else byContact.set(contact, [posted]);
      return posted;
    },
  };
}

export type Webhook = { path: string; headers: Record<string, string>; body: Buffer };

const keyOf = (posted: Posted): string => posted.id.slice(posted.channel.length + 1);
/** Nobody answers there (RFC 2606). */
const NOWHERE = 'https://files.invalid/photo.jpg';

/** Zalo tells one event a webhook. */
export function zaloWebhook(posted: Posted): Webhook {
  const { act, user, sentAt } = posted;
  const timestamp = String(sentAt);
  const { appId, oaId, oaSecret } = ACCOUNTS.zalo;
  const frame = { app_id: appId, sender: { id: user }, recipient: { id: oaId }, timestamp };
  const body = Buffer.from(JSON.stringify({ ...frame, ...zaloPart(act, keyOf(posted)), ...follower(act, user) }));
  const signature = zaloSignature(body, appId, oaSecret, timestamp);
  return { path: '/webhooks/zalo', headers: { 'content-type': 'application/json', ...signature }, body };
}

const follower = (act: Act, user: string): object => (act.type === 'open' ? { follower: { id: user } } : {});

function zaloPart(act: Act, msg_id: string): object {
  switch (act.type) {
    case 'text':
      return { event_name: 'user_send_text', message: { msg_id, text: act.text } };
    case 'picture': {
      const attachments = [{ type: 'image', payload: { url: NOWHERE, thumbnail: NOWHERE } }];
      return { event_name: 'user_send_image', message: { msg_id, attachments } };
    }
    case 'open':
      return { event_name: 'follow' };
  }
}

/** Messenger may tell up to a thousand in one body. Source: messenger.md, Webhooks. */
export function messengerWebhook(list: readonly Posted[]): Webhook {
  const { pageId, appSecret } = ACCOUNTS.messenger;
  const entry = list.map((posted) => {
    const { user, sentAt, act } = posted;
    const item = {
      sender: { id: user },
      recipient: { id: pageId },
      timestamp: sentAt,
      ...messengerPart(act, keyOf(posted)),
    };
    return { id: pageId, time: sentAt, messaging: [item] };
  });
  const body = messengerBytes({ object: 'page', entry });
  const headers = { 'content-type': 'application/json', ...messengerSignature(body, appSecret) };
  return { path: '/webhooks/messenger', headers, body };
}

function messengerPart(act: Act, mid: string): object {
  switch (act.type) {
    case 'text':
      return { message: { mid, text: act.text } };
    case 'picture':
      return { message: { mid, attachments: [{ type: 'image', payload: { url: NOWHERE } }] } };
    case 'open':
      return { postback: { mid, title: 'Bắt đầu', payload: 'GET_STARTED' } };
  }
}
