import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { DeliveryLine } from '../../broadcasts/types.ts';
import { writeXlsx, type SheetRow } from '../../content/sheet/write-xlsx.ts';
import type { Lang } from '../../core/campaign.ts';
import { DELIVERY_STATES } from '../../core/run.ts';
import { mayReach } from '../../core/staff.ts';
import type { Flow, World } from '../../engine/flow.ts';
import type { ConsoleParts } from '../parts.ts';
import type { ConsoleTexts } from '../texts.ts';
import { draftInput, runParams, whoOf, type BroadcastParts } from './broadcast-inputs.ts';
import { told } from './broadcasts.ts';
import { filterInput, langInput, limitInput, nameInput } from './inputs.ts';
import { labelOf, stepLabel, unitName } from './labels.ts';
import { ok, route, type ConsoleRoute } from './route.ts';
import { sheetAnswer } from './sheet-answer.ts';
import { spokenOf } from './spoken.ts';
import type { AudienceOptions, DeliveriesPage, PreviewView, UpcomingView } from './types-broadcasts.ts';

const MAX_LINES = 100;
const ORGANIZERS = ['organizer', 'admin'] as const;

type Parts = BroadcastParts & Pick<ConsoleParts, 'world' | 'stores' | 'texts'>;

/** Whom a broadcast is for, what became of it for each, and what will be said to them. */
export function broadcastPeopleRoutes({ broadcasts, world, stores, texts }: Parts): ConsoleRoute[] {
  const options = route({
    method: 'GET',
    path: '/broadcast-options',
    access: ORGANIZERS,
    scope: 'none',
    query: z.strictObject({ campaign: nameInput, lang: langInput }),
    handle: ({ staff, query: { campaign, lang } }) => ok(optionsOf(world, flowOf(world, campaign), staff.unit, lang)),
  });

  const preview = route({
    method: 'POST',
    path: '/broadcast-preview',
    access: ORGANIZERS,
    scope: 'filtered',
    audit: 'none', // nothing is changed: a draft is too long for an address
    query: z.strictObject({ lang: langInput }),
    body: draftInput,
    async handle({ staff, body, query: { lang }, res }) {
      const who = whoOf(staff);
      // each change of a draft asks anew: what was asked before it ends when the page lets go of it
      const goOn = (): boolean => !res.closed;
      const [found, faults] = await Promise.all([broadcasts.preview(body, who, goOn), broadcasts.check(body, who)]);
      const { campaign } = body.audience;
      const sample = found.sample.map((one) => ({
        ...one,
        unitName: unitName(world, campaign, one.units),
        stepLabel: stepLabel(world, campaign, one.step, lang),
      }));
      const names = [...broadcasts.namesOf(body.audience)];
      return ok({ preview: { ...found, sample }, faults: [...faults], names } satisfies PreviewView);
    },
  });

  const test = route({
    method: 'POST',
    path: '/broadcast-test',
    access: ORGANIZERS,
    scope: 'filtered',
    body: z.strictObject({ draft: draftInput, contact: z.string().min(1).max(400) }),
    async handle({ staff, body: { draft, contact }, audit }) {
      const known = await stores.contacts.read(contact);
      if (!known || !mayReach(staff, known.units)) {
        throw new AppError('console.notFound', 'no such conversation', { facts: { why: 'contact' } });
      }
      await audit({ action: 'broadcast.test', target: draft.title, contact });
      const sent = await broadcasts.testSend(draft, contact, whoOf(staff));
      return told(sent, { act: 'test', target: draft.title, contact }, audit);
    },
  });

  const deliveries = route({
    method: 'GET',
    path: '/broadcasts/:id/deliveries',
    access: ORGANIZERS,
    scope: 'filtered',
    params: runParams,
    query: z.strictObject({
      state: z.enum(DELIVERY_STATES).optional(),
      why: filterInput,
      after: z.string().max(400).optional(),
      limit: limitInput(MAX_LINES, 50),
    }),
    async handle({ staff, params: { id }, query: { state, why, after, limit } }) {
      const who = whoOf(staff);
      const run = await broadcasts.read(id, who);
      if (!run) throw new AppError('console.notFound', 'no such broadcast', { facts: { why: 'broadcast' } });
      const { items, next } = await broadcasts.deliveries(
        id,
        { ...(state && { state }), ...(why && { why }), ...(after && { after }), limit },
        who,
      );
      const lines = items.map((line) => ({ ...line, unitName: unitName(world, run.audience.campaign, line.units) }));
      return ok({ lines, next } satisfies DeliveriesPage);
    },
  });

  const sheet = route({
    method: 'GET',
    path: '/broadcasts/:id/sheet',
    access: ORGANIZERS,
    scope: 'filtered',
    params: runParams,
    query: z.strictObject({ lang: langInput }),
    async handle({ staff, params: { id }, query: { lang }, audit }) {
      const who = whoOf(staff);
      const run = await broadcasts.read(id, who);
      if (!run) throw new AppError('console.notFound', 'no such broadcast', { facts: { why: 'broadcast' } });
      await audit({ action: 'broadcast.export', target: id }); // names and numbers leave the console
      const rows = deliveryRows(broadcasts.export(id, who), world, run.audience.campaign, texts, lang);
      const t = sentenceOf(texts, lang);
      return sheetAnswer(
        writeXlsx(deliveryColumns(t), rows, { sheet: t('broadcasts.sheet.result') }),
        'ket-qua-gui-tin',
      );
    },
  });

  const upcoming = route({
    method: 'GET',
    path: '/broadcast-upcoming',
    access: ORGANIZERS,
    scope: 'none',
    query: z.strictObject({ campaign: nameInput, lang: langInput }),
    handle({ query: { campaign, lang } }) {
      const { phases } = flowOf(world, campaign).campaign;
      const reminders = broadcasts.upcoming(campaign).map((reminder): UpcomingView => ({
        ...reminder,
        phaseName: phases.find(({ id }) => id === reminder.phase)?.name[lang] ?? reminder.phase,
        says: spokenOf(world, 'reminder'),
        unitName: reminder.unit === null ? '' : unitName(world, campaign, [reminder.unit]),
      }));
      return ok({ reminders });
    },
  });

  return [options, preview, test, deliveries, sheet, upcoming];
}

