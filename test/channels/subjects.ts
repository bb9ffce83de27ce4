import { readdirSync, readFileSync } from 'node:fs';
import type { Channel, RawWebhook } from '../../src/channels/channel.ts';
import { messengerChannel, type MessengerOptions } from '../../src/channels/messenger/channel.ts';
import { zaloChannel, type ZaloOptions } from '../../src/channels/zalo/channel.ts';
import type { Token, TokenLock, TokenStore } from '../../src/channels/zalo/token.ts';
import { messengerBytes, messengerSignature, zaloSignature } from '../support/fake-platform.ts';

/** The ids of the samples. */
export const PAGE = '108845271234567';
export const PSID = '24681357908642097';
export const OA = '3700111222333444555';
export const ZALO_USER = '8123456789012345678';
export const ZALO_APP = '4100200300400500601';

export const APP_SECRET = '0123456789abcdef0123456789abcdef';
export const OA_SECRET = 'InventedOaSecretKey01';

export function sampleNames(channel: 'messenger' | 'zalo', start: string): string[] {
  const names = readdirSync(new URL(`./${channel}/samples/`, import.meta.url));
  return names.filter((name) => name.startsWith(start)).toSorted();
}

export function sample(channel: 'messenger' | 'zalo', name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./${channel}/samples/${name}`, import.meta.url), 'utf8')) as unknown;
}

export function makeMessenger(graphUrl: string, more: Partial<MessengerOptions> = {}): Channel {
  return messengerChannel({
    pageId: PAGE,
    appId: '987654321012345',
    appSecret: APP_SECRET,
    verifyToken: 'vt-invented-7Yq2',
    pageToken: 'page-token',
    graphUrl,
    timeoutMs: 2_000,
    ...more,
  });
}

export function makeZalo(url: string, more: Partial<ZaloOptions> = {}): Channel {
  return zaloChannel({
    appId: ZALO_APP,
    oaId: OA,
    oaSecret: OA_SECRET,
    appSecret: 'app-secret',
    tokens: { store: memoryTokens(), lock: freeLock, first: { refreshToken: 'refresh-1' }, onAlarm() {} },
    apiUrl: url,
    oauthUrl: url,
    timeoutMs: 2_000,
    ...more,
  });
}

/** Keeps the promise of `TokenStore`: nothing is written unless the version is the expected one. */
export function memoryTokens(start: Token | null = null): TokenStore & { stored(): Token | null } {
  let token = start;
  return {
    stored: () => token,
    read: () => Promise.resolve(token),
    write: (next, expectedVersion) => {
      if ((token?.version ?? 0) !== expectedVersion) return Promise.resolve(false);
      token = next;
      return Promise.resolve(true);
    },
  };
}

export const freeLock: TokenLock = { run: (work) => work() };

/** One channel with what the contract suite needs to know of its platform. */
export type Subject = {
  name: 'messenger' | 'zalo';
  make(url: string): Channel;
  header: string;
  contactUser: string;
  account: string;
  /** A body on the wire, as this platform writes it. */
  bytes(body: unknown): Buffer;
  sign(body: Buffer): Record<string, string>;
  /** A body in which one person says one text. Keys of `more` replace those of the message's item. */
  says(text: string, more?: Record<string, unknown>, messageId?: unknown): unknown;
  userKeys(user: unknown): Record<string, unknown>;
  foreign: unknown;
  unknownEvent: unknown;
};

export const subjects: Subject[] = [
  {
    name: 'messenger',
    make: (url) => makeMessenger(url),
    header: 'x-hub-signature-256',
    contactUser: PSID,
    account: PAGE,
    bytes: messengerBytes,
    sign: (body) => messengerSignature(body, APP_SECRET),
    says: (text, more = {}, messageId = 'm_1') => ({
      object: 'page',
      entry: [{ id: PAGE, time: 1795069200400, messaging: [messengerItem(text, more, messageId)] }],
    }),
    userKeys: (user) => ({ sender: { id: user } }),
    foreign: { object: 'page', entry: [{ id: '99', time: 1, messaging: [messengerItem('xin chào', {}, 'm_1')] }] },
    unknownEvent: {
      object: 'page',
      entry: [
        {
          id: PAGE,
          time: 1,
          messaging: [{ sender: { id: PSID }, recipient: { id: PAGE }, brand_new_thing: { a: 1 } }],
        },
      ],
    },
  },
  {
    name: 'zalo',
    make: (url) => makeZalo(url),
    header: 'x-zevent-signature',
    contactUser: ZALO_USER,
    account: OA,
    bytes: (body) => Buffer.from(JSON.stringify(body)),
    sign: (body) => {
      const timestamp = /"timestamp":"?(\d+)/.exec(body.toString())?.[1] ?? '';
      return zaloSignature(body, ZALO_APP, OA_SECRET, timestamp);
    },
    says: zaloItem,
    userKeys: (user) => ({ sender: { id: user } }),
    foreign: zaloItem('xin chào', { recipient: { id: '3333333333333333333' } }),
    unknownEvent: zaloItem('', { event_name: 'brand_new_event' }),
  },
];

export function messengerItem(text: string, more: Record<string, unknown> = {}, mid: unknown = 'm_1'): unknown {
  const message = { ...(mid === undefined ? {} : { mid }), text };
  return { sender: { id: PSID }, recipient: { id: PAGE }, timestamp: 1795069200000, message, ...more };
}

function zaloItem(text: string, more: Record<string, unknown> = {}, msgId: unknown = 'm_1'): unknown {
  const message = { ...(msgId === undefined ? {} : { msg_id: msgId }), text };
  return {
    app_id: ZALO_APP,
    event_name: 'user_send_text',
    sender: { id: ZALO_USER },
    recipient: { id: OA },
    message,
    timestamp: '1795069200000',
    ...more,
  };
}

export const webhookOf = (body: unknown, headers: RawWebhook['headers'] = {}): RawWebhook => ({
  headers,
  body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
