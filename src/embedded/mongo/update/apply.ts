import { Aggregator } from 'mingo';
import { ObjectId } from 'bson';
import { parseTyped, toBytes, type Doc } from '../bytes.ts';
import { CommandError } from '../errors.ts';
import { isSame, MATCHER } from '../find.ts';
import { isDoc, promoteDoc } from '../values.ts';
import { OPERATORS } from './operators.ts';
import { realPaths, setPath, type Places } from './paths.ts';

/** An update as it stands in a command: operators, a whole new document, or a pipeline. A typed reading. */
export type Update = Doc | unknown[];

export type Changed = { doc: Doc; bytes: Uint8Array };

/** The document with the update applied, `_id` first. `old` (typed) is changed. Throws what a server would answer. */
export function applyUpdate(
  old: Doc,
  update: Update,
  places: Places,
  options: { inserting: boolean; nowMs: number },
): Changed {
  const id = old['_id'];
  let doc: Doc;
  if (Array.isArray(update)) doc = throughPipeline(old, update);
  else if (isReplacement(update)) doc = { ...(id === undefined ? {} : { _id: id }), ...update };
  else doc = withOperators(old, update, places, options);
  if (id !== undefined && !isSame(id, doc['_id']))
    throw new CommandError(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
  return withIdFirst(doc);
}

/** Makes sure that there is an `_id` and that it stands first, and gives the bytes. */
export function withIdFirst(doc: Doc): Changed {
  if (Object.keys(doc)[0] !== '_id') {
    const { _id: id = new ObjectId(), ...rest } = doc;
    doc = { _id: id, ...rest };
  }
  return { doc, bytes: toBytes(doc) };
}

/** A new document for an upsert, before the update: what the filter (typed) says by equality. */
export function upsertBase(filter: Doc): Doc {
  const base: Doc = {};
  fill(base, filter);
  return base;
}

function fill(base: Doc, filter: Doc): void {
  for (const [path, condition] of Object.entries(filter)) {
    if (path === '$and' && Array.isArray(condition)) for (const part of condition) if (isDoc(part)) fill(base, part);
    if (path.startsWith('$')) continue;
    const operators = isDoc(condition) && Object.keys(condition).some((name) => name.startsWith('$'));
    if (!operators) setPath(base, path.split('.'), condition);
    else if (isDoc(condition) && '$eq' in condition) setPath(base, path.split('.'), condition['$eq']);
  }
}

function isReplacement(update: Doc): boolean {
  const names = Object.keys(update);
  const operators = names.filter((name) => name.startsWith('$')).length;
  if (operators > 0 && operators < names.length)
    throw new CommandError(
      9,
      `Unknown modifier: ${names.find((name) => !name.startsWith('$')) ?? ''}. Expected a valid update modifier`,
    );
  return operators === 0;
}

function withOperators(doc: Doc, update: Doc, places: Places, options: { inserting: boolean; nowMs: number }): Doc {
  refuseConflicts(update);
  for (const [name, fields] of Object.entries(update)) {
    const operator = OPERATORS[name];
    if (operator === undefined || !Object.hasOwn(OPERATORS, name))
      throw new CommandError(
        9,
        `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    if (!isDoc(fields))
      throw new CommandError(9, `Modifiers operate on fields but we found a value of another type under ${name}`);
    if (name === '$setOnInsert' && !options.inserting) continue;
    for (const [path, argument] of Object.entries(fields))
      for (const real of realPaths(doc, path, places)) operator(doc, real, argument, options.nowMs);
  }
  return doc;
}

function refuseConflicts(update: Doc): void {
  const paths = Object.values(update)
    .flatMap((fields) => (isDoc(fields) ? Object.keys(fields) : []))
    .toSorted();
  for (const [at, path] of paths.entries()) {
    const next = paths[at + 1];
    if (next === path || next?.startsWith(`${path}.`))
      throw new CommandError(40, `Updating the path '${next}' would create a conflict at '${path}'`);
  }
}

/** Numbers come out of a pipeline with the types JavaScript would give them. */
function throughPipeline(old: Doc, stages: unknown[]): Doc {
  for (const stage of stages)
    if (!isDoc(stage) || !PIPELINE_STAGES.has(Object.keys(stage)[0] ?? ''))
      throw new CommandError(72, 'this stage is not allowed within an update');
  const pipeline = stages.map((stage) => promoteDoc(stage as Doc)); // checked above
  const [result] = new Aggregator(pipeline, MATCHER).run([promoteDoc(old)]);
  return parseTyped(toBytes((result ?? {}) as Doc));
}

const PIPELINE_STAGES: ReadonlySet<string> = new Set([
  '$set',
  '$addFields',
  '$unset',
  '$project',
  '$replaceRoot',
  '$replaceWith',
]);
