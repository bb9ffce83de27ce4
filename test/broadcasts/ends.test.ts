import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { handOut } from '../../src/broadcasts/hand.ts';
import { planRun } from '../../src/broadcasts/plan.ts';
import { isFull } from '../../src/broadcasts/pump.ts';
import { everyone } from '../../src/core/run.ts';
import { tick } from '../../src/broadcasts/tick.ts';
import type { ArchiveItem, ContactSnapshot } from '../../src/core/archive.ts';
import type { Owner } from '../../src/core/handover.ts';
import type { Run } from '../../src/core/run.ts';
import type { DeliveryDoc } from '../../src/stores/mongo/deliveries.ts';
import { openTestMongo, type TestMongo } from '../support/mongo.ts';
import { aDraft, C, CENTRAL, HOUR_MS, makeStage, NOW, type Stage } from './stage.ts';

let mongo: TestMongo;
let stage: Stage;
const goOn = (): boolean => true;
const CODE = 'SK-7K3F-92QX';
const STAFF: Owner = { type: 'staff', how: 'console', staff: 's1', name: 'S', since: NOW, lastAt: NOW, until: null };

beforeAll(async () => {
  mongo = await openTestMongo();
});
afterAll(() => mongo.close());
beforeEach(async () => {
  const { contacts, runs, deliveries, entries } = mongo.stores;
  for (const { collection } of [contacts, runs, deliveries, entries]) await collection.deleteMany({});
  stage = makeStage(mongo.stores);
});

async function begun(draft = aDraft()): Promise<Run> {
  const created = await stage.broadcasts.create(draft, CENTRAL);
  const submitted = created.type === 'done' ? await stage.broadcasts.submit(created.run.id, 0, CENTRAL) : created;
  if (submitted.type !== 'done') throw new Error(JSON.stringify(submitted));
  return submitted.run;
}
async function planned(draft = aDraft()): Promise<Run> {
  const { id } = await begun(draft);
  await planRun(stage.shell, id, goOn);
  return (await mongo.stores.runs.read(id))!;
}
const all = (run: string): Promise<DeliveryDoc[]> => mongo.stores.deliveries.page({ run, scope: null, limit: 1000 });
const ends = async (run: string): Promise<string[]> =>
  (await all(run)).map(({ contact, state, why }) => `${contact} ${state} ${why}`.trim()).toSorted();
const handAll = async (run: Run): Promise<number> =>
  handOut(stage.shell, run, await mongo.stores.deliveries.next(run.id, 'zalo', 100));
const outbound = (delivery: DeliveryDoc, state: 'sent' | 'withdrawn', code = ''): ArchiveItem => ({
  type: 'outbound',
  row: delivery._id,
  contact: delivery.contact,
  text: '',
  state,
  messageIds: [],
  from: { type: 'broadcast', run: delivery.run, delivery: delivery._id, until: NOW + HOUR_MS },
  ...(code && { code }),
  turnAt: NOW,
  at: NOW,
});
const said = ({ _id, run, contact }: DeliveryDoc): ArchiveItem => ({
  type: 'nudge',
  delivery: _id,
  run,
  contact,
  result: { type: 'said' },
  at: NOW,
});

/** Someone with an entry that was reviewed, and the run that tells them. */
async function reviewed(changed: Partial<ContactSnapshot> = {}): Promise<Run> {
  const { entries, runs } = mongo.stores;
  await stage.person('zalo:oa:1', { entries: [{ code: CODE, campaign: C, submittedAt: NOW }], drafts: [], ...changed });
  const fields = { v: 1, code: CODE, contact: 'zalo:oa:1', campaign: C, title: 'T', state: 'received', reason: '' };
  await entries.collection.insertOne({ _id: 'd1', ...fields, history: [], revisions: [], revision: 1 } as never); // the driver's types want an ObjectId
  await entries.review(CODE, 'rejected', 'Nhầm', NOW);
  await tick(stage.shell);
  const [run] = await runs.inStates(['running']);
  return run!;
}

