import { never } from '../../base/never.ts';
import type { Outcome, Request } from '../../core/request.ts';
import type { MongoStores } from './stores.ts';

type AnswerStores = Pick<
  MongoStores,
  | 'entries'
  | 'contacts'
  | 'transcripts'
  | 'files'
  | 'helpRequests'
  | 'deadLetters'
  | 'erasures'
  | 'handovers'
  | 'audit'
  | 'notes'
  | 'deliveries'
>;

/**
 * Answers what a turn asks of the outside; every request may be asked again. `prefixOf` gives the receipt prefix of a campaign.
 * Throws AppError `store.unavailable` (retryable) while MongoDB is away: the turn waits.
 */
export function answerRequests(
  stores: AnswerStores,
  prefixOf: (campaign: string) => string,
): (request: Request) => Promise<Outcome> {
  return async (request) => {
    switch (request.type) {
      case 'submitEntry': {
        const saved = await stores.entries.submit(request.entry, prefixOf(request.entry.campaign));
        return { type: 'entrySaved', ...saved };
      }
      case 'reviseEntry': {
        const { code, revisionKey, entry } = request;
        const changed = await stores.entries.revise(code, revisionKey, entry);
        if (changed.type === 'locked') return { type: 'entryLocked', code, state: changed.state };
        return { type: 'entrySaved', ...changed.value };
      }
      case 'withdrawEntry': {
        const { code, contact, at } = request;
        const changed = await stores.entries.withdraw(code, contact, at);
        if (changed.type === 'locked') return { type: 'entryLocked', code, state: changed.state };
        return { type: 'entryWithdrawn', code };
      }
      case 'findEntries':
        return { type: 'entriesFound', entries: await stores.entries.find(request.contact, request.code) };
      case 'loadEntry': {
        const { code, contact } = request;
        const loaded = await stores.entries.load(code, contact);
        if (loaded.type === 'locked') return { type: 'entryLocked', code, state: loaded.state };
        return { type: 'entryLoaded', code, ...loaded.value };
      }
      case 'deleteData':
        return { type: 'dataDeleted', entries: await deleteData(stores, request.contact, request.at) };
      default:
        return never(request, 'answerRequests');
    }
  };
}

/** Broken off anywhere, the next try goes on: what is gone is gone, and the first count is kept with the note of the deletion. */
async function deleteData(stores: AnswerStores, contact: string, at: number): Promise<number> {
  const entries = await stores.erasures.note(contact, at, () => stores.entries.countOf(contact));
  await stores.entries.eraseOf(contact, at);
  await stores.files.eraseOf(contact);
  await stores.transcripts.eraseOf(contact);
  await stores.helpRequests.eraseOf(contact);
  await stores.deadLetters.eraseOf(contact);
  await stores.handovers.eraseOf(contact);
  await stores.audit.eraseOf(contact);
  await stores.notes.eraseOf(contact);
  await stores.deliveries.eraseOf(contact);
  await stores.contacts.eraseOf(contact);
  return entries;
}
