import type { CollectionIndex } from './collection-index.ts';
import type { Collection } from './collection.ts';
import type { StoredDoc } from './index-tree.ts';
import { descending, encode, TAG } from './key.ts';
import type { Store } from './store.ts';

/** Removes what TTL indexes say is over at `nowMs`. Gives how many documents went. */
export function removeExpired(store: Store, nowMs: number): number {
  let removed = 0;
  for (const collection of store.collections.values())
    for (const index of collection.indexes) {
      const expired = findExpired(index, nowMs);
      if (expired.length > 0) removed += removeAll(store, collection, expired);
    }
  return removed;
}

/** Only indexes on one field expire, and only by dates: a document whose field is missing or no date stays. */
function findExpired(index: CollectionIndex, nowMs: number): StoredDoc[] {
  const field = index.fields[0];
  if (index.spec.expireAfterSeconds === undefined || field === undefined || index.fields.length > 1) return [];
  const expired = new Set<StoredDoc>();
  const first = String.fromCharCode(TAG.date);
  const last = encode(new Date(nowMs - index.spec.expireAfterSeconds * 1000));
  const [low, high] = field.reverse
    ? [descending(last), String.fromCharCode(0x10000 - TAG.date)]
    : [first, `${last}\uffff`];
  index.tree.scan(low, high, false, (_key, stored) => {
    expired.add(stored);
    return true;
  });
  return [...expired];
}

function removeAll(store: Store, collection: Collection, expired: StoredDoc[]): number {
  store.change((batch) => {
    for (const stored of expired) collection.remove(stored, batch);
  });
  return expired.length;
}
