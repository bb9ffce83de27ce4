import { parse, parseTyped, toBytes, type Doc } from './bytes.ts';
import { CommandError } from './errors.ts';
import { makeQuery } from './find.ts';
import { isDoc, isTrue, put, withRegExps } from './values.ts';

/** Gives for each stored document the bytes to answer with. A plain choice of fields keeps the types of numbers. */
export function makeProjection(spec: unknown): (bytes: Uint8Array) => Uint8Array {
  if (!isDoc(spec) || Object.keys(spec).length === 0) return (bytes) => bytes;
  const others = Object.entries(spec).filter(([path]) => path !== '_id');
  if (others.some(([path]) => path.endsWith('.$')))
    throw new CommandError(2, 'positional projection is not supported here');
  if (others.some(([path, value]) => isDoc(value) || typeof value === 'string' || path.startsWith('$'))) {
    const query = makeQuery({});
    const projection = withRegExps(spec) as Doc; // a document stays one
    return (bytes) => toBytes((query.find([parse(bytes)], projection).next() ?? {}) as Doc);
  }
  const wanted = others.filter(([, value]) => isTrue(value));
  if (wanted.length > 0 && wanted.length < others.length)
    throw new CommandError(2, 'Cannot do exclusion on a field in inclusion projection');
  const includes = others.length > 0 ? wanted.length > 0 : isTrue(spec['_id']);
  const withId = spec['_id'] === undefined || isTrue(spec['_id']);
  const tree = toTree(others.map(([path]) => path));
  if (includes) {
    if (withId) tree.set('_id', null);
    return (bytes) => toBytes(pick(parseTyped(bytes), tree) as Doc);
  }
  if (!withId) tree.set('_id', null);
  return (bytes) => toBytes(omit(parseTyped(bytes), tree) as Doc);
}

/** Field → what is chosen inside it, null = all of it. */
type Tree = Map<string, Tree | null>;

function toTree(paths: string[]): Tree {
  const root: Tree = new Map();
  for (const path of paths) {
    let node = root;
    const parts = path.split('.');
    for (const [at, part] of parts.entries()) {
      if (at === parts.length - 1) node.set(part, null);
      else {
        const next: Tree = node.get(part) ?? new Map();
        node.set(part, next);
        node = next;
      }
    }
  }
  return root;
}

/** Arrays on the way are walked through; plain values under a longer path are left out. */
function pick(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value))
    return value.filter((item) => isDoc(item) || Array.isArray(item)).map((item) => pick(item, tree));
  if (!isDoc(value)) return undefined;
  const picked: Doc = {};
  for (const name of Object.keys(value)) {
    const inner = tree.get(name);
    if (inner === undefined) continue;
    const chosen = inner === null ? value[name] : pick(value[name], inner);
    if (chosen !== undefined) put(picked, name, chosen);
  }
  return picked;
}

function omit(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((item) => omit(item, tree));
  if (!isDoc(value)) return value;
  const rest: Doc = {};
  for (const name of Object.keys(value)) {
    const inner = tree.get(name);
    if (inner !== null) put(rest, name, inner === undefined ? value[name] : omit(value[name], inner));
  }
  return rest;
}
