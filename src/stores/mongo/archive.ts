import type { Collection, Connection, mongo } from 'mongoose';
import type { Log } from '../../base/log.ts';
import { never } from '../../base/never.ts';
import type { ArchiveItem } from '../../core/archive.ts';
import { eventTime } from '../../core/event-time.ts';
import { auditWrite } from './audit.ts';
import { snapshotWrite } from './contacts.ts';
import { deadLetterWrite } from './dead-letters.ts';
import { handoverWrite } from './handovers.ts';
import { refusedItems, storing, type Refused } from './storing.ts';
import type { MongoStores } from './stores.ts';
import {
  filesWrite,
  laterState,
  lineIdOf,
  lineOf,
  weightOf,
  type LineItem,
  type TranscriptDoc,
} from './transcripts.ts';
import { type Unreadable, unreadableWrite } from './unreadable.ts';
import { insertAll, updateAll, type UpdateStatement, type Weighed } from './write-commands.ts';

/** Room for what a contact brings with it: answers of a profile, codes of entries. */
const SNAPSHOT_BYTES = 20_000;

/** A download is reported by our own clock, and asked for so much earlier at most: names of files go with the rest. */
const FETCH_MS = 3_600_000;

type ArchiveStores = Pick<
  MongoStores,
  | 'contacts'
  | 'transcripts'
  | 'deadLetters'
  | 'unreadable'
  | 'erasures'
  | 'handovers'
  | 'audit'
  | 'helpRequests'
  | 'deliveries'
>;
/** A write, and the item it came from, for the case that the server refuses it. */
type Line = Weighed<TranscriptDoc> & { item: LineItem };
type Snapshot = Weighed<UpdateStatement> & { item: ArchiveItem };
type Rare = { write: unknown; item: ArchiveItem };
type Writes = {
  lines: Line[];
  contacts: Snapshot[];
  files: Rare[];
  handovers: Rare[];
  acts: Rare[];
  dead: Rare[];
  unreadable: Rare[];
};
type Kept = { item: ArchiveItem; code: number };

/**
 * Writes items in bulk, one command per collection and kind. Doing it again with the same items changes nothing.
 * Throws AppError `store.unavailable` (retryable) when it must all be done again; an item that the server refuses for its own
 * sake is kept as `unreadable`, so that it cannot hold up the others for ever.
 */
export function archiveTo(stores: ArchiveStores, log: Log): (items: readonly ArchiveItem[]) => Promise<void> {
  const { connection } = stores.transcripts;
  return async (items) => {
    if (items.length === 0) return;
    const { lines, contacts, files, handovers, acts, dead, unreadable } = toWrites(items);
    await storing(async () => {
      const refused = await Promise.all([
        writeLines(connection, stores.transcripts.collection.collectionName, lines),
        writeContacts(connection, stores.contacts.collection.collectionName, contacts),
        writeRare(stores.deadLetters.collection, dead),
        writeRare(stores.handovers.collection, handovers),
        writeRare(stores.audit.collection, acts),
      ]);
      refused.push(await writeRare(stores.transcripts.collection, files)); // their lines are there by now
      const kept = refused.flat().map(({ item, code }) => {
        log.error({ item: item.type, code }, 'an item could not be archived and is kept raw');
        return { item, write: unreadableWrite(toUnreadable(item, code)) };
      });
      await writeRare(stores.unreadable.collection, [...unreadable, ...kept]);
    });
    await stores.deliveries.settle(items);
    const blocked = blockedBy(items);
    if (blocked.size > 0) await stores.contacts.blocked(blocked);
    for (const item of items) if (endsRequest(item)) await stores.helpRequests.closeOf(item.contact, item.at);
    await eraseAgain(stores, items);
  };
}

/** Staff are there, or are done with it. A thread that went elsewhere, or a message that perhaps a person wrote, is no sign of either. */
function endsRequest(item: ArchiveItem): item is Extract<ArchiveItem, { type: 'handover' | 'act' }> {
  if (item.type === 'handover')
    return item.to.type === 'staff' && (item.to.how === 'console' || item.to.how === 'inbox');
  return item.type === 'act' && item.result.type === 'done' && item.act.type === 'close';
}

/** Whom the platform says that nothing reaches, and when (epoch ms). */
function blockedBy(items: readonly ArchiveItem[]): Map<string, number> {
  const blocked = new Map<string, number>();
  for (const item of items) {
    if (item.type !== 'outbound' || item.state !== 'failed' || item.code !== 'send.unreachable') continue;
    blocked.set(item.contact, Math.max(item.at, blocked.get(item.contact) ?? 0));
  }
  return blocked;
}

