import { Aggregator } from 'mingo';
import { Long } from 'bson';
import { parse, toBytes, type Doc } from '../bytes.ts';
import { CommandError } from '../errors.ts';
import { MATCHER, readSort, search, type Found, type Search } from '../find.ts';
import { encode } from '../key.ts';
import type { SortSpec } from '../plan.ts';
import { fieldValues } from '../paths.ts';
import { makeProjection } from '../project.ts';
import { isDoc, isTrue, readNumber, withRegExps } from '../values.ts';
import {
  countField,
  docField,
  namespaceOf,
  refuseCollation,
  refuseTransaction,
  type Call,
  type Command,
  type Server,
} from './command.ts';

const NOTHING: Found = { docs: [], plan: { type: 'scan' }, keysExamined: 0, docsExamined: 0 };

function run(server: Server, ns: string, wanted: Search): Found {
  const collection = server.store.get(ns);
  return collection === undefined ? NOTHING : search(collection, wanted, server.counters);
}

function searchOf(doc: Doc, filterName = 'filter'): Search {
  refuseCollation(doc);
  refuseTransaction(doc);
  return {
    filter: docField(doc, filterName),
    sort: readSort(doc['sort']),
    skip: countField(doc, 'skip', 0),
    limit: countField(doc, 'limit', 0),
  };
}

const find: Command = {
  typed: false,
  run: (server, call) => {
    const { doc } = call;
    if (isTrue(doc['tailable']))
      throw new CommandError(2, 'error processing query: tailable cursor requested on non capped collection');
    const ns = namespaceOf(call);
    const project = makeProjection(doc['projection']);
    const { docs } = run(server, ns, searchOf(doc));
    const limit = readNumber(doc['limit']) ?? 0;
    const bytes = docs.map((stored) => project(stored.bytes));
    return server.cursors.first(ns, bytes, countField(doc, 'batchSize', null), isTrue(doc['singleBatch']) || limit < 0);
  },
};

const getMore: Command = {
  typed: false,
  run: (server, call) => server.cursors.next(readId(call.doc['getMore']), countField(call.doc, 'batchSize', null)),
};

const killCursors: Command = {
  typed: false,
  run: (server, call) => {
    const ids = Array.isArray(call.doc['cursors']) ? call.doc['cursors'].map(readId) : [];
    const killed = ids.filter((id) => server.cursors.kill(id));
    const toLongs = (list: bigint[]): Long[] => list.map((id) => Long.fromBigInt(id));
    return {
      cursorsKilled: toLongs(killed),
      cursorsNotFound: toLongs(ids.filter((id) => !killed.includes(id))),
      cursorsAlive: [],
      cursorsUnknown: [],
    };
  },
};

function readId(value: unknown): bigint {
  if (value instanceof Long) return value.toBigInt();
  const number = readNumber(value);
  if (number === null) throw new CommandError(14, 'a cursor id must be a long');
  return BigInt(number);
}

const count: Command = {
  typed: false,
  run: (server, call) => {
    const wanted = searchOf(call.doc, 'query');
    const collection = server.store.get(namespaceOf(call));
    const all = Object.keys(wanted.filter).length === 0 && wanted.skip === 0 && wanted.limit === 0;
    return { n: all ? (collection?.docs.size ?? 0) : run(server, namespaceOf(call), wanted).docs.length };
  },
};

const distinct: Command = {
  typed: false,
  run: (server, call) => {
    const path = call.doc['key'];
    if (typeof path !== 'string') throw new CommandError(14, 'Expected field key to be of type string');
    const { docs } = run(server, namespaceOf(call), searchOf({ ...call.doc, sort: {} }, 'query'));
    const values = new Map<string, unknown>();
    for (const stored of docs)
      for (const value of fieldValues(parse(stored.bytes), path.split('.'))) values.set(encode(value), value);
    return { values: [...values.keys()].toSorted().map((key) => values.get(key)) };
  },
};

const aggregate: Command = {
  typed: false,
  run: (server, call) => {
    refuseCollation(call.doc);
    refuseTransaction(call.doc);
    const { stages, wanted, ns } = readPipeline(call);
    const cursor = docField(call.doc, 'cursor');
    const batchSize = countField(cursor, 'batchSize', null);
    const found = run(server, ns, wanted).docs;
    const counted = countOnly(stages);
    if (counted !== null)
      return server.cursors.first(ns, found.length === 0 ? [] : [toBytes(counted(found.length))], batchSize, false);
    if (stages.length === 0)
      return server.cursors.first(
        ns,
        found.map(({ bytes }) => bytes),
        batchSize,
        false,
      );
    const read = (name: string): Doc[] =>
      Array.from(server.store.get(`${call.db}.${name}`)?.docs.values() ?? [], ({ bytes }) => parse(bytes));
    const aggregator = new Aggregator(stages, { ...MATCHER, collectionResolver: read });
    const results = aggregator.run(found.map(({ bytes }) => parse(bytes)));
    return server.cursors.first(
      ns,
      results.map((doc) => toBytes(doc as Doc)),
      batchSize,
      false,
    );
  },
};

