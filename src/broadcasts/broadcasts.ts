import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { parseContactId, type ChannelName, type ContactId } from '../core/contact.ts';
import { NO_TEXTS, type Run, type RunDraft, type RunState } from '../core/run.ts';
import { DELIVERY_VERSION, type DeliveryDoc } from '../stores/mongo/deliveries.ts';
import type { RunFields } from '../stores/mongo/broadcasts.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import { personKey } from './audience.ts';
import { callListOf } from './call-list.ts';
import { draftFaults, namesOf } from './check.ts';
import { peopleOf, type CampaignView } from './people.ts';
import { deliveryId } from './plan.ts';
import { previewOf } from './preview.ts';
import { progressOf, type ProgressShell } from './progress.ts';
import { upcomingOf } from './schedule.ts';
import type { Broadcasts, DeliveryLine, Page, RunChange, RunCursor, Who } from './types.ts';

export type BroadcastsOptions = CampaignView & {
  stores: Pick<MongoStores, 'audiences' | 'runs' | 'deliveries' | 'templates' | 'erasures'>;
  perSecond: ProgressShell['perSecond'];
  clock: Clock;
  /** Has the work go on at once instead of at the next look; what it rejects with is of no matter. */
  wake(): Promise<void>;
};

const HOUR_MS = 3_600_000;
/** What an organizer wrote is said within these days, or not at all. */
const SAID_WITHIN_MS = 3 * 24 * HOUR_MS;
const TEST_MS = HOUR_MS;
const EXPORT_PAGE = 1000;
const OPEN: readonly RunState[] = ['draft', 'awaitingApproval'];
const LIVE: readonly RunState[] = ['planning', 'running', 'paused'];
const NOT_FOUND: RunChange = { type: 'refused', why: 'notFound' };