it('a run that was cancelled while it was planned leaves nobody planned for ever', async () => {
  for (let n = 0; n < 3; n++) await stage.person(`zalo:oa:${n}`);
  const { id } = await begun();
  const stopped = (): boolean => false;
  const cancelled = { ...mongo.stores.runs, planned: () => stage.broadcasts.cancel(id, CENTRAL).then(() => {}) };
  await planRun({ ...stage.shell, stores: { ...mongo.stores, runs: cancelled } }, id, stopped);
  await mongo.stores.deliveries.collection.updateMany({ run: id }, { $set: { state: 'planned' } }); // as if written a moment later
  await tick(stage.shell);
  expect(await ends(id)).toEqual(['zalo:oa:0 cancelled', 'zalo:oa:1 cancelled', 'zalo:oa:2 cancelled']);
});

it('what was handed out of a cancelled run, and never heard of, is lost after a while', async () => {
  await stage.person('zalo:oa:1');
  const run = await planned();
  await handAll(run);
  await stage.broadcasts.cancel(run.id, CENTRAL);
  stage.set(NOW + HOUR_MS / 2);
  await tick(stage.shell);
  expect(await ends(run.id)).toEqual(['zalo:oa:1 handed']);
  stage.set(NOW + HOUR_MS);
  await tick(stage.shell);
  expect(await ends(run.id)).toEqual(['zalo:oa:1 lost']);
});

