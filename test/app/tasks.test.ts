import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { taskDoer } from '../../src/app-tasks.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Task } from '../../src/core/request.ts';
import { answerRequests } from '../../src/stores/mongo/answer.ts';
import { startServer } from '../inbound/files/hostile-server.ts';
import { PNG } from '../inbound/files/samples.ts';
import { openTestMongo, type TestMongo } from '../support/mongo.ts';

const AT = Date.UTC(2022, 4, 28);
const worker = 'zalo:oa1:u1';

let mongo: TestMongo;
let server: Awaited<ReturnType<typeof startServer>>;
let doTask: ReturnType<typeof taskDoer>;
/** Done while the file is on its way. */
let meanwhile: () => Promise<unknown> = () => Promise.resolve();
beforeAll(async () => {
  mongo = await openTestMongo();
  server = await startServer({
    '/proof.png': (_request, response) => void meanwhile().then(() => response.writeHead(200).end(PNG)),
  });
  const clock = { now: () => AT - 7 * 3_600_000 }; // nothing may hang on it
  doTask = taskDoer(mongo.stores, clock, { log: silentLog, allowedOrigins: [server.origin] });
});
afterAll(async () => {
  await server.close();
  await mongo.close();
});
beforeEach(async () => {
  meanwhile = () => Promise.resolve();
  for (const name of Object.keys(mongo.connection.models)) await mongo.connection.collection(name).deleteMany({});
});

const fetching = (at: number): Task => ({
  type: 'fetchFiles',
  request: `r${at}`,
  contact: worker,
  at,
  items: [{ kind: 'image', url: `${server.origin}/proof.png` }],
  limits: { maxBytes: 1_000_000, mimes: ['image/png'] },
});
const deleteData = (at: number) =>
  answerRequests(mongo.stores, () => 'SK')({ type: 'deleteData', contact: worker, at });
const files = () => mongo.connection.collection('files.files').countDocuments();
const chunks = () => mongo.connection.collection('files.chunks').countDocuments();

describe('a download', () => {
  it('that ends after its person had their data deleted leaves no file and tells nobody', async () => {
    meanwhile = () => deleteData(AT + 1000);
    expect(await doTask(fetching(AT))).toBeNull();
    expect([await files(), await chunks()]).toEqual([0, 0]);
  });

  it('leaves none either when it was stored, and its process killed, before the deletion was looked at', async () => {
    const stored = await doTask(fetching(AT));
    const [outcome] = stored?.type === 'filesFetched' ? stored.outcomes : [];
    expect(outcome).toMatchObject({ type: 'stored' });
    const kept = await mongo.connection.collection('files.files').findOne();
    await deleteData(AT + 1000);
    await mongo.connection.collection('files.files').insertOne(kept!); // as a process that was slower would have
    expect(await doTask(fetching(AT))).toBeNull();
    expect([await files(), await chunks()]).toEqual([0, 0]);
  });

  it('of a person who began anew is kept', async () => {
    await deleteData(AT);
    expect(await doTask(fetching(AT + 1))).toMatchObject({ outcomes: [{ type: 'stored' }] });
    expect(await files()).toBe(1);
  });
});

it('a call for a person that comes after they had their data deleted is not kept, a new one is', async () => {
  const call = (request: string, at: number): Task => ({
    type: 'callHuman',
    request,
    contact: worker,
    at,
    reason: 'asked',
  });
  await deleteData(AT);
  await doTask(call('anew', AT + 1));
  await doTask(call('before', AT - 1));
  expect(await mongo.stores.helpRequests.untold(5)).toMatchObject([{ _id: 'anew' }]);
});
