import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import { phaseAt, phasesFor, strangeName, type CannedName, type Lang, type Phase } from '../../core/campaign.ts';
import type { Staff } from '../../core/staff.ts';
import type { Flow, World } from '../../engine/flow.ts';
import { say } from '../../engine/texts.ts';
import { showClosing } from '../../engine/times.ts';
import type { CannedDoc, CannedStore } from '../../stores/mongo/canned-replies.ts';
import type { ContactDoc } from '../../stores/mongo/contacts.ts';
import { idInput, nameInput, textInput } from './inputs.ts';
import { unitName } from './labels.ts';
import { empty, ok, route, withStatus, type ConsoleRoute } from './route.ts';
import type { CannedRefused, CannedView, FilledReply } from './types.ts';

const MAX_TITLE = 80;
const MAX_TEXT = 2000;

const bodyInput = z.object({ campaign: nameInput.nullable(), title: textInput(MAX_TITLE), text: textInput(MAX_TEXT) });
const paramsInput = z.object({ id: idInput });

type Parts = { world: World; stores: { canned: CannedStore }; clock: Clock };

/** Replies kept ready: those of the campaigns' files, those of everybody and those of one's own unit. */
export function cannedRoutes({ world, stores, clock }: Parts): ConsoleRoute[] {
  const list = route({
    method: 'GET',
    path: '/canned',
    access: 'signedIn',
    scope: 'none',
    async handle({ staff }) {
      const kept = (await stores.canned.list(staff.unit)).map((reply) => toView(reply, staff));
      return ok({ replies: [...fixedReplies(world, 'vi'), ...kept] });
    },
  });

  const add = route({
    method: 'POST',
    path: '/canned',
    access: 'signedIn',
    scope: 'none',
    body: bodyInput,
    async handle({ staff, body, audit }) {
      const fault = faultOf(body.text);
      if (fault) return fault;
      const reply = { _id: randomUUID(), ...body, unit: staff.unit, staff: staff.id, at: new Date(clock.now()) };
      await audit({ action: 'canned.add', target: reply._id, after: body });
      const kept = await stores.canned.put(reply);
      if (!kept) throw new AppError('console.conflict', 'the id is taken');
      return ok({ reply: toView(kept, staff) });
    },
  });

  const change = route({
    method: 'PATCH',
    path: '/canned/:id',
    access: 'signedIn',
    scope: 'none',
    params: paramsInput,
    body: bodyInput.partial(),
    async handle({ staff, params, body, audit }) {
      const { campaign, title, text, ...rest } = await own(stores.canned, params.id, staff);
      const after = {
        campaign: body.campaign === undefined ? campaign : body.campaign,
        title: body.title ?? title,
        text: body.text ?? text,
      };
      const fault = faultOf(after.text);
      if (fault) return fault;
      await audit({ action: 'canned.change', target: params.id, before: { campaign, title, text }, after });
      const kept = await stores.canned.put({ ...rest, ...after, staff: staff.id, at: new Date(clock.now()) });
      if (!kept) throw new AppError('console.notFound', 'no such reply');
      return ok({ reply: toView(kept, staff) });
    },
  });

  const remove = route({
    method: 'DELETE',
    path: '/canned/:id',
    access: 'signedIn',
    scope: 'none',
    params: paramsInput,
    async handle({ staff, params, audit }) {
      const { campaign, title, text } = await own(stores.canned, params.id, staff);
      await audit({ action: 'canned.remove', target: params.id, before: { campaign, title, text } });
      await stores.canned.remove(params.id, staff.unit);
      return empty;
    },
  });

  const filled = route({
    method: 'GET',
    path: '/conversations/:contact/canned',
    access: 'signedIn',
    scope: 'contact',
    async handle({ contact, staff }) {
      const flow = flowOf(world, contact, clock.now());
      const fixed = fixedReplies(world, contact.lang);
      const kept = (await stores.canned.list(staff.unit)).map((reply) => toView(reply, staff));
      const known = knownOf(world, flow, contact, clock.now());
      const replies = [...kept, ...fixed]
        .filter(({ campaign }) => campaign === null || campaign === flow.campaign.id)
        .map(({ id, title, text }): FilledReply => ({ id, title, ...fill(text, known) }));
      return ok({ replies });
    },
  });
  return [list, add, change, remove, filled];
}

function fixedReplies(world: World, lang: Lang): CannedView[] {
  return [...world.flows.values()].flatMap(({ campaign: { id: campaign, support } }) =>
    support.canned.map(({ id, title, text }) => ({
      id: `${campaign}/${id}`,
      campaign,
      title: title[lang],
      text: text[lang],
      isFixed: true,
      isMine: false,
    })),
  );
}

const toView = ({ _id, campaign, title, text, unit }: Omit<CannedDoc, 'v'>, staff: Staff): CannedView => ({
  id: _id,
  campaign,
  title,
  text,
  isFixed: false,
  isMine: unit === staff.unit,
});

/** Another unit's and nobody's look alike; what everybody uses is changed by the central team. */
async function own(canned: CannedStore, id: string, staff: Staff): Promise<CannedDoc> {
  const reply = await canned.read(id);
  if (reply?.unit !== staff.unit) throw new AppError('console.notFound', 'no such reply');
  return reply;
}

function faultOf(text: string) {
  const name = strangeName(text);
  return name === null ? null : withStatus(409, { why: 'placeholder', name } satisfies CannedRefused);
}

const flowOf = (world: World, { campaign }: ContactDoc, at: number): Flow =>
  (campaign === null ? undefined : world.flows.get(campaign)) ?? world.defaultFlow(at);

/** What is known of this person, in the conversation's language; '' where it is not. */
function knownOf(world: World, { campaign }: Flow, contact: ContactDoc, at: number): Record<CannedName, string> {
  const { name, units, entries, lang } = contact;
  return {
    name,
    code: entries.find((entry) => entry.campaign === campaign.id)?.code ?? entries[0]?.code ?? '',
    deadline: deadlineOf(world, phasesFor(campaign, units), at, lang),
    campaign: campaign.shortName[lang],
    unit: unitName(world, campaign.id, units),
  };
}

/** Of the open phase, else of the next one, as they are for the person. */
function deadlineOf(world: World, phases: readonly Phase[], at: number, lang: Lang): string {
  const where = phaseAt(phases, at);
  if (where.type === 'over') return '';
  const { key, ...params } = showClosing((where.type === 'open' ? where.phase : where.next).closesAt);
  return say(world.texts, lang, `time.${key}`, params);
}

function fill(template: string, known: Record<CannedName, string>): { text: string; missing: CannedName[] } {
  const missing = new Set<CannedName>();
  const text = template.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const wanted = name as CannedName; // checked when it was written
    if (known[wanted]) return known[wanted];
    missing.add(wanted);
    return whole;
  });
  return { text, missing: [...missing] };
}
