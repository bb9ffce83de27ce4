import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { PublishedCampaign } from '../../content/published.ts';
import { exportUnits, type ExportWords } from '../../content/sheet/export.ts';
import { SHEET_LIMITS, type Grid } from '../../content/sheet/grid.ts';
import { planAside, readSheet, type PlanOrder } from '../../content/sheet/aside.ts';
import type { ImportResult } from '../../content/sheet/import.ts';
import type { ImportOptions, ImportPlan } from '../../content/sheet/plan.ts';
import { writeXlsx } from '../../content/sheet/write-xlsx.ts';
import type { StagedImport } from '../../stores/mongo/imports.ts';
import type { ConsoleParts } from '../parts.ts';
import { idInput, langInput, nameInput, textInput } from './inputs.ts';
import { readBytes } from './read-json.ts';
import { empty, ok, route, withStatus, type ConsoleRoute } from './route.ts';
import { sheetAnswer } from './sheet-answer.ts';
import { makeTurns } from './turns.ts';
import type { ImportPublishRefused, ImportRefused } from './types-unit-import.ts';
import { importView, type Wish } from './unit-import-view.ts';

const MAX_NOTE = 500;
/** Files worked on at the same time beside this process; each takes a process and its memory. */
const AT_ONCE = 2;
/** With those that wait for their turn; whoever is beyond them is told to come again. */
const MOST_ASKED = 10;

const params = z.strictObject({ campaign: nameInput });
const paramsOfOne = params.extend({ id: idInput });
const day = z.string().regex(/^(?:\d{4}-\d{2}-\d{2})?$/);
const wish = { under: z.string().max(12).default(''), from: day.default('') };

type Parts = Pick<ConsoleParts, 'campaigns' | 'clock' | 'realClock' | 'stores' | 'texts'>;

