import { randomInt } from 'node:crypto';
import type { Connection } from 'mongoose';
import { type Clock, systemClock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { audienceStore } from './audiences.ts';
import { auditStore } from './audit.ts';
import { runStore } from './broadcasts.ts';
import { campaignStore } from './campaigns.ts';
import { cannedStore } from './canned-replies.ts';
import { codeCountStore } from './code-counts.ts';
import { contactStore } from './contacts.ts';
import { deadLetterStore } from './dead-letters.ts';
import { deliveryStore } from './deliveries.ts';
import { entryStore } from './entries.ts';
import { erasureStore } from './erasures.ts';
import { fileStore } from './files.ts';
import { handoverStore } from './handovers.ts';
import { helpRequestStore } from './help-requests.ts';
import { importStore } from './imports.ts';
import { inboxStore } from './inbox.ts';
import { lineStore } from './lines.ts';
import { noteStore } from './notes.ts';
import { staffStore } from './staff.ts';
import { storing } from './storing.ts';
import { templateStore } from './templates.ts';
import { transcriptStore } from './transcripts.ts';
import { unreadableStore } from './unreadable.ts';

export type MongoStores = ReturnType<typeof mongoStores>;

/** All collections on one connection. `randomBelow` makes entry codes; it must be unguessable. */
export function mongoStores(
  connection: Connection,
  randomBelow: (limit: number) => number = (limit) => randomInt(limit),
  clock: Clock = systemClock,
) {
  return {
    entries: entryStore(connection, randomBelow),
    contacts: contactStore(connection),
    transcripts: transcriptStore(connection),
    helpRequests: helpRequestStore(connection),
    unreadable: unreadableStore(connection),
    deadLetters: deadLetterStore(connection),
    files: fileStore(connection, clock),
    erasures: erasureStore(connection),
    handovers: handoverStore(connection),
    audit: auditStore(connection),
    staff: staffStore(connection),
    notes: noteStore(connection),
    campaigns: campaignStore(connection),
    canned: cannedStore(connection),
    imports: importStore(connection),
    inbox: inboxStore(connection),
    lines: lineStore(connection),
    codeCounts: codeCountStore(connection),
    audiences: audienceStore(connection),
    runs: runStore(connection),
    deliveries: deliveryStore(connection),
    templates: templateStore(connection),
  };
}

/** For the start, before any work: indexes are created and older documents brought up to date. Safe to run by several processes. */
export async function prepareStores(connection: Connection, stores: MongoStores, log: Log): Promise<void> {
  await storing(async () => {
    for (const model of Object.values(connection.models)) await model.createIndexes();
  });
  const entries = await stores.entries.migrate();
  if (entries > 0) log.info({ entries }, 'older entries were brought up to date');
}