/** Broadcasts for the console: everything is written to MongoDB, and done by the processes of the role `jobs`. */
export function makeBroadcasts(options: BroadcastsOptions): Broadcasts {
  const { stores, clock, campaignOf } = options;
  const { runs, deliveries, audiences } = stores;
  const wake = (): void => void options.wake().catch(() => {});

  /** Nobody sees or holds what was made for more people than theirs. */
  const mayRead = ({ scope }: Run, who: Who): boolean =>
    who.scope === null || (scope !== null && scope.every((unit) => who.scope?.includes(unit)));
  async function own(id: string, who: Who): Promise<Run | null> {
    const run = await runs.read(id);
    return run && mayRead(run, who) ? run : null;
  }
  const faultsOf = async (draft: RunDraft) =>
    draftFaults(draft, campaignOf(draft.audience.campaign), await stores.templates.list());

  /** Compare and set: `decide` gives what to write, or why not. */
  async function change(
    id: string,
    states: readonly RunState[],
    rev: number | null,
    who: Who,
    decide: (run: Run) => Promise<RunFields | RunChange> | RunFields | RunChange,
  ): Promise<RunChange> {
    const run = await own(id, who);
    if (!run) return NOT_FOUND;
    if (rev !== null && run.rev !== rev) return { type: 'refused', why: 'stale' };
    if (!states.includes(run.state)) return { type: 'refused', why: 'wrongState' };
    const decided = await decide(run);
    if ('type' in decided) return decided;
    const changed = await runs.change(id, states, run.rev, decided);
    if (!changed) return { type: 'refused', why: 'stale' };
    wake();
    return { type: 'done', run: changed };
  }

  function started(run: Run): RunFields {
    const now = clock.now();
    const version = campaignOf(run.audience.campaign)?.published ?? 0;
    return { state: 'planning', startedAt: now, notAfter: now + SAID_WITHIN_MS, version };
  }

  async function insert(run: Run): Promise<RunChange> {
    return (await runs.insert(run)) ? { type: 'done', run } : { type: 'refused', why: 'stale' };
  }

  const walk = (draft: RunDraft, who: Who) =>
    peopleOf(stores, options, { ...draft, kind: 'broadcast', deadline: null, scope: who.scope }, null, () =>
      clock.now(),
    );

  async function previewFor(draft: RunDraft, who: Who, goOn = (): boolean => true) {
    const approveAbove = campaignOf(draft.audience.campaign)?.reminders.approveAbove ?? 0;
    return previewOf(walk(draft, who), draft, approveAbove, await stores.templates.list(), goOn);
  }

  /** Who has gone to work for a unit out of scope since is not told of any more, only that there was somebody. */
  async function toLines(docs: readonly DeliveryDoc[], { scope }: Who): Promise<DeliveryLine[]> {
    const found = await audiences.read(docs.map(({ contact }) => contact));
    const contacts = new Map(found.filter(({ units }) => isOfScope(scope, units)).map((one) => [one._id, one]));
    return docs.map((doc) => ({
      id: doc._id,
      contact: doc.contact,
      channel: parseContactId(doc.contact as ContactId).channel,
      name: contacts.get(doc.contact)?.name ?? '',
      phone: contacts.get(doc.contact)?.phone ?? '',
      units: doc.units,
      how: doc.how,
      state: doc.state,
      why: doc.why,
      at: doc.at.getTime(),
    }));
  }

  return {
    namesOf,
    check: faultsOf,

    preview: previewFor,

    create: (draft, who) =>
      insert(newRun(draft, who, clock.now(), { id: randomUUID(), kind: 'broadcast', state: 'draft' })),

    update: (id, rev, draft, who) =>
      // for no more people than it was made for: who lends a hand to a province does not write to the whole country
      change(id, ['draft'], rev, who, () => ({ ...draft, editedBy: who.staff })),

    submit: (id, rev, who) =>
      change(id, ['draft'], rev, who, async (run) => {
        const faults = await faultsOf(run);
        if (faults.length > 0) return { type: 'faulty', faults };
        const { needsApproval } = await previewFor(run, { ...who, scope: run.scope });
        return needsApproval ? { state: 'awaitingApproval', editedBy: who.staff } : started(run);
      }),

    approve: (id, rev, who) =>
      change(id, ['awaitingApproval'], rev, who, async (run) => {
        if (run.by?.staff === who.staff || run.editedBy === who.staff) return { type: 'refused', why: 'sameOrganizer' };
        const faults = await faultsOf(run); // a template may have been withdrawn since
        if (faults.length > 0) return { type: 'faulty', faults };
        return { ...started(run), approvedBy: { staff: who.staff, name: who.name } };
      }),

    sendBack: (id, rev, who) => change(id, ['awaitingApproval'], rev, who, () => ({ state: 'draft' })),
    pause: (id, who) => change(id, ['planning', 'running'], null, who, () => ({ state: 'paused' })),
    resume: (id, who) =>
      change(id, ['paused'], null, who, ({ isPlanned }) => ({ state: isPlanned ? 'running' : 'planning' })),

    async cancel(id, who) {
      const endedAt = clock.now();
      const changed = await change(id, [...OPEN, ...LIVE], null, who, () => ({ state: 'cancelled', endedAt }));
      if (changed.type === 'done') await deliveries.endRest(id, 'cancelled', '', endedAt);
      return changed;
    },

    async list({ campaign, kind, after, limit }, who) {
      const found = await runs.list({
        ...(campaign !== undefined && { campaign }),
        ...(kind !== undefined && { kind }),
        ...(after !== undefined && { after }),
        scope: who.scope,
        limit: limit + 1,
      });
      const { items, next } = pageOf(found, limit, ({ createdAt, id }): RunCursor => ({ createdAt, id }));
      return { items: items.filter((run) => mayRead(run, who)), next };
    },

    read: own,

    async progress(id, who) {
      const run = await own(id, who);
      return run && progressOf(options, run);
    },

    async deliveries(id, { state, why, after, limit }, who) {
      if (!(await own(id, who))) return { items: [], next: null };
      const found = await deliveries.page({ run: id, state, why, after, scope: who.scope, limit: limit + 1 });
      const { items, next } = pageOf(found, limit, ({ _id }) => _id);
      return { items: await toLines(items, who), next };
    },

    async *export(id, who) {
      if (!(await own(id, who))) return;
      for (let after: string | undefined; ;) {
        const found = await deliveries.page({ run: id, after, scope: who.scope, limit: EXPORT_PAGE });
        yield* await toLines(found, who);
        after = found.at(-1)?._id;
        if (after === undefined || found.length < EXPORT_PAGE) return;
      }
    },

    callList: (query, who) => callListOf(options, query, who),

    upcoming(id) {
      const campaign = campaignOf(id);
      if (!campaign) return [];
      return upcomingOf(campaign, clock.now()).map(({ opensAt: _opens, ...one }) => ({
        ...one,
        campaign: id,
        texts: NO_TEXTS,
      }));
    },

    async testSend(draft, contact, who) {
      const [found] = await audiences.read([contact]);
      if (!found || !isOfScope(who.scope, found.units)) return { type: 'refused', why: 'outOfScope' };
      // what this person would read, be their channel and language in the audience or not
      const channels = [found.channel as ChannelName]; // of a contact id
      const theirs = { ...draft, audience: { ...draft.audience, channels, langs: [found.lang] } };
      const faults = (await faultsOf(theirs)).filter(({ path }) => path.startsWith('texts.'));
      if (faults.length > 0) return { type: 'faulty', faults };
      const now = clock.now();
      const id = `test/${randomUUID()}`;
      const fields = { id, kind: 'test', state: 'running', isPlanned: true, planned: 1 } as const;
      const templates = { zalo: null, messenger: null };
      const run = {
        ...newRun({ ...draft, templates, maxCharged: 0 }, who, now, fields),
        startedAt: now,
        notAfter: now + TEST_MS,
      };
      await deliveries.insert([toTest(run, found._id, personKey(found), found.units, now)]);
      // after the writing, as everywhere: who had their data deleted meanwhile is not to be known again
      if ((await stores.erasures.among(() => [found._id], now)).size > 0) await deliveries.eraseOf(found._id);
      const inserted = await insert(run);
      wake();
      return inserted;
    },
  };
}

