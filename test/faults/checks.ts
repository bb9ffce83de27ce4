import { silentLog } from '../../src/base/log.ts';
import type { ContactId } from '../../src/core/contact.ts';
import { eventTime } from '../../src/core/event-time.ts';
import type { Session } from '../../src/core/session.ts';
import type { World as Flows } from '../../src/engine/flow.ts';
import { makeEngine } from '../../src/engine/engine.ts';
import { connectMongo } from '../../src/stores/mongo/connect.ts';
import type { EntryDoc } from '../../src/stores/mongo/entry-doc.ts';
import { mongoStores } from '../../src/stores/mongo/stores.ts';
import type { SentLine, TranscriptDoc } from '../../src/stores/mongo/transcripts.ts';
import { connectRedis } from '../../src/stores/redis/connection.ts';
import { partitionOf } from '../../src/stores/redis/hash.ts';
import { readSession } from '../../src/stores/redis/sessions.ts';
import { clock, compareReplies, entryFaults, sessionFault, short } from './compare.ts';
import type { Ledger, Posted } from './ledger.ts';
import type { People } from './people.ts';
import type { Accepted } from './platforms.ts';
import { messagesOf, replay, type Played } from './replay.ts';

/** What is wrong, with whom (a contact, or a part of the product), and the facts to look at. */
export type Fault = { who: string; what: string; facts: string[] };

export type Findings = {
  faults: Fault[];
  /** Events answered 200, turns played, entries, messages taken by the platforms, of those doubled. */
  counts: Record<string, number>;
};

export type Evidence = {
  flows: Flows;
  ledger: Ledger;
  people: People;
  accepted: readonly Accepted[];
  /** Stores, straight and without faults. */
  redisUrl: string;
  mongoUri: string;
  partitions: number;
  /** The answer to this message may have been lost to the product, whatever the platform knows. */
  mayDouble(message: Accepted): boolean;
};

type Lines = { in: Played[]; out: SentLine[]; foreign: number };

/** Everything that issue 3 §1 asks for at the end of a run, person by person. The product may still run, but must be idle. */
export async function check(evidence: Evidence): Promise<Findings> {
  const { ledger, people, partitions } = evidence;
  const stored = await readStores(evidence);
  const engine = makeEngine(evidence.flows);
  const faults: Fault[] = [];
  const counts = {
    events: 0,
    turns: 0,
    entries: 0,
    messages: evidence.accepted.length,
    doubled: 0,
    reportedDoubled: 0,
    busy: 0,
  };
  const extra = new Map(
    (['zalo:', 'messenger:'] as const).map((channel) => [
      channel,
      new Set(messagesOf(channel, engine.busyReply(null))),
    ]),
  );
  const accepted = grouped(evidence.accepted);

  for (const person of people.all()) {
    const { contact } = person;
    const posted = ledger.of(contact);
    const lines = stored.lines.get(contact) ?? { in: [], out: [], foreign: 0 };
    const before = faults.length;
    const fault = (what: string, facts: string[]): void => void faults.push({ who: contact, what, facts });
    counts.events += posted.length;
    counts.turns += lines.in.length;

    const losses = eventFaults(posted, lines.in);
    if (losses.length > 0) fault('events were lost, made up or played out of order', losses);
    if (lines.foreign > 0) fault('echoes of our own messages were taken for those of others', [String(lines.foreign)]);
    const replayed = replay(engine, lines.in, (draftId) => stored.codes.get(draftId) ?? 'none');
    const parted = sessionFault(stored.sessions.get(contact) ?? null, replayed);
    if (parted) fault('the session is not that of a replay', parted.split('\n'));
    const entries = stored.entries.get(contact) ?? [];
    counts.entries += entries.length;
    const wrong = entryFaults(person, entries, replayed);
    if (wrong.length > 0) fault('entries are not as said', wrong);
    const mine = accepted.get(`${person.wishes.channel}:${person.wishes.user}`) ?? [];
    const heard = compareReplies(mine, replayed.said, extra.get(`${person.wishes.channel}:`)!, evidence.mayDouble);
    counts.doubled += heard.doubled.length;
    counts.busy += heard.busy;
    if (heard.faults.length > 0) fault('replies are not those of the replay', heard.faults);
    const reported = lines.out.reduce((sum, line) => sum + (line.repeats ?? 0), 0);
    counts.reportedDoubled += reported;
    if (heard.doubled.length > reported)
      fault('messages came twice and the product does not say so', [
        `${heard.doubled.length} doubled, ${reported} reported`,
      ]);
    const unsent = lines.out.filter(({ state }) => state !== 'sent');
    if (unsent.length > 0)
      fault(
        'messages were given up',
        unsent.map(({ _id, state, code }) => `${_id} ${state} ${code ?? ''}`),
      );
    if (!person.progress.finished)
      fault('the conversation is stuck', [`the last message was ${short(person.heard.at(-1) ?? 'none')}`]);
    if (faults.length > before) faults.at(-1)!.facts.push(...story(posted, mine));
  }
  if (people.strays() > 0)
    faults.push({ who: 'platforms', what: 'messages for people who never wrote', facts: [String(people.strays())] });
  for (let p = 0; p < partitions; p++)
    for (const [key, length] of stored.lengths.get(p) ?? [])
      if (length > 0)
        faults.push({
          who: `partition ${p}`,
          what: `${key} is not empty`,
          facts: [String(length), ...(stored.samples.get(key) ?? [])],
        });
  return { faults, counts };
}

