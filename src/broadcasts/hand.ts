import type { Clock } from '../base/clock.ts';
import type { Nudge } from '../core/broadcast.ts';
import { standingIn } from '../core/standing.ts';
import type { ChannelName, ContactId } from '../core/contact.ts';
import { eventId, type InboundEvent } from '../core/event.ts';
import type { Reach, Run } from '../core/run.ts';
import type { AudienceContact } from '../stores/mongo/audiences.ts';
import type { DeliveryDoc } from '../stores/mongo/deliveries.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import type { InboundLog } from '../stores/redis/inbound-log.ts';
import { personKey, standingsOf } from './audience.ts';
import { dayEnd } from './quiet-hours.ts';
import { reachOf } from './reach.ts';

export type HandShell = {
  stores: Pick<MongoStores, 'audiences' | 'runs' | 'deliveries'>;
  inboundLog: Pick<InboundLog, 'append'>;
  clock: Clock;
};

/** A window that closes within this time is as good as closed: the message has to be played and sent yet. */
const TRAVEL_MS = 2 * 60_000;

const NONE: ReadonlySet<string> = new Set();

type Ready = { delivery: DeliveryDoc; how: Nudge['how'] };

/**
 * Puts the messages of planned deliveries into their conversations, as far as these people can still be reached, and ends the
 * others. Gives how many were handed out. Broken off anywhere the same are handed out again, under the same ids, and dropped
 * where they were played already: they are in the log before they are noted as handed.
 */
export async function handOut(shell: HandShell, run: Run, deliveries: readonly DeliveryDoc[]): Promise<number> {
  const { stores, clock, inboundLog } = shell;
  if (deliveries.length === 0) return 0;
  const found = await stores.audiences.read(deliveries.map(({ contact }) => contact));
  const same = await samePeople(shell, run, found);
  const optedOut = new Set(same.filter(({ remindersOff }) => remindersOff).map(personKey));
  const outdated = await outdatedOf(shell, run, deliveries, found, same);
  if (outdated.size > 0) await stores.deliveries.end([...outdated], 'skipped', 'notNeeded', clock.now());
  const wanted = deliveries.filter(({ _id }) => !outdated.has(_id));
  const contacts = new Map(
    found.map((one) => [one._id, optedOut.has(personKey(one)) ? { ...one, remindersOff: true } : one]),
  );
  const ready: Ready[] = [];
  const costly: DeliveryDoc[] = [];
  const ended = new Map<string, string[]>();
  const end = (delivery: DeliveryDoc, why: string): void =>
    void ended.set(why, [...(ended.get(why) ?? []), delivery._id]);
  const sort = (delivery: DeliveryDoc, mayCharge: boolean): void => {
    const contact = contacts.get(delivery.contact);
    const reach: Reach = contact
      ? reachNow(run, contact, mayCharge, clock.now())
      : { type: 'unreachable', why: 'stranger' };
    if (reach.type === 'unreachable') end(delivery, reach.why);
    else if (reach.type === 'charged') costly.push(delivery);
    else ready.push({ delivery, how: reach.type });
  };
  for (const delivery of wanted) sort(delivery, run.maxCharged > 0);
  const paying = costly.splice(0);
  const allowed = await takeAll(shell, run, paying.length);
  for (const delivery of paying.slice(0, allowed)) ready.push({ delivery, how: 'charged' });
  for (const delivery of paying.slice(allowed)) sort(delivery, false);

  const now = clock.now();
  for (const [why, ids] of ended) await stores.deliveries.end(ids, 'unreachable', why, now);
  if (ready.length === 0) return 0;
  await inboundLog.append(
    ready.map(({ delivery, how }) => nudgeEvent(run, delivery, how, now)),
    now,
  );
  for (const how of ['free', 'charged', 'template'] as const) {
    const ids = ready.filter((one) => one.how === how).map(({ delivery }) => delivery._id);
    if (ids.length > 0) await stores.deliveries.handed(ids, how, now);
  }
  return ready.length;
}

/** These people on whichever channel, as far as it matters there what they want or did. */
async function samePeople(
  { stores }: HandShell,
  { kind }: Run,
  contacts: readonly AudienceContact[],
): Promise<readonly AudienceContact[]> {
  if (kind === 'result' || kind === 'test') return [];
  const phones = [...new Set(contacts.map(({ phone }) => phone))].filter((phone) => phone !== '');
  return phones.length > 0 ? [...contacts, ...(await stores.audiences.withPhones(phones))] : contacts;
}

