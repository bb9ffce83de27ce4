import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { handAgain, handOut } from '../../src/broadcasts/hand.ts';
import { planRun } from '../../src/broadcasts/plan.ts';
import { tick } from '../../src/broadcasts/tick.ts';
import type { ArchiveItem } from '../../src/core/archive.ts';
import type { Run } from '../../src/core/run.ts';
import type { DeliveryDoc } from '../../src/stores/mongo/deliveries.ts';
import { openTestMongo, type TestMongo } from '../support/mongo.ts';
import { aDraft, C, CENTRAL, HOUR_MS, makeStage, NOW, OF_84, SECOND, type Stage } from './stage.ts';

let mongo: TestMongo;
let stage: Stage;
const goOn = (): boolean => true;

beforeAll(async () => {
  mongo = await openTestMongo();
});
afterAll(() => mongo.close());
beforeEach(async () => {
  const { contacts, runs, deliveries, entries } = mongo.stores;
  for (const { collection } of [contacts, runs, deliveries, entries]) await collection.deleteMany({});
  stage = makeStage(mongo.stores);
});

async function begun(draft = aDraft(), who = CENTRAL): Promise<Run> {
  const created = await stage.broadcasts.create(draft, who);
  if (created.type !== 'done') throw new Error('not created');
  const submitted = await stage.broadcasts.submit(created.run.id, 0, who);
  if (submitted.type !== 'done') throw new Error(JSON.stringify(submitted));
  if (submitted.run.state !== 'awaitingApproval') return submitted.run;
  const approved = await stage.broadcasts.approve(created.run.id, submitted.run.rev, SECOND);
  if (approved.type !== 'done') throw new Error(JSON.stringify(approved));
  return approved.run;
}
async function planned(draft = aDraft(), who = CENTRAL): Promise<Run> {
  const { id } = await begun(draft, who);
  await planRun(stage.shell, id, goOn);
  return (await mongo.stores.runs.read(id))!;
}
const all = async (run: string): Promise<DeliveryDoc[]> =>
  mongo.stores.deliveries.page({ run, scope: null, limit: 10_000 });
const ends = async (run: string): Promise<string[]> =>
  (await all(run)).map(({ contact, state, why }) => `${contact} ${state} ${why}`.trim()).toSorted();
const handAll = async (run: Run): Promise<number> =>
  handOut(stage.shell, (await mongo.stores.runs.read(run.id))!, [
    ...(await mongo.stores.deliveries.next(run.id, 'zalo', 100)),
    ...(await mongo.stores.deliveries.next(run.id, 'messenger', 100)),
  ]);

it('planning that is broken off goes on where it was, and plans nobody twice', async () => {
  await stage.people(2500, (n) => (n % 3 === 0 ? {} : { phone: `+849${10_000_000 + n}`, name: 'Trần Thị Thử' }));
  const { id } = await begun();
  let pages = 0;
  expect(await planRun(stage.shell, id, () => ++pages < 2)).toBe(false);
  expect(await mongo.stores.deliveries.countAll(id)).toBeLessThan(2500);
  await Promise.all([planRun(stage.shell, id, goOn), planRun(stage.shell, id, goOn)]); // two processes at once
  expect(await mongo.stores.deliveries.countAll(id)).toBe(2500);
  expect(await mongo.stores.runs.read(id)).toMatchObject({ state: 'running', isPlanned: true, planned: 2500 });
}, 120_000);

it('what was handed out and not noted is handed out again under the same id', async () => {
  await stage.person('zalo:oa:1');
  const run = await planned();
  const broken = {
    ...mongo.stores,
    deliveries: { ...mongo.stores.deliveries, handed: () => Promise.reject(new Error('killed')) },
  };
  const next = await mongo.stores.deliveries.next(run.id, 'zalo', 10);
  await expect(handOut({ ...stage.shell, stores: broken }, run, next)).rejects.toThrow('killed');
  await handAll(run);
  expect(new Set(stage.logged.map(({ id }) => id)).size).toBe(1);
  expect(stage.logged).toHaveLength(2);
  expect(await ends(run.id)).toEqual(['zalo:oa:1 handed']);
  await handAgain(stage.shell, run, await all(run.id));
  expect(new Set(stage.logged.map(({ id }) => id)).size).toBe(1);
});