function toWrites(items: readonly ArchiveItem[]): Writes {
  const writes: Writes = { lines: [], contacts: [], files: [], handovers: [], acts: [], dead: [], unreadable: [] };
  const rows = new Map<string, Extract<ArchiveItem, { type: 'outbound' }>>();
  const snapshots = new Map<string, Extract<ArchiveItem, { type: 'contact' }>>();
  for (const item of items) {
    switch (item.type) {
      case 'inbound':
      case 'native':
        writes.lines.push({ item, write: lineOf(item), bytes: weightOf(item) });
        break;
      case 'outbound':
        rows.set(item.row, item); // the order within an unordered command is the server's
        break;
      case 'contact':
        if (item.at >= (snapshots.get(item.contact)?.at ?? 0)) snapshots.set(item.contact, item);
        break;
      case 'files':
        writes.files.push({ item, write: filesWrite(item) });
        break;
      case 'handover':
        writes.handovers.push({ item, write: handoverWrite(item) });
        break;
      case 'act': {
        const write = auditWrite(item);
        if (write) writes.acts.push({ item, write });
        break;
      }
      case 'nudge':
        break; // settles a delivery, see below
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
  for (const item of rows.values()) writes.lines.push({ item, write: lineOf(item), bytes: weightOf(item) });
  for (const item of snapshots.values()) {
    const write = snapshotWrite(item.contact, item.at, item.snapshot);
    writes.contacts.push({ item, write, bytes: SNAPSHOT_BYTES });
  }
  return writes;
}

/** Nearly every line is new; of those that are not, only what became of a row may have changed. */
async function writeLines(connection: Connection, collection: string, lines: readonly Line[]): Promise<Kept[]> {
  if (lines.length === 0) return [];
  const kept: Kept[] = [];
  const known: Line[] = [];
  for (const { index, duplicate, code } of await insertAll(connection, collection, lines)) {
    const line = lines[index]!;
    if (!duplicate) kept.push({ item: line.item, code });
    else if (line.item.type === 'outbound') known.push(line);
  }
  const updates = known.map((line) => ({ ...line, write: laterState(line.write) }));
  return [...kept, ...toKept(updates, await updateAll(connection, collection, updates))];
}

async function writeContacts(
  connection: Connection,
  collection: string,
  snapshots: readonly Snapshot[],
): Promise<Kept[]> {
  return toKept(snapshots, await updateAll(connection, collection, snapshots));
}

/** What comes seldom, by the driver's own way. */
async function writeRare(collection: Collection, writes: readonly Rare[]): Promise<Kept[]> {
  if (writes.length === 0) return [];
  const operations = writes.map(({ write }) => write as mongo.AnyBulkWriteOperation);
  try {
    await collection.bulkWrite(operations, { ordered: false });
    return [];
  } catch (error) {
    return toKept(writes, refusedItems(error));
  }
}

/** The items that the server refused, duplicates aside. */
function toKept(writes: readonly { item: ArchiveItem }[], refused: readonly Refused[]): Kept[] {
  return refused.flatMap(({ index, duplicate, code }) => {
    const item = writes[index]?.item;
    return duplicate || !item ? [] : [{ item, code }];
  });
}

function toUnreadable(item: ArchiveItem, code: number): Unreadable {
  const raw = JSON.stringify(item);
  return { channel: 'archive', receivedAt: timeOf(item), reason: `refused with ${code}`, raw };
}

const timeOf = (item: ArchiveItem): number => ('at' in item ? item.at : item.receivedAt);

/**
 * What was on its way while its person had their data deleted goes again; see erasures.ts for why after and not before. Only
 * these items are looked at: whatever was archived earlier was gone through then, or was there for the deletion to take.
 */
async function eraseAgain(stores: ArchiveStores, items: readonly ArchiveItem[]): Promise<void> {
  let oldest = Infinity;
  for (const item of items) oldest = Math.min(oldest, turnTimeOf(item));
  const erased = await stores.erasures.among(() => peopleOf(items), oldest);
  if (erased.size === 0) return;
  const lines: string[] = [];
  const dead: string[] = [];
  for (const item of items) {
    const deletedAt = erased.get(personOf(item) ?? '');
    if (deletedAt === undefined || turnTimeOf(item) > deletedAt) continue; // they began anew
    if (item.type === 'dead') dead.push(item.id);
    else if (item.type === 'inbound' || item.type === 'outbound' || item.type === 'native') lines.push(lineIdOf(item));
  }
  await stores.transcripts.erase(lines);
  await stores.deadLetters.erase(dead);
  for (const [contact, at] of erased) {
    await stores.contacts.eraseOf(contact, at);
    await stores.handovers.eraseOf(contact, at);
    if (items.some((item) => item.type === 'act' && item.contact === contact && item.at <= at)) {
      await stores.audit.eraseOf(contact);
    }
  }
}

/** When a person did what the item is about, told by the clock that a deletion is told by: the platform's, while that is plausible. */
function turnTimeOf(item: ArchiveItem): number {
  switch (item.type) {
    case 'inbound': {
      const at = eventTime(item.event.sentAt, item.receivedAt);
      return item.event.type === 'filesFetched' ? at - FETCH_MS : at;
    }
    case 'dead':
      return eventTime(item.event.sentAt, item.at);
    case 'outbound':
      return item.turnAt;
    case 'unreadable':
      return item.receivedAt;
    default:
      return item.at;
  }
}

function personOf(item: ArchiveItem): string | null {
  if (item.type === 'unreadable') return null;
  return item.type === 'inbound' ? item.event.contact : item.contact;
}

function peopleOf(items: readonly ArchiveItem[]): Set<string> {
  return new Set(items.flatMap((item) => personOf(item) ?? []));
}
