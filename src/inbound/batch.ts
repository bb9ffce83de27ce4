import { never } from '../base/never.ts';
import type { ContactSnapshot } from '../core/archive.ts';
import type { ChannelName } from '../core/contact.ts';
import type { InboundEvent } from '../core/event.ts';
import type { Person } from '../core/person.ts';
import type { Reply } from '../core/reply.ts';
import type { Session } from '../core/session.ts';
import type { Engine, TurnResult } from '../core/turn.ts';
import { archived, emptyBatch, type Batch } from '../stores/redis/commit.ts';
import type { LoggedEvent } from '../stores/redis/inbound-log.ts';
import type { EchoVerdict } from '../stores/redis/ledger.ts';
import { openStep, timeOf, worthArchiving, type Lane } from './lane.ts';

/** A batch while it is made: what will be written, and what is remembered when it was. */
export type Draft = Batch & {
  lanes: Lane[];
  /** Events taken off their lanes, by lane. */
  taken: Map<Lane, LoggedEvent[]>;
  /** Sessions as they will stand. */
  after: Map<string, Session>;
  hashes: Set<string>;
  turns: number;
  duplicates: number;
};

export const newDraft = (lanes: Lane[]): Draft => ({
  ...emptyBatch(),
  lanes,
  taken: new Map(),
  after: new Map(),
  hashes: new Set(),
  turns: 0,
  duplicates: 0,
});

export const channelOf = (contact: string): ChannelName => contact.slice(0, contact.indexOf(':')) as ChannelName;

/** Takes the head off its lane; its entry goes with the commit. `played` is false for what was played before. */
export function take(draft: Draft, lane: Lane, played: boolean): LoggedEvent {
  const item = lane.queue.shift()!;
  const taken = draft.taken.get(lane);
  if (taken) taken.push(item);
  else draft.taken.set(lane, [item]);
  draft.entries.push({ entry: item.entry, hash: played ? item.hash : '' });
  if (played) draft.hashes.add(item.hash);
  else draft.duplicates++;
  lane.faults = 0;
  return item;
}

/** Adds a finished turn of the lane's head. */
export function addTurn(draft: Draft, lane: Lane, result: TurnResult): void {
  const item = take(draft, lane, true);
  const at = timeOf(item);
  const channel = channelOf(lane.contact);
  let n = 0;
  for (const reply of result.replies) {
    draft.rows.push({ channel, row: { id: `${item.hash}-${n++}`, contact: lane.contact, reply, at } });
  }
  for (const task of result.tasks) draft.tasks.push(task);
  if (item.event.type !== 'filesFetched') archiveEvent(draft, item); // our own report is nothing that a person sent
  draft.after.set(lane.contact, result.session);
  draft.turns++;
}

/** Gives up on the lane's head: kept among the dead, the person is told, the conversation goes on. */
export function addDead(draft: Draft, lane: Lane, code: string, now: number, told: Reply): void {
  const item = take(draft, lane, true);
  const row = { id: `${item.hash}-failed`, contact: lane.contact, reply: told, at: timeOf(item) };
  draft.rows.push({ channel: channelOf(lane.contact), row });
  draft.dead.push({ code, kind: 'event', json: item.json });
  const { event } = item;
  draft.archive.push(archived({ type: 'dead', id: event.id, contact: event.contact, event, code, at: now }));
}

/** An event that moves no conversation. `verdict` settles an echo of unsure origin. */
export function addAside(draft: Draft, lane: Lane, verdict: EchoVerdict | undefined): void {
  const item = take(draft, lane, true);
  const { event } = item;
  if (event.type !== 'echo') return archiveEvent(draft, item);
  if (event.origin === 'bot') {
    if (event.row !== undefined) draft.proofs.push({ key: event.row, messageId: event.messageId });
    return;
  }
  if (event.origin === 'unsure' && verdict?.type === 'ours') return;
  if (event.origin === 'unsure' && verdict?.type === 'said') {
    draft.proofs.push({ key: verdict.key, messageId: event.messageId });
    return;
  }
  draft.archive.push(
    archived({
      type: 'native',
      id: event.id,
      contact: event.contact,
      messageId: event.messageId,
      text: event.text,
      origin: event.origin === 'staff' ? 'staff' : 'otherApp',
      ...(event.staff === undefined ? {} : { staff: event.staff }),
      at: timeOf(item),
    }),
  );
}

/** Writes down where the lane's contact stands after its turns in this batch. */
export function closeLane(draft: Draft, lane: Lane, engine: Engine, before: Session | null): void {
  const after = draft.after.get(lane.contact);
  const last = draft.taken.get(lane)?.at(-1);
  if (!after || !last) return;
  const at = timeOf(last);
  draft.sessions.push({ contact: lane.contact, json: JSON.stringify(after), keepMs: engine.keepFor(after, at) });
  if (!worthArchiving(before, after)) return;
  draft.archive.push(
    archived({ type: 'contact', contact: lane.contact, at, snapshot: snapshotOf(after, engine.person(after)) }),
  );
}

function snapshotOf(session: Session, person: Person): ContactSnapshot {
  const { lang, owner, consentAt, remindersOff, campaign, profile, entries } = session;
  const { humanAskedAt, humanReason, handledAt, lastSeenAt } = session;
  return {
    lang,
    owner,
    consentAt,
    remindersOff,
    campaign,
    step: openStep(session),
    profile,
    ...person,
    entries,
    humanAskedAt,
    humanReason,
    handledAt,
    lastSeenAt,
  };
}

/** Puts everything back where it was, for a batch that was refused. */
export function undo(draft: Draft): void {
  for (const [lane, items] of draft.taken) lane.queue.unshift(...items);
}

// the event's JSON is at hand; making it again would cost more than all the rest of the item
function archiveEvent(draft: Draft, item: LoggedEvent): void {
  draft.archive.push(`{"type":"inbound","event":${item.json},"receivedAt":${item.receivedAt}}`);
}

/** Is this event for the engine? */
export function movesConversation(event: InboundEvent): boolean {
  switch (event.type) {
    case 'text':
    case 'quickReply':
    case 'postback':
    case 'opened':
    case 'attachments':
    case 'filesFetched':
    case 'erase':
      return true;
    case 'echo':
    case 'receipt':
    case 'reaction':
    case 'left':
    case 'control':
    case 'staff':
    case 'unanswered':
      return false;
    default:
      return never(event, 'movesConversation');
  }
}

/** An echo that does not say who wrote it. */
export function isUnsure(event: InboundEvent): event is InboundEvent & { type: 'echo' } {
  return event.type === 'echo' && event.origin === 'unsure';
}
