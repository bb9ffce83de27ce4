import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { findRedisServer, startEmbeddedRedis } from '../../src/embedded/redis.ts';

/** Several writes in one, as the commit of a turn: Redis writes them down between a MULTI and an EXEC. */
const COMMIT = `redis.call('SET', 'seen', 'yes') redis.call('XADD', 'out', '*', 'r', 'the reply') return 1`;
let dataDir: string;
beforeAll(() => void (dataDir = mkdtempSync(join(tmpdir(), 'skb-torn-'))));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** Runs the embedded Redis on its folder for as long as `work` takes. */
async function withRedis<T>(folder: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const binary = findRedisServer(process.env['PATH'] ?? '');
  const server = await startEmbeddedRedis({ dataDir: join(dataDir, folder), log: silentLog, binary });
  const client = new Redis(server.url);
  try {
    return await work(client);
  } finally {
    client.disconnect();
    await server.close();
  }
}

// Source: github.com/valkey-io/valkey pull 4342. With `aof-load-truncated yes` Redis 7.0.15 lost all that was acknowledged
// after such a tear, or made half of the commit come true.
it.each([
  ['in the middle of its first write', /\r\nSET\r\n/],
  ['between its writes', /\*5\r\n\$4\r\nXADD/],
  ['in the middle of its last write', /the reply/],
  ['just before its end', /\*1\r\n\$4\r\nEXEC/],
])(
  'a commit that was torn %s is undone as a whole, and what is acknowledged afterwards stays',
  async (where, sight) => {
    const folder = where.replaceAll(' ', '-');
    await withRedis(folder, async (client) => {
      await client.set('before', 'yes');
      await client.eval(COMMIT, 0);
    });
    const path = join(dataDir, folder, 'redis/appendonlydir/appendonly.aof.1.incr.aof');
    truncateSync(path, sight.exec(readFileSync(path, 'latin1'))!.index);

    const acknowledged = await withRedis(folder, async (client) => {
      expect(await client.mget('before', 'seen')).toEqual(['yes', null]);
      return [await client.xadd('in', '*', 'e', '1'), await client.xadd('in', '*', 'e', '2')];
    });
    await withRedis(folder, async (client) => {
      expect((await client.xrange('in', '-', '+')).map(([id]) => id)).toEqual(acknowledged);
      expect([await client.exists('seen'), await client.xlen('out')]).toEqual([0, 0]);
    });
  },
);
