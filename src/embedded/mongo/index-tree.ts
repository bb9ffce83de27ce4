/** What an index points at: a stored document, in the order of arrival. */
export type StoredDoc = { readonly seq: number; readonly idKey: string; bytes: Uint8Array };

type Leaf = { keys: string[]; records: StoredDoc[] };

/** Entries of one leaf before it is halved: small enough to move, large enough that leaves stay few. */
const LEAF_SIZE = 256;

/** Keys in order, each with its document; a list of short sorted lists. Equal keys stand in the order of arrival. */
export class IndexTree {
  #leaves: Leaf[] = [{ keys: [], records: [] }];
  size = 0;

  add(key: string, record: StoredDoc): void {
    const leafAt = this.#leafFor(key, record.seq);
    const leaf = this.#leaves[leafAt] as Leaf; // #leafFor gives a place that exists
    const at = place(leaf, key, record.seq);
    leaf.keys.splice(at, 0, key);
    leaf.records.splice(at, 0, record);
    this.size += 1;
    if (leaf.keys.length <= LEAF_SIZE) return;
    // At the right end (ids and times grow) full leaves are left behind full.
    const keep = leafAt === this.#leaves.length - 1 && at === leaf.keys.length - 1 ? LEAF_SIZE : LEAF_SIZE >> 1;
    this.#leaves.splice(leafAt + 1, 0, { keys: leaf.keys.splice(keep), records: leaf.records.splice(keep) });
  }

  remove(key: string, record: StoredDoc): void {
    const leafAt = this.#leafFor(key, record.seq);
    const leaf = this.#leaves[leafAt] as Leaf; // as above
    const at = place(leaf, key, record.seq);
    if (leaf.keys[at] !== key || leaf.records[at] !== record) return;
    leaf.keys.splice(at, 1);
    leaf.records.splice(at, 1);
    this.size -= 1;
    if (leaf.keys.length === 0 && this.#leaves.length > 1) this.#leaves.splice(leafAt, 1);
  }

  /** The first document with exactly this key. */
  get(key: string): StoredDoc | undefined {
    let found: StoredDoc | undefined;
    this.scan(key, null, false, (entryKey, record) => {
      if (entryKey === key) found = record;
      return false;
    });
    return found;
  }

  /**
   * Walks the entries from `low` (included) to `high` (not included; null = to the end), backwards when `reverse`, until
   * `visit` gives false. Gives false when it was stopped. The tree must not change during the walk.
   */
  scan(
    low: string,
    high: string | null,
    reverse: boolean,
    visit: (key: string, record: StoredDoc) => boolean,
  ): boolean {
    return reverse ? this.#scanBack(low, high, visit) : this.#scanOn(low, high, visit);
  }

  #scanOn(low: string, high: string | null, visit: (key: string, record: StoredDoc) => boolean): boolean {
    let leafAt = this.#leafFor(low, -1);
    let at = place(this.#leaves[leafAt] as Leaf, low, -1);
    for (; leafAt < this.#leaves.length; leafAt += 1, at = 0) {
      const { keys, records } = this.#leaves[leafAt] as Leaf;
      for (; at < keys.length; at += 1) {
        const key = keys[at] as string; // inside the bounds of the leaf
        if (high !== null && key >= high) return true;
        if (!visit(key, records[at] as StoredDoc)) return false;
      }
    }
    return true;
  }

  #scanBack(low: string, high: string | null, visit: (key: string, record: StoredDoc) => boolean): boolean {
    let leafAt = high === null ? this.#leaves.length - 1 : this.#leafFor(high, -1);
    const last = this.#leaves[leafAt] as Leaf;
    let at = (high === null ? last.keys.length : place(last, high, -1)) - 1;
    for (;;) {
      const { keys, records } = this.#leaves[leafAt] as Leaf;
      for (; at >= 0; at -= 1) {
        const key = keys[at] as string; // inside the bounds of the leaf
        if (key < low) return true;
        if (!visit(key, records[at] as StoredDoc)) return false;
      }
      leafAt -= 1;
      if (leafAt < 0) return true;
      at = (this.#leaves[leafAt] as Leaf).keys.length - 1;
    }
  }

  /** The first leaf whose last entry is not before (key, seq), else the last leaf. */
  #leafFor(key: string, seq: number): number {
    let low = 0;
    let high = this.#leaves.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const { keys, records } = this.#leaves[middle] as Leaf;
      const end = keys.length - 1;
      if (end >= 0 && isBefore(keys[end] as string, (records[end] as StoredDoc).seq, key, seq)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isBefore(key: string, seq: number, otherKey: string, otherSeq: number): boolean {
  return key < otherKey || (key === otherKey && seq < otherSeq);
}

/** Where (key, seq) stands in the leaf or would be put. */
function place(leaf: Leaf, key: string, seq: number): number {
  let low = 0;
  let high = leaf.keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(leaf.keys[middle] as string, (leaf.records[middle] as StoredDoc).seq, key, seq)) low = middle + 1;
    else high = middle;
  }
  return low;
}
