import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import { mayReach } from '../../core/staff.ts';
import type { ContactStore } from '../../stores/mongo/contacts.ts';
import type { Present, PresenceStore } from '../../stores/redis/presence.ts';
import type { LiveClient, LiveHub } from '../live/hub.ts';
import { filterInput, langInput } from './inputs.ts';
import { route, type ConsoleRoute } from './route.ts';

/** Also tells a proxy in between that the stream lives. Shorter than what presence and idle proxies allow. */
const BEAT_MS = 10_000;
/** Of what a page has not taken yet: past it the stream ends, and the page begins anew. */
const MAX_UNREAD_BYTES = 512 * 1024;
/** Of one session: tabs and reloads; the oldest ends. */
const MAX_STREAMS = 12;

type Parts = {
  stores: { contacts: Pick<ContactStore, 'read'> };
  live: LiveHub;
  presence: Pick<PresenceStore, 'touch' | 'leave'>;
  /** The real one. */
  realClock: Clock;
  /** Shorter in tests. */
  beatMs?: number | undefined;
};

/** What changes, as server-sent events. Source: HTML Standard, "Server-sent events" (read 2026-11-21). */
export function liveRoutes({ stores, live, presence, realClock, beatMs = BEAT_MS }: Parts): ConsoleRoute[] {
  const streams = new Map<string, (() => void)[]>();

  const listen = route({
    method: 'GET',
    path: '/live',
    access: 'signedIn',
    scope: 'filtered',
    query: z.object({ contact: filterInput, lang: langInput }),
    async handle({ staff, session, query, res, stillSignedIn }) {
      const contact = query.contact ?? null;
      if (contact !== null) {
        const found = await stores.contacts.read(contact);
        if (!found || !mayReach(staff, found.units)) throw new AppError('console.notFound', 'no such conversation');
      }
      if (res.closed) return { type: 'written' };
      res.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no', // nginx would keep events back
      });
      res.write(': hello\n\n');

      const present: Present = { window: randomUUID(), staff: staff.id, name: staff.name, since: realClock.now() };
      const touch = async (isNew: boolean): Promise<void> => {
        if (contact !== null) await presence.touch(contact, present, realClock.now(), isNew);
      };
      const gone = (): void => {
        if (contact !== null) presence.leave(contact, present).catch(() => {}); // runs out by itself
      };
      const isOpen = (): boolean => !res.writableEnded && !res.destroyed;
      const end = (): void => void (isOpen() && res.end());
      const client: LiveClient = {
        staff,
        lang: query.lang,
        contact,
        send(event, data) {
          if (!isOpen()) return;
          if (res.writableLength > MAX_UNREAD_BYTES) res.destroy();
          else res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
        },
        end,
      };
      const leave = live.join(client);
      const beat = setInterval(() => {
        if (isOpen()) res.write(': beat\n\n');
        // a store that is away for a moment ends no stream
        stillSignedIn().then(
          (still) => {
            if (still) return touch(false).catch(() => {});
            if (isOpen()) res.end('event: bye\ndata: {}\n\n');
            return undefined;
          },
          () => {},
        );
      }, beatMs);

      const own = [...(streams.get(session.id) ?? []), end];
      while (own.length > MAX_STREAMS) own.shift()?.();
      streams.set(session.id, own);
      res.once('close', () => {
        clearInterval(beat);
        leave();
        const left = (streams.get(session.id) ?? []).filter((one) => one !== end);
        if (left.length > 0) streams.set(session.id, left);
        else streams.delete(session.id);
        gone();
      });
      await touch(true).catch(() => {}); // who looks on is a courtesy
      if (res.closed) gone();
      return { type: 'written' };
    },
  });
  return [listen];
}
