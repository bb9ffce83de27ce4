import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { phaseAt, phasesFor } from '../../core/campaign.ts';
import { parseContactId, type ContactId } from '../../core/contact.ts';
import { FILE_LIMITS } from '../../core/file-limits.ts';
import type { Session } from '../../core/session.ts';
import { windowAt } from '../../core/window.ts';
import type { World } from '../../engine/flow.ts';
import type { ContactDoc } from '../../stores/mongo/contacts.ts';
import type { MongoStores } from '../../stores/mongo/stores.ts';
import type { RedisConnection } from '../../stores/redis/connection.ts';
import { partitionOf } from '../../stores/redis/hash.ts';
import type { PresenceStore } from '../../stores/redis/presence.ts';
import { loadSessions } from '../../stores/redis/sessions.ts';
import { toPresence } from '../live/hub.ts';
import { toRows } from './conversations.ts';
import { toDraft, toEntryView } from './draft-view.ts';
import { langInput } from './inputs.ts';
import { toNote } from './notes.ts';
import { ok, route, type ConsoleRoute } from './route.ts';
import type { ConversationView, WindowView } from './types.ts';

type Parts = {
  world: World;
  stores: Pick<MongoStores, 'inbox' | 'entries' | 'notes'>;
  readSession: SessionReader;
  presence: Pick<PresenceStore, 'list'>;
  clock: Clock;
  realClock: Clock;
};

/** One conversation with all that stands beside its transcript. */
export function conversationRoutes(parts: Parts): ConsoleRoute[] {
  const { world, stores, readSession, presence, clock, realClock } = parts;
  const view = route({
    method: 'GET',
    path: '/conversations/:contact',
    access: 'signedIn',
    scope: 'contact',
    query: z.object({ lang: langInput }),
    async handle({ contact, query: { lang } }) {
      const id = contact._id as ContactId; // the archive has them from events
      const at = clock.now();
      const [rows, session, entries, notes, present] = await Promise.all([
        toRows(world, stores.inbox, [contact], at, lang),
        readSession(id),
        stores.entries.listOf(id),
        stores.notes.list(id),
        presence.list(id, realClock.now()).catch(() => []), // who looks on is a courtesy
      ]);
      const view: ConversationView = {
        row: rows[0]!, // one for each contact
        lang: contact.lang,
        campaigns: [...world.flows.values()].map(({ campaign }) => ({
          id: campaign.id,
          name: campaign.shortName[lang],
          isOpen: phaseAt(phasesFor(campaign, contact.units), at).type === 'open',
        })),
        draft: session && toDraft(world, session, at, lang),
        entries: entries.map((entry) => toEntryView(world, entry, at, lang)),
        window: windowOf(contact, session, at),
        fileLimits: FILE_LIMITS[parseContactId(id).channel].map(({ mime, maxBytes }) => ({ mime, maxBytes })),
        notes: notes.map(toNote),
        presence: present.map(toPresence),
      };
      return ok(view);
    },
  });
  return [view];
}

/** What the platform still takes. The session knows it first; the archive where that has run out. */
export function windowOf(contact: ContactDoc, session: Session | null, at: number): WindowView {
  const seenAt = session?.lastSeenAt ?? contact.lastSeenAt.getTime();
  return windowAt(parseContactId(contact._id as ContactId).channel, seenAt > 0 ? seenAt : null, at);
}

export type SessionReader = (contact: ContactId) => Promise<Session | null>;

/** Reads a session as the worker last wrote it; null where there is none or it cannot be understood. */
export const sessionReader =
  (redis: RedisConnection, partitions: number, log: Log): SessionReader =>
  async (contact) => {
    const p = partitionOf(contact, partitions);
    const [session] = await loadSessions(redis, p, [contact], () =>
      log.error({ partition: p }, 'a session could not be read for the console'),
    );
    return session ?? null;
  };
