import type { Doc } from '../bytes.ts';
import { CommandError } from '../errors.ts';
import type { Cursors } from '../cursors.ts';
import type { Counters } from '../find.ts';
import type { Store } from '../store.ts';
import { isDoc, isTrue, readNumber } from '../values.ts';

/** What commands work on. */
export type Server = { store: Store; cursors: Cursors; counters: Counters; now(): number; startedAt: number };

/** One request, read: `doc` is the command document (its first field is the name), `db` the value of `$db`. */
export type Call = { name: string; doc: Doc; db: string; sequences: Map<string, Uint8Array[]>; connectionId: number };

/** Gives the answer as a document (`ok: 1` is added) or as ready bytes. Throws CommandError. */
export type Command = {
  /** Whether numbers must keep their types: the command carries documents that will be stored. */
  typed: boolean;
  run(server: Server, call: Call): Doc | Uint8Array;
};

/** The namespace of a command such as `{ find: 'entries' }`. Throws InvalidNamespace. */
export function namespaceOf(call: Call): string {
  const collection = call.doc[call.name];
  if (typeof collection !== 'string' || collection === '')
    throw new CommandError(73, `Invalid namespace specified '${call.db}.'`);
  return `${call.db}.${collection}`;
}

export function docField(doc: Doc, name: string): Doc {
  const value = doc[name];
  if (value === undefined || value === null) return {};
  if (!isDoc(value)) throw new CommandError(14, `Expected field ${name} to be of type object`);
  return value;
}

/** A whole number ≥ 0, `otherwise` when the field is missing. */
export function countField<T extends number | null>(doc: Doc, name: string, otherwise: T): number | T {
  const value = doc[name];
  if (value === undefined || value === null) return otherwise;
  const number = readNumber(value);
  if (number === null) throw new CommandError(14, `Expected field ${name} to be a number`);
  return Math.abs(Math.trunc(number));
}

/** Sorting and comparing is by code only; silently ignoring a collation would give wrong answers. */
export function refuseCollation(doc: Doc): void {
  const collation = doc['collation'];
  if (isDoc(collation) && collation['locale'] !== 'simple')
    throw new CommandError(115, 'the embedded store has no collations');
}

/** As a standalone server answers: there are no transactions. */
export function refuseTransaction(doc: Doc): void {
  if (doc['autocommit'] === false || isTrue(doc['startTransaction']))
    throw new CommandError(20, 'Transaction numbers are only allowed on a replica set member or mongos');
}
