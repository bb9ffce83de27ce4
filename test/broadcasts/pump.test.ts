import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { planRun } from '../../src/broadcasts/plan.ts';
import { pump } from '../../src/broadcasts/pump.ts';
import type { Run } from '../../src/core/run.ts';
import { openTestMongo, type TestMongo } from '../support/mongo.ts';
import { aDraft, CENTRAL, HOUR_MS, makeStage, NOW, type Stage } from './stage.ts';

let mongo: TestMongo;
let stage: Stage;
const goOn = (): boolean => true;

beforeAll(async () => {
  mongo = await openTestMongo();
});
afterAll(() => mongo.close());
beforeEach(async () => {
  const { contacts, runs, deliveries } = mongo.stores;
  for (const { collection } of [contacts, runs, deliveries]) await collection.deleteMany({});
  stage = makeStage(mongo.stores);
});

async function planned(changed: Partial<Run> = {}): Promise<string> {
  const created = await stage.broadcasts.create(aDraft(), CENTRAL);
  const submitted = created.type === 'done' ? await stage.broadcasts.submit(created.run.id, 0, CENTRAL) : created;
  if (submitted.type !== 'done') throw new Error(JSON.stringify(submitted));
  const { id } = submitted.run;
  await planRun(stage.shell, id, goOn);
  await mongo.stores.runs.collection.updateOne({ _id: id } as never, { $set: changed }); // the driver's types want an ObjectId
  return id;
}
const runsSaid = (): string[] => stage.logged.flatMap((event) => (event.type === 'nudge' ? [event.nudge.run] : []));

it.each([
  ['in the evening, before the night would break it off', '2022-05-28T21:54:00+07:00', 1],
  ['when the night is about to begin', '2022-05-28T21:55:00+07:00', 0],
  ['by night', '2022-05-29T05:59:59+07:00', 0],
  ['in the morning', '2022-05-29T06:00:00+07:00', 1],
])('%s so many are handed out', async (_, at, count) => {
  await stage.person('zalo:oa:1');
  await planned();
  stage.set(Date.parse(at));
  await pump(stage.shell, 'zalo', goOn);
  expect(stage.logged).toHaveLength(count);
  const until = stage.logged.map((event) => (event.type === 'nudge' ? event.nudge.notAfter : 0));
  expect(until).toEqual(count === 1 ? [Date.parse(`${at.slice(0, 10)}T22:00:00+07:00`)] : []);
});

it('a test to oneself goes out by night too', async () => {
  await stage.person('zalo:oa:1', { lastSeenAt: NOW + 12 * HOUR_MS });
  stage.set(NOW + 13 * HOUR_MS);
  expect(await stage.broadcasts.testSend(aDraft(), 'zalo:oa:1', CENTRAL)).toMatchObject({ type: 'done' });
  await pump(stage.shell, 'zalo', goOn);
  expect(stage.logged).toMatchObject([{ nudge: { kind: 'test', notAfter: NOW + 14 * HOUR_MS } }]);
});

it('nothing is handed out of a run that is paused, cancelled or past its time', async () => {
  await stage.person('zalo:oa:1');
  await stage.broadcasts.pause(await planned(), CENTRAL);
  await stage.broadcasts.cancel(await planned(), CENTRAL);
  await planned({ notAfter: new Date(NOW) as never }); // as it lies in the collection
  await pump(stage.shell, 'zalo', goOn);
  expect(stage.logged).toEqual([]);
});

it('reminders go before broadcasts, the nearest deadline first, and older broadcasts before newer ones', async () => {
  await stage.person('zalo:oa:1');
  const phase = stage.campaign.phases[0]!;
  const reminder = (closesAt: number) =>
    ({ kind: 'reminder', deadline: { phase: phase.id, closesAt, most: 2 } }) as const;
  const newer = await planned({ createdAt: new Date(NOW + 1) as never });
  const older = await planned();
  const later = await planned(reminder(phase.closesAt + HOUR_MS));
  const sooner = await planned(reminder(phase.closesAt));
  await pump(stage.shell, 'zalo', goOn);
  expect(runsSaid()).toEqual([sooner, later, older, newer]);
});

it('two at once hand each message out under one id, and neither more than its channel', async () => {
  for (let n = 0; n < 30; n++) await stage.person(`${n % 3 === 0 ? 'messenger:p' : 'zalo:oa'}:${n}`);
  const run = await planned();
  await Promise.all([pump(stage.shell, 'zalo', goOn), pump(stage.shell, 'zalo', goOn)]);
  expect(new Set(stage.logged.map(({ id }) => id)).size).toBe(20);
  expect(stage.logged.every(({ contact }) => contact.startsWith('zalo:'))).toBe(true);
  expect(await mongo.stores.deliveries.countOf(run, 'planned', 'messenger')).toBe(10);
});

it('no more than may be on its way is handed out until some of it has arrived', async () => {
  for (let n = 0; n < 30; n++) await stage.person(`zalo:oa:${n}`);
  await planned();
  let looks = 0;
  await pump({ ...stage.shell, perSecond: () => 4 }, 'zalo', () => looks++ < 60 && stage.logged.length <= 20);
  expect(stage.logged.length).toBe(20);
}, 60_000);
