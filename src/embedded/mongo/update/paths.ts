import { Query } from 'mingo';
import type { Doc } from '../bytes.ts';
import { CommandError } from '../errors.ts';
import { MATCHER } from '../find.ts';
import { ownField } from '../paths.ts';
import { isDoc, promote, put, withRegExps } from '../values.ts';

/** What `$`, `$[]` and `$[name]` in a path refer to. `filter` and `arrayFilters` are plain readings. */
export type Places = { filter: Doc; arrayFilters: readonly Doc[] };

/** The real paths an update path stands for in this document; none when no element fits. */
export function realPaths(doc: Doc, path: string, places: Places): string[][] {
  const parts = path.split('.');
  let found: { done: string[]; value: unknown }[] = [{ done: [], value: doc }];
  for (const part of parts) {
    if (!part.startsWith('$')) {
      found = found.map(({ done, value }) => ({ done: [...done, part], value: inside(value, part) }));
      continue;
    }
    found = found.flatMap(({ done, value }) => {
      if (!Array.isArray(value))
        throw new CommandError(
          2,
          `The path '${done.join('.')}' must exist in the document in order to apply array updates.`,
        );
      return positions(value, part, done.join('.'), places).map((at) => ({
        done: [...done, String(at)],
        value: value[at] as unknown,
      }));
    });
  }
  return found.map(({ done }) => done);
}

function positions(items: unknown[], part: string, path: string, places: Places): number[] {
  const all = [...items.keys()];
  if (part === '$[]') return all;
  if (part === '$') return [matchedPosition(items, path, places.filter)];
  const name = /^\$\[(\w+)\]$/.exec(part)?.[1];
  if (name === undefined) throw new CommandError(2, `The positional operator '${part}' is not known`);
  const condition = places.arrayFilters.find((filter) => Object.keys(filter).some((key) => key.split('.')[0] === name));
  if (condition === undefined)
    throw new CommandError(2, `No array filter found for identifier '${name}' in path '${path}'`);
  const query = new Query<Doc>(withRegExps(condition) as Doc, MATCHER);
  return all.filter((at) => query.test({ [name]: promote(items[at]) }));
}

/** The first element the filter's conditions on this array are about. */
function matchedPosition(items: unknown[], path: string, filter: Doc): number {
  const conditions = conditionsOn(path, filter);
  const queries = conditions.map((condition) => new Query<Doc>(withRegExps(condition) as Doc, MATCHER));
  const at = items.findIndex(
    (item) => queries.length > 0 && queries.every((query) => query.test({ item: promote(item) })),
  );
  if (at < 0) throw new CommandError(2, 'The positional operator did not find the match needed from the query.');
  return at;
}

function conditionsOn(path: string, filter: Doc): Doc[] {
  return Object.entries(filter).flatMap(([key, condition]): Doc[] => {
    if (key === '$and' && Array.isArray(condition))
      return condition.filter(isDoc).flatMap((part) => conditionsOn(path, part));
    if (key.startsWith(`${path}.`)) return [{ [`item.${key.slice(path.length + 1)}`]: condition }];
    if (key !== path) return [];
    const inner = isDoc(condition) ? condition['$elemMatch'] : undefined;
    if (!isDoc(inner)) return [{ item: condition }];
    const onValue = Object.keys(inner).some((name) => name.startsWith('$') && name !== '$and' && name !== '$or');
    return onValue ? [{ item: inner }] : Object.entries(inner).map(([name, value]) => ({ [`item.${name}`]: value }));
  });
}

function inside(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value[Number(name)];
  return isDoc(value) ? ownField(value, name) : undefined;
}

/** The value there, undefined when the path does not lead anywhere. */
export function getPath(doc: Doc, path: readonly string[]): unknown {
  return path.reduce<unknown>(inside, doc);
}

/** Sets a value, making what is missing on the way. Throws PathNotViable when a plain value is in the way. */
export function setPath(doc: Doc, path: readonly string[], value: unknown): void {
  let holder: unknown = doc;
  for (let at = 0; at < path.length; at += 1) {
    const name = path[at] ?? '';
    const last = at === path.length - 1;
    if (!Array.isArray(holder) && !isDoc(holder))
      throw new CommandError(
        28,
        `Cannot create field '${name}' in element {${path[at - 1] ?? ''}: ${JSON.stringify(promote(holder))}}`,
      );
    let next = inside(holder, name);
    if (last) next = value;
    else if (next === undefined) next = {};
    if (Array.isArray(holder)) {
      if (!/^\d+$/.test(name)) throw new CommandError(28, `Cannot create field '${name}' in an array`);
      if (Number(name) > holder.length + 1_500_000) throw new CommandError(2, 'array index too large');
      while (holder.length < Number(name)) holder.push(null);
      holder[Number(name)] = next;
    } else put(holder, name, next);
    holder = next;
  }
}

/** Takes a field away; an element of an array becomes null, as on a real server. */
export function unsetPath(doc: Doc, path: readonly string[]): void {
  const holder = getPath(doc, path.slice(0, -1));
  const name = path.at(-1) ?? '';
  if (Array.isArray(holder)) {
    if (Number(name) < holder.length) holder[Number(name)] = null;
  } else if (isDoc(holder)) delete holder[name];
}
