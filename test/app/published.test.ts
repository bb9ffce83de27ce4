import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type AppWorld } from '../../src/app-world.ts';
import { silentLog } from '../../src/base/log.ts';
import type { PublishOrder } from '../../src/content/campaign-desk.ts';
import { writeUnitRows, type UnitRow } from '../../src/content/unit-rows.ts';
import { phasesFor } from '../../src/core/campaign.ts';
import { openTestMongo, type TestMongo } from '../support/mongo.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';
import type { RedisConnection } from '../../src/stores/redis/connection.ts';
import { theContent } from '../support/world.ts';

const ONE = '75-nghin-sang-kien';
const OTHER = '01-trieu-sang-kien';
const BY = { id: 'staff-1', name: 'Người tổ chức' };
const LATER = '2021-05-01T00:00:00+07:00';

let mongo: TestMongo;
let server: RedisServer;
let redis: RedisConnection;
let now = Date.parse('2021-04-20T23:55:00+07:00');
const clock = { now: () => now };
const open: AppWorld[] = [];

beforeAll(async () => {
  [mongo, server] = await Promise.all([openTestMongo(), startRedis({ own: true })]);
  redis = await server.connect();
});
afterAll(async () => {
  for (const one of open) one.close();
  await mongo.close();
  await server.close();
});

/** Another process of the same deployment. */
async function process(): Promise<AppWorld> {
  const one = await startWorld(theContent(), { redis, stores: mongo.stores }, { clock, log: silentLog });
  open.push(one);
  return one;
}

/** The campaign as it is in force, changed. */
function order({ desk }: AppWorld, change: Partial<PublishOrder['file']> = {}, campaign = ONE): PublishOrder {
  const current = desk.current(campaign);
  if (!current) throw new Error('no such campaign');
  const { file, intake, units, version } = current;
  return { campaign, base: version, file: { ...file, ...change }, intake, units, note: 'gia hạn', by: BY };
}

const closing = (one: AppWorld): number | undefined => one.world.flows.get(ONE)?.campaign.phases[0]?.closesAt;
const prolonged = (one: AppWorld, closesAt = LATER): PublishOrder =>
  order(one, { phases: one.desk.current(ONE)!.file.phases.map((phase) => ({ ...phase, closesAt })) });

