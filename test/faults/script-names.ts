import { Redis } from 'ioredis';
import { defineScripts } from '../../src/stores/redis/script.ts';
import '../../src/stores/redis/commit.ts';
import '../../src/stores/redis/leases.ts';
import '../../src/stores/redis/outbox.ts';
import '../../src/stores/redis/tasks.ts';

/** By which bytes a call of one of our Lua scripts is known on its way to Redis: the digest of its text. */
export function digestOf(name: 'skbCommit' | 'skbOutbox' | 'skbFinishTask'): string {
  const client = new Redis({ lazyConnect: true });
  defineScripts(client);
  const { scriptsSet } = client as unknown as { scriptsSet: Record<string, { sha: string }> }; // ioredis 5 keeps them there
  const sha = scriptsSet[name]?.sha;
  if (!sha) throw new Error(`the product has no script ${name} any more: aim at another one`);
  return sha;
}

/** An insert of an entry on its way to MongoDB: BSON of `{ insert: 'entries', … }`. */
export const INSERT_OF_ENTRY = '\x02insert\x00\x08\x00\x00\x00entries\x00';
/** The bulk write of the archive. */
export const INSERT_OF_LINES = '\x02insert\x00\x0c\x00\x00\x00transcripts\x00';
/** An event on its way into the log. */
export const ADD_TO_LOG = ':in\r\n$1\r\n*\r\n';
