import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EditorCampaign, EditorLine, PreviewView } from '../../src/console/api/types-campaigns.ts';
import { writeUnitRows } from '../../src/content/unit-rows.ts';
import { openConsole, type Answered, type Browser, type TestConsole } from '../support/console.ts';
import { theContent } from '../support/world.ts';

const CAMPAIGN = '01-trieu-sang-kien';
const PATH = `/editor/campaigns/${CAMPAIGN}`;
/** Ten minutes after phase 1 has closed. */
const NOW = Date.parse('2022-06-01T00:10:00+07:00');
const LATER = '2022-06-01T06:00:00+07:00';

let desk: TestConsole;
let organizer: Browser;

// one of its own each time: what was published stays in force
beforeEach(async () => {
  desk = await openConsole({ clock: { now: () => NOW } });
  organizer = await desk.signedIn({ role: 'organizer', name: 'Invented Organizer' });
});
afterEach(() => desk.close());

type Edit = Pick<EditorCampaign, 'file' | 'intake' | 'version'>;
const read = async (browser = organizer): Promise<EditorCampaign> =>
  (await browser.api('GET', PATH)).body as unknown as EditorCampaign;
const prolonged = (edit: Edit, closesAt = LATER): Edit => ({
  ...edit,
  file: { ...edit.file, phases: edit.file.phases.map((one, at) => (at === 0 ? { ...one, closesAt } : one)) },
});
const bodyOf = ({ version, file, intake }: Edit) => ({ base: version, file, intake });
const publish = (edit: Edit, note = 'invented reason', browser = organizer): Promise<Answered> =>
  browser.api('POST', `${PATH}/publish`, { body: { ...bodyOf(edit), note } });
const preview = async (edit: Edit): Promise<PreviewView> =>
  (await organizer.api('POST', `${PATH}/preview`, { body: bodyOf(edit) })).body as unknown as PreviewView;
const lines = () => desk.stores.audit.list({ limit: 50 });

it('a campaign as in the files is version 0, without its quotas and with the words of its questions', async () => {
  const found = await read();
  expect(found).toMatchObject({ version: 0, by: null, at: 0 });
  expect(found.file).not.toHaveProperty('quotas');
  expect(found.texts.vi['steps.applied.prompt']).toMatch(/áp dụng/);
});

it('a prolonged deadline is looked over without being changed: dates, who is open again, how many fill in', async () => {
  await desk.contact('zalo:9000000000000000002:501', ['84', '844']);
  await desk.stores.contacts.collection.updateOne(
    { _id: 'zalo:9000000000000000002:501' as never },
    { $set: { campaign: CAMPAIGN, step: 'title' } },
  );
  const before = await read();
  const { faults, changes, effects, behind } = await preview(prolonged(before));
  expect([faults, behind]).toEqual([[], null]);
  expect(changes).toEqual([{ path: 'phases.dot-1.closesAt', before: '2022-06-01T00:00:00+07:00', after: LATER }]);
  expect(effects.deadlines).toMatchObject([{ phase: 'dot-1', unit: null, after: { closesAt: Date.parse(LATER) } }]);
  expect(effects.reopened).toEqual([{ phase: 'dot-1', unit: null, drafts: 1 }]);
  expect(await read()).toEqual(before);
  expect((await lines()).filter(({ action }) => action.startsWith('campaign'))).toEqual([]);
});

it('every mistake is told with its place, and nothing is published', async () => {
  const found = await read();
  const wrong = prolonged(found, '2022-07-01T00:00:00+07:00');
  const broken: Edit = {
    ...wrong,
    file: { ...wrong.file, shortName: { vi: '', en: 'x' }, deadlines: [{ unit: '9999', phase: 'dot-1' }] },
  };
  const { faults } = await preview(broken);
  expect(faults.map(({ path, code }) => `${path} ${code}`)).toEqual(['shortName.vi shape']);
  const { body, status } = await publish(broken);
  expect([status, body['why']]).toEqual([400, 'faults']);
  const paths = (await preview(wrong)).faults.map(({ path, code }) => `${path} ${code}`);
  expect(paths).toEqual(['phases.1.opensAt phase.overlaps']);
  expect((await read()).version).toBe(0);
});

