import { never } from '../base/never.ts';
import type { ContactSnapshot } from '../core/archive.ts';
import type { ChannelName } from '../core/contact.ts';
import type { InboundEvent } from '../core/event.ts';
import { BOT, isSameOwner, type ActResult } from '../core/handover.ts';
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

/** Adds a finished turn of the lane's head; `before` is where the conversation stood. */
export function addTurn(draft: Draft, lane: Lane, before: Session | null, result: TurnResult): void {
  const item = take(draft, lane, true);
  const at = timeOf(item);
  const channel = channelOf(lane.contact);
  let n = 0;
  for (const reply of result.replies) {
    draft.rows.push({ channel, row: { id: `${item.hash}-${n++}`, contact: lane.contact, reply, at } });
  }
  for (const task of result.tasks) draft.tasks.push(task);
  archiveTurn(draft, item, result);
  draft.turns++;
  if (result.nudge?.type === 'skipped') return; // nothing was said and nothing changed: of a stranger nothing is kept either
  const from = before?.owner ?? BOT;
  const to = result.session.owner;
  if (!isSameOwner(from, to)) {
    const { id, contact } = item.event;
    draft.archive.push(archived({ type: 'handover', id, contact, from, to, at }));
  }
  draft.after.set(lane.contact, result.session);
}

/** Gives up on the lane's head: kept among the dead, a person who waits for an answer is told, the conversation goes on. */
export function addDead(draft: Draft, lane: Lane, code: string, now: number, told: Reply | null): void {
  const item = take(draft, lane, true);
  const { event } = item;
  const { contact } = event;
  if (told && isAnswered(event)) {
    const row = { id: `${item.hash}-failed`, contact, reply: told, at: timeOf(item) };
    draft.rows.push({ channel: channelOf(contact), row });
  }
  draft.dead.push({ code, kind: 'event', json: item.json });
  draft.archive.push(archived({ type: 'dead', id: event.id, contact, event, code, at: now }));
  if (event.type === 'staff') archiveAct(draft, event, { type: 'refused', why: 'failed', text: '' }, now);
}

/** Does the person wait for an answer to it? */
export const isAnswered = (event: InboundEvent): boolean => ANSWERED.has(event.type);

const ANSWERED: ReadonlySet<InboundEvent['type']> = new Set([
  'text',
  'quickReply',
  'postback',
  'opened',
  'attachments',
  'filesFetched',
  'erase',
]);

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
  archiveNative(draft, event, timeOf(item));
}

/** Writes down where the lane's contact stands after its turns in this batch. */
export function closeLane(draft: Draft, lane: Lane, engine: Engine, before: Session | null): void {
  const after = draft.after.get(lane.contact);
  const last = draft.taken.get(lane)?.at(-1);
  if (!after || !last) return;
  const at = timeOf(last);
  const keepMs = engine.keepFor(after, at);
  draft.sessions.push({ contact: lane.contact, json: JSON.stringify(after), keepMs });
  const hold = holdOf(before, after, keepMs);
  if (hold) draft.holds.push({ contact: lane.contact, channel: channelOf(lane.contact), hold });
  if (!worthArchiving(before, after)) return;
  draft.archive.push(archived({ type: 'contact', contact: lane.contact, at, snapshot: snapshotOf(after, engine) }));
}

/** What changes in who holds the conversation; null = nothing. Of someone new a hold may be left whose session ran out. */
function holdOf(before: Session | null, after: Session, keepMs: number): Batch['holds'][number]['hold'] | null {
  if (isHeld(after)) return keepMs > 0 ? (isHeld(before) ? null : 'begin') : 'forget';
  return before ? (isHeld(before) ? 'end' : null) : 'forget';
}

/** The bot has nothing to say in it. */
export const isHeld = (session: Session | null): boolean => session?.owner.type === 'staff';

function snapshotOf(session: Session, engine: Engine): ContactSnapshot {
  const { lang, owner, consentAt, remindersOff, remindYesAt, campaign, profile, entries } = session;
  const { arrivals, humanAskedAt, humanReason, handledAt, lastSeenAt } = session;
  return {
    lang,
    owner,
    consentAt,
    remindersOff,
    remindYesAt,
    drafts: engine.drafts(session),
    campaign,
    step: openStep(session),
    profile,
    ...engine.person(session),
    entries,
    arrivals,
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

/** What a turn leaves in the records of its event. */
function archiveTurn(draft: Draft, item: LoggedEvent, { act, nudge }: TurnResult): void {
  const { event } = item;
  const at = timeOf(item);
  switch (event.type) {
    case 'echo':
      return archiveNative(draft, event, at);
    case 'staff':
      return archiveAct(draft, event, act ?? { type: 'done' }, at);
    case 'filesFetched': {
      const { request: of, contact, outcomes } = event;
      draft.archive.push(archived({ type: 'files', of, contact, outcomes, at }));
      return;
    }
    case 'nudge': {
      const { delivery, run } = event.nudge;
      const result = nudge ?? { type: 'said' };
      draft.archive.push(archived({ type: 'nudge', delivery, run, contact: event.contact, result, at }));
      return;
    }
    case 'unanswered':
      return; // our own clock's
    default:
      return archiveEvent(draft, item);
  }
}

function archiveAct(draft: Draft, event: InboundEvent & { type: 'staff' }, result: ActResult, at: number): void {
  const { id, contact, staff, name, act } = event;
  draft.archive.push(archived({ type: 'act', id, contact, staff, name, act, result, at }));
}

function archiveNative(draft: Draft, event: InboundEvent & { type: 'echo' }, at: number): void {
  const { id, contact, messageId, text, staff, items } = event;
  draft.archive.push(
    archived({
      type: 'native',
      id,
      contact,
      messageId,
      text,
      origin: event.origin === 'staff' ? 'staff' : 'otherApp',
      ...(staff !== undefined && { staff }),
      ...(items && { items }),
      at,
    }),
  );
}

/** Is this event for the engine? `verdict` settles an echo of unsure origin; the bot's own move nothing. */
export function movesConversation(event: InboundEvent, verdict: EchoVerdict | undefined): boolean {
  switch (event.type) {
    case 'text':
    case 'quickReply':
    case 'postback':
    case 'opened':
    case 'attachments':
    case 'filesFetched':
    case 'erase':
    case 'control':
    case 'staff':
    case 'unanswered':
    case 'nudge':
      return true;
    case 'echo':
      return event.origin === 'staff' || (event.origin === 'unsure' && verdict?.type === 'unknown');
    case 'receipt':
    case 'reaction':
    case 'left':
      return false;
    default:
      return never(event, 'movesConversation');
  }
}

/** An echo that does not say who wrote it. */
export function isUnsure(event: InboundEvent): event is InboundEvent & { type: 'echo' } {
  return event.type === 'echo' && event.origin === 'unsure';
}
