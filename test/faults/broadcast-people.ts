import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { ChannelName } from '../../src/core/contact.ts';
import { contactId } from '../../src/core/contact.ts';
import { eventId, type InboundEvent } from '../../src/core/event.ts';
import type { Session } from '../../src/core/session.ts';
import { readWorld } from '../../src/content/world.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import type { World } from '../../src/engine/flow.ts';
import { snapshotWrite } from '../../src/stores/mongo/contacts.ts';
import type { MongoStores } from '../../src/stores/mongo/stores.ts';
import { partitionOf } from '../../src/stores/redis/hash.ts';
import { redisKeys } from '../../src/stores/redis/keys.ts';
import { CAMPAIGN } from './build.ts';
import { ACCOUNTS } from './platforms-accounts.ts';
import type { Random } from './random.ts';

const HOUR_MS = 3_600_000;

/** What one invented person is, and what must become of the message to them: a state and why, or no message planned at all. */
export const KINDS = {
  draft: { share: 50, ends: 'sent ' },
  notStarted: { share: 10, ends: 'sent ' },
  twin: { share: 8, ends: 'sent ' },
  submitted: { share: 6, ends: null },
  optedOut: { share: 4, ends: 'unreachable optedOut' },
  withStaff: { share: 3, ends: 'unreachable withStaff' },
  longSilent: { share: 5, ends: 'unreachable noTemplate' },
  blockedBefore: { share: 2, ends: 'unreachable blocked' },
  submittedSince: { share: 4, ends: 'skipped notNeeded' },
  optedOutSince: { share: 3, ends: 'skipped optedOut' },
  blocks: { share: 3, ends: 'failed send.unreachable' },
  windowRefused: { share: 2, ends: 'failed send.windowClosed' },
} as const;
export type PersonKind = keyof typeof KINDS;
const ALL_KINDS = Object.keys(KINDS) as PersonKind[]; // its own keys

export type InventedPerson = {
  n: number;
  kind: PersonKind;
  /** One, or two of a twin. */
  contacts: { channel: ChannelName; user: string; contact: string }[];
};

/** `kinds`: those who are among them, by their shares; all unless told. */
export function inventPeople(count: number, random: Random, kinds = ALL_KINDS): InventedPerson[] {
  const total = kinds.reduce((sum, kind) => sum + KINDS[kind].share, 0);
  return Array.from({ length: count }, (_, n) => {
    let left = random() * total;
    const kind = kinds.find((one) => (left -= KINDS[one].share) < 0) ?? 'draft';
    const channels: ChannelName[] = kind === 'twin' ? ['zalo', 'messenger'] : [random() < 0.5 ? 'zalo' : 'messenger'];
    const user = String(2_000_000_000 + n);
    return {
      n,
      kind,
      contacts: channels.map((channel) => ({ channel, user, contact: contactOf(channel, user) })),
    };
  });
}

const contactOf = (channel: ChannelName, user: string): string =>
  contactId(channel, channel === 'zalo' ? ACCOUNTS.zalo.oaId : ACCOUNTS.messenger.pageId, user);

const TOKEN = '@user@';
const PHONE = '0912000000';
const E164 = '+84912000000';

/**
 * Writes the sessions and contacts of these people as the engine leaves them: one is played of each sort, the others are copies
 * under other ids. `now`: the product's clock, epoch ms; everyone was here half an hour ago, but those who must not be reached.
 */
