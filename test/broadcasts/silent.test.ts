import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { makeSilent } from '../../src/broadcasts/due.ts';
import { planRun } from '../../src/broadcasts/plan.ts';
import { tick } from '../../src/broadcasts/tick.ts';
import { openTestMongo, type TestMongo } from '../support/mongo.ts';
import { aDraft, C, CENTRAL, HOUR_MS, makeStage, NOW, type Stage } from './stage.ts';

let mongo: TestMongo;
let stage: Stage;
const CODE = 'SK-7K3F-92QX';

beforeAll(async () => {
  mongo = await openTestMongo();
});
afterAll(() => mongo.close());
beforeEach(async () => {
  const { contacts, runs, deliveries, entries } = mongo.stores;
  for (const { collection } of [contacts, runs, deliveries, entries]) await collection.deleteMany({});
  stage = makeStage(mongo.stores);
});

const silentRuns = () => mongo.stores.runs.list({ kind: 'silentDraft', scope: null, limit: 10 });
const peopleIn = async (run: string): Promise<string[]> =>
  (await mongo.stores.deliveries.page({ run, scope: null, limit: 1000 })).map(({ contact }) => contact).toSorted();
const nudgedOf = async (): Promise<string[]> =>
  (await Promise.all((await silentRuns()).map(({ id }) => peopleIn(id)))).flat();
/** A draft that falls silent just now. */
const silentFor = (channel: 'zalo' | 'messenger'): number => NOW - stage.campaign.reminders.silentMs[channel]! - 60_000;
const PHONE = { phone: '+84912000001', name: 'Trần Thị Thử' };

it('a person with two drafts is nudged where they were last, and once', async () => {
  await stage.person('messenger:p:1', { ...PHONE, lastSeenAt: silentFor('messenger') });
  await stage.person('zalo:oa:1', { ...PHONE, lastSeenAt: silentFor('zalo') });
  await tick(stage.shell);
  expect(await nudgedOf()).toEqual(['messenger:p:1']);
  await stage.person('zalo:oa:1', { ...PHONE, lastSeenAt: silentFor('zalo') + 48 * HOUR_MS });
  stage.set(NOW + 48 * HOUR_MS);
  await tick(stage.shell);
  expect(await nudgedOf()).toEqual(['messenger:p:1']);
});

it('who sent an entry on one channel is not nudged on the other, nor who wants no reminders there', async () => {
  const entries = [{ code: CODE, campaign: C, submittedAt: NOW - HOUR_MS }];
  await stage.person('zalo:oa:1', { ...PHONE, lastSeenAt: silentFor('zalo') });
  await stage.person('messenger:p:1', { ...PHONE, drafts: [], entries });
  await stage.person('zalo:oa:2', { phone: '+84912000002', name: 'B', lastSeenAt: silentFor('zalo') });
  await stage.person('messenger:p:2', { phone: '+84912000002', name: 'B', drafts: [], remindersOff: true });
  await tick(stage.shell);
  expect(await nudgedOf()).toEqual([]);
});

it('a draft that was not nudged, because its person came back in that moment, is nudged when it falls silent again', async () => {
  await stage.person('zalo:oa:1', { lastSeenAt: silentFor('zalo') });
  await tick(stage.shell);
  await mongo.stores.deliveries.collection.updateMany({}, { $set: { state: 'skipped', why: 'notNeeded' } });
  await stage.person('zalo:oa:1', { lastSeenAt: silentFor('zalo') + 72 * HOUR_MS });
  stage.set(NOW + 72 * HOUR_MS);
  await tick(stage.shell);
  expect(await nudgedOf()).toEqual(['zalo:oa:1', 'zalo:oa:1']);
});

it('no draft is nudged that cannot be sent any more', async () => {
  const { phases } = stage.campaign;
  const campaign = { ...stage.campaign, phases: phases.map((one) => ({ ...one, closesAt: NOW })).slice(0, 1) };
  await stage.person('zalo:oa:1', { lastSeenAt: silentFor('zalo') });
  await makeSilent(stage.shell, campaign, [], new Map());
  expect(await silentRuns()).toEqual([]);
});

it('a clock that was set back finds drafts that fell silent', async () => {
  await stage.person('zalo:oa:1', { lastSeenAt: silentFor('zalo') });
  stage.shell.looked.set(C, NOW + 24 * HOUR_MS);
  await tick(stage.shell);
  expect(await nudgedOf()).toEqual(['zalo:oa:1']);
});

it('who had their data deleted while they were found to be silent is in no run', async () => {
  await stage.person('zalo:oa:9', { lastSeenAt: silentFor('zalo') });
  await mongo.stores.erasures.note('zalo:oa:9', NOW, () => Promise.resolve(0));
  await tick(stage.shell);
  expect(await nudgedOf()).toEqual([]);
});

it('people who were archived before all of it was kept hold nothing up', async () => {
  await stage.person('zalo:oa:1', { lastSeenAt: silentFor('zalo'), name: 'A' });
  await stage.person('zalo:oa:2', { lastSeenAt: NOW - HOUR_MS });
  const gone = { drafts: '', remindYesAt: '' };
  await mongo.stores.contacts.collection.updateMany({}, { $unset: gone });
  await tick(stage.shell);
  expect(await nudgedOf()).toEqual(['zalo:oa:1']);
  const created = await stage.broadcasts.create(aDraft(), CENTRAL);
  const id = created.type === 'done' ? created.run.id : '';
  await stage.broadcasts.submit(id, 0, CENTRAL);
  await planRun(stage.shell, id, () => true);
  expect(await peopleIn(id)).toEqual(['zalo:oa:1', 'zalo:oa:2']);
});
