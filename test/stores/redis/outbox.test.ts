import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proveSent, readInflight, readProofs, stepOutbox, type OutboxStep } from '../../../src/stores/redis/outbox.ts';
import { startRedis, type RedisServer } from '../../support/redis.ts';

let server: RedisServer;
beforeAll(async () => (server = await startRedis()));
afterAll(() => server.close());

const progress = { part: 1, tries: 1, ids: ['m1'], sure: false };
const step = (more: Partial<OutboxStep>): OutboxStep => ({ marks: [], settles: [], ...more });

describe('a step of the outbox', () => {
  it('marks rows, and takes settled ones out with their proofs', async () => {
    const connection = await server.connect();
    const keys = connection.keys.partition(0);
    await connection.client.set(keys.lease.sender, 'mine');
    const entry = (await connection.client.xadd(keys.out.zalo, '*', 'r', '{}')) ?? '';
    await stepOutbox(connection, 0, 'mine', step({ marks: [{ row: 'r', progress, textKey: 't' }] }), 0);
    expect(await readInflight(connection, 0)).toEqual(new Map([['r', progress]]));
    await proveSent(connection, 0, { row: 'r', part: 1, messageId: 'm2' });
    expect(await readProofs(connection, 0, ['r', 'r/1'])).toEqual([null, 'm2']);
    const settle = {
      row: 'r',
      channel: 'zalo' as const,
      entry,
      archive: '{}',
      messageIds: ['m1', 'm2'],
      parts: 2,
      dead: null,
    };
    await stepOutbox(connection, 0, 'mine', step({ settles: [settle] }), 0);
    expect(await connection.client.exists(keys.inflight, keys.proven)).toBe(0);
    expect(await connection.client.xlen(keys.out.zalo)).toBe(0);
    expect(await connection.client.scard(keys.sent(0))).toBe(2);
  });

  it('is refused, and writes nothing, when the lease is another sender’s', async () => {
    const connection = await server.connect();
    const keys = connection.keys.partition(0);
    await connection.client.set(keys.lease.sender, 'another');
    expect(await stepOutbox(connection, 0, 'mine', step({ marks: [{ row: 'r', progress, textKey: '' }] }), 0)).toBe(
      null,
    );
    expect(await connection.client.exists(keys.inflight)).toBe(0);
  });

  it('refuses the marks of the bot while staff hold the conversation, and of what it said before that ended', async () => {
    const connection = await server.connect();
    const { client } = connection;
    const keys = connection.keys.partition(0);
    await client.set(keys.lease.sender, 'mine');
    const mark = async (row: string, entry: string, isBot = true): Promise<boolean> => {
      const bot = { contact: 'zalo:oa:1', entry };
      const marks = [{ row, progress, textKey: `t${row}`, ...(isBot && { bot }) }];
      const refused = await stepOutbox(connection, 0, 'mine', step({ marks }), 0);
      expect(await client.hexists(keys.said(0), `t${row}`)).toBe(refused?.has(row) ? 0 : 1);
      return refused?.has(row) ?? true;
    };
    await client.hset(keys.held, 'zalo:oa:1', '', 'zalo:oa:2', '');
    expect([await mark('a', '90-9'), await mark('b', '90-9', false)]).toEqual([true, false]);
    await client.hset(keys.held, 'zalo:oa:1', '100-7');
    expect([await mark('c', '90-9'), await mark('d', '100-7'), await mark('e', '100-10')]).toEqual([true, true, false]);
    expect(await client.hkeys(keys.held)).toEqual(['zalo:oa:2']);
    expect((await readInflight(connection, 0)).size).toBe(2);
  });

  it('counts a row as perhaps sent when nobody can read how far it came', async () => {
    const connection = await server.connect();
    await connection.client.hset(connection.keys.partition(0).inflight, { r: 'torn', s: JSON.stringify(progress) });
    const unknown = { part: 0, tries: 1, ids: [], sure: false };
    const expected = new Map<string, unknown>([
      ['r', unknown],
      ['s', progress],
    ]);
    expect(await readInflight(connection, 0)).toEqual(expected);
  });

  it('leaves no proof for a row that is settled', async () => {
    const connection = await server.connect();
    await proveSent(connection, 0, { row: 'r', part: 0, messageId: 'm' });
    expect(await connection.client.exists(connection.keys.partition(0).proven)).toBe(0);
  });
});