export async function writePeople(
  people: readonly InventedPerson[],
  to: { redis: Redis; stores: MongoStores; partitions: number },
  options: { flowsDir: string; localesDir: string; now: number },
): Promise<void> {
  const { now } = options;
  const world = readWorld({ ...options, campaign: CAMPAIGN });
  const engine = makeEngine(world);
  const patterns = {
    draft: play(world, ['xin chào', 'đồng ý', 'Nguyễn Văn Thử', PHONE], now - HOUR_MS / 2),
    begun: play(world, ['xin chào'], now - HOUR_MS / 2),
  };
  const keys = redisKeys('skb');
  const pipeline = to.redis.pipeline();
  const contacts: Written[] = [];
  const sent: Written[] = [];
  for (const person of people) {
    for (const { contact } of person.contacts) {
      const pattern = person.kind === 'notStarted' ? patterns.begun : patterns.draft;
      const { archived, session } = variantOf(person.kind, named(pattern, person.n, contact), now);
      const json = JSON.stringify(session);
      pipeline.set(keys.partition(partitionOf(contact, to.partitions)).session(contact), json, 'PX', 30 * 24 * HOUR_MS);
      const { lang, owner, consentAt, remindersOff, remindYesAt, campaign, profile, entries, arrivals } = archived;
      const { humanAskedAt, humanReason, handledAt, lastSeenAt } = archived;
      const { u, q } = snapshotWrite(contact, now - 1000, {
        lang,
        owner,
        consentAt,
        remindersOff,
        remindYesAt,
        campaign,
        profile,
        entries,
        arrivals,
        humanAskedAt,
        humanReason,
        handledAt,
        lastSeenAt,
        drafts: engine.drafts(archived),
        step: archived.drafts[CAMPAIGN]?.step ?? null,
        ...engine.person(archived),
      }) as { u: { $set: object }; q: { _id: string } };
      if (person.kind === 'submitted') {
        const code = `SK-TRIAL-${person.n}`;
        sent.push({ _id: code, v: 1, code, contact, campaign: CAMPAIGN, state: 'received' });
      }
      const blocked = person.kind === 'blockedBefore' ? { blockedAt: new Date(now - 1000) } : {};
      contacts.push({ _id: q._id, ...u.$set, ...blocked });
    }
    if (contacts.length >= 250) await writeAll(to.stores.contacts.collection, contacts.splice(0));
  }
  await writeAll(to.stores.contacts.collection, contacts);
  await writeAll(to.stores.entries.collection, sent);
  await pipeline.exec();
}

type Written = { _id: string } & Record<string, unknown>;
const TRIES = 20;

/** Again and again: on a busy machine a server that answers late is taken for one that is away. */
async function writeAll(
  collection: MongoStores['contacts']['collection'],
  documents: readonly Written[],
): Promise<void> {
  if (documents.length === 0) return;
  const writes = documents.map((one) => ({ replaceOne: { filter: { _id: one._id }, replacement: one, upsert: true } }));
  for (let tries = 1; ; tries++) {
    try {
      await collection.bulkWrite(writes as never, { ordered: false }); // the driver's types want an ObjectId
      return;
    } catch (error) {
      if (tries === TRIES) throw error;
      await delay(500);
    }
  }
}

/** What the records tell of someone, and where their session has come to since. */
function variantOf(kind: PersonKind, session: Session, now: number): { archived: Session; session: Session } {
  const both = (changed: Partial<Session>) => ({
    archived: { ...session, ...changed },
    session: { ...session, ...changed },
  });
  const entries = [{ code: 'SK-7K3F-92QX', campaign: CAMPAIGN, submittedAt: now - HOUR_MS }];
  const done: Partial<Session> = { drafts: {}, entries };
  switch (kind) {
    case 'submitted':
      return both(done);
    case 'optedOut':
      return both({ remindersOff: true });
    case 'withStaff':
      return both({
        owner: { type: 'staff', how: 'console', staff: 's1', name: 'S', since: now, lastAt: now, until: null },
      });
    case 'longSilent':
      return both({ lastSeenAt: now - 20 * 24 * HOUR_MS });
    case 'submittedSince':
      return { archived: session, session: { ...session, ...done } };
    case 'optedOutSince':
      return { archived: session, session: { ...session, remindersOff: true } };
    default:
      return { archived: session, session };
  }
}

function play(world: World, texts: readonly string[], at: number): string {
  const engine = makeEngine(world);
  let session: Session | null = null;
  for (const [n, text] of texts.entries()) {
    const id = eventId('messenger', `m_${TOKEN}_${n}`);
    const contact = contactId('messenger', ACCOUNTS.messenger.pageId, TOKEN);
    const event: InboundEvent = { type: 'text', id, contact, sentAt: at, text };
    const played = engine.turn(session, event, at);
    if (played.request) throw new Error('nothing is asked of a store so early');
    session = played.session;
  }
  return JSON.stringify(session);
}

/** Nobody's number: 84 9 and the place in the list. */
function named(pattern: string, n: number, contact: string): Session {
  const phone = `+849${String(10_000_000 + n)}`;
  const of = contactId('messenger', ACCOUNTS.messenger.pageId, TOKEN);
  const json = pattern
    .replaceAll(of, contact)
    .replaceAll(TOKEN, contact.split(':')[2] ?? '')
    .replaceAll(E164, phone);
  return JSON.parse(json) as Session;
}
