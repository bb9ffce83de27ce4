import { SESSION_VERSION, sessionSchema, type Session } from '../../core/session.ts';

/** Brings the JSON of a session of the version named up to the next one. */
const migrations: Readonly<Record<number, (stored: Record<string, unknown>) => Record<string, unknown>>> = {};

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