/** Workplaces and quotas from an office's spreadsheet: brought, looked over as often as one likes, published as a new version. */
export function unitImportRoutes({ campaigns, clock, realClock, stores, texts }: Parts): ConsoleRoute[] {
  const rules = { access: ['organizer', 'admin'], scope: 'central' } as const;
  const turns = makeTurns(AT_ONCE);
  let asked = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (asked >= MOST_ASKED) throw new AppError('console.busy', 'other files are being read', { retryable: true });
    asked += 1;
    const end = await turns(new EventEmitter()); // who closes the page meanwhile has it done all the same
    try {
      return await work();
    } finally {
      end?.();
      asked -= 1;
    }
  }

  async function planned(order: PlanOrder): Promise<ImportResult> {
    const result = await inTurn(() => planAside(order));
    if (!result) throw new AppError('console.busy', 'looking a file over took too much', { retryable: true });
    return result;
  }

  /** What was published last, also when this process has not heard of it yet. */
  async function latest(id: string): Promise<PublishedCampaign> {
    const known = campaigns.current(id);
    const [newest] = known ? await campaigns.versions(id) : [];
    const found =
      !known || (newest?.version ?? 0) <= known.version ? known : await campaigns.version(id, newest?.version ?? 0);
    if (!found) throw new AppError('console.notFound', 'no such campaign', { facts: { why: 'noCampaign' } });
    return found;
  }

  async function staged(id: string, campaign: string, staff: string): Promise<StagedImport & { sheet: Grid[] }> {
    const found = await stores.imports.read(id, staff);
    if (found?.campaign !== campaign) {
      throw new AppError('console.notFound', 'no such import', { facts: { why: 'noImport' } });
    }
    return { ...found, sheet: found.sheet as Grid[] }; // as `upload` kept it
  }

  const optionsOf = ({ under, from }: Wish, endMissing: boolean) => ({
    under: under === '' ? null : under,
    from: from === '' ? new Date(clock.now() + VIETNAM_MS).toISOString().slice(0, 10) : from,
    endMissing,
  });

  const upload = route({
    ...rules,
    method: 'POST',
    path: '/editor/campaigns/:campaign/unit-imports',
    audit: 'none', // nothing of it is in force before it is published
    bodyAs: 'stream',
    params,
    query: z.object({ name: z.string().max(300).default('') }),
    async handle({ params: { campaign }, query, staff, req }) {
      await latest(campaign);
      const refused = (why: ImportRefused['why']) => withStatus(409, { why } satisfies ImportRefused);
      const bytes = await readBytes(req, SHEET_LIMITS.bytes);
      const read = await inTurn(() => readSheet(bytes));
      if (read.type === 'refused') return refused(read.fault);
      const { grids: sheet, encoding } = read;
      const _id = randomUUID();
      const at = new Date(realClock.now());
      const fields = { _id, campaign, staff: staff.id, name: query.name, encoding, published: null, at };
      return (await stores.imports.add({ ...fields, sheet })) ? withStatus(201, { id: _id }) : refused('tooLarge');
    },
  });

  const view = route({
    ...rules,
    method: 'GET',
    path: '/editor/campaigns/:campaign/unit-imports/:id',
    params: paramsOfOne,
    query: z.strictObject({ ...wish, endMissing: z.enum(['true', 'false']).default('false'), lang: langInput }),
    async handle({ params: { campaign, id }, query, staff }) {
      const found = await staged(id, campaign, staff.id);
      const base = await latest(campaign);
      const options = optionsOf(query, query.endMissing === 'true');
      const result = await planned(orderFor(found.sheet, base, options));
      const faults = result.type === 'planned' ? campaigns.check(orderOf(base, result.plan)) : [];
      return ok(importView({ staged: found, base, options, result, faults, lang: query.lang }));
    },
  });

  const publish = route({
    ...rules,
    method: 'POST',
    path: '/editor/campaigns/:campaign/unit-imports/:id/publish',
    params: paramsOfOne,
    body: z.strictObject({
      ...wish,
      endMissing: z.boolean().default(false),
      base: z.number().int().min(0).max(1e6),
      skip: z.boolean(),
      note: textInput(MAX_NOTE),
    }),
    async handle({ params: { campaign, id }, body, staff, audit }) {
      const found = await staged(id, campaign, staff.id);
      const base = await latest(campaign);
      const refused = (why: ImportPublishRefused) => withStatus(409, why);
      if (found.published !== null) {
        // a second press of the button: it is done
        await audit({
          action: 'campaign.importUnits',
          target: `${campaign}/${found.published}`,
          after: { again: true },
        });
        return withStatus(201, { version: found.published });
      }
      if (base.version !== body.base) return refused({ why: 'importConflict', latest: base.version });
      const result = await planned(orderFor(found.sheet, base, optionsOf(body, body.endMissing)));
      if (result.type !== 'planned') return refused({ why: 'importUnread' });
      const { plan } = result;
      if (plan.problems.length > 0 && !body.skip) return refused({ why: 'importProblems' });
      // a row that was not understood may be about a unit that would end
      if (plan.problems.length > 0 && plan.ended > 0) return refused({ why: 'importEnds' });
      if (plan.added.length + plan.changed.length + plan.ended === 0) return refused({ why: 'importNothing' });

      const order = orderOf(base, plan);
      const target = `${campaign}/${base.version + 1}`;
      const counts = { added: plan.added.length, changed: plan.changed.length, ended: plan.ended };
      const after = { note: body.note, file: found.name, ...counts, skipped: plan.problems.length };
      await audit({ action: 'campaign.importUnits', target, before: { version: base.version }, after });
      const by = { id: staff.id, name: staff.name };
      const answer = await campaigns.publish({ ...order, base: base.version, note: body.note, by });
      if (answer.type === 'published') {
        await stores.imports.becamePublished(id, answer.version);
        return withStatus(201, { version: answer.version });
      }
      await audit({ action: 'campaign.publishRefused', target, after: { why: answer.type } });
      if (answer.type === 'conflict') return refused({ why: 'importConflict', latest: answer.latest });
      const faults = answer.faults.map(({ path, code, facts, message }) => ({ path, code, facts, text: message }));
      return refused({ why: 'importFaults', faults });
    },
  });

  const remove = route({
    ...rules,
    method: 'DELETE',
    path: '/editor/campaigns/:campaign/unit-imports/:id',
    audit: 'none',
    params: paramsOfOne,
    async handle({ params: { id }, staff }) {
      await stores.imports.remove(id, staff.id);
      return empty;
    },
  });

  const download = route({
    ...rules,
    method: 'GET',
    path: '/editor/campaigns/:campaign/units.xlsx',
    params,
    query: z.strictObject({ lang: langInput }),
    async handle({ params: { campaign }, query: { lang } }) {
      const say = (key: string): string => texts[lang][`units.column.${key}`] ?? key;
      const words = Object.fromEntries(WORDS.map((word) => [word, say(word)])) as ExportWords;
      const { columns, rows } = exportUnits(await latest(campaign), words, lang);
      return sheetAnswer(writeXlsx(columns, rows, { sheet: say('sheet') }), `${campaign.replace(/[^\w-]/g, '')}-units`);
    },
  });
  return [upload, view, publish, remove, download];
}

/** Vietnam keeps UTC+7 all year. Source: domain.md, head. */
const VIETNAM_MS = 7 * 3_600_000;
const WORDS = [
  'code',
  'name',
  'short',
  'parent',
  'kind',
  'aliases',
  'source',
  'validFrom',
  'validTo',
  'successor',
  'quota',
];

const orderFor = (grids: readonly Grid[], { units, file }: PublishedCampaign, options: ImportOptions): PlanOrder => ({
  grids,
  base: { units, file },
  options,
});

const orderOf = ({ campaign, file, intake }: PublishedCampaign, plan: ImportPlan) => ({
  campaign,
  file: { ...file, quotas: plan.quotas },
  intake,
  units: plan.units,
});