const isOfScope = (scope: Who['scope'], units: readonly string[]): boolean =>
  scope === null || scope.some((unit) => units.includes(unit));

function newRun(
  draft: RunDraft,
  { staff, name, scope }: Who,
  now: number,
  fields: Pick<Run, 'id' | 'kind' | 'state'> & Partial<Run>,
): Run {
  const { title, audience, texts, templates, maxCharged } = draft;
  return {
    title,
    audience,
    texts,
    templates,
    maxCharged,
    rev: 0,
    by: { staff, name },
    approvedBy: null,
    editedBy: staff,
    scope,
    deadline: null,
    version: 0,
    notAfter: now + SAID_WITHIN_MS,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    planned: 0,
    isPlanned: false,
    ...fields,
  };
}

function toTest(run: Run, contact: string, key: string, units: readonly string[], now: number): DeliveryDoc {
  const { channel } = parseContactId(contact as ContactId); // of the archive
  const at = new Date(now);
  return {
    _id: deliveryId(run.id, key),
    v: DELIVERY_VERSION,
    run: run.id,
    campaign: run.audience.campaign,
    contact,
    channel,
    units: [...units],
    state: 'planned',
    why: '',
    how: null,
    at,
    handedAt: null,
  };
}

/** `found` holds one more than the page where there is a next one. */
function pageOf<T, Cursor>(found: readonly T[], limit: number, cursorOf: (item: T) => Cursor): Page<T, Cursor> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? cursorOf(last) : null };
}
