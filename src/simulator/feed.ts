import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ChannelName } from '../core/contact.ts';
import type { FeedEntry, Shown } from './shown.ts';

export type Feed = {
  /** Adds to a session's history and shows it on every page that watches. `session` null: nobody looks yet, dropped. */
  push(session: string | null, phone: ChannelName, item: Shown): void;
  /** Streams the session as server-sent events: what came after the entry id `after`, then what comes. */
  watch(session: string, after: string, res: ServerResponse): void;
  /** Hears what is shown from now on; gives what ends it. */
  hear(session: string, listener: (item: Shown) => void): () => void;
  watched(session: string | null): boolean;
  /** Tells every page what time it is now. */
  tellTime(): void;
  close(): void;
};

const MAX_SESSIONS = 500;
const MAX_ENTRIES = 400;
const PING_MS = 15_000;

type Session = { entries: FeedEntry[]; watchers: Set<ServerResponse>; listeners: Set<(item: Shown) => void> };

/** What the phones of each session showed, in memory. Entry ids begin with a word of this process, so a page sees a restart. */
export function makeFeed(now: () => number): Feed {
  const boot = randomBytes(4).toString('hex');
  const sessions = new Map<string, Session>();
  let count = 0;

  const sessionOf = (name: string): Session => {
    const session: Session = sessions.get(name) ?? { entries: [], watchers: new Set(), listeners: new Set() };
    sessions.delete(name);
    sessions.set(name, session);
    if (sessions.size > MAX_SESSIONS) forgetOldest();
    return session;
  };
  const forgetOldest = () => {
    for (const [name, session] of sessions) {
      if (session.watchers.size + session.listeners.size > 0) continue;
      sessions.delete(name);
      return;
    }
  };
  const tellTime = (): void => {
    for (const session of sessions.values()) for (const res of session.watchers) res.write(clockEvent(now()));
  };
  const ping = setInterval(tellTime, PING_MS);
  ping.unref();

  return {
    push(name, phone, item) {
      if (name === null) return;
      const session = sessionOf(name);
      const kept = item.type !== 'typing';
      const entry: FeedEntry = { id: kept ? `${boot}-${++count}` : '', at: now(), phone, item };
      if (kept) {
        session.entries.push(entry);
        if (session.entries.length > MAX_ENTRIES) session.entries.shift();
      }
      for (const res of session.watchers) res.write(entryEvent(entry));
      for (const listener of session.listeners) listener(item);
    },
    watch(name, after, res) {
      const session = sessionOf(name);
      res.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      res.write(`retry: 1000\n${clockEvent(now())}`);
      const [afterBoot, afterCount] = after.split('-');
      const from = afterBoot === boot ? Number(afterCount) : 0;
      for (const entry of session.entries) {
        if (Number(entry.id.split('-')[1]) > from) res.write(entryEvent(entry));
      }
      session.watchers.add(res);
      res.on('close', () => session.watchers.delete(res));
    },
    hear(name, listener) {
      const { listeners } = sessionOf(name);
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    watched: (name) => name !== null && (sessions.get(name)?.watchers.size ?? 0) > 0,
    tellTime,
    close() {
      clearInterval(ping);
      for (const session of sessions.values()) for (const res of session.watchers) res.end();
      sessions.clear();
    },
  };
}

const clockEvent = (at: number): string => `event: clock\ndata: ${at}\n\n`;
const entryEvent = (entry: FeedEntry): string =>
  `${entry.id === '' ? '' : `id: ${entry.id}\n`}data: ${JSON.stringify(entry)}\n\n`;
