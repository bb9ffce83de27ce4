import type { ChannelName } from '../core/contact.ts';

/** A button as a phone shows it. `payload` is the text, address or number behind it. */
export type ShownButton = {
  kind: 'query' | 'postback' | 'quickReply' | 'url' | 'phone' | 'sms';
  title: string;
  payload: string;
  /** Zalo's `oa.query.hide`: the tap is not shown as a message of the person's. */
  hidden?: boolean;
};

export type ShownFile = {
  kind: 'image' | 'file' | 'audio' | 'video' | 'sticker' | 'location';
  name: string;
  /** Bytes; 0 where there are none. */
  size: number;
  /** Empty for what has no bytes. */
  url: string;
};

/**
 * What the sender knows about a message and the phone's owner does not see in life: that it was a template, by its `name`, or
 * came too late to be free; and its price in đồng, 0 when a package paid, null where nothing is charged.
 */
export type ShownCost = { why: 'template'; name: string; vnd: number | null } | { why: 'late'; vnd: number };

/** What can appear on a phone or in the event inspector. */
export type Shown =
  /** The person wrote or tapped. `id` names it for `saidState`. `tapped`: the payload of a button whose tap is no message. */
  | { type: 'said'; id: string; text: string; files: ShownFile[]; tapped?: string }
  /** Whether the webhook took it: `waiting` = refused so far, delivered again in `againMs`; `lost` = given up. */
  | { type: 'saidState'; id: string; state: 'delivered' | 'waiting' | 'lost'; againMs?: number }
  /** `by`: written in the platform's own inbox, or its automatic answer; an app's without it. The phone shows them alike. */
  | {
      type: 'heard';
      id: string;
      text: string;
      files: ShownFile[];
      buttons: ShownButton[];
      quickReplies: ShownButton[];
      by?: 'staff' | 'auto';
      cost?: ShownCost;
    }
  | {
      type: 'note';
      note: 'follow' | 'unfollow' | 'chatNow' | 'getStarted' | 'link' | 'erase' | 'block' | 'unblock';
      ref?: string;
    }
  | { type: 'typing'; on: boolean }
  /** Where the person stands with the account, and how its own inbox is set for them. */
  | {
      type: 'standing';
      following: boolean;
      blocked: boolean;
      started: boolean;
      ref: string | null;
      routing: boolean;
      holder: 'app' | 'inbox';
      autoReply: string;
    }
  /** One webhook or one call of the platform's API, for the inspector. `body` is cut to a readable length. */
  | { type: 'wire'; way: 'webhook' | 'api'; name: string; status: number; ms: number; attempt: number; body: string };

/** One entry of a session's feed. `id` is `<boot>-<n>`, empty for what is not kept. `at`: epoch ms, simulated. */
export type FeedEntry = { id: string; at: number; phone: ChannelName; item: Shown };
