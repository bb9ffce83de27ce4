import type { Clock } from '../base/clock.ts';
import type { Campaign } from '../core/campaign.ts';
import type { ChannelName } from '../core/contact.ts';
import { windowAt } from '../core/window.ts';
import type { AudienceContact } from '../stores/mongo/audiences.ts';
import { DELIVERY_VERSION, type DeliveryDoc } from '../stores/mongo/deliveries.ts';
import type { EntryDoc } from '../stores/mongo/entry-doc.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import type { TemplateDoc } from '../stores/mongo/templates.ts';
import { personKey } from './audience.ts';
import { deliveryId } from './plan.ts';
import { dayEnd, dayName, isDay } from './quiet-hours.ts';
import { everyone, ownRun } from './run-of.ts';
import { dueOf, silentDueAt, silentRange } from './schedule.ts';

export type DueShell = {
  stores: Pick<MongoStores, 'audiences' | 'runs' | 'deliveries' | 'templates'>;
  clock: Clock;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MANY = 500;
/** A result that could not be told on its day is told on one of the next. */
const RESULT_MS = 3 * DAY_MS;
/** How far back a process looks first for drafts that fell silent. */
const FIRST_LOOK_MS = 12 * HOUR_MS;

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
      await stores.deliveries.insert([resultOf(id, contact, entry, clock.now())]);
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

/** Nudges drafts in which nothing happened for long, each person once a campaign until they send an entry. */
export async function makeSilent(
  { stores, clock }: DueShell,
  campaign: Campaign,
  templates: readonly TemplateDoc[],
  looked: Map<string, number>,
): Promise<void> {
  const now = clock.now();
  if (!isDay(now)) return;
  const since = looked.get(campaign.id) ?? now - FIRST_LOOK_MS;
  const found: AudienceContact[] = [];
  for (const channel of ['zalo', 'messenger'] as const) {
    const silentMs = campaign.reminders.silentMs[channel];
    if (silentMs === null) continue;
    const { after, upTo } = silentRange(silentMs, since, now);
    for (const contact of await allSeen(stores, campaign.id, after, upTo)) {
      if (contact.channel !== channel || !hasSilentDraft(contact, campaign.id)) continue;
      const seen = contact.lastSeenAt.getTime();
      const dueAt = silentDueAt(silentMs, seen, windowAt(channel, seen, now).freeUntil ?? seen);
      if (dueAt > since && dueAt <= now) found.push(contact);
    }
  }
  const fresh = await withoutNudged(stores, campaign.id, found);
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
    await stores.deliveries.insert(fresh.map((contact) => planned(id, campaign.id, personKey(contact), contact, now)));
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

const hasSilentDraft = ({ owner, drafts, remindersOff }: AudienceContact, campaign: string): boolean =>
  owner.type === 'bot' && !remindersOff && drafts.some((draft) => draft.campaign === campaign && draft.isBegun);

/** Those who were not nudged yet since they last sent an entry; each contact once. */
async function withoutNudged(
  { deliveries }: DueShell['stores'],
  campaign: string,
  contacts: readonly AudienceContact[],
) {
  const known = await deliveries.ofContacts(contacts.map(({ _id }) => _id));
  const nudged = new Map<string, number>();
  for (const { contact, run, at } of known) {
    if (run.startsWith(`silent/${campaign}/`)) nudged.set(contact, Math.max(nudged.get(contact) ?? 0, at.getTime()));
  }
  return [...new Map(contacts.map((one) => [one._id, one])).values()].filter(({ _id, entries }) => {
    const sentAt = Math.max(0, ...entries.filter((one) => one.campaign === campaign).map((one) => one.submittedAt));
    const at = nudged.get(_id);
    return at === undefined || at < sentAt;
  });
}

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
