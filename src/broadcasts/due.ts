import type { Clock } from '../base/clock.ts';
import { standingIn } from '../core/standing.ts';
import { phaseAt, phasesFor, type Campaign } from '../core/campaign.ts';
import type { ChannelName } from '../core/contact.ts';
import { isHeldAt } from '../core/handover.ts';
import { everyone, type DeliveryState } from '../core/run.ts';
import { windowAt } from '../core/window.ts';
import type { AudienceContact } from '../stores/mongo/audiences.ts';
import { DELIVERY_VERSION, type DeliveryDoc } from '../stores/mongo/deliveries.ts';
import type { EntryDoc } from '../stores/mongo/entry-doc.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import type { TemplateDoc } from '../stores/mongo/templates.ts';
import { personKey } from './audience.ts';
import { deliveryId } from './plan.ts';
import { dayEnd, dayName, isDay } from './quiet-hours.ts';
import { ownRun } from './run-of.ts';
import { dueOf, silentDueAt, silentRange } from './schedule.ts';

export type DueShell = {
  stores: Pick<MongoStores, 'audiences' | 'runs' | 'deliveries' | 'templates' | 'erasures'>;
  clock: Clock;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MANY = 500;
/** A result that could not be told on its day is told on one of the next. */
const RESULT_MS = 3 * DAY_MS;
/** How far back a process looks first for drafts that fell silent. */
const FIRST_LOOK_MS = 12 * HOUR_MS;
/** Deletions are told by the platform's clock. */
const JUST_NOW_MS = 10 * 60_000;

/** Makes the runs of reminders that are due, and has those looked through again whose campaign was published anew. */
export async function makeReminders(
  { stores, clock }: DueShell,
  campaign: Campaign,
  templates: readonly TemplateDoc[],
) {
  const now = clock.now();
  const { most } = campaign.reminders;
  for (const { run: id, phase, closesAt } of most > 0 ? dueOf(campaign, now) : []) {
    const deadline = { phase, closesAt, most };
    const audience = { ...everyone(campaign.id), standings: ['notStarted', 'draft'] as const };
    const fields = {
      id,
      kind: 'reminder',
      state: 'planning',
      deadline,
      audience,
      notAfter: closesAt,
      isPlanned: false,
    } as const;
    if (!(await stores.runs.insert(ownRun(campaign, fields, templates, now))))
      await stores.runs.planAgain(id, campaign.published);
  }
}

/** Tells authors of entries whose state reviewers changed, once for each change. */
export async function makeResults(
  { stores, clock }: DueShell,
  campaignOf: (id: string) => Campaign | null,
  templates: readonly TemplateDoc[],
): Promise<void> {
  const entries = await stores.audiences.untold(MANY);
  if (entries.length === 0) return;
  const contacts = new Map(
    (await stores.audiences.read(entries.map(({ contact }) => contact))).map((one) => [one._id, one]),
  );
  for (const entry of entries) {
    const { untoldAt } = entry;
    if (!untoldAt) continue;
    const campaign = campaignOf(entry.campaign);
    const contact = contacts.get(entry.contact);
    if (
      campaign?.reminders.tellResults === true &&
      contact &&
      entry.state !== 'withdrawn' &&
      entry.state !== 'received'
    ) {
      const id = `result/${campaign.id}/${dayName(untoldAt.getTime())}`;
      const notAfter = dayEnd(untoldAt.getTime()) + RESULT_MS;
      const fields = { id, kind: 'result', state: 'running', deadline: null, notAfter, isPlanned: true } as const;
      await stores.runs.insert(ownRun(campaign, fields, templates, clock.now()));
      await insert(stores, [resultOf(id, contact, entry, clock.now())], clock.now());
    }
    await stores.audiences.told(entry._id, untoldAt);
  }
}

function resultOf(run: string, contact: AudienceContact, entry: EntryDoc, now: number): DeliveryDoc {
  const { code, title, state, reason, history } = entry;
  const told = { code, title, state, reason };
  const key = `${personKey(contact)}-${code}-${history.length}`;
  return { ...planned(run, entry.campaign, key, contact, now), entry: told };
}

/** Of whoever had their data deleted meanwhile nothing stays: see plan.ts. */
async function insert({ deliveries, erasures }: DueShell['stores'], documents: readonly DeliveryDoc[], now: number) {
  await deliveries.insert(documents);
  const erased = await erasures.among(() => documents.map(({ contact }) => contact), now - JUST_NOW_MS);
  for (const contact of erased.keys()) await deliveries.eraseOf(contact);
}

/** Nudges drafts in which nothing happened for long, while they can be sent: each person once a campaign until they send an entry. */
export async function makeSilent(
  { stores, clock }: DueShell,
  campaign: Campaign,
  templates: readonly TemplateDoc[],
  looked: Map<string, number>,
): Promise<void> {
  const now = clock.now();
  if (!isDay(now)) return;
  const last = looked.get(campaign.id);
  const since = last !== undefined && last <= now ? last : now - FIRST_LOOK_MS; // a clock that was set back counts as a start
  const found: AudienceContact[] = [];
  for (const channel of ['zalo', 'messenger'] as const) {
    const silentMs = campaign.reminders.silentMs[channel];
    if (silentMs === null) continue;
    const { after, upTo } = silentRange(silentMs, since, now);
    for (const contact of await allSeen(stores, campaign.id, after, upTo)) {
      if (contact.channel !== channel || !hasSilentDraft(contact, campaign, now)) continue;
      const seen = contact.lastSeenAt.getTime();
      const dueAt = silentDueAt(silentMs, seen, windowAt(channel, seen, now).freeUntil ?? seen);
      if (dueAt > since && dueAt <= now) found.push(contact);
    }
  }
  const fresh = found.length > 0 ? await peopleToNudge(stores, campaign.id, found) : [];
  if (fresh.length > 0) {
    const id = `silent/${campaign.id}/${dayName(now)}`;
    const audience = { ...everyone(campaign.id), standings: ['draft'] as const };
    const fields = {
      id,
      kind: 'silentDraft',
      state: 'running',
      deadline: null,
      audience,
      notAfter: dayEnd(now),
      isPlanned: true,
    } as const;
    await stores.runs.insert(ownRun(campaign, fields, templates, now));
    const documents = fresh.map((contact) => planned(id, campaign.id, personKey(contact), contact, now));
    await insert(stores, documents, now);
  }
  looked.set(campaign.id, now);
}

async function allSeen({ audiences }: DueShell['stores'], campaign: string, after: number, upTo: number) {
  const all: AudienceContact[] = [];
  for (let from = after; ;) {
    const page = await audiences.seenWithin(campaign, from, upTo, MANY);
    all.push(...page);
    const last = page.at(-1)?.lastSeenAt.getTime();
    if (page.length < MANY || last === undefined || last === from) return all;
    from = last - 1; // others may have been seen in the same millisecond
    if (all.length > 100 * MANY) return all;
  }
}

function hasSilentDraft({ owner, drafts, units, remindersOff }: AudienceContact, campaign: Campaign, now: number) {
  if (isHeldAt(owner, now) || remindersOff || standingIn(campaign.id, drafts, []) !== 'draft') return false;
  return phaseAt(phasesFor(campaign, units), now).type === 'open';
}

/**
 * Of each person the draft that they were at last, on whichever channel, unless they were nudged since they last sent an entry, or
 * want no reminders, or have sent what they needed to.
 */
async function peopleToNudge(
  { audiences, deliveries }: DueShell['stores'],
  campaign: string,
  contacts: readonly AudienceContact[],
): Promise<AudienceContact[]> {
  const silent = new Set(contacts.map(({ _id }) => _id));
  const phones = [...new Set(contacts.map(({ phone }) => phone))].filter((phone) => phone !== '');
  const known = phones.length > 0 ? [...contacts, ...(await audiences.withPhones(phones))] : contacts;
  const people = new Map<string, Map<string, AudienceContact>>();
  for (const one of known) {
    const key = personKey(one);
    people.set(key, (people.get(key) ?? new Map<string, AudienceContact>()).set(one._id, one));
  }
  const nudged = new Map<string, number>();
  for (const { contact, run, state, at } of await deliveries.ofContacts([...new Set(known.map(({ _id }) => _id))])) {
    if (!run.startsWith(`silent/${campaign}/`) || !SAID.has(state)) continue;
    nudged.set(contact, Math.max(nudged.get(contact) ?? 0, at.getTime()));
  }
  return [...people.values()].flatMap((person) => {
    const all = [...person.values()];
    const isDone = all.some(({ drafts, entries }) => standingIn(campaign, drafts, entries) === 'submitted');
    if (isDone || all.some(({ remindersOff }) => remindersOff)) return [];
    const [last] = all
      .filter(({ drafts }) => standingIn(campaign, drafts, []) === 'draft')
      .toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime());
    if (!last || !silent.has(last._id)) return [];
    const sentAt = Math.max(
      0,
      ...all.flatMap(({ entries }) => entries.map((one) => (one.campaign === campaign ? one.submittedAt : 0))),
    );
    const at = Math.max(-1, ...all.map(({ _id }) => nudged.get(_id) ?? -1));
    return at < 0 || at < sentAt ? [last] : [];
  });
}

/** It reached them, or still may. */
const SAID: ReadonlySet<DeliveryState> = new Set(['planned', 'handed', 'said', 'sent', 'lost']);

/** How somebody can be reached is looked at when it is handed out. */
const planned = (run: string, campaign: string, key: string, contact: AudienceContact, now: number): DeliveryDoc => ({
  _id: deliveryId(run, key),
  v: DELIVERY_VERSION,
  run,
  campaign,
  contact: contact._id,
  channel: contact.channel as ChannelName, // of a contact id
  units: [...contact.units],
  state: 'planned',
  why: '',
  how: null,
  at: new Date(now),
  handedAt: null,
});
