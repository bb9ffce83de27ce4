import { afterAll, beforeAll, expect, it } from 'vitest';
import { contactId, type ChannelName } from '../../src/core/contact.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { openTestMongo, type TestMongo } from '../support/mongo.ts';
import { until } from '../support/pipeline.ts';
import { productProcess, type ProductProcess } from '../support/product-process.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { ACCOUNTS } from './platforms-accounts.ts';
import { startPlatforms, type Platforms } from './platforms.ts';

/** Two sender processes of the product, as an operator runs them, and the tokens of Zalo. */
const PARTITIONS = 4;
const ACCOUNT = { zalo: ACCOUNTS.zalo.oaId, messenger: ACCOUNTS.messenger.pageId };
let redis: RedisServer;
let mongo: TestMongo;
let platforms: Platforms;
let connection: RedisConnection;
let senders: ProductProcess[] = [];
let said = 0;

async function startSenders(): Promise<void> {
  const env = {
    ...platforms.env(),
    ROLES: 'sender',
    REDIS_URL: redis.url,
    MONGODB_URI: mongo.uri,
    PARTITIONS: String(PARTITIONS),
    HOST: '127.0.0.1',
    ADMIN_EMAIL: 'admin@example.test',
    ADMIN_PASSWORD: 'invented-password',
  };
  senders = await Promise.all([productProcess(env), productProcess(env)]);
  await Promise.all(senders.map((one) => one.start()));
  // both must have a part of the work, or a second renewal could not happen
  await until(async () => {
    const held = await Promise.all(senders.map((one) => metric(one, 'skb_leases_held')));
    return held.every((count) => count === PARTITIONS / 2);
  });
}

async function metric(process: ProductProcess, name: string): Promise<number | null> {
  const text = await (await fetch(`${process.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? null : Number(line.slice(name.length + 1));
}

/** One reply to each of 12 people, spread over all partitions. */
async function sayToMany(channel: ChannelName): Promise<string[]> {
  const texts: string[] = [];
  for (let person = 0; person < 12; person++) {
    const text = `câu ${++said}`;
    const contact = contactId(channel, ACCOUNT[channel], String(8_100_000_000_000 + person));
    const row = { id: `${said}-0`, contact, reply: { text, options: [] }, at: Date.now() };
    const out = connection.keys.partition(person % PARTITIONS).out[channel];
    await connection.client.xadd(out, '*', 'r', JSON.stringify(row));
    texts.push(text);
  }
  return texts;
}

async function waiting(channel: ChannelName): Promise<number> {
  const streams = Array.from({ length: PARTITIONS }, (_, p) => connection.keys.partition(p).out[channel]);
  const lengths = await Promise.all(streams.map((stream) => connection.client.xlen(stream)));
  return lengths.reduce((sum, length) => sum + length, 0);
}

const got = (texts: readonly string[]): string[] =>
  platforms.accepted.map((one) => one.text).filter((text) => texts.includes(text));

beforeAll(async () => {
  redis = await startRedis({ own: true });
  [mongo, connection, platforms] = await Promise.all([
    openTestMongo(),
    redis.connect('skb'),
    startPlatforms({ random: () => 0.5 }),
  ]);
  await startSenders();
});
afterAll(async () => {
  await Promise.all(senders.map((one) => one.close()));
  await platforms.close();
  await mongo.close();
  await redis.close();
});

it('an access token that ends is renewed once by one of the processes, and every reply goes out once', async () => {
  const before = await sayToMany('zalo');
  await until(async () => (await waiting('zalo')) === 0);
  expect(platforms.counts.refreshes).toBe(0);
  platforms.zalo.expireAccess();
  const after = await sayToMany('zalo');
  await until(async () => (await waiting('zalo')) === 0);
  expect(platforms.counts).toMatchObject({ refreshes: 1, badRefreshes: 0 });
  expect(got([...before, ...after]).toSorted()).toEqual([...before, ...after].toSorted());
});

it('a revoked grant is told clearly, replies wait and others go on, and with a new pair all of them flow', async () => {
  platforms.zalo.revoke();
  const zalo = await sayToMany('zalo');
  const messenger = await sayToMany('messenger');
  await until(async () => {
    const by = 'skb_channel_paused_by{channel="zalo",code="token.needsReauth"}';
    const paused = await Promise.all(senders.map((one) => metric(one, by)));
    return paused.every((value) => value === 1) && (await waiting('messenger')) === 0;
  });
  expect(got(messenger)).toHaveLength(12);
  expect(got(zalo)).toEqual([]);
  expect(await waiting('zalo')).toBe(12);

  for (const one of senders) {
    await until(async () => (await metric(one, 'skb_channel_paused{channel="zalo"}')) === 1);
    expect(await metric(one, 'skb_channel_paused{channel="messenger"}')).toBe(0);
    // it works as well as it can: a restart by the orchestrator would mend nothing
    expect((await fetch(`${one.url}/readyz`)).status).toBe(200);
    const alarmsOf = () => linesOf(one.output()).filter((line) => line['alarm'] === 'needsReauth');
    await until(() => alarmsOf().length > 0);
    const alarms = alarmsOf();
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toMatchObject({ level: 50, channel: 'zalo', msg: expect.stringContaining('ZALO_REFRESH_TOKEN') });
  }
  for (const secret of ['access-1', 'refresh-1', ACCOUNTS.zalo.appSecret, 'câu', '8100000000']) {
    expect(senders.map((one) => one.output()).join('\n')).not.toContain(secret);
  }

  await Promise.all(senders.map((one) => one.close()));
  platforms.zalo.grant();
  await startSenders();
  await until(async () => (await waiting('zalo')) === 0);
  expect(got(zalo).toSorted()).toEqual(zalo.toSorted());
  expect(await metric(senders[0]!, 'skb_channel_paused{channel="zalo"}')).toBe(0);
});

const linesOf = (output: string): Record<string, unknown>[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