function flowOf(world: World, campaign: string): Flow {
  const flow = world.flows.get(campaign);
  if (!flow) throw new AppError('console.notFound', 'no such campaign', { facts: { why: 'noCampaign' } });
  return flow;
}

/** The target group is the first choice of a flow, as in the snapshot of a contact. */
function optionsOf(world: World, { campaign, steps }: Flow, unit: string | null, lang: Lang): AudienceOptions {
  const choice = steps.find((step) => step.type === 'choice');
  return {
    groups: (choice?.options ?? []).map(({ code, label }) => ({ code, label: label[lang] })),
    steps: steps
      .filter(({ key }) => world.texts[lang].has(`${key}.label`))
      .map((step) => ({ id: step.id, label: labelOf(world, lang, step) })),
    phases: campaign.phases.map(({ id, name, closesAt }) => ({ id, name: name[lang], closesAt })),
    unit: unit === null ? null : { code: unit, name: unitName(world, campaign.id, [unit]) },
  };
}

export type Sentence = (key: string) => string;
export const sentenceOf =
  (texts: ConsoleTexts, lang: Lang): Sentence =>
  (key) =>
    texts[lang][key] ?? key;

const deliveryColumns = (t: Sentence) =>
  [
    { title: t('broadcasts.column.name'), kind: 'text', width: 28 },
    { title: t('broadcasts.column.phone'), kind: 'phone', width: 16 },
    { title: t('broadcasts.column.unit'), kind: 'text', width: 40 },
    { title: t('broadcasts.column.channel'), kind: 'text' },
    { title: t('broadcasts.column.result'), kind: 'text', width: 22 },
    { title: t('broadcasts.column.why'), kind: 'text', width: 40 },
    { title: t('broadcasts.column.at'), kind: 'instant', width: 18 },
  ] as const;

async function* deliveryRows(
  lines: AsyncIterable<DeliveryLine>,
  world: World,
  campaign: string,
  texts: ConsoleTexts,
  lang: Lang,
): AsyncGenerator<SheetRow> {
  const t = sentenceOf(texts, lang);
  for await (const { name, phone, units, channel, state, why, at } of lines) {
    const reason = why === '' ? '' : (texts[lang][`broadcasts.why.${why}`] ?? why);
    yield [
      name,
      phone,
      unitName(world, campaign, units),
      t(`channel.${channel}`),
      t(`broadcasts.delivery.${state}`),
      reason,
      at,
    ];
  }
}
