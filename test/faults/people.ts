import type { ChannelName } from '../../src/core/contact.ts';
import { contactOf } from './ledger.ts';
import type { Mail } from './mail.ts';
import { begin, respond, wish, type Progress, type Wishes } from './person.ts';
import { branch, type Random } from './random.ts';

export type Person = {
  contact: string;
  wishes: Wishes;
  progress: Progress;
  /** Every message they got, oldest first. */
  heard: string[];
  /** performance.now() of the last thing they did or heard. */
  stirredAt: number;
};

/** Many people who talk to the bot at once; who has finished is replaced by somebody new. */
export type People = {
  /** A message reached its person. */
  hear(channel: ChannelName, user: string, text: string): void;
  /** Nobody new begins any more, once `least` have come. */
  stop(): void;
  all(): readonly Person[];
  talking(): number;
  finished(): number;
  /** Messages for people we never met. */
  strays(): number;
};

/** A reply of several messages comes in one go; who answers the first at once has not read the last. */
const READ_MS = 40;

export function startPeople(options: {
  mail: Mail;
  seed: number;
  /** Numbers people apart between runs. */
  firstUser: number;
  /** At once. */
  active: number;
  /** How many of them come on Zalo, 0 to 1. */
  zaloShare: number;
  /** So many come at least, however soon it is stopped. */
  least: number;
}): People {
  const { mail, seed, active } = options;
  const byContact = new Map<string, Person>();
  let stopped = false;
  let talking = 0;
  let finished = 0;
  let strays = 0;

  function meet(): void {
    if (talking >= active || (stopped && byContact.size >= options.least)) return;
    const n = options.firstUser + byContact.size;
    const random: Random = branch(seed, `person ${n}`);
    const wishes = wish(n, random, options.zaloShare);
    const person: Person = {
      contact: contactOf(wishes.channel, wishes.user),
      wishes,
      progress: begin(wishes),
      heard: [],
      stirredAt: performance.now(),
    };
    byContact.set(person.contact, person);
    talking++;
    const first = random() < 0.3 ? ({ type: 'open' } as const) : ({ type: 'text', text: 'xin chào' } as const);
    void live(person, () => mail.tell(wishes.channel, wishes.user, [first], wishes.behindMs));
    setImmediate(meet);
  }

  /** One thing after the other: says something, waits for the reply, says the next. */
  async function live(person: Person, say: () => Promise<void>): Promise<void> {
    await say();
    for (;;) {
      const read = await newest(person);
      const acts = respond(person.wishes, person.progress, read);
      if (person.progress.finished) break;
      if (acts) await mail.tell(person.wishes.channel, person.wishes.user, acts, person.wishes.behindMs);
    }
    talking--;
    finished++;
    meet();
  }

  const wakes = new Map<Person, () => void>();
  const read = new WeakMap<Person, number>();

  /** The last message, once another one has come and no more follows at once. */
  async function newest(person: Person): Promise<string> {
    if (person.heard.length === (read.get(person) ?? 0)) await new Promise<void>((wake) => wakes.set(person, wake));
    for (let before = 0; before !== person.heard.length;) {
      before = person.heard.length;
      await new Promise((resolve) => setTimeout(resolve, READ_MS));
    }
    read.set(person, person.heard.length);
    return person.heard.at(-1) ?? '';
  }

  meet();
  return {
    hear(channel, user, text) {
      const person = byContact.get(contactOf(channel, user));
      if (!person) return void strays++;
      person.heard.push(text);
      person.stirredAt = performance.now();
      const wake = wakes.get(person);
      wakes.delete(person);
      wake?.();
    },
    stop: () => void (stopped = true),
    all: () => [...byContact.values()],
    talking: () => talking,
    finished: () => finished,
    strays: () => strays,
  };
}
