import { describeError } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { parseContactId, type ContactId } from '../core/contact.ts';
import { eventId, type InboundEvent } from '../core/event.ts';
import type { HelpRequestDoc } from '../stores/mongo/help-requests.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import type { InboundLog } from '../stores/redis/inbound-log.ts';

export type UnansweredOptions = {
  stores: Pick<MongoStores, 'helpRequests' | 'inbox'>;
  inboundLog: Pick<InboundLog, 'append'>;
  /** After how long people in this campaign (null: in none) are told, in ms. */
  tellAfterMs(campaign: string | null): number;
  clock: Clock;
  log: Log;
  /** Between two looks; 30 s unless told. */
  everyMs?: number;
};

const EVERY_MS = 30_000;
/** Requests looked at in one go, the oldest first. */
const MANY = 200;

/**
 * Finds requests for a person that nobody has taken up, and puts an event for each into the log, once. Several processes may
 * look: the event has the same id from all of them.
 */
export function startUnanswered(options: UnansweredOptions): { close(): Promise<void> } {
  const { everyMs = EVERY_MS, log } = options;
  let closing = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();

  function schedule(): void {
    if (closing) return;
    timer = setTimeout(() => {
      running = tellUnanswered(options).then(
        () => schedule(),
        (error: unknown) => {
          log.warn(describeError(error), 'requests for a person could not be looked through');
          schedule();
        },
      );
    }, everyMs);
  }
  schedule();

  return {
    async close() {
      closing = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** One look. Throws what the stores and the log throw; then the next look does what is left. */
export async function tellUnanswered({ stores, inboundLog, tellAfterMs, clock }: UnansweredOptions): Promise<void> {
  const { helpRequests, inbox } = stores;
  const waiting = await helpRequests.untold(MANY);
  if (waiting.length === 0) return;
  const contacts = await inbox.read(waiting.map(({ contact }) => contact));
  const known = new Map(contacts.map((contact) => [contact._id, contact]));
  const now = clock.now();
  const due: HelpRequestDoc[] = [];
  for (const request of waiting) {
    const contact = known.get(request.contact);
    // staff were faster than the request was written
    if (contact && contact.humanAskedAt === null && contact.at >= request.at) await helpRequests.close(request._id);
    else if (now - request.at.getTime() >= tellAfterMs(contact?.campaign ?? null)) due.push(request);
  }
  if (due.length === 0) return;
  const events = due.map((request) => unanswered(request, now));
  await inboundLog.append(events, now);
  await helpRequests.told(
    due.map(({ _id }) => _id),
    now,
  );
}

function unanswered(request: HelpRequestDoc, now: number): InboundEvent {
  const contact = request.contact as ContactId; // of the task of a turn
  const id = eventId(parseContactId(contact).channel, `unanswered/${request._id}`);
  return { type: 'unanswered', id, contact, sentAt: now, request: request._id };
}