it('no link but to a page, and nothing longer or more than anybody reads, is published', async () => {
  const found = await read();
  const { file, intake } = found;
  const label = { vi: 'Cổng', en: 'Portal' };
  const [name, far] = ['a'.repeat(301), { unit: '84', phase: 'dot-1', closesAt: LATER }];
  const faultsOf = async (changes: Partial<Edit['file']>) =>
    (await preview({ ...found, file: { ...file, ...changes }, intake })).faults.map(
      ({ path, code }) => `${path} ${code}`,
    );
  for (const url of ['javascript:alert(1)', 'data:text/html,x', 'mailto:a@b.vn'])
    expect(await faultsOf({ links: [{ label, url }] })).toEqual(['links.0.url shape']);
  expect(await faultsOf({ links: [{ label, url: 'https://congdoan.vn/x' }] })).toEqual([]);
  expect(await faultsOf({ shortName: { vi: name, en: 'x' } })).toEqual(['shortName.vi shape']);
  const many = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`key${n}`, 'x']));
  expect(await faultsOf({ texts: { vi: many, en: {} } })).toHaveLength(500);
  expect(await faultsOf({ deadlines: Array.from({ length: 2001 }, () => far) })).toEqual(['deadlines shape']);
});

it('what is published is in force at once, a version of its own, and in the audit log with both sides', async () => {
  const found = await read();
  const answer = await publish(prolonged(found), 'storm in the province');
  expect([answer.status, answer.body]).toEqual([201, { version: 1 }]);
  const [line] = await lines();
  expect(line).toMatchObject({
    action: 'campaign.publish',
    target: `${CAMPAIGN}/1`,
    name: 'Invented Organizer',
    before: { 'phases.dot-1.closesAt': '2022-06-01T00:00:00+07:00' },
    after: { note: 'storm in the province', 'phases.dot-1.closesAt': LATER },
  });
  const { campaigns } = (await organizer.api('GET', '/editor/campaigns')).body as unknown as {
    campaigns: EditorLine[];
  };
  expect(campaigns.find(({ id }) => id === CAMPAIGN)).toMatchObject({
    version: 1,
    isOpen: true,
    by: 'Invented Organizer',
    phase: { closesAt: Date.parse(LATER) },
  });
  const { body } = await organizer.api('GET', `${PATH}/versions`);
  expect((body['versions'] as { version: number }[]).map(({ version }) => version)).toEqual([1, 0]);
  const compared = await organizer.api('GET', `${PATH}/compare?from=0&to=1`);
  expect(compared.body['changes']).toMatchObject([{ path: 'phases.dot-1.closesAt', after: LATER }]);
});

it('of two organizers who began with the same version the second one is told what the first one did', async () => {
  const colleague = await desk.signedIn({ role: 'organizer', name: 'Invented Colleague' });
  const found = await read();
  const [one, other] = [prolonged(found), { ...found, file: { ...found.file, draftGraceDays: 90 } }];
  expect((await publish(one, 'mine', colleague)).status).toBe(201);
  expect(await publish(other)).toMatchObject({
    status: 409,
    body: { error: 'console.conflict', why: 'published', latest: 1 },
  });
  const { behind, changes } = await preview(other);
  expect(behind).toMatchObject({ version: 1, by: 'Invented Colleague', note: 'mine' });
  expect(behind?.changes.map(({ path }) => path)).toEqual(['phases.dot-1.closesAt']);
  expect(changes.map(({ path }) => path)).toEqual(['draftGraceDays']);
  const latest = await read();
  expect((await publish({ ...latest, file: { ...latest.file, draftGraceDays: 90 } })).body).toEqual({ version: 2 });
  expect((await read()).file.phases[0]?.closesAt).toBe(LATER);
});

it('of many who publish in the same moment one does, and the log tells who was refused', async () => {
  const found = await read();
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) => publish({ ...found, file: { ...found.file, draftGraceDays: 100 + n } })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409, 409]);
  expect((await read()).version).toBe(1);
  const told = (await lines()).map(({ action }) => action);
  const [tries, refused] = ['campaign.publish', 'campaign.publishRefused'].map(
    (wanted) => told.filter((action) => action === wanted).length,
  );
  expect((tries ?? 0) - (refused ?? 0)).toBe(1);
});

