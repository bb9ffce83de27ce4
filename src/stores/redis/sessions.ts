import { BOT } from '../../core/handover.ts';
import { SESSION_VERSION, sessionSchema, type Session } from '../../core/session.ts';
import type { RedisConnection } from './connection.ts';

/** Brings the JSON of a session of the version named up to the next one. */
const migrations: Readonly<Record<number, (stored: Record<string, unknown>) => Record<string, unknown>>> = {
  // who owns a conversation came to say how and since when; nobody but the bot owned one before
  1: (stored) => ({
    ...stored,
    v: 2,
    owner: BOT,
    humanReason: stored['humanAskedAt'] == null ? null : 'asked',
    humanRequest: null,
    sentFiles: [],
    handledAt: null,
  }),
};

/** Null when it cannot be understood, not even after migration. */
export function readSession(json: string): Session | null {
  try {
    let stored: unknown = JSON.parse(json);
    while (isRecord(stored) && typeof stored['v'] === 'number' && stored['v'] < SESSION_VERSION) {
      const migrate = migrations[stored['v']];
      if (!migrate) return null;
      stored = migrate(stored);
    }
    const read = sessionSchema.safeParse(stored);
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/**
 * The sessions of these contacts, null where there is none. One that cannot be read is put aside for a developer and
 * counts as none; `onUnreadable` hears of it.
 */
export async function loadSessions(
  connection: RedisConnection,
  p: number,
  contacts: readonly string[],
  onUnreadable: () => void,
): Promise<(Session | null)[]> {
  const at = connection.keys.partition(p);
  const stored = await connection.client.mget(contacts.map((contact) => at.session(contact)));
  return Promise.all(
    stored.map(async (json, i) => {
      if (json === null || json === undefined) return null;
      const session = readSession(json);
      if (session) return session;
      onUnreadable();
      await connection.client.set(at.broken(contacts[i]!), json, 'PX', BROKEN_KEEP_MS);
      return null;
    }),
  );
}

const BROKEN_KEEP_MS = 180 * 24 * 3_600_000;
