import { serialize } from 'bson';
import { toBytes, type Doc } from '../bytes.ts';
import type { IndexSpec } from '../collection-index.ts';
import { CommandError } from '../errors.ts';
import { isSame, makeQuery } from '../find.ts';
import { isDoc, isTrue, readNumber } from '../values.ts';
import { docField, namespaceOf, type Command } from './command.ts';

const INDEX_OPTIONS = ['unique', 'sparse', 'expireAfterSeconds', 'partialFilterExpression'] as const;

/** Commands about databases, collections and indexes. */
export const CATALOG: Readonly<Record<string, Command>> = {
  listDatabases: {
    typed: false,
    run: ({ store }, call) => {
      const sizes = new Map<string, number>();
      for (const { ns, liveBytes } of store.collections.values()) {
        const name = ns.slice(0, ns.indexOf('.'));
        sizes.set(name, (sizes.get(name) ?? 0) + liveBytes);
      }
      const query = makeQuery(docField(call.doc, 'filter'));
      const databases = [...sizes]
        .map(([name, sizeOnDisk]) => ({ name, sizeOnDisk, empty: sizeOnDisk === 0 }))
        .filter((database) => query.test(database));
      return { databases, totalSize: databases.reduce((total, { sizeOnDisk }) => total + sizeOnDisk, 0) };
    },
  },
  listCollections: {
    typed: false,
    run: ({ store, cursors }, call) => {
      const query = makeQuery(docField(call.doc, 'filter'));
      const found = [...store.collections.keys()]
        .filter((ns) => ns.startsWith(`${call.db}.`))
        .map((ns): Doc => ({
          name: ns.slice(call.db.length + 1),
          type: 'collection',
          options: {},
          info: { readOnly: false },
        }))
        .filter((collection) => query.test(collection));
      return cursors.first(`${call.db}.$cmd.listCollections`, found.map(toBytes), null, true);
    },
  },
  create: {
    typed: false,
    run: ({ store }, call) => {
      const ns = namespaceOf(call);
      for (const option of ['capped', 'timeseries', 'viewOn', 'validator', 'clusteredIndex'])
        if (isTrue(call.doc[option]) || isDoc(call.doc[option]) || typeof call.doc[option] === 'string')
          throw new CommandError(115, `the embedded store has no option '${option}' for collections`);
      if (store.get(ns) !== undefined) throw new CommandError(48, `Collection ${ns} already exists.`);
      store.change((batch) => store.getOrCreate(ns, batch));
      return {};
    },
  },
  drop: {
    typed: false,
    run: ({ store }, call) => {
      const ns = namespaceOf(call);
      const collection = store.get(ns);
      if (collection === undefined) return { ns };
      store.change((batch) => store.drop(collection, batch));
      return { nIndexesWas: collection.indexes.length, ns };
    },
  },
  dropDatabase: {
    typed: false,
    run: ({ store }, call) => {
      store.change((batch) => {
        for (const collection of store.collections.values())
          if (collection.ns.startsWith(`${call.db}.`)) store.drop(collection, batch);
      });
      return { dropped: call.db };
    },
  },
  createIndexes: {
    typed: false,
    run: ({ store }, call) => {
      const ns = namespaceOf(call);
      const wanted = call.doc['indexes'];
      if (!Array.isArray(wanted)) throw new CommandError(2, "Field 'indexes' must be an array");
      const createdCollectionAutomatically = store.get(ns) === undefined;
      return store.change((batch) => {
        const collection = store.getOrCreate(ns, batch);
        const numIndexesBefore = collection.indexes.length;
        for (const item of wanted) {
          const spec = readSpec(item);
          const taken = collection.indexes.map((index) => index.spec);
          if (!isThere(taken, spec)) collection.addIndex(spec, batch);
        }
        return { numIndexesBefore, numIndexesAfter: collection.indexes.length, createdCollectionAutomatically };
      });
    },
  },
  listIndexes: {
    typed: false,
    run: ({ store, cursors }, call) => {
      const ns = namespaceOf(call);
      const collection = store.get(ns);
      if (collection === undefined) throw new CommandError(26, `ns does not exist: ${ns}`);
      const specs = collection.indexes.map(({ spec }) => serialize({ v: 2, ...spec }));
      return cursors.first(ns, specs, Infinity, true);
    },
  },
  dropIndexes: {
    typed: false,
    run: ({ store }, call) => {
      const ns = namespaceOf(call);
      const collection = store.get(ns);
      if (collection === undefined) throw new CommandError(26, `ns not found ${ns}`);
      const nIndexesWas = collection.indexes.length;
      const specs = collection.indexes.slice(1).map(({ spec }) => spec);
      const asked: unknown = call.doc['index'];
      const names =
        asked === '*'
          ? specs.map(({ name }) => name)
          : Array.isArray(asked)
            ? asked.map(String)
            : [nameOf(specs, asked)];
      store.change((batch) => {
        for (const name of names) collection.dropIndex(name, batch);
      });
      return { nIndexesWas };
    },
  },
};

function nameOf(specs: IndexSpec[], asked: unknown): string {
  if (typeof asked === 'string') return asked;
  const spec = specs.find(({ key }) => isSame(key, asked));
  if (spec === undefined) throw new CommandError(27, `can't find index with key: ${JSON.stringify(asked)}`);
  return spec.name;
}

function readSpec(item: unknown): IndexSpec {
  if (!isDoc(item) || !isDoc(item['key']) || typeof item['name'] !== 'string')
    throw new CommandError(9, 'an index needs a key and a name');
  if (item['collation'] !== undefined) throw new CommandError(115, 'the embedded store has no collations');
  const key: Record<string, 1 | -1> = {};
  for (const [path, way] of Object.entries(item['key'])) {
    const number = readNumber(way);
    if (number === null || number === 0)
      throw new CommandError(67, `the embedded store has no index of the type ${String(way)} (field ${path})`);
    key[path] = number < 0 ? -1 : 1;
  }
  const expires = readNumber(item['expireAfterSeconds']);
  return {
    name: item['name'],
    key,
    ...(isTrue(item['unique']) ? { unique: true } : {}),
    ...(isTrue(item['sparse']) ? { sparse: true } : {}),
    ...(expires === null ? {} : { expireAfterSeconds: expires }),
    ...(isDoc(item['partialFilterExpression']) ? { partialFilterExpression: item['partialFilterExpression'] } : {}),
  };
}

/** Whether the very same index exists. Throws when one of that name, or on those fields, is different. */
function isThere(taken: IndexSpec[], spec: IndexSpec): boolean {
  if (isSame(spec.key, { _id: 1 })) return true;
  const sameName = taken.find(({ name }) => name === spec.name);
  const sameKey = taken.find(
    (other) => isSame(other.key, spec.key) && isSame(other.partialFilterExpression, spec.partialFilterExpression),
  );
  if (sameName !== undefined && !isSame(sameName.key, spec.key))
    throw new CommandError(
      86,
      `An existing index has the same name as the requested index. Requested index: ${spec.name}`,
    );
  const other = sameName ?? sameKey;
  if (other === undefined) return false;
  if (other.name !== spec.name) throw new CommandError(85, `Index already exists with a different name: ${other.name}`);
  if (INDEX_OPTIONS.some((option) => !isSame(other[option], spec[option])))
    throw new CommandError(
      85,
      `An equivalent index already exists with the same name but different options. Requested index: ${spec.name}`,
    );
  return true;
}