it('how people can be reached is looked at again when their turn has come', async () => {
  await stage.person('zalo:oa:1');
  await stage.person('zalo:oa:2');
  const run = await planned();
  await stage.person('zalo:oa:2', { remindersOff: true });
  expect(await handAll(run)).toBe(1);
  expect(await ends(run.id)).toEqual(['zalo:oa:1 handed', 'zalo:oa:2 unreachable optedOut']);
});

it('never more messages that cost are let through than the ceiling allows', async () => {
  for (let n = 0; n < 5; n++) await stage.person(`zalo:oa:${n}`, { lastSeenAt: NOW - 60 * HOUR_MS });
  const run = await planned(aDraft({ maxCharged: 3 }));
  const next = await mongo.stores.deliveries.next(run.id, 'zalo', 10);
  const broken = {
    ...mongo.stores,
    deliveries: { ...mongo.stores.deliveries, handed: () => Promise.reject(new Error('killed')) },
  };
  await expect(handOut({ ...stage.shell, stores: broken }, run, next.slice(0, 2))).rejects.toThrow('killed');
  await handAll(run);
  expect(new Set(stage.logged.map(({ id }) => id)).size).toBeLessThanOrEqual(3);
  expect((await all(run.id)).filter(({ why }) => why === 'overCeiling').length).toBeGreaterThanOrEqual(2);
});

it('what is known of a message never goes back, in whatever order it is heard', async () => {
  await stage.person('zalo:oa:1');
  const run = await planned();
  await handAll(run);
  const delivery = (await all(run.id))[0]!._id;
  const said: ArchiveItem = {
    type: 'nudge',
    delivery,
    run: run.id,
    contact: 'zalo:oa:1',
    result: { type: 'said' },
    at: NOW,
  };
  const from = { type: 'broadcast', run: run.id, delivery, until: NOW + HOUR_MS } as const;
  const row = { row: 'r', contact: 'zalo:oa:1', text: '', messageIds: ['m'], turnAt: NOW, at: NOW + 1, from };
  const sent: ArchiveItem = { type: 'outbound', state: 'sent', ...row };
  const { deliveries } = mongo.stores;
  await deliveries.settle([said]);
  expect(await ends(run.id)).toEqual(['zalo:oa:1 said']);
  await deliveries.settle([sent]);
  await deliveries.settle([said, { ...said, result: { type: 'skipped', why: 'twice' } }]);
  await deliveries.handed([delivery], 'free', NOW);
  expect(await ends(run.id)).toEqual(['zalo:oa:1 sent']);
  await tick(stage.shell);
  expect((await mongo.stores.runs.read(run.id))?.state).toBe('done');
});

it('who blocked us leaves the audience until they come back', async () => {
  await stage.person('zalo:oa:1');
  await mongo.stores.contacts.blocked(new Map([['zalo:oa:1', NOW]]));
  expect(await ends((await planned()).id)).toEqual(['zalo:oa:1 unreachable blocked']);
  await stage.person('zalo:oa:1', { lastSeenAt: NOW + 1 });
  expect(await ends((await planned()).id)).toEqual(['zalo:oa:1 planned']);
});

it('a broadcast to many waits for a second organizer; a double click starts it once', async () => {
  const many = stage.campaign.reminders.approveAbove + 1;
  await stage.people(many);
  const { broadcasts } = stage;
  const created = await broadcasts.create(aDraft(), CENTRAL);
  const id = created.type === 'done' ? created.run.id : '';
  const clicks = await Promise.all([broadcasts.submit(id, 0, CENTRAL), broadcasts.submit(id, 0, CENTRAL)]);
  expect(clicks.map((one) => one.type).toSorted()).toEqual(['done', 'refused']);
  expect(await broadcasts.read(id, CENTRAL)).toMatchObject({ state: 'awaitingApproval', rev: 1 });
  expect(await broadcasts.approve(id, 1, CENTRAL)).toEqual({ type: 'refused', why: 'sameOrganizer' });
  expect(await broadcasts.approve(id, 0, SECOND)).toEqual({ type: 'refused', why: 'stale' });
  expect(await broadcasts.approve(id, 1, SECOND)).toMatchObject({ type: 'done', run: { state: 'planning' } });
}, 120_000);

