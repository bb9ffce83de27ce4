import { afterEach, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import { answerRequests } from '../../../src/stores/mongo/answer.ts';
import { archiveTo } from '../../../src/stores/mongo/archive.ts';
import { connectMongo, type Mongo } from '../../../src/stores/mongo/connect.ts';
import { mongoStores, prepareStores } from '../../../src/stores/mongo/stores.ts';
import { startFlakyMongo } from '../../support/mongo.ts';
import { AT, submission, worker } from './samples.ts';

const away = { code: 'store.unavailable', retryable: true };
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function flaky() {
  const server = await startFlakyMongo();
  endings.push(() => server.close());
  const mongo: Mongo = await connectMongo(server.uri, { log: silentLog });
  endings.push(() => mongo.close());
  const stores = mongoStores(mongo.connection);
  await prepareStores(mongo.connection, stores, silentLog);
  return { server, mongo, stores };
}

it('a server that is not there at the start is told at once', async () => {
  await expect(connectMongo('mongodb://127.0.0.1:1/x', { log: silentLog })).rejects.toMatchObject(away);
});

it('a connection that breaks in the middle of a large write says "later"', async () => {
  const { server, stores } = await flaky();
  const raw = 'x'.repeat(8_000_000); // more than the sockets hold, so that the driver waits to write on
  const writing = archiveTo(
    stores,
    silentLog,
  )([{ type: 'unreadable', channel: 'zalo', receivedAt: AT, reason: '', raw }]);
  writing.catch(() => {}); // looked at below
  await new Promise(setImmediate);
  server.cut();
  await expect(writing).rejects.toMatchObject(away);
});

it('while the server is away everything says "later", and afterwards the same requests succeed on the same connection', async () => {
  const { server, mongo, stores } = await flaky();
  const answer = answerRequests(stores, () => 'SK');
  expect(mongo.ready()).toBe(true);
  const saved = await answer({ type: 'submitEntry', entry: submission() });

  server.cut();
  await Promise.all([
    expect(answer({ type: 'submitEntry', entry: submission() })).rejects.toMatchObject(away),
    expect(answer({ type: 'findEntries', contact: worker, code: null })).rejects.toMatchObject(away),
    expect(answer({ type: 'deleteData', contact: worker, at: AT })).rejects.toMatchObject(away),
    expect(
      archiveTo(stores, silentLog)([{ type: 'unreadable', channel: 'zalo', receivedAt: AT, reason: '', raw: '' }]),
    ).rejects.toMatchObject(away),
    expect(stores.files.info('f')).rejects.toMatchObject(away),
  ]);
  expect(mongo.ready()).toBe(false);

  server.mend();
  expect(await answer({ type: 'submitEntry', entry: submission() })).toEqual(saved);
  expect(mongo.ready()).toBe(true);
});

it('a closed connection says so in the same way', async () => {
  const { mongo, stores } = await flaky();
  await mongo.close();
  await expect(stores.entries.countOf(worker)).rejects.toMatchObject(away);
});
