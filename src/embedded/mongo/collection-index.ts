import { ObjectId } from 'bson';
import { Query } from 'mingo';
import type { Doc } from './bytes.ts';
import { CommandError } from './errors.ts';
import { descending, encode } from './key.ts';
import { IndexTree, type StoredDoc } from './index-tree.ts';
import { fieldKeys, valueAt } from './paths.ts';
import { promote, withRegExps } from './values.ts';

/** What createIndexes was told; kept in the journal and given by listIndexes. */
export type IndexSpec = {
  name: string;
  /** Field path → 1 or -1, in order. */
  key: Record<string, 1 | -1>;
  unique?: boolean;
  sparse?: boolean;
  expireAfterSeconds?: number;
  partialFilterExpression?: Doc;
};

export type CollectionIndex = {
  readonly spec: IndexSpec;
  readonly fields: readonly { path: string; parts: readonly string[]; reverse: boolean }[];
  readonly tree: IndexTree;
  /** Documents with an array in an indexed field, ever seen: then two bounds may be met by two elements. */
  hasArrays: boolean;
  /** The documents of a partial index; null = all. */
  readonly covers: ((doc: Doc) => boolean) | null;
};

export function makeIndex(spec: IndexSpec): CollectionIndex {
  const filter = spec.partialFilterExpression;
  const query = filter === undefined ? null : new Query(withRegExps(filter) as Doc, { scriptEnabled: false });
  return {
    spec,
    fields: Object.entries(spec.key).map(([path, way]) => ({ path, parts: path.split('.'), reverse: way === -1 })),
    tree: new IndexTree(),
    hasArrays: false,
    covers: query === null ? null : (doc) => query.test(doc),
  };
}

/**
 * The keys under which the index holds a document (plain or typed), none when a sparse or partial index leaves it out.
 * Several arrays give every combination; a real server refuses two arrays in one document (code 171).
 */
export function keysOf(index: CollectionIndex, doc: Doc): string[] {
  if (index.covers !== null && !index.covers(promote(doc) as Doc)) return [];
  if (index.spec.sparse && index.fields.every((field) => isMissing(doc, field.parts))) return [];
  let keys = [''];
  for (const field of index.fields) {
    const found = fieldKeys(doc, field.parts);
    if (found.many) index.hasArrays = true;
    const ends = field.reverse ? found.keys.map(descending) : found.keys;
    const only = ends[0];
    keys =
      ends.length === 1 && only !== undefined
        ? keys.map((start) => start + only)
        : keys.flatMap((start) => ends.map((end) => start + end));
  }
  return keys;
}

function isMissing(doc: Doc, parts: readonly string[]): boolean {
  return valueAt(doc, parts) === undefined && fieldKeys(doc, parts).keys.every((key) => key === encode(undefined));
}

/** Throws DuplicateKey (11000), worded and shaped as a real server does, when another document has one of the keys. */
export function refuseDuplicate(ns: string, index: CollectionIndex, keys: string[], doc: Doc, own?: StoredDoc): void {
  for (const key of keys) {
    const holder = index.tree.get(key);
    if (holder !== undefined && holder !== own) throw duplicateKey(ns, index.spec, doc);
  }
}

export function duplicateKey(ns: string, spec: IndexSpec, doc: Doc): CommandError {
  const keyValue: Doc = {};
  for (const path of Object.keys(spec.key)) keyValue[path] = valueAt(doc, path.split('.')) ?? null;
  const shown = Object.entries(keyValue)
    .map(([path, value]) => `${path}: ${show(promote(value))}`)
    .join(', ');
  return new CommandError(
    11000,
    `E11000 duplicate key error collection: ${ns} index: ${spec.name} dup key: { ${shown} }`,
    { keyPattern: spec.key, keyValue },
  );
}

function show(value: unknown): string {
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  return JSON.stringify(value) ?? 'null';
}