describe('a published campaign', () => {
  it('is in force at once where it was published, soon in every other process, and after a restart', async () => {
    const here = await process();
    const there = await process();
    const held = there.world;
    expect(here.world.flows.get(ONE)?.campaign.published).toBe(0);
    expect(await here.desk.publish(prolonged(here))).toEqual({ type: 'published', version: 1 });
    expect(closing(here)).toBe(Date.parse(LATER));
    await expect.poll(() => held.flows.get(ONE)?.campaign.phases[0]?.closesAt).toBe(Date.parse(LATER));
    const restarted = await process();
    expect(restarted.world.flows.get(ONE)?.campaign).toMatchObject({ published: 1 });
    expect([...restarted.world.flows.keys()]).toEqual([...theContent().campaigns.keys()]);
    expect(restarted.desk.inFiles(ONE)?.file.phases[0]?.closesAt).toBe('2021-04-21T00:00:00+07:00');
    expect(await restarted.desk.versions(ONE)).toEqual([
      { campaign: ONE, version: 1, note: 'gia hạn', by: BY, at: now },
    ]);
    expect(await restarted.desk.version(ONE, 1)).toEqual(restarted.desk.current(ONE));
  });

  it('of two who publish on the same base one wins, and the other is told of it', async () => {
    const [here, there] = [await process(), await process()];
    const { version } = here.desk.current(ONE)!;
    const answers = await Promise.all(
      [here, there, here, there].map((one, n) => one.desk.publish(prolonged(one, `2021-05-0${n + 2}T00:00:00+07:00`))),
    );
    expect(answers.filter(({ type }) => type === 'published')).toEqual([{ type: 'published', version: version + 1 }]);
    expect(answers.filter(({ type }) => type === 'conflict')).toEqual(
      Array.from({ length: 3 }, () => ({ type: 'conflict', latest: version + 1 })),
    );
    await expect.poll(() => closing(here) === closing(there)).toBe(true);
    expect(await mongo.stores.campaigns.list(ONE)).toHaveLength(version + 1);
  });

  it('is not put back by a look that began before the next one was published', async () => {
    const here = await process();
    let letGo = (): void => {};
    let reached = (): void => {};
    const held = new Promise<void>((done) => (letGo = done));
    const isRead = new Promise<void>((done) => (reached = done));
    const { campaigns } = mongo.stores;
    let slow = false;
    const stores = {
      ...mongo.stores,
      campaigns: {
        ...campaigns,
        async latest(id: string) {
          const wait = slow;
          slow = false;
          const found = await campaigns.latest(id);
          if (wait) {
            reached();
            await held;
          }
          return found;
        },
      },
    };
    const there = await startWorld(theContent(), { redis, stores }, { clock, log: silentLog });
    open.push(there);
    slow = true;
    await here.desk.publish(prolonged(here, '2021-05-08T00:00:00+07:00'));
    const late = there.look();
    await isRead;
    const { version } = here.desk.current(ONE)!;
    await here.desk.publish(prolonged(here, '2021-05-09T00:00:00+07:00'));
    await there.look();
    letGo();
    await late;
    expect(there.desk.current(ONE)?.version).toBe(version + 1);
    expect(closing(there)).toBe(Date.parse('2021-05-09T00:00:00+07:00'));
  });

  it('on a base that nobody published is a conflict', async () => {
    const here = await process();
    expect(await here.desk.publish({ ...order(here), base: 99 })).toMatchObject({ type: 'conflict' });
  });

  it('with a mistake is not saved, and every mistake is named by its place', async () => {
    const here = await process();
    const before = await mongo.stores.campaigns.list(ONE);
    const wish = order(here, {
      code: '1TR',
      deadlines: [{ unit: '9X', phase: 'cao-diem', closesAt: LATER }],
      quotas: [{ unit: '84', phase: 'dot-9', number: 3 }],
    });
    wish.file.phases = wish.file.phases.map((phase) => ({ ...phase, closesAt: '2021-01-01T00:00:00+07:00' }));
    const answer = await here.desk.publish(wish);
    expect(answer.type === 'refused' && answer.faults.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'phases.0.closesAt phase.closesFirst',
      'deadlines.0.unit deadline.unit',
      'quotas.0.phase quota.phase',
      'code code.taken',
    ]);
    expect(await mongo.stores.campaigns.list(ONE)).toEqual(before);
  });

  it('may bring its own questions and sentences, and the other campaign keeps its words', async () => {
    const here = await process();
    const wish = order(here, {}, OTHER);
    const own = (label: string) => ({
      'steps.own.label': label,
      'steps.own.prompt': `${label}?`,
      'steps.own.help': `${label}.`,
      'steps.name.prompt': `${label}!`,
    });
    wish.file = { ...wish.file, texts: { vi: own('Mã thẻ'), en: own('Card number') } };
    const steps = wish.intake.steps.toSpliced(2, 0, {
      id: 'card',
      type: 'text',
      reader: 'plain',
      field: 'card',
      part: 1,
      max: 20,
      text: 'steps.own',
    });
    wish.intake = { ...wish.intake, steps };
    expect(await here.desk.publish(wish)).toEqual({ type: 'published', version: 1 });
    const { flows, texts } = here.world;
    const said = (campaign: string, step: string) =>
      texts.vi.get(`${flows.get(campaign)?.byId.get(step)?.key ?? ''}.prompt`)?.pieces.join('');
    expect(said(OTHER, 'card')).toBe('Mã thẻ?');
    expect(said(OTHER, 'name')).toBe('Mã thẻ!');
    expect(said(ONE, 'name')).not.toBe('Mã thẻ!');
    expect(flows.get(OTHER)?.version).not.toBe('1');
    expect(flows.get(ONE)?.version).toMatch(/^1-/);
  });

  it('with a sentence that nobody can fill in, or in one language only, is refused', async () => {
    const here = await process();
    const texts = { vi: { 'steps.name.prompt': 'Chào {phone}' }, en: {} };
    const answer = await here.desk.publish(order(here, { texts }));
    expect(answer.type === 'refused' && answer.faults.map(({ code }) => code)).toEqual([
      'text.oneLanguage',
      'text.name',
    ]);
  });

  it('may get the code that another campaign gave up, also in a process that starts later', async () => {
    const here = await process();
    expect(await here.desk.publish(order(here, { code: '2TR' }, OTHER))).toMatchObject({ type: 'published' });
    expect(await here.desk.publish(order(here, { code: '1TR' }))).toMatchObject({ type: 'published' });
    const starting = await process();
    for (const one of [here, starting]) {
      expect([one.world.findCode('1TR')?.flow.campaign.id, one.world.findCode('2TR')?.flow.campaign.id]).toEqual([
        ONE,
        OTHER,
      ]);
    }
    await here.desk.publish(order(here, { code: '75N' }));
    await here.desk.publish(order(here, { code: '1TR' }, OTHER));
  });

  it('takes up other units on the day they begin', async () => {
    const here = await process();
    now = Date.parse('2025-06-30T23:59:59+07:00');
    const merged = (rows: readonly UnitRow[]): UnitRow[] =>
      rows.map((row) =>
        row.code === '84' || row.code === '83' ? { ...row, validTo: '2025-07-01', successor: '86' } : row,
      );
    const wish = order(here, { deadlines: [{ unit: '84', phase: 'cao-diem', closesAt: LATER }] });
    expect(await here.desk.publish({ ...wish, units: merged(wish.units) })).toMatchObject({ type: 'published' });
    const units = () => here.world.flows.get(ONE)!.campaign.units;
    expect(units().byCode('84')?.name).toBe('LĐLĐ tỉnh Trà Vinh');
    const form = here.world.flows.get(ONE)?.version;
    now += 1000;
    await here.look();
    expect(units().byCode('84')?.name).toBe('LĐLĐ tỉnh Vĩnh Long');
    expect(units().pathOf('844')).toEqual(['86', '844']);
    expect([...units().reach('86')].sort()).toEqual(['83', '84', '86']);
    expect(units().search('tra vinh', null)).toMatchObject({ type: 'one', unit: { code: '86' } });
    expect(units().search('ldld tinh tra vinh', null)).toMatchObject({ type: 'one', unit: { code: '86' } });
    expect(
      units()
        .childrenOf(null)
        .map(({ code }) => code),
    ).not.toContain('84');
    expect(here.world.findCode('75N-84')?.unit).toBe('86');
    expect(here.world.flows.get(ONE)?.version).not.toBe(form);
    // people of the old province keep the date that was given to it, and so do those of the new one
    const ends = (path: string[]) => phasesFor(here.world.flows.get(ONE)!.campaign, path)[0]?.closesAt;
    expect(ends(['84', '844'])).toBe(Date.parse(LATER));
    expect(ends(['86'])).toBe(Date.parse(LATER));
  });

  it('that this program cannot play is not played: who runs goes on, who starts plays the one before, and the log says so', async () => {
    const here = await process();
    const before = here.desk.current(OTHER)!;
    const { file, intake, units } = before;
    const wish = { campaign: OTHER, note: '', by: BY, at: now, intake, units: writeUnitRows(units) };
    const publish = (n: number, changed: object) =>
      mongo.stores.campaigns.publish({ ...wish, base: before.version + n, file: { ...file, ...changed } });
    await publish(0, { draftGraceDays: 61 });
    // as newer programs could have written them: one whose locales have more sentences, one with another key
    await publish(1, { guide: 'guide.later' });
    await publish(2, { motto: 'x' });
    const isInForce = ({ desk }: AppWorld) => [desk.current(OTHER)?.version, desk.current(OTHER)?.file.draftGraceDays];
    const told: unknown[] = [];
    const log = { ...silentLog, error: (facts: object) => void told.push(facts) } as typeof silentLog;
    const starting = await startWorld(theContent(), { redis, stores: mongo.stores }, { clock, log });
    open.push(starting);
    await here.look();
    expect([isInForce(here), isInForce(starting)]).toEqual([
      [before.version + 1, 61],
      [before.version + 1, 61],
    ]);
    const [newest, other] = [before.version + 3, before.version + 2];
    expect(told).toMatchObject([
      { code: 'content.invalid', campaign: OTHER, version: newest },
      { code: 'content.invalid', campaign: OTHER, version: other, at: 'guide' },
    ]);
    await starting.look();
    expect(told).toHaveLength(2); // not every time
    // nothing else waits for it, and one that can be played again is
    const { version } = here.desk.current(ONE)!;
    await here.desk.publish(order(here, { draftGraceDays: 62 }));
    await starting.look();
    expect(starting.desk.current(ONE)?.version).toBe(version + 1);
    await publish(3, { draftGraceDays: 63 });
    await starting.look();
    expect(isInForce(starting)).toEqual([before.version + 4, 63]);
  });
});
