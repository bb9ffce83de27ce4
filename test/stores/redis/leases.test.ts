import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import type { RedisConnection } from '../../../src/stores/redis/connection.ts';
import { startLeases, type Leases } from '../../../src/stores/redis/leases.ts';
import { until } from '../../support/pipeline.ts';
import { startRedis, type RedisServer } from '../../support/redis.ts';

let server: RedisServer;
beforeAll(async () => (server = await startRedis()));
afterAll(() => server.close());

const tokens = new Map<string, string>();
function start(connection: RedisConnection, processId: string, leaseMs = 1000): Leases {
  return startLeases({
    connection,
    role: 'worker',
    partitions: 8,
    processId,
    leaseMs,
    log: silentLog,
    onAcquire: (p, token) => void tokens.set(`${processId}/${p}`, token),
    onLose: () => {},
    onRelease: () => Promise.resolve(),
  });
}

describe('leases', () => {
  it('are shared out fairly when a process joins, and taken up when it leaves', async () => {
    const connection = await server.connect();
    const a = start(connection, 'a');
    await until(() => a.held().length === 8);
    const b = start(connection, 'b');
    await until(() => a.held().length === 4 && b.held().length === 4);
    expect(new Set([...a.held(), ...b.held()]).size).toBe(8);
    await b.close();
    await until(() => a.held().length === 8);
    await a.close();
    expect(await connection.client.exists(connection.keys.partition(0).lease.worker)).toBe(0);
  });

  it('begin a new tenure under another token after a drop', async () => {
    const connection = await server.connect();
    const a = start(connection, 'c');
    await until(() => a.held().length === 8);
    const before = tokens.get('c/3');
    a.drop(3);
    await until(() => a.held().includes(3));
    expect(tokens.get('c/3')).not.toBe(before);
    expect(await connection.client.get(connection.keys.partition(3).lease.worker)).toBe(tokens.get('c/3'));
    await a.close();
  });

  it('of the dead are free again though Redis’s clock was set back by a day', async () => {
    const connection = await server.connect();
    const { client, keys } = connection;
    const day = 24 * 3_600_000;
    const [seconds] = await client.time();
    await client.zadd(keys.members('worker'), Number(seconds) * 1000 + day, 'dead');
    for (let p = 0; p < 4; p++) await client.set(keys.partition(p).lease.worker, 'dead:1', 'PX', day);
    const a = start(connection, 'e', 300);
    await until(() => a.held().length === 8);
    await a.close();
  });

  it('are noticed as lost when another holds them', async () => {
    const connection = await server.connect();
    const a = start(connection, 'd');
    await until(() => a.held().length === 8);
    await connection.client.set(connection.keys.partition(5).lease.worker, 'another', 'PX', 60_000);
    await until(() => !a.held().includes(5));
    expect(a.isFresh(5)).toBe(false);
    await a.close();
    expect(await connection.client.get(connection.keys.partition(5).lease.worker)).toBe('another');
  });
});
