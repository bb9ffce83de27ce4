import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../base/log.ts';
import { Batch, createLine, indexLine, putLine } from './batch.ts';
import { parse } from './bytes.ts';
import { Collection } from './collection.ts';
import type { IndexSpec } from './collection-index.ts';
import { CommandError } from './errors.ts';
import { openJournal, type Flush, type Journal, type Sync } from './journal.ts';
import type { ReadLine } from './journal-file.ts';

/** The journal is rewritten when it is this many times the size of the live data … */
const COMPACT_RATIO = 4;

/** All collections by namespace (`database.collection`), and the journal they are kept in (null = memory only). */
export class Store {
  readonly collections = new Map<string, Collection>();
  readonly #journal: Journal | null;
  readonly #compactFromBytes: number;

  /** `dir` null keeps nothing. `compactFromBytes`: … and at least this large. */
  constructor(options: { dir: string | null; flush: Flush; compactFromBytes: number; log: Log; sync?: Sync }) {
    this.#compactFromBytes = options.compactFromBytes;
    if (options.dir === null) {
      this.#journal = null;
      return;
    }
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    const specs = new Map<string, Map<string, IndexSpec>>();
    const path = join(options.dir, 'journal.bin');
    this.#journal = openJournal({ ...options, path, live: () => this.#snapshot() }, (line) =>
      this.#replay(line, specs),
    );
    for (const collection of this.collections.values()) collection.rebuild(specs.get(collection.ns)?.values() ?? []);
  }

  get(ns: string): Collection | undefined {
    return this.collections.get(ns);
  }

  getOrCreate(ns: string, batch: Batch): Collection {
    const existing = this.collections.get(ns);
    if (existing !== undefined) return existing;
    const name = ns.slice(ns.indexOf('.') + 1);
    if (name === '' || name.includes('\0') || name.startsWith('.') || name.includes('$'))
      throw new CommandError(73, `Invalid collection name: ${name}`);
    const collection = new Collection(ns);
    this.collections.set(ns, collection);
    batch.create(ns);
    batch.onUndo(() => void this.collections.delete(ns));
    return collection;
  }

  drop(collection: Collection, batch: Batch): void {
    this.collections.delete(collection.ns);
    batch.drop(collection.ns);
    batch.onUndo(() => void this.collections.set(collection.ns, collection));
  }

  /** Runs the changes of a command and writes them; when that fails (or `change` throws) all are taken back. */
  change<T>(change: (batch: Batch) => T): T {
    const batch = new Batch();
    try {
      const result = change(batch);
      if (batch.lines.length > 0) this.#journal?.append(batch.lines);
      this.#compactIfLarge();
      return result;
    } catch (error) {
      batch.undo();
      throw error;
    }
  }

  settled(): Promise<void> | null {
    return this.#journal?.settled() ?? null;
  }

  /** Why nothing can be written now, null when it can. */
  fault(): string | null {
    return this.#journal?.fault() ?? null;
  }

  async close(): Promise<void> {
    await this.#journal?.close();
  }

  #compactIfLarge(): void {
    const journal = this.#journal;
    if (journal === null || journal.size < this.#compactFromBytes || !journal.canCompact) return;
    let live = 0;
    for (const collection of this.collections.values()) live += collection.liveBytes;
    if (journal.size > live * COMPACT_RATIO) void journal.compact();
  }

  /** The live data of this moment as lines. The bytes of a document never change in place, so holding them is enough. */
  #snapshot(): Iterable<Uint8Array> {
    const parts = [...this.collections.values()].map(({ ns, indexes, docs }) => ({
      ns,
      specs: indexes.slice(1).map((index) => index.spec),
      docs: Array.from(docs.values(), (stored) => stored.bytes),
    }));
    return (function* lines() {
      for (const { ns, specs, docs } of parts) {
        yield createLine(ns);
        for (const spec of specs) yield indexLine(ns, spec);
        for (const doc of docs) yield putLine(ns, doc);
      }
    })();
  }

  #replay(line: ReadLine, specs: Map<string, Map<string, IndexSpec>>): void {
    let collection = this.collections.get(line.c);
    if (line.drop) {
      this.collections.delete(line.c);
      specs.delete(line.c);
      return;
    }
    if (collection === undefined) this.collections.set(line.c, (collection = new Collection(line.c)));
    if (line.d !== undefined) {
      const bytes = Buffer.from(line.d); // its own copy: the window it was read through is large
      collection.load(parse(bytes), bytes);
    } else if (line.x !== undefined) collection.unload(parse(line.x)['_id']);
    else if (line.index !== undefined) {
      const spec = parse(line.index) as IndexSpec; // as written by `indexLine`
      const ofCollection = specs.get(line.c) ?? new Map<string, IndexSpec>();
      specs.set(line.c, ofCollection.set(spec.name, spec));
    } else if (line.dropIndex !== undefined) specs.get(line.c)?.delete(line.dropIndex);
  }
}
