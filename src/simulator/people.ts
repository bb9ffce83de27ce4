import { randomInt } from 'node:crypto';
import type { ChannelName } from '../core/contact.ts';

/** A made-up person on one stand-in platform. */
export type Person = {
  channel: ChannelName;
  id: string;
  /** Feed that shows this person's phone; null until a page asks for it. */
  session: string | null;
  /** Last act that opens a messaging window, epoch ms; null = never. */
  lastActAt: number | null;
  following: boolean;
  /** Takes nothing from the account. */
  blocked: boolean;
  /** The number of the account's phone, `84…`: the one the person wrote on either phone. Null until then. */
  phone: string | null;
  /** On Messenger: a thread exists. On Zalo: the "message" button was used or something was written. */
  started: boolean;
  /** Ref of an m.me link that waits for Get Started. */
  ref: string | null;
  /** Echoes of what is sent to this person are lost. */
  dropEcho: boolean;
  /** Messenger, Conversation Routing: a thread has one owner, and the inbox may be it. */
  routing: boolean;
  /** Since when the inbox owns the thread, or the last thing said in it; epoch ms, null = our app does. */
  inboxAt: number | null;
  /** What the platform answers by itself, '' = nothing, and when it last did. */
  autoReply: string;
  autoRepliedAt: number | null;
};

/** The inbox's hold ends after so long without a word. Source: messenger.md §5.1. */
const HOLD_MS = 24 * 3_600_000;

/** Which app may write to the person now. */
export const holderOf = ({ routing, inboxAt }: Person, now: number): 'app' | 'inbox' =>
  routing && inboxAt !== null && now - inboxAt <= HOLD_MS ? 'inbox' : 'app';

export type People = {
  issue(channel: ChannelName): Person;
  /** Null when no simulator ever gave out this id. */
  find(channel: ChannelName, id: string): Person | null;
  /** Who is on this channel under this number; null = nobody that we know of. */
  byPhone(channel: ChannelName, phone: string): Person | null;
  /** Notes the number for the person and for whom they are on the other phone. */
  setPhone(person: Person, phone: string): void;
  count(channel: ChannelName): number;
};

/** Memory for this many people; who was silent longest is forgotten first. */
const MAX_PEOPLE = 5000;
/** Like real ones: 19 digits on Zalo, 17 on Messenger, past 2^53. */
const SHAPES = { zalo: { first: '8', digits: 19 }, messenger: { first: '2', digits: 17 } } as const;

/**
 * Ids end in two check digits. An id of ours that is not in memory comes from before a restart, when answers may still be
 * on their way: such a person counts as having written just now. Any other id is nobody's.
 */
export function makePeople(now: () => number): People {
  const people = new Map<string, Person>();
  const keep = (person: Person): Person => {
    const key = `${person.channel}:${person.id}`;
    people.delete(key);
    people.set(key, person);
    if (people.size > MAX_PEOPLE) people.delete(people.keys().next().value ?? '');
    return person;
  };
  return {
    issue(channel) {
      const { first, digits } = SHAPES[channel];
      const body = first + Array.from({ length: digits - 3 }, () => randomInt(10)).join('');
      return keep({ ...newcomer, channel, id: body + checkDigits(body) });
    },
    find(channel, id) {
      const known = people.get(`${channel}:${id}`);
      if (known) return keep(known);
      const { first, digits } = SHAPES[channel];
      const ours = /^\d+$/.test(id) && id.length === digits && id.startsWith(first);
      if (!ours || checkDigits(id.slice(0, -2)) !== id.slice(-2)) return null;
      return keep({ ...newcomer, channel, id, lastActAt: now(), started: true, following: true });
    },
    byPhone: (channel, phone) =>
      [...people.values()].findLast((person) => person.channel === channel && person.phone === phone) ?? null,
    setPhone(person, phone) {
      person.phone = phone;
      if (person.session === null) return;
      for (const other of people.values()) if (other.session === person.session) other.phone = phone;
    },
    count: (channel) => [...people.values()].filter((person) => person.channel === channel).length,
  };
}

const newcomer = {
  session: null,
  lastActAt: null,
  following: false,
  blocked: false,
  phone: null,
  started: false,
  ref: null,
  dropEcho: false,
  routing: false,
  inboxAt: null,
  autoReply: '',
  autoRepliedAt: null,
} as const;

const checkDigits = (body: string): string => String(BigInt(body) % 97n).padStart(2, '0');