it('a run is paused, resumed and cancelled; what is not on its way is never said', async () => {
  for (let n = 0; n < 4; n++) await stage.person(`zalo:oa:${n}`);
  const run = await planned();
  await handOut(stage.shell, run, await mongo.stores.deliveries.next(run.id, 'zalo', 1));
  expect(await stage.broadcasts.pause(run.id, CENTRAL)).toMatchObject({ run: { state: 'paused' } });
  await tick(stage.shell);
  expect(stage.asked).toEqual([]);
  expect(await stage.broadcasts.resume(run.id, CENTRAL)).toMatchObject({ run: { state: 'running' } });
  await tick(stage.shell);
  expect(stage.asked).toEqual(['pump zalo']);
  await stage.broadcasts.cancel(run.id, CENTRAL);
  expect((await stage.broadcasts.progress(run.id, CENTRAL))?.states).toMatchObject({
    handed: 1,
    cancelled: 3,
    planned: 0,
  });
  expect(await stage.broadcasts.resume(run.id, CENTRAL)).toEqual({ type: 'refused', why: 'wrongState' });
});

it('staff of a unit reach nobody outside it, and see no run of others', async () => {
  await stage.person('zalo:oa:1', { units: ['84', '84A'] });
  await stage.person('zalo:oa:2', { units: ['87'] });
  expect((await stage.broadcasts.preview(aDraft(), OF_84)).people).toBe(1);
  const central = await planned();
  expect(await stage.broadcasts.read(central.id, OF_84)).toBeNull();
  expect(await ends((await planned(aDraft(), OF_84)).id)).toEqual(['zalo:oa:1 planned']);
});

