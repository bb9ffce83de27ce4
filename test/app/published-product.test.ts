import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type App } from '../../src/app.ts';
import { startWorld, type AppWorld } from '../../src/app-world.ts';
import { silentLog } from '../../src/base/log.ts';
import { readConfig } from '../../src/config/config.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { connectRedis } from '../../src/stores/redis/connection.ts';
import { openTestMongo, type TestMongo } from '../support/mongo.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import { theContent } from '../support/world.ts';

const PEAK = '75-nghin-sang-kien';
const NOW = '2021-04-11T08:00:00+07:00';

let mongo: TestMongo;
let server: RedisServer;
let redis: RedisConnection;
let app: App;
let other: AppWorld;

beforeAll(async () => {
  [mongo, server] = await Promise.all([openTestMongo(), startRedis({ own: true })]);
  redis = await connectRedis(server.url, silentLog);
  app = await startApp(
    readConfig({
      PORT: '0',
      HOST: '127.0.0.1',
      CLOCK_AT: NOW,
      REDIS_URL: server.url,
      MONGODB_URI: mongo.uri,
      ADMIN_EMAIL: 'admin@example.vn',
      ADMIN_PASSWORD: 'invented-password-1',
    }),
    silentLog,
  );
  const clock = { now: () => Date.parse(NOW) };
  other = await startWorld(theContent(), { redis, stores: mongo.stores }, { clock, log: silentLog });
});
afterAll(async () => {
  other?.close();
  await app?.close();
  redis?.close();
  await mongo.close();
  await server.close();
});

it('what another process publishes is on the page behind a QR code, by the unit of the code', async () => {
  const page = async (code: string): Promise<string> => (await fetch(`${app.url}/q/${code}`)).text();
  expect(await page('75N-75')).toContain('24h00 ngày 20/4/2021');
  expect(await page('75N-87')).not.toContain('24h00'); // over for this unit
  const now = other.desk.current(PEAK)!;
  const answer = await other.desk.publish({
    ...now,
    base: now.version,
    file: { ...now.file, deadlines: [{ unit: '87', phase: 'cao-diem', closesAt: '2021-04-26T00:00:00+07:00' }] },
    note: 'gia hạn',
    by: { id: 'staff-1', name: 'Người tổ chức' },
  });
  expect(answer).toEqual({ type: 'published', version: 1 });
  await expect.poll(() => app.world.flows.get(PEAK)?.campaign.published, { timeout: 30_000 }).toBe(1);
  expect(await page('75N-87')).toContain('24h00 ngày 25/4/2021');
  expect(await page('75N-75')).toContain('24h00 ngày 20/4/2021');
});
