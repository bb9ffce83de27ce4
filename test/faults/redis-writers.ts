import { Redis } from 'ioredis';
import { below, type Random } from './random.ts';

/** A write that Redis acknowledged, and when (performance.now). */
type Acknowledged = { at: number };

/** Everything that was acknowledged in an experiment: events as webhooks append them, and commits as workers make them. */
export type Acknowledgements = { events: Map<string, Acknowledged>; commits: Map<string, Acknowledged> };

export const noAcknowledgements = (): Acknowledgements => ({ events: new Map(), commits: new Map() });

export type Writers = { stop(): void };

/** An event of the intake is about so long in JSON. */
const EVENT = 'x'.repeat(400);
/** Takes an entry off the log and writes a session and a reply, all or nothing, as the commit of a turn does. */
const COMMIT = `redis.call('XDEL', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], ARGV[2])
redis.call('XADD', KEYS[3], '*', 'n', ARGV[3], 'r', ARGV[2])
return 1`;

/** Some writers at once over one connection, each waiting for its acknowledgement; they end when the connection does. */
export async function startWriters(
  port: number,
  run: string,
  writers: number,
  random: Random,
  seen: Acknowledgements,
): Promise<Writers> {
  const client = new Redis({
    port,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
    retryStrategy: () => null,
    lazyConnect: true,
  });
  client.on('error', () => {}); // it will be killed
  await client.connect();
  let going = true;
  const write = async (writer: number): Promise<void> => {
    for (let count = 0; going; count++) {
      const name = `${run}-${writer}-${count}`;
      try {
        if (below(random, 4) > 0) {
          await client.xadd('in', '*', 'n', name, 'e', EVENT);
          seen.events.set(name, { at: performance.now() });
        } else {
          await client.eval(COMMIT, 3, 'in', `s:${name}`, 'out', '0-1', EVENT, name);
          seen.commits.set(name, { at: performance.now() });
        }
      } catch {
        return;
      }
    }
  };
  for (let writer = 0; writer < writers; writer++) void write(writer);
  return {
    stop() {
      going = false;
      client.disconnect();
    },
  };
}

export type Losses = {
  acknowledged: number;
  /** Acknowledged and not there. */
  lost: number;
  /** How long before the end the oldest of them was acknowledged. */
  oldestMs: number;
  /** Commits of which one half is there and the other is not. */
  halves: number;
};

export async function countLosses(port: number, seen: Acknowledgements, endedAt: number): Promise<Losses> {
  const client = new Redis({ port });
  try {
    const events = await namesIn(client, 'in');
    const rows = await namesIn(client, 'out');
    const sessions = new Set<string>();
    for (let cursor = '0'; ;) {
      const [next, keys] = await client.scan(cursor, 'MATCH', 's:*', 'COUNT', 10_000);
      for (const key of keys) sessions.add(key.slice(2));
      cursor = next;
      if (cursor === '0') break;
    }
    const gone = [...seen.events].filter(([name]) => !events.has(name));
    gone.push(...[...seen.commits].filter(([name]) => !rows.has(name) || !sessions.has(name)));
    const halves = [...rows].filter((name) => !sessions.has(name)).length;
    return {
      acknowledged: seen.events.size + seen.commits.size,
      lost: gone.length,
      oldestMs: gone.reduce((oldest, [, { at }]) => Math.max(oldest, endedAt - at), 0),
      halves: halves + [...sessions].filter((name) => !rows.has(name)).length,
    };
  } finally {
    client.disconnect();
  }
}

async function namesIn(client: Redis, stream: string): Promise<Set<string>> {
  const names = new Set<string>();
  for (let from = '-'; ;) {
    const entries = await client.xrange(stream, from, '+', 'COUNT', 5000);
    for (const [, fields] of entries) names.add(fields[1] ?? '');
    const last = entries.at(-1);
    if (!last) return names;
    from = `(${last[0]}`;
  }
}
