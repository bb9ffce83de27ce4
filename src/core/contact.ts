import type { Brand } from '../base/brand.ts';

export type ChannelName = 'zalo' | 'messenger';

/** One person on one channel: `<channel>:<account>:<user id>`. */
export type ContactId = Brand<string, 'ContactId'>;

/** `account` is the OA id or Page id, `user` the platform's id of the person; both opaque strings without a colon. */
export function contactId(channel: ChannelName, account: string, user: string): ContactId {
  return `${channel}:${account}:${user}` as ContactId;
}

export function parseContactId(id: ContactId): { channel: ChannelName; account: string; user: string } {
  const [channel, account, ...user] = id.split(':');
  return { channel: channel as ChannelName, account: account ?? '', user: user.join(':') };
}
