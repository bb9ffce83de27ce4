import { eventTime } from '../core/event-time.ts';
import type { Session } from '../core/session.ts';
import type { TurnResult } from '../core/turn.ts';
import type { LoggedEvent } from '../stores/redis/inbound-log.ts';

/** One contact's events that are not yet committed, in the order in which they are played. */
export type Lane = {
  contact: string;
  queue: LoggedEvent[];
  /** Ready, in a batch, or held: nobody else may play it. */
  busy: boolean;
  inBatch: boolean;
  /** The head asks the outside or waits for another try. */
  held: boolean;
  /** Programme faults of the head. */
  faults: number;
  /** The head's turn after all its questions were answered. */
  answered: TurnResult | null;
  /** Why the head is to be given up; '' = it is not. */
  givenUp: string;
  /** Counts fresh starts; an answer to an earlier one is of no use. */
  round: number;
};

export const newLane = (contact: string): Lane => ({
  contact,
  queue: [],
  busy: false,
  inBatch: false,
  held: false,
  faults: 0,
  answered: null,
  givenUp: '',
  round: 0,
});

export const timeOf = (item: LoggedEvent): number => eventTime(item.event.sentAt, item.receivedAt);

/** Puts an event where its time belongs among those not begun; equal times keep the order of the log. */
export function enqueue(lane: Lane, item: LoggedEvent): void {
  const at = timeOf(item);
  const first = lane.held || lane.answered || lane.givenUp ? 1 : 0; // the head is under way
  let place = lane.queue.length;
  while (place > first && timeOf(lane.queue[place - 1]!) > at) place--;
  lane.queue.splice(place, 0, item);
}

/** When the head came in, epoch ms. */
export const waitingSince = ({ queue: [head] }: Lane): number => head?.receivedAt ?? 0;

/** Adds a lane to those that are ready, who has waited longest first. */
export function queueUp(ready: Lane[], lane: Lane): void {
  const since = waitingSince(lane);
  let place = ready.length;
  while (place > 0 && waitingSince(ready[place - 1]!) > since) place--;
  ready.splice(place, 0, lane);
}

/** When a person was last seen is known to staff and broadcasts to the minute, though nothing else changed. */
const SEEN_MS = 60_000;
const seenIn = ({ lastSeenAt }: Session): number => Math.floor(lastSeenAt / SEEN_MS);

/** Did anything change that staff and reports see? Of who is with them, or waits for them, staff see everything. */
export function worthArchiving(before: Session | null, after: Session): boolean {
  if (!before || after.owner.type === 'staff' || after.humanAskedAt !== null) return true;
  return (
    before.lang !== after.lang ||
    before.owner !== after.owner ||
    before.consentAt !== after.consentAt ||
    before.remindersOff !== after.remindersOff ||
    before.remindYesAt !== after.remindYesAt ||
    before.campaign !== after.campaign ||
    before.humanAskedAt !== after.humanAskedAt ||
    before.handledAt !== after.handledAt ||
    before.entries !== after.entries ||
    before.arrivals !== after.arrivals ||
    before.profile !== after.profile ||
    openStep(before) !== openStep(after) ||
    seenIn(before) !== seenIn(after)
  );
}

export function openStep(session: Session): string | null {
  return (session.campaign === null ? undefined : session.drafts[session.campaign])?.step ?? null;
}