it('results that come about when those of the day were cancelled end as cancelled', async () => {
  const run = await reviewed();
  await stage.broadcasts.cancel(run.id, CENTRAL);
  await mongo.stores.entries.review(CODE, 'accepted', '', NOW + 1000);
  await tick(stage.shell);
  expect((await all(run.id)).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
});

it('a run that was resumed in the moment in which its plan ended goes on', async () => {
  await stage.person('zalo:oa:1');
  const run = await planned();
  await mongo.stores.runs.change(run.id, ['running'], null, { state: 'planning' });
  await tick(stage.shell);
  expect(await mongo.stores.runs.read(run.id)).toMatchObject({ state: 'running', planned: 1 });
});

it('a result is told once staff gave the conversation back, under an id of its own, and not before', async () => {
  const run = await reviewed({ owner: STAFF });
  await handAll(run);
  expect(await ends(run.id)).toEqual(['zalo:oa:1 unreachable withStaff']);
  await tick(stage.shell);
  expect(await ends(run.id)).toEqual(['zalo:oa:1 unreachable withStaff']);
  await stage.person('zalo:oa:1');
  await Promise.all([tick(stage.shell), tick(stage.shell)]);
  await handAll(run);
  const [one] = await all(run.id);
  const skipped: ArchiveItem = {
    type: 'nudge',
    delivery: one!._id,
    run: run.id,
    contact: one!.contact,
    result: { type: 'skipped', why: 'withStaff' },
    at: NOW,
  };
  await mongo.stores.deliveries.settle([skipped]); // they were faster in the conversation itself
  await tick(stage.shell);
  await handAll(run);
  const ids = stage.logged.map(({ id }) => id);
  expect(ids).toEqual([`zalo/nudge/${one!._id}/1`, `zalo/nudge/${one!._id}/2`]);
  expect(await ends(run.id)).toEqual(['zalo:oa:1 handed']);
});

it('a result that is no longer what the entry came to is not told', async () => {
  const run = await reviewed();
  await mongo.stores.entries.review(CODE, 'accepted', '', NOW + 1000); // before it was handed out
  await tick(stage.shell);
  await handAll(run);
  expect(stage.logged.map((event) => (event.type === 'nudge' ? event.nudge.entry?.state : ''))).toEqual(['accepted']);
  expect(await ends(run.id)).toEqual(['zalo:oa:1 handed', 'zalo:oa:1 skipped notNeeded']);
});

it('who is asked for a supplement and sent it before their turn came is not asked', async () => {
  const { entries } = mongo.stores;
  await reviewed();
  await entries.review(CODE, 'needsSupplement', 'Thiếu ảnh', NOW + 1000);
  const draft = aDraft({ audience: { ...everyone(C), standings: ['needsSupplement'] } });
  const [one, other] = [await planned(draft), await planned(draft)];
  expect(await handAll(one)).toBe(1);
  await entries.collection.updateOne({ code: CODE }, { $set: { state: 'received' } }); // as a revision leaves it
  expect(await handAll(other)).toBe(0);
  expect(await ends(other.id)).toEqual(['zalo:oa:1 skipped notNeeded']);
});

it('who stopped reminders on the other channel, or sent an entry there, before their turn came is left alone', async () => {
  const [one, other] = ['+84912000001', '+84912000002'].map((phone) => ({ phone, name: 'Trần Thị Thử' }));
  await stage.person('zalo:oa:1', one);
  await stage.person('zalo:oa:2', other);
  const run = await planned();
  await stage.person('messenger:p:1', { ...one, remindersOff: true, drafts: [] });
  const entries = [{ code: CODE, campaign: C, submittedAt: NOW }];
  await stage.person('messenger:p:2', { ...other, entries, drafts: [] });
  const reminder: Run = { ...run, kind: 'reminder', deadline: null };
  await handAll(reminder);
  expect(await ends(run.id)).toEqual(['zalo:oa:1 unreachable optedOut', 'zalo:oa:2 skipped notNeeded']);
});

it('how a message is sent is known though it was said before that could be noted', async () => {
  await stage.person('zalo:oa:1', { lastSeenAt: NOW - 60 * HOUR_MS });
  const run = await planned(aDraft({ maxCharged: 1 }));
  const { deliveries } = mongo.stores;
  const [one] = await all(run.id);
  await deliveries.collection.updateMany({}, { $set: { how: 'free' } }); // as when it was planned earlier
  const inboundLog = { append: () => deliveries.settle([said(one!)]) };
  await handOut({ ...stage.shell, inboundLog }, run, [one!]);
  expect(await all(run.id)).toMatchObject([{ state: 'said', how: 'charged', handedAt: new Date(NOW) }]);
});

it('what the platform took is sent, whatever was told of it before', async () => {
  await stage.person('zalo:oa:1');
  const run = await planned();
  const [one] = await all(run.id);
  await mongo.stores.deliveries.endRest(run.id, 'skipped', 'tooLate', NOW); // it was in the log already
  await mongo.stores.deliveries.settle([outbound(one!, 'sent')]);
  expect(await ends(run.id)).toEqual(['zalo:oa:1 sent']);
});

it('while a platform takes nothing no more is put into the outbox than may be on its way', async () => {
  for (let n = 0; n < 20; n++) await stage.person(`zalo:oa:${n}`);
  const run = await planned();
  await handAll(run);
  const shell = { ...stage.shell, perSecond: () => 1 };
  stage.set(NOW + 11 * 60_000);
  expect(await isFull(shell, 'zalo')).toBe(false); // handed out and never heard of: holds nothing up
  await mongo.stores.deliveries.settle((await all(run.id)).map(said));
  stage.set(NOW + 5 * HOUR_MS);
  expect(await isFull(shell, 'zalo')).toBe(true);
});

it('who did not get it because it waited too long is called; whom staff talked with instead is not', async () => {
  for (let n = 0; n < 2; n++) await stage.person(`zalo:oa:${n}`);
  const run = await planned();
  await handAll(run);
  const [one, other] = await all(run.id);
  await mongo.stores.deliveries.settle([
    outbound(one!, 'withdrawn', 'late'),
    outbound(other!, 'withdrawn', 'handover'),
  ]);
  const lines = [];
  for await (const line of stage.broadcasts.callList({ campaign: C, unit: null }, CENTRAL)) lines.push(line);
  expect(lines).toMatchObject([{ contact: one!.contact, state: 'withdrawn', why: 'late' }]);
});
