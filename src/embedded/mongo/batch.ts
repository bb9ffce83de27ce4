import { serialize } from 'bson';
import { BSON, element, joinDocument, stringValue, toBytes, type Doc } from './bytes.ts';
import type { IndexSpec } from './collection-index.ts';

/**
 * One line of the journal, a BSON document: `c` is the namespace, and beside it one of `d` (a document put there, new
 * or changed), `x` ({ _id } taken away), `create`, `drop`, `index` (a spec) or `dropIndex` (a name).
 */
export type Line = {
  c: string;
  d?: Uint8Array;
  x?: Uint8Array;
  create?: true;
  drop?: true;
  index?: Uint8Array;
  dropIndex?: string;
};

/** The changes of one command: lines for the journal, and how to take them back when those cannot be written. */
export class Batch {
  readonly lines: Uint8Array[] = [];
  readonly #undo: (() => void)[] = [];

  put(ns: string, doc: Uint8Array): void {
    this.lines.push(putLine(ns, doc));
  }

  delete(ns: string, id: unknown): void {
    this.lines.push(serialize({ c: ns, x: { _id: id } }));
  }

  create(ns: string): void {
    this.lines.push(createLine(ns));
  }

  drop(ns: string): void {
    this.lines.push(serialize({ c: ns, drop: true }));
  }

  addIndex(ns: string, spec: IndexSpec): void {
    this.lines.push(indexLine(ns, spec));
  }

  dropIndex(ns: string, name: string): void {
    this.lines.push(serialize({ c: ns, dropIndex: name }));
  }

  onUndo(step: () => void): void {
    this.#undo.push(step);
  }

  /** Takes back all changes, the last first. */
  undo(): void {
    for (const step of this.#undo.splice(0).reverse()) step();
    this.lines.length = 0;
  }
}

export function putLine(ns: string, doc: Uint8Array): Uint8Array {
  return joinDocument([...namespace(ns), ...element(BSON.object, 'd', doc)]);
}

export function createLine(ns: string): Uint8Array {
  return serialize({ c: ns, create: true });
}

export function indexLine(ns: string, spec: IndexSpec): Uint8Array {
  return joinDocument([...namespace(ns), ...element(BSON.object, 'index', toBytes(spec as unknown as Doc))]);
}

const namespaces = new Map<string, Uint8Array[]>();
function namespace(ns: string): Uint8Array[] {
  let parts = namespaces.get(ns);
  if (parts === undefined) namespaces.set(ns, (parts = element(BSON.string, 'c', stringValue(ns))));
  return parts;
}
