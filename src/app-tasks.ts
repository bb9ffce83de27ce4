import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { never } from './base/never.ts';
import { parseContactId, type ContactId } from './core/contact.ts';
import { eventId, type FileOutcome, type InboundEvent } from './core/event.ts';
import type { Task } from './core/request.ts';
import { fetchFiles } from './inbound/files/fetch-files.ts';
import type { MongoStores } from './stores/mongo/stores.ts';

type TaskStores = Pick<MongoStores, 'files' | 'helpRequests' | 'erasures'>;

/**
 * Does what turns asked for: downloads, calls for a person. Where the person had their data deleted since that turn, what it made
 * goes again and nothing comes back: the draft that waited for it is gone too.
 */
export function taskDoer(
  stores: TaskStores,
  clock: Clock,
  options: { log: Log; allowedOrigins: readonly string[] },
): (task: Task) => Promise<InboundEvent | null> {
  const fetch = fetchFiles({
    save: (bytes, file) => stores.files.save(bytes, file),
    find: (fileId) => stores.files.info(fileId),
    ...options,
  });

  /** Asked after everything was stored; see erasures.ts for why after and not before. */
  async function deletedSince({ contact, at }: Task): Promise<number | null> {
    return (await stores.erasures.among(() => [contact], at)).get(contact) ?? null;
  }

  return async (task) => {
    switch (task.type) {
      case 'fetchFiles': {
        const contact = task.contact as ContactId; // made by the engine from an event's contact
        const outcomes = await fetch(task);
        if ((await deletedSince(task)) !== null) {
          await stores.files.delete(storedIn(outcomes));
          return null;
        }
        return {
          type: 'filesFetched',
          id: eventId(parseContactId(contact).channel, `files/${task.request}`),
          contact,
          sentAt: clock.now(),
          request: task.request,
          outcomes,
        };
      }
      case 'callHuman': {
        await stores.helpRequests.call(task);
        const deletedAt = await deletedSince(task);
        if (deletedAt !== null) await stores.helpRequests.eraseOf(task.contact, deletedAt);
        return null;
      }
      default:
        return never(task, 'task');
    }
  };
}

const storedIn = (outcomes: readonly FileOutcome[]): string[] =>
  outcomes.flatMap((outcome) => (outcome.type === 'stored' ? [outcome.fileId] : []));