const keyOf = ({ channel, user }: Accepted): string => `${channel}:${user}`;

function grouped(list: readonly Accepted[]): Map<string, Accepted[]> {
  const groups = new Map<string, Accepted[]>();
  for (const message of list) {
    const group = groups.get(keyOf(message));
    if (group) group.push(message);
    else groups.set(keyOf(message), [message]);
  }
  return groups;
}

/** Each event answered 200 in the transcript, nothing else in it, and nothing before what was answered before it was sent. */
function eventFaults(posted: readonly Posted[], played: readonly Played[]): string[] {
  const faults: string[] = [];
  const place = new Map<string, number>(played.map(({ event }, i) => [event.id, i]));
  const known = new Set(posted.map(({ id }) => id));
  for (const { id, ackedAt, deliveries } of posted) {
    if (ackedAt === null) faults.push(`${id} was never answered 200 in ${deliveries} deliveries`);
    else if (!place.has(id)) faults.push(`${id} was answered 200 at ${clock(ackedAt)} and never played`);
  }
  for (const { event } of played) if (!known.has(event.id)) faults.push(`${event.id} was played and never sent`);
  for (const [i, later] of posted.entries()) {
    for (const earlier of posted.slice(0, i)) {
      const first = place.get(earlier.id);
      const second = place.get(later.id);
      if (first === undefined || second === undefined || first < second) continue;
      const isKnownOrder =
        earlier.ackedAt !== null && earlier.ackedAt < later.firstAt && earlier.sentAt <= later.sentAt;
      if (isKnownOrder)
        faults.push(`${later.id} was played before ${earlier.id}, which was answered before it was sent`);
    }
  }
  return faults;
}

/** What happened with one person, in the order of this machine's clock. */
function story(posted: readonly Posted[], accepted: readonly Accepted[]): string[] {
  const lines = [
    ...posted.map(({ id, act, firstAt, ackedAt, sentAt, deliveries }) => ({
      at: firstAt,
      text: `> ${act.type === 'text' ? short(act.text) : `[${act.type}]`}  (${id}, time ${clock(eventTime(sentAt, firstAt))}, 200 at ${ackedAt === null ? 'never' : clock(ackedAt)}, ${deliveries} deliveries)`,
    })),
    ...accepted.map(({ at, text, messageId, answer }) => ({
      at,
      text: `< ${short(text.replaceAll('\n', ' / ')).slice(0, 120)}  (${messageId}, ${answer})`,
    })),
  ];
  return lines.toSorted((a, b) => a.at - b.at).map(({ at, text }) => `   ${clock(at)} ${text}`);
}

async function readStores({ redisUrl, mongoUri, partitions, people }: Evidence) {
  const mongo = await connectMongo(mongoUri, { log: silentLog });
  const redis = await connectRedis(redisUrl, silentLog);
  try {
    const stores = mongoStores(mongo.connection);
    const lines = new Map<string, Lines>();
    // documents come in the order of their arrival: that in which the archive was written, per person that of the turns
    for await (const doc of stores.transcripts.collection.find({}).batchSize(1000)) {
      const line = doc as unknown as TranscriptDoc;
      let of = lines.get(line.contact);
      if (!of) lines.set(line.contact, (of = { in: [], out: [], foreign: 0 }));
      if (line.direction === 'in') of.in.push({ event: line.event, receivedAt: line.at.getTime() });
      else if ('state' in line) of.out.push(line);
      else of.foreign++;
    }
    const entries = new Map<string, EntryDoc[]>();
    const codes = new Map<string, string>();
    for (const doc of await mongo.connection.collection<EntryDoc>('entries').find({}).toArray()) {
      codes.set(doc._id, doc.code);
      entries.set(doc.contact, [...(entries.get(doc.contact) ?? []), doc]);
    }
    const sessions = new Map<string, Session | null>();
    for (const { contact } of people.all()) {
      const json = await redis.client.get(
        redis.keys.partition(partitionOf(contact as ContactId, partitions)).session(contact),
      );
      sessions.set(contact, json === null ? null : readSession(json));
    }
    const lengths = new Map<number, [string, number][]>();
    const samples = new Map<string, string[]>();
    for (let p = 0; p < partitions; p++) {
      const at = redis.keys.partition(p);
      const list: [string, number][] = [];
      for (const key of [at.in, at.out.zalo, at.out.messenger, at.tasks, at.archive, at.dead]) {
        const length = await redis.client.xlen(key);
        list.push([key, length]);
        if (length === 0) continue;
        const some = await redis.client.xrange(key, '-', '+', 'COUNT', 3);
        samples.set(
          key,
          some.map(([id, fields]) => `${id} ${short(fields.join(' '))}`),
        );
      }
      list.push([at.inflight, await redis.client.hlen(at.inflight)]);
      lengths.set(p, list);
    }
    return { lines, entries, codes, sessions, lengths, samples };
  } finally {
    redis.close();
    await mongo.close();
  }
}
