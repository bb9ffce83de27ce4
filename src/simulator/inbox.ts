import { never } from '../base/never.ts';
import type { ChannelName } from '../core/contact.ts';
import type { ActFile, InboxAct, Via } from './acts.ts';
import { holderOf, type Person } from './people.ts';
import { showStanding, type Platform } from './platform.ts';

/** A message that leaves the account past every app. */
export type NativeMessage = { by: 'staff' | 'auto'; via: Via; text: string; files: readonly ActFile[] };

/** What a platform's own inbox can do to a conversation. */
export type NativePlatform = {
  native(person: Person, message: NativeMessage): void;
  /** The inbox takes the thread, or gives it back to our app; only where threads have an owner. */
  move?(person: Person, to: 'inbox' | 'app'): void;
};

export type Inbox = {
  /** What staff do. `files` are those of a `files` act. */
  act(person: Person, act: InboxAct, files: readonly ActFile[]): void;
  /** The person wrote: the platform may answer by itself. */
  heard(person: Person): void;
  close(): void;
};

/** Source: messenger.md §10, 8. */
const AUTO_REPLY_AFTER_MS = 2000;
const AUTO_REPLY_EVERY_MS = 24 * 3_600_000;

/** The platforms' own inboxes: Zalo OA Manager, and the Page Inbox of Messenger. */
export function makeInbox(
  platform: Platform,
  platforms: Readonly<Record<ChannelName, NativePlatform>>,
  autoReplyAfterMs = AUTO_REPLY_AFTER_MS,
): Inbox {
  const timers = new Set<NodeJS.Timeout>();

  function act(person: Person, done: InboxAct, files: readonly ActFile[]): void {
    const own = platforms[person.channel];
    switch (done.type) {
      case 'say':
        own.move?.(person, 'inbox'); // Source: messenger.md §5.1: the inbox takes control when staff reply
        return own.native(person, { by: 'staff', via: done.via, text: done.text, files: [] });
      case 'files':
        own.move?.(person, 'inbox');
        return own.native(person, { by: 'staff', via: done.via, text: '', files });
      case 'autoReply':
        person.autoReply = done.text.trim();
        person.autoRepliedAt = null;
        return;
      case 'routing':
        person.routing = done.on && own.move !== undefined;
        person.inboxAt = null;
        return;
      case 'take':
        return own.move?.(person, 'inbox');
      case 'passBack':
        return own.move?.(person, 'app');
      default:
        never(done, 'inbox act');
    }
  }

  return {
    act(person, done, files) {
      act(person, done, files);
      showStanding(platform, person);
    },
    heard(person) {
      const now = platform.clock.now();
      if (holderOf(person, now) === 'inbox') person.inboxAt = now;
      const isDue = person.autoRepliedAt === null || now - person.autoRepliedAt > AUTO_REPLY_EVERY_MS;
      if (person.autoReply === '' || !isDue) return;
      person.autoRepliedAt = now;
      const text = person.autoReply;
      const timer = setTimeout(() => {
        timers.delete(timer);
        platforms[person.channel].native(person, { by: 'auto', via: 'web', text, files: [] });
      }, autoReplyAfterMs);
      timer.unref();
      timers.add(timer);
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