it('reminders are made once when they are due, by day, and again only for who has come to belong to them', async () => {
  await stage.person('zalo:oa:1');
  const due = Date.parse('2022-05-29T06:00:00+07:00'); // three days before 24h00 of 31/5, by day
  stage.set(due - 60_000);
  await tick(stage.shell);
  expect(await mongo.stores.runs.inStates(['planning', 'running'])).toEqual([]);
  stage.set(due);
  await tick(stage.shell);
  await tick(stage.shell);
  const [run, ...more] = await mongo.stores.runs.inStates(['planning', 'running']);
  expect(more).toEqual([]);
  expect(run?.id).toMatch(/^reminder\//);
  await planRun(stage.shell, run!.id, goOn);
  await stage.person('zalo:oa:2');
  await mongo.stores.runs.planAgain(run!.id, 1); // published anew
  await planRun(stage.shell, run!.id, goOn);
  expect(await ends(run!.id)).toEqual(['zalo:oa:1 planned', 'zalo:oa:2 planned']);
});

it('a person on both channels gets no more reminders of a deadline than one on a single channel', async () => {
  const PERSON = { phone: '+84912000001', name: 'Trần Thị Thử' };
  const at = (text: string): number => Date.parse(`2022-05-${text}T06:00:00+07:00`);
  const told: string[] = [];
  const days: [string, string][] = [
    ['25', 'zalo:oa:1'],
    ['29', 'messenger:p:1'],
    ['31', 'zalo:oa:1'],
  ];
  for (const [day, contact] of days) {
    stage.set(at(day));
    await stage.person(contact, { ...PERSON, lastSeenAt: at(day) - HOUR_MS });
    await tick(stage.shell);
    const [run] = (await mongo.stores.runs.inStates(['planning'])).filter(({ kind }) => kind === 'reminder');
    await planRun(stage.shell, run!.id, goOn);
    told.push(...(await ends(run!.id)));
    await mongo.stores.deliveries.collection.updateMany(
      { run: run!.id, state: 'planned' },
      { $set: { state: 'sent' } },
    );
  }
  expect(told).toEqual(['zalo:oa:1 planned', 'messenger:p:1 planned', 'zalo:oa:1 skipped limit']);
});

it('people are told of a new state of their entry once for each change', async () => {
  const { entries, runs } = mongo.stores;
  await stage.person('zalo:oa:1', { entries: [{ code: 'SK-7K3F-92QX', campaign: C, submittedAt: NOW }] });
  const doc = {
    _id: 'd1',
    v: 1,
    code: 'SK-7K3F-92QX',
    contact: 'zalo:oa:1',
    campaign: C,
    state: 'received',
    reason: '',
    title: 'T',
  };
  await entries.collection.insertOne({ ...doc, history: [], revisions: [], revision: 1 } as never);
  await entries.review(doc.code, 'needsSupplement', 'Thiếu ảnh', NOW);
  await tick(stage.shell);
  await tick(stage.shell);
  const [run] = await runs.inStates(['running']);
  await handAll(run!);
  await entries.review(doc.code, 'accepted', '', NOW + 1000);
  await tick(stage.shell);
  const told = (await all(run!.id)).map(({ entry }) => `${entry?.state} ${entry?.reason}`.trim());
  expect(told.toSorted()).toEqual(['accepted', 'needsSupplement Thiếu ảnh']);
  await handAll(run!);
  const states = stage.logged.map((event) => (event.type === 'nudge' ? (event.nudge.entry?.state ?? '') : ''));
  expect(states.toSorted()).toEqual(['accepted', 'needsSupplement']);
});

it('a silent draft is nudged once', async () => {
  const silentMs = stage.campaign.reminders.silentMs.zalo!;
  await stage.person('zalo:oa:1', { lastSeenAt: NOW - silentMs - 60_000 });
  await tick(stage.shell);
  stage.set(NOW + 24 * HOUR_MS);
  stage.shell.looked.clear(); // as after a start
  await tick(stage.shell);
  const silent = await mongo.stores.runs.list({ kind: 'silentDraft', scope: null, limit: 10 });
  expect(silent).toHaveLength(1);
  expect(await all(silent[0]!.id)).toHaveLength(1);
});

it('whom nothing reached is on the call list of their unit, first who left a number; others are not', async () => {
  await stage.person('zalo:oa:0', { units: ['84'], phone: '', lastSeenAt: NOW - 400 * HOUR_MS });
  await stage.person('zalo:oa:1', { units: ['84'], phone: '+84912000001', lastSeenAt: NOW - 400 * HOUR_MS });
  await stage.person('zalo:oa:2', { units: ['84'], remindersOff: true });
  await stage.person('zalo:oa:3', { units: ['87'], lastSeenAt: NOW - 400 * HOUR_MS });
  await stage.person('zalo:oa:4', { units: ['84'] });
  await planned();
  const lines = [];
  for await (const line of stage.broadcasts.callList({ campaign: C, unit: null }, OF_84)) lines.push(line);
  expect(lines).toMatchObject([
    { contact: 'zalo:oa:1', phone: '+84912000001', step: 'title', why: 'noTemplate' },
    { contact: 'zalo:oa:0', phone: '' },
  ]);
});

it('a test goes to one contact in reach, and what is wrong with a draft is told by its place', async () => {
  await stage.person('zalo:oa:1', { units: ['84'] });
  const tested = await stage.broadcasts.testSend(aDraft(), 'zalo:oa:1', OF_84);
  expect(tested).toMatchObject({ type: 'done', run: { kind: 'test', state: 'running' } });
  expect(await stage.broadcasts.testSend(aDraft(), 'zalo:oa:2', OF_84)).toEqual({ type: 'refused', why: 'outOfScope' });
  const wrong = aDraft({
    title: '',
    texts: { zalo: { vi: 'Mã {code} {foo}', en: 'x' }, messenger: { vi: '', en: 'x' } },
  });
  expect(await stage.broadcasts.check(wrong, CENTRAL)).toEqual([
    { path: 'title', why: 'empty', name: '' },
    { path: 'texts.zalo.vi', why: 'nameWithoutData', name: 'code' },
    { path: 'texts.zalo.vi', why: 'strangeName', name: 'foo' },
    { path: 'texts.messenger.vi', why: 'empty', name: '' },
  ]);
});

it('what cannot be said in time ends as too late, and what was never heard of as lost', async () => {
  for (let n = 0; n < 2; n++) await stage.person(`zalo:oa:${n}`);
  const run = await planned();
  await handOut(stage.shell, run, await mongo.stores.deliveries.next(run.id, 'zalo', 1));
  stage.set(run.notAfter + 2 * HOUR_MS);
  await tick(stage.shell);
  expect((await all(run.id)).map(({ state, why }) => `${state} ${why}`.trim()).toSorted()).toEqual([
    'lost',
    'skipped tooLate',
  ]);
  await tick(stage.shell);
  expect((await mongo.stores.runs.read(run.id))?.state).toBe('done');
});

it('who had their data deleted is in no run any more, and in none that is being planned', async () => {
  await stage.person('zalo:oa:1');
  const run = await begun();
  await mongo.stores.erasures.note('zalo:oa:1', NOW + 1, () => Promise.resolve(0));
  await planRun(stage.shell, run.id, goOn);
  expect(await all(run.id)).toEqual([]);
});

it('who had their data deleted while a test was made for them is not known by it', async () => {
  await stage.person('zalo:oa:1');
  await mongo.stores.erasures.note('zalo:oa:1', NOW, () => Promise.resolve(1));
  await stage.broadcasts.testSend(aDraft(), 'zalo:oa:1', CENTRAL);
  expect(await mongo.stores.deliveries.ofContacts(['zalo:oa:1'])).toEqual([]);
});

it('who lends a hand to a unit with its message writes to nobody else by that', async () => {
  const created = await stage.broadcasts.create(aDraft(), OF_84);
  const id = created.type === 'done' ? created.run.id : '';
  expect(await stage.broadcasts.update(id, 0, aDraft({ title: 'Better' }), CENTRAL)).toMatchObject({
    run: { title: 'Better', scope: ['84'], editedBy: CENTRAL.staff },
  });
  expect(await stage.broadcasts.read(id, OF_84)).not.toBeNull();
});

it('a run for more people than one may see is not seen, listed or held', async () => {
  const both = { ...OF_84, staff: 's4', scope: ['84', '86'] };
  const [wide, own] = [await stage.broadcasts.create(aDraft(), both), await stage.broadcasts.create(aDraft(), OF_84)];
  const idOf = (made: typeof wide) => (made.type === 'done' ? made.run.id : '');
  const { broadcasts } = stage;
  expect(await broadcasts.read(idOf(wide), OF_84)).toBeNull();
  expect(await broadcasts.cancel(idOf(wide), OF_84)).toEqual({ type: 'refused', why: 'notFound' });
  const listed = async (who: typeof OF_84) => (await broadcasts.list({ limit: 10 }, who)).items.map(({ id }) => id);
  expect(await listed(OF_84)).toEqual([idOf(own)]);
  expect((await listed(both)).toSorted()).toEqual([idOf(own), idOf(wide)].toSorted());
});

it('an audience is not counted to its end for somebody who has gone', async () => {
  await stage.people(10, (n) => (n < 5 ? {} : { phone: `+8491200000${n}` }));
  let looks = 0;
  const counting = stage.broadcasts.preview(aDraft(), CENTRAL, () => ++looks < 2);
  await expect(counting).rejects.toMatchObject({ code: 'console.conflict' });
});

it('what one person would read of a draft is looked at before a test, whomever the draft is for', async () => {
  await stage.person('zalo:oa:1');
  const audience = { ...aDraft().audience, channels: ['messenger'] as const };
  const texts = { ...aDraft().texts, zalo: { vi: '', en: '' } };
  const tested = await stage.broadcasts.testSend(aDraft({ audience, texts }), 'zalo:oa:1', CENTRAL);
  expect(tested).toEqual({ type: 'faulty', faults: [{ path: 'texts.zalo.vi', why: 'empty', name: '' }] });
});
