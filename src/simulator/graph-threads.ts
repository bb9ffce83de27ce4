import { z } from 'zod';
import { INBOX_APP_ID } from './graph-events.ts';
import type { GraphFault } from './graph-send.ts';
import { holderOf, type Person } from './people.ts';

const callSchema = z.looseObject({
  recipient: z.looseObject({ id: z.string() }),
  target_app_id: z.coerce.string().optional(),
});

export type ThreadEdge = 'pass_thread_control' | 'take_thread_control' | 'release_thread_control';
export const isThreadEdge = (edge: string): edge is ThreadEdge => /^(pass|take|release)_thread_control$/.test(edge);

/** The thread of a call, moved as our app asks; the fault when it may not. Source: messenger.md §5.1, §5.2, §8.3. */
export function moveThread(
  edge: ThreadEdge,
  json: unknown,
  find: (id: string) => Person | null,
  now: number,
): Person | GraphFault {
  const read = callSchema.safeParse(json);
  const person = read.success ? find(read.data.recipient.id) : null;
  if (!read.success || !person) return { code: 100, subcode: 2018001, message: '(#100) No matching user found' };
  const holder = holderOf(person, now);
  if (edge === 'take_thread_control') {
    if (!person.routing) return { code: 27, message: '(#27) Take thread control is not allowed' };
    person.inboxAt = null;
    return person;
  }
  if (holder === 'inbox') return NOT_OWNER;
  if (edge === 'release_thread_control') return person;
  if (read.data.target_app_id !== String(INBOX_APP_ID))
    return { code: 100, subcode: 2018164, message: '(#100) Invalid app ID' };
  person.inboxAt = person.routing ? now : null;
  return person;
}

const NOT_OWNER: GraphFault = { code: 100, subcode: 2534037, message: '(#100) The app is not the thread owner' };

/** What a send is answered while the inbox holds the thread. */
export const heldFault = (person: Person, now: number): GraphFault | null =>
  holderOf(person, now) === 'app'
    ? null
    : { code: 10, subcode: 2018300, message: '(#10) Message not sent: another app is controlling this thread now.' };
