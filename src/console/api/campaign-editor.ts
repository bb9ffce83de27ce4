import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { PublishOrder } from '../../content/campaign-desk.ts';
import { diffOf } from '../../content/differences.ts';
import { effectsOf } from '../../content/effects.ts';
import type { PublishedCampaign } from '../../content/published.ts';
import { countDrafts } from '../../stores/mongo/draft-counts.ts';
import type { ConsoleParts } from '../parts.ts';
import {
  auditSides,
  compareView,
  faultView,
  lineOf,
  sentencesOf,
  unitNames,
  versionView,
} from './campaign-editor-views.ts';
import { langInput, nameInput, textInput } from './inputs.ts';
import { ok, route, withStatus, type ConsoleRoute } from './route.ts';
import type { EditorCampaign, EffectsView, PreviewView, PublishRefused, VersionView } from './types-campaigns.ts';

/** A form with nine groups and thirty questions of one's own has some 60 kB; workplaces and quotas are not sent. */
const BODY_LIMIT = 1024 * 1024;
const MAX_NOTE = 500;
/** More than anybody reads. */
const MAX_FAULTS = 500;
/** Units whose drafts are counted, each by a query. */
const MAX_COUNTED = 30;

const params = z.strictObject({ campaign: nameInput });
const version = z.coerce.number().int().min(0).max(1e6);
const edited = {
  base: z.number().int().min(0).max(1e6),
  // what is in them is checked as the files are, so that every mistake is told and not only the first
  file: z.record(z.string(), z.unknown()),
  intake: z.record(z.string(), z.unknown()),
};
const namedPhases = z.array(z.object({ id: z.string() }));
type Edited = z.infer<z.ZodObject<typeof edited>>;

type Parts = Pick<ConsoleParts, 'campaigns' | 'world' | 'clock' | 'stores'>;