/** The stages left after those at the start that a search does, with its indexes, by itself. */
function readPipeline(call: Call): { stages: Doc[]; wanted: Search; ns: string } {
  const pipeline = call.doc['pipeline'];
  if (!Array.isArray(pipeline) || !pipeline.every(isDoc))
    throw new CommandError(14, "'pipeline' option must be specified as an array of objects");
  if (pipeline.some((stage) => '$changeStream' in stage))
    throw new CommandError(40573, 'The $changeStream stage is only supported on replica sets');
  if (pipeline.some((stage) => '$out' in stage || '$merge' in stage))
    throw new CommandError(115, 'the embedded store does not write from a pipeline ($out, $merge)');
  let filter: Doc = {};
  let sort: SortSpec = [];
  let skip = 0;
  let limit = 0;
  let taken = 0;
  const order = ['$match', '$sort', '$skip', '$limit'];
  for (let step = 0; taken < pipeline.length; taken += 1) {
    const [name = '', value] = Object.entries(pipeline[taken] ?? {})[0] ?? [];
    const at = order.indexOf(name);
    if (at < step) break;
    if (name === '$match' && isDoc(value)) filter = value;
    else if (name === '$sort') sort = readSort(value);
    else if (name === '$skip') skip = readNumber(value) ?? 0;
    else if (name === '$limit') limit = readNumber(value) ?? 0;
    step = at + 1;
  }
  const stages = pipeline.slice(taken).map((stage) => withRegExps(stage) as Doc); // documents stay documents
  const ns = typeof call.doc['aggregate'] === 'string' ? namespaceOf(call) : `${call.db}.$cmd.aggregate`;
  return { stages, wanted: { filter, sort, skip, limit }, ns };
}

/** `[{ $group: { _id: <constant>, <n>: { $sum: 1 } } }]`, which is how drivers count: no document has to be read. */
function countOnly(stages: Doc[]): ((n: number) => Doc) | null {
  const group = stages[0]?.['$group'];
  if (stages.length !== 1 || !isDoc(group)) return null;
  const [name, second, ...others] = Object.keys(group);
  const constant = group['_id'];
  if (
    name !== '_id' ||
    second === undefined ||
    others.length > 0 ||
    !(constant === null || typeof constant === 'number')
  )
    return null;
  return encode(group[second]) === encode({ $sum: 1 }) ? (n) => ({ _id: constant, [second]: n }) : null;
}

const explain: Command = {
  typed: false,
  run: (server, call) => {
    const inner = docField(call.doc, 'explain');
    const name = Object.keys(inner)[0] ?? '';
    const asked: Call = { ...call, name, doc: inner };
    const wanted =
      name === 'aggregate'
        ? readPipeline(asked).wanted
        : searchOf(name === 'find' ? inner : { ...inner, sort: {} }, name === 'find' ? 'filter' : 'query');
    const { docs, plan, keysExamined, docsExamined } = run(server, namespaceOf(asked), wanted);
    const access: Doc =
      plan.type === 'scan'
        ? { stage: 'COLLSCAN', direction: 'forward' }
        : {
            stage: 'FETCH',
            inputStage: {
              stage: 'IXSCAN',
              keyPattern: plan.index.spec.key,
              indexName: plan.index.spec.name,
              isMultiKey: plan.index.hasArrays,
              direction: plan.reverse ? 'backward' : 'forward',
            },
          };
    const sorts = wanted.sort.length > 0 && !(plan.type === 'index' && plan.sorted);
    return {
      queryPlanner: {
        namespace: namespaceOf(asked),
        winningPlan: sorts ? { stage: 'SORT', inputStage: access } : access,
        rejectedPlans: [],
      },
      executionStats: {
        executionSuccess: true,
        nReturned: docs.length,
        totalKeysExamined: keysExamined,
        totalDocsExamined: docsExamined,
      },
    };
  },
};

export const READS: Readonly<Record<string, Command>> = {
  find,
  getMore,
  killCursors,
  count,
  distinct,
  aggregate,
  explain,
};