it('quotas and workplaces stay as they are in the version that is changed', async () => {
  const found = await read();
  const files = theContent().campaigns.get(CAMPAIGN);
  if (!files) throw new Error('no such campaign');
  const units = writeUnitRows(files.units);
  await desk.stores.campaigns.publish({
    base: 0,
    campaign: CAMPAIGN,
    file: { ...files.file, quotas: [{ unit: '84', phase: 'dot-1', number: 1600 }] },
    intake: found.intake,
    units,
    note: 'quotas from a sheet',
    by: { id: 'x', name: 'x' },
    at: NOW,
  });
  const next = await read();
  expect([next.version, next.counts.quotas]).toEqual([1, 1]);
  expect((await publish({ ...next, file: { ...next.file, draftGraceDays: 10 } })).status).toBe(201);
  const kept = await desk.stores.campaigns.version(CAMPAIGN, 2);
  expect(kept?.file).toMatchObject({ draftGraceDays: 10, quotas: [{ unit: '84', phase: 'dot-1', number: 1600 }] });
  expect(kept?.units).toBe(units);
  const now = await read();
  const gone = await preview({ ...now, file: { ...now.file, phases: now.file.phases.slice(1) } });
  expect([gone.faults, gone.changes.map(({ path }) => path)]).toEqual([[], ['phases.dot-1', 'quotas.84/dot-1']]);
});

it('the words of a question that was made here reach the people who are asked', async () => {
  const found = await read();
  const step = found.intake.steps.find(({ type }) => type === 'yesNo');
  if (!step) throw new Error('no question');
  const own = { ...step, id: 'own1', field: 'own1', text: 'steps.own1' };
  const at = found.intake.steps.indexOf(step) + 1;
  const intake = { ...found.intake, steps: found.intake.steps.toSpliced(at, 0, own as typeof step) };
  expect((await preview({ ...found, intake })).faults.map(({ code }) => code)).toContain('text.missing');
  const words = Object.fromEntries(
    ['label', 'prompt', 'help', 'yes', 'no', 'warn'].map((word) => [`steps.own1.${word}`, `w ${word}`]),
  );
  const file = { ...found.file, texts: { vi: words, en: words } };
  const { faults, effects } = await preview({ ...found, intake, file });
  expect([faults, effects.steps.added]).toEqual([[], ['own1']]);
  expect((await publish({ ...found, intake, file })).status).toBe(201);
  const { body } = await organizer.api('GET', '/campaigns');
  const [campaign] = (body['campaigns'] as { id: string; steps: { id: string; label: string }[] }[]).filter(
    ({ id }) => id === CAMPAIGN,
  );
  expect(campaign?.steps.find(({ id }) => id === 'own1')?.label).toBe('w label');
});

it('a version can be gone back to, and what is not there is not found', async () => {
  const found = await read();
  await publish(prolonged(found));
  const { body } = await organizer.api('GET', `${PATH}/versions/0`);
  expect(body).toMatchObject({ version: 0, file: found.file, intake: found.intake });
  expect((await organizer.api('GET', `${PATH}/versions/7`)).body).toEqual({
    error: 'console.notFound',
    why: 'noVersion',
  });
  expect((await organizer.api('GET', '/editor/campaigns/none')).status).toBe(404);
  expect((await publish({ ...(await read()), version: 9 })).status).toBe(404);
});

it('over a version that this program cannot read an organizer publishes from what is in force', async () => {
  const found = await read();
  const files = theContent().campaigns.get(CAMPAIGN);
  if (!files) throw new Error('no such campaign');
  await desk.stores.campaigns.publish({
    base: 0,
    campaign: CAMPAIGN,
    file: { ...files.file, motto: 'of a newer program' },
    intake: files.intake,
    units: writeUnitRows(files.units),
    note: 'newer',
    by: { id: 'x', name: 'x' },
    at: NOW,
  });
  const next = await read();
  expect([next.version, next.file]).toEqual([1, found.file]);
  expect((await preview(prolonged(next))).effects.reopened).toHaveLength(1);
  expect((await publish(prolonged(next))).body).toEqual({ version: 2 });
  expect((await read()).file.phases[0]?.closesAt).toBe(LATER);
});

it('a campaign that is open for one unit alone is among the open ones', async () => {
  const isOpen = async () => {
    const { body } = await organizer.api('GET', '/campaigns');
    return (body['campaigns'] as { id: string; isOpen: boolean }[]).find(({ id }) => id === CAMPAIGN)?.isOpen;
  };
  expect(await isOpen()).toBe(false);
  const found = await read();
  const deadlines = [{ unit: '84', phase: 'dot-1', closesAt: LATER }];
  expect((await publish({ ...found, file: { ...found.file, deadlines } })).status).toBe(201);
  expect(await isOpen()).toBe(true);
});
