import { join } from 'node:path';
import { Redis, type Cluster } from 'ioredis';

/**
 * By which bytes a call of one of our Lua scripts is known on its way to Redis: the digest of its text, in the build that
 * lies in `dist`.
 */
export async function digestOf(dist: string, name: 'skbCommit' | 'skbOutbox' | 'skbFinishTask'): Promise<string> {
  const at = (file: string): string => join(dist, 'stores/redis', file);
  await Promise.all(['commit.js', 'outbox.js', 'tasks.js'].map((file) => import(at(file))));
  const { defineScripts } = (await import(at('script.js'))) as { defineScripts(client: Redis | Cluster): void };
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
