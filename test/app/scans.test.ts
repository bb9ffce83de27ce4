import { createServer } from 'node:http';
import request from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeLanding } from '../../src/app-pages.ts';
import { silentLog } from '../../src/base/log.ts';
import { readConfig } from '../../src/config/config.ts';
import { openTestMongo, type TestMongo } from '../support/mongo.ts';
import { theWorld } from '../support/world.ts';

const NOW = Date.parse('2022-05-28T08:00:00+07:00');

let mongo: TestMongo;
beforeAll(async () => void (mongo = await openTestMongo()));
afterAll(() => mongo.close());

it('a code opened by a phone is counted for its unit, however it was typed, and is in the store when the process has ended', async () => {
  const parts = { clock: { now: () => NOW }, log: silentLog };
  const { handler, close } = makeLanding(readConfig({}), theWorld(), mongo.stores, parts);
  const server = createServer((req, res) => void handler(req, res));
  const open = (path: string, agent: string) => request(server).get(path).set('user-agent', agent);
  for (const path of ['/q/1TR-84', '/q/1tr%2084', '/q/1TR']) await open(path, 'Mozilla/5.0 (iPhone)');
  await open('/q/1TR-84', 'facebookexternalhit/1.1');
  await close();
  const counts = await mongo.stores.codeCounts.list('01-trieu-sang-kien');
  const byUnit = new Map(counts.map(({ unit, scans, lastScanAt }) => [unit, [scans, lastScanAt.getTime()]]));
  expect(byUnit).toEqual(
    new Map([
      ['84', [2, NOW]],
      [null, [1, NOW]],
    ]),
  );
});