/** What reviewers, or people themselves, did since with the entry it is about speaks against it: the engine cannot tell. By delivery. */
async function outdatedOf(
  { stores }: HandShell,
  { kind, audience }: Run,
  deliveries: readonly DeliveryDoc[],
  contacts: readonly AudienceContact[],
  same: readonly AudienceContact[],
): Promise<ReadonlySet<string>> {
  const { campaign, standings } = audience;
  if (kind === 'reminder' || kind === 'silentDraft') {
    // as when it was planned: who has sent an entry from one channel needs no word on the other
    const done = same.filter(({ drafts, entries }) => standingIn(campaign, drafts, entries) === 'submitted');
    const people = new Set(done.map(personKey));
    const ofDone = new Set(contacts.filter((one) => people.has(personKey(one))).map(({ _id }) => _id));
    return new Set(deliveries.filter(({ contact }) => ofDone.has(contact)).map(({ _id }) => _id));
  }
  if (kind === 'result') {
    const entries = await stores.audiences.reviewed(deliveries.flatMap(({ entry }) => entry?.code ?? []));
    const now = new Map(entries.map((one) => [one.code, one]));
    const isOutdated = ({ entry }: DeliveryDoc): boolean => {
      const known = entry && now.get(entry.code);
      return known?.state !== entry?.state || known?.reason !== entry?.reason;
    };
    return new Set(deliveries.filter(isOutdated).map(({ _id }) => _id));
  }
  if (kind === 'test' || !standings.some((one) => one !== 'draft' && one !== 'notStarted')) return NONE;
  const entries = await stores.audiences.entriesOf(
    campaign,
    contacts.map(({ _id }) => _id),
    false,
  );
  const stand = new Map(
    contacts.map((one) => {
      const own = entries.filter(({ contact }) => contact === one._id);
      return [one._id, standingsOf(campaign, one, own)];
    }),
  );
  const isOutdated = ({ contact }: DeliveryDoc): boolean =>
    stand.get(contact)?.every((one) => !standings.includes(one)) === true;
  return new Set(deliveries.filter(isOutdated).map(({ _id }) => _id));
}

/** Hands out once more what was handed out long ago, and of which nothing was heard: the log may have lost it. */
export async function handAgain(shell: HandShell, run: Run, deliveries: readonly DeliveryDoc[]): Promise<void> {
  const now = shell.clock.now();
  await shell.inboundLog.append(
    deliveries.map((delivery) => nudgeEvent(run, delivery, delivery.how ?? 'free', now)),
    now,
  );
  await shell.stores.deliveries.handedAgain(
    deliveries.map(({ _id }) => _id),
    now,
  );
}

function reachNow(run: Run, contact: AudienceContact, mayCharge: boolean, now: number): Reach {
  const { kind, audience, templates } = run;
  return reachOf(contact, { kind, campaign: audience.campaign, templates, mayCharge }, now + TRAVEL_MS);
}

/** How many of so many messages that cost may go out; taken before they do, so that the ceiling holds through any crash. */
async function takeAll({ stores }: HandShell, run: Run, wanted: number): Promise<number> {
  if (wanted === 0 || run.maxCharged === 0) return 0;
  if (await stores.runs.takeCharged(run.id, wanted, run.maxCharged)) return wanted;
  let taken = 0;
  while (taken < wanted && (await stores.runs.takeCharged(run.id, 1, run.maxCharged))) taken++;
  return taken;
}

export function nudgeEvent(run: Run, delivery: DeliveryDoc, how: Nudge['how'], now: number): InboundEvent {
  const channel = delivery.channel as ChannelName; // of its contact
  const contact = delivery.contact as ContactId; // of the archive, where it came from an event
  const nudge: Nudge = {
    run: run.id,
    delivery: delivery._id,
    kind: run.kind,
    campaign: run.audience.campaign,
    standings: [...run.audience.standings],
    deadline: run.deadline,
    text: run.texts[channel],
    how: how === 'free' && run.templates[channel] !== null ? 'template' : how,
    template: run.templates[channel],
    notAfter: run.kind === 'test' ? run.notAfter : Math.min(run.notAfter, dayEnd(now)),
    entry: delivery.entry ?? null,
  };
  // what was played and not said is known by its id
  const again = delivery.tries === undefined ? '' : `/${delivery.tries}`;
  return { type: 'nudge', id: eventId(channel, `nudge/${delivery._id}${again}`), contact, sentAt: now, nudge };
}
