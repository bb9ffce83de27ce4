import type { Collection, mongo } from 'mongoose';
import type { Log } from '../../base/log.ts';
import { never } from '../../base/never.ts';
import type { ArchiveItem } from '../../core/archive.ts';
import { snapshotWrite } from './contacts.ts';
import { deadLetterWrite } from './dead-letters.ts';
import { refusedItems, storing } from './storing.ts';
import type { MongoStores } from './stores.ts';
import { lineWrite } from './transcripts.ts';
import { type Unreadable, unreadableWrite } from './unreadable.ts';

/** Replies and downloads of turns before a deletion still come in for a moment after it. */
const ERASURE_REACH_MS = 60_000;

type ArchiveStores = Pick<
  MongoStores,
  'contacts' | 'transcripts' | 'deadLetters' | 'unreadable' | 'erasures' | 'files'
>;
/** A write, and the item it came from, for the case that the server refuses it. */
type Write = { write: unknown; item: ArchiveItem };
type Writes = { lines: Write[]; contacts: Write[]; dead: Write[]; unreadable: Write[] };

/**
 * Writes items in bulk, one command per collection and kind. Doing it again with the same items changes nothing.
 * Throws AppError `store.unavailable` (retryable) when it must all be done again; an item that the server refuses for its own
 * sake is kept as `unreadable`, so that it cannot hold up the others for ever.
 */
export function archiveTo(stores: ArchiveStores, log: Log): (items: readonly ArchiveItem[]) => Promise<void> {
  return async (items) => {
    if (items.length === 0) return;
    const { lines, contacts, dead, unreadable } = toWrites(items);
    await storing(async () => {
      const refused = await Promise.all([
        writeAll(stores.transcripts.collection, lines),
        writeAll(stores.contacts.collection, contacts),
        writeAll(stores.deadLetters.collection, dead),
      ]);
      const kept = refused.flat().map(({ item, code }) => {
        log.error({ item: item.type, code }, 'an item could not be archived and is kept raw');
        return { item, write: unreadableWrite(toUnreadable(item, code)) };
      });
      await writeAll(stores.unreadable.collection, [...unreadable, ...kept]);
    });
    await eraseAgain(stores, items);
  };
}

function toWrites(items: readonly ArchiveItem[]): Writes {
  const writes: Writes = { lines: [], contacts: [], dead: [], unreadable: [] };
  const rows = new Map<string, Write>();
  const snapshots = new Map<string, { write: Write; at: number }>();
  for (const item of items) {
    switch (item.type) {
      case 'inbound':
      case 'native':
        writes.lines.push({ item, write: lineWrite(item) });
        break;
      case 'outbound':
        rows.set(item.row, { item, write: lineWrite(item) }); // the order within an unordered bulk is the server's
        break;
      case 'contact':
        if (item.at >= (snapshots.get(item.contact)?.at ?? 0)) {
          const write = { item, write: snapshotWrite(item.contact, item.at, item.snapshot) };
          snapshots.set(item.contact, { write, at: item.at });
        }
        break;
      case 'unreadable':
        writes.unreadable.push({ item, write: unreadableWrite(item) });
        break;
      case 'dead':
        writes.dead.push({ item, write: deadLetterWrite(item) });
        break;
      default:
        never(item, 'toWrites');
    }
  }
  writes.lines.push(...rows.values());
  writes.contacts.push(...Array.from(snapshots.values(), ({ write }) => write));
  return writes;
}

/** Gives the items that the server refused, duplicates aside. */
async function writeAll(
  collection: Collection,
  writes: readonly Write[],
): Promise<{ item: ArchiveItem; code: number }[]> {
  if (writes.length === 0) return [];
  const operations = writes.map(({ write }) => write as mongo.AnyBulkWriteOperation);
  try {
    await collection.bulkWrite(operations, { ordered: false });
    return [];
  } catch (error) {
    return refusedItems(error).flatMap(({ index, duplicate, code }) => {
      const item = writes[index]?.item;
      return duplicate || !item ? [] : [{ item, code }];
    });
  }
}

function toUnreadable(item: ArchiveItem, code: number): Unreadable {
  const receivedAt = 'at' in item ? item.at : item.receivedAt;
  return { channel: 'archive', receivedAt, reason: `refused with ${code}`, raw: JSON.stringify(item) };
}

/** What was on its way while its person had their data deleted goes again; see erasures.ts for why after and not before. */
async function eraseAgain(stores: ArchiveStores, items: readonly ArchiveItem[]): Promise<void> {
  const people = new Set<string>();
  for (const item of items) {
    if (item.type === 'inbound') people.add(item.event.contact);
    else if (item.type !== 'unreadable') people.add(item.contact);
  }
  if (people.size === 0) return;
  for (const [contact, at] of await stores.erasures.among(people)) {
    await stores.transcripts.eraseOf(contact, at + ERASURE_REACH_MS);
    await stores.contacts.eraseOf(contact, at);
    await stores.deadLetters.eraseOf(contact, at);
    await stores.files.eraseOf(contact, at + ERASURE_REACH_MS);
  }
}
