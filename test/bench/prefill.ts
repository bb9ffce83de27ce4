import { Redis } from 'ioredis';
import { readWorld } from '../../src/content/world.ts';
import { contactId } from '../../src/core/contact.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { Session } from '../../src/core/session.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import { partitionOf } from '../../src/stores/redis/hash.ts';
import { redisKeys } from '../../src/stores/redis/keys.ts';
import { PARTITIONS } from './setting.ts';
import { leftOff, PAGE_ID, prefilledUser } from './conversation.ts';

const PATTERNS = 50;
const AT_A_TIME = 2000;
const TOKEN = '@user@';

/**
 * Writes the sessions of people who stopped before the description, as the engine leaves them: some are played, the rest are
 * copies under other ids. Without an append-only file meanwhile, which is written anew at the end.
 */
export async function prefill(client: Redis, options: { flowsDir: string; localesDir: string; count: number }) {
  const { flowsDir, localesDir, count } = options;
  const engine = makeEngine(readWorld({ flowsDir, localesDir, campaign: '01-trieu-sang-kien' }));
  const now = Date.now();
  const patterns = Array.from({ length: Math.min(PATTERNS, count) }, (_, n) => {
    const contact = contactId('messenger', PAGE_ID, TOKEN);
    let session: Session | null = null;
    let turns = 0;
    for (const text of ['xin chào', ...leftOff(n)]) {
      const id = eventId('messenger', `m_${TOKEN}_${turns++}`);
      const event: InboundEvent = { type: 'text', id, contact, sentAt: now, text };
      const played = engine.turn(session, event, now);
      if (played.request) throw new Error('nothing is asked of a store before the description');
      session = played.session;
    }
    if (session?.drafts['01-trieu-sang-kien']?.step !== 'description') throw new Error('the talk led elsewhere');
    return { json: JSON.stringify(session), keepMs: Math.ceil(engine.keepFor(session, now)) };
  });
  const keys = redisKeys('skb');
  const wasAppending = ((await client.config('GET', 'appendonly')) as string[])[1] ?? 'no';
  await client.config('SET', 'appendonly', 'no');
  for (let from = 0; from < count; from += AT_A_TIME) {
    const pipeline = client.pipeline();
    for (let n = from; n < Math.min(count, from + AT_A_TIME); n++) {
      const user = prefilledUser(n);
      const contact = contactId('messenger', PAGE_ID, user);
      const { json, keepMs } = patterns[n % patterns.length]!;
      const key = keys.partition(partitionOf(contact, PARTITIONS)).session(contact);
      pipeline.set(key, json.replaceAll(TOKEN, user), 'PX', keepMs);
    }
    await pipeline.exec();
  }
  await client.config('SET', 'appendonly', wasAppending);
  while (/aof_rewrite_(in_progress|scheduled):1/.test(await client.info('persistence'))) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