/** Campaigns as their organizers change them: read, looked over, published as a new version. For the central team. */
export function campaignEditorRoutes({ campaigns, world, clock, stores }: Parts): ConsoleRoute[] {
  const rules = { access: ['organizer', 'admin'], scope: 'central' } as const;

  function current(id: string): PublishedCampaign {
    const found = campaigns.current(id);
    if (!found) throw new AppError('console.notFound', 'no such campaign', { facts: { why: 'noCampaign' } });
    return found;
  }
  async function versionOf(id: string, wanted: number): Promise<PublishedCampaign> {
    const known = current(id);
    const found = known.version === wanted ? known : await campaigns.version(id, wanted);
    if (!found) throw new AppError('console.notFound', 'no such version', { facts: { why: 'noVersion' } });
    return found;
  }
  /** What was published last, also when this process has not heard of it yet. */
  async function latest(id: string): Promise<PublishedCampaign> {
    const [newest] = await campaigns.versions(current(id).campaign);
    return baseOf(id, newest?.version ?? 0);
  }
  /** A version to go on from; of one that this program cannot read what is in force in its place, so that it can be put right. */
  async function baseOf(id: string, wanted: number): Promise<PublishedCampaign> {
    try {
      return await versionOf(id, wanted);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'content.invalid')) throw error;
      return { ...current(id), version: wanted };
    }
  }
  /** The base with what was changed, not checked yet. */
  function changed(base: PublishedCampaign, { file, intake }: Edited): Omit<PublishOrder, 'note' | 'by'> {
    const { campaign, units } = base;
    const phases = namedPhases.safeParse(file['phases']).data?.map(({ id }) => id);
    // a phase that is gone takes its quotas with it
    const quotas = base.file.quotas.filter(({ phase }) => phases?.includes(phase) ?? true);
    // `check` goes through the schemas before anybody relies on the shape
    const whole = { ...file, quotas } as PublishOrder['file'];
    return { campaign, base: base.version, file: whole, intake: intake as PublishOrder['intake'], units };
  }

  return [
    route({
      ...rules,
      method: 'GET',
      path: '/editor/campaigns',
      query: z.strictObject({ lang: langInput }),
      handle({ query: { lang } }) {
        const lines = campaigns.ids().flatMap((id) => {
          const found = campaigns.current(id);
          return found ? [lineOf(found, clock.now(), lang)] : [];
        });
        return ok({ campaigns: lines });
      },
    }),
    route({
      ...rules,
      method: 'GET',
      path: '/editor/campaigns/:campaign',
      params,
      async handle({ params: { campaign } }) {
        const found = await latest(campaign);
        const { quotas, ...file } = found.file;
        const view: EditorCampaign = {
          ...versionView(found),
          id: campaign,
          file,
          intake: found.intake,
          texts: { vi: sentencesOf(world, found, 'vi'), en: sentencesOf(world, found, 'en') },
          unitNames: unitNames(found),
          counts: {
            units: found.units.filter(({ parent, name }) => parent === null && name !== '').length,
            quotas: new Set(quotas.map(({ unit }) => unit)).size,
          },
        };
        return ok(view);
      },
    }),
    route({
      ...rules,
      method: 'GET',
      path: '/editor/campaigns/:campaign/versions',
      params,
      async handle({ params: { campaign } }) {
        const files = await versionOf(campaign, 0);
        const lines = await campaigns.versions(campaign);
        const versions = lines.map(({ version: n, note, by, at }): VersionView => ({
          version: n,
          note,
          by: by.name,
          at,
        }));
        return ok({ versions: [...versions, versionView(files)] });
      },
    }),
    route({
      ...rules,
      method: 'GET',
      path: '/editor/campaigns/:campaign/versions/:version',
      params: params.extend({ version }),
      async handle(call) {
        const found = await versionOf(call.params.campaign, call.params.version);
        const { quotas: _, ...file } = found.file;
        return ok({ ...versionView(found), file, intake: found.intake });
      },
    }),
    route({
      ...rules,
      method: 'GET',
      path: '/editor/campaigns/:campaign/compare',
      params,
      query: z.strictObject({ from: version, to: version }),
      async handle({ params: { campaign }, query: { from, to } }) {
        const [before, after] = await Promise.all([versionOf(campaign, from), versionOf(campaign, to)]);
        return ok(compareView(before, after));
      },
    }),
    route({
      ...rules,
      method: 'POST',
      path: '/editor/campaigns/:campaign/preview',
      audit: 'none',
      params,
      body: z.strictObject(edited),
      bodyLimit: BODY_LIMIT,
      async handle({ params: { campaign }, body }) {
        const base = await baseOf(campaign, body.base);
        const order = changed(base, body);
        const faults = campaigns.check(order).slice(0, MAX_FAULTS).map(faultView);
        const now = await latest(campaign);
        const behind = now.version === base.version ? null : { ...versionView(now), ...compareView(base, now) };
        const after: PublishedCampaign = { ...base, ...order };
        const view: PreviewView = {
          faults,
          behind,
          ...(faults.length > 0 ? NOTHING : { ...compareView(base, after), effects: await effects(base, after) }),
        };
        return ok(view);
      },
    }),
    route({
      ...rules,
      method: 'POST',
      path: '/editor/campaigns/:campaign/publish',
      params,
      body: z.strictObject({ ...edited, note: textInput(MAX_NOTE) }),
      bodyLimit: BODY_LIMIT,
      async handle({ params: { campaign }, body, staff, audit }) {
        const base = await baseOf(campaign, body.base);
        const order = changed(base, body);
        const faults = campaigns.check(order).slice(0, MAX_FAULTS).map(faultView);
        if (faults.length > 0) return refused({ error: 'console.badInput', why: 'faults', faults });
        const now = await latest(campaign);
        if (now.version !== base.version) {
          return refused({ error: 'console.conflict', why: 'published', latest: now.version });
        }

        const target = `${campaign}/${base.version + 1}`;
        const { before, after } = auditSides(diffOf(base, { ...base, ...order }));
        await audit({ action: 'campaign.publish', target, before, after: { note: body.note, ...after } });
        const by = { id: staff.id, name: staff.name };
        const answer = await campaigns.publish({ ...order, note: body.note, by });
        if (answer.type === 'published') return withStatus(201, { version: answer.version });
        await audit({ action: 'campaign.publishRefused', target, after: { why: answer.type } });
        if (answer.type === 'conflict') {
          return refused({ error: 'console.conflict', why: 'published', latest: answer.latest });
        }
        return refused({ error: 'console.badInput', why: 'faults', faults: answer.faults.map(faultView) });
      },
    }),
  ];

  async function effects(before: PublishedCampaign, after: PublishedCampaign): Promise<EffectsView> {
    const { deadlines, reopened, closed, steps } = effectsOf(before, after, clock.now());
    const counted = (found: typeof reopened) =>
      Promise.all(
        found.slice(0, MAX_COUNTED).map(async ({ phase, unit }) => {
          const own = after.file.deadlines.filter((one) => one.phase === phase && one.unit !== unit);
          const except = unit === null ? own.map((one) => one.unit) : [];
          return {
            phase,
            unit,
            drafts: await countDrafts(stores.contacts, { campaign: after.campaign, unit, except }),
          };
        }),
      );
    return { deadlines, reopened: await counted(reopened), closed: await counted(closed), steps };
  }
}

const NOTHING: Omit<PreviewView, 'faults' | 'behind'> = {
  changes: [],
  more: 0,
  unitNames: {},
  effects: { deadlines: [], reopened: [], closed: [], steps: { added: [], removed: [], changed: [] } },
};

const refused = (body: PublishRefused) => withStatus(body.error === 'console.conflict' ? 409 : 400, body);
