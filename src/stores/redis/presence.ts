import { z } from 'zod';
import type { RedisConnection } from './connection.ts';

/** Somebody of the staff with a conversation on screen, in one window of theirs. `since`: epoch ms. */
export type Present = { window: string; staff: string; name: string; since: number };

/** Without a sign from its window somebody is gone after this long. */
export const PRESENCE_MS = 40_000;

const presentShape = z.object({ window: z.string(), staff: z.string(), name: z.string(), since: z.number() });
const LISTEN_TIMEOUT_MS = 5000;
const AGAIN_MS = 1000;

export type PresenceStore = ReturnType<typeof presenceStore>;

/** Who looks at which conversation now, over all web processes. `now` is epoch ms of the real clock, which they share. */
export function presenceStore(connection: RedisConnection) {
  const { client } = connection;
  const keys = connection.keys.console;
  const tell = (contact: string): Promise<unknown> => client.publish(keys.presenceNews, contact);
  return {
    /** A sign from a window, again before `PRESENCE_MS` are over. `isNew`: the others are told. */
    touch: async (contact: string, present: Present, now: number, isNew: boolean): Promise<void> => {
      const key = keys.presence(contact);
      await client.zremrangebyscore(key, '-inf', now);
      await client.zadd(key, now + PRESENCE_MS, JSON.stringify(present));
      await client.pexpire(key, PRESENCE_MS);
      if (isNew) await tell(contact);
    },
    leave: async (contact: string, present: Present): Promise<void> => {
      await client.zrem(keys.presence(contact), JSON.stringify(present));
      await tell(contact);
    },
    /** Who came first is first; one person once, however many windows they have. */
    list: async (contact: string, now: number): Promise<Present[]> => {
      const found = await client.zrangebyscore(keys.presence(contact), `(${now}`, '+inf');
      const people = new Map<string, Present>();
      for (const present of found.map(read).toSorted((one, other) => one.since - other.since)) {
        if (!people.has(present.staff)) people.set(present.staff, present);
      }
      return [...people.values()];
    },
    /** Calls `onChange` with the contact at which somebody came or went, in whichever process. */
    listen: (onChange: (contact: string) => void): { close(): void } => {
      const listener = connection.another(LISTEN_TIMEOUT_MS);
      let closed = false;
      const subscribe = (): void => {
        if (closed) return;
        listener
          .subscribe(keys.presenceNews)
          .catch(() => setTimeout(() => listener.status === 'ready' && subscribe(), AGAIN_MS).unref());
      };
      listener.on('message', (_channel: string, contact: string) => {
        if (!closed) onChange(contact);
      });
      listener.on('ready', subscribe);
      if (listener.status === 'ready') subscribe();
      return {
        close() {
          closed = true;
          listener.disconnect();
        },
      };
    },
  };
}

const read = (json: string): Present => presentShape.parse(JSON.parse(json));
