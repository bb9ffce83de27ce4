import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { root } from '../house/sources.ts';

/** A manifest as it is written; what it must hold beyond this is checked by `refusals`. */
const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
export type Manifest = z.infer<typeof manifest>;

const operations = z.array(z.strictObject({ op: z.enum(['add', 'replace']), path: z.string(), value: z.unknown() }));
/** The part of a kustomization that we use, strict: what this file would pass over is refused. */
const kustomization = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  namespace: z.string().optional(),
  resources: z.array(z.string()),
  images: z.array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() })).optional(),
  patches: z
    .array(
      z.strictObject({ target: z.strictObject({ kind: z.string(), name: z.string().optional() }), patch: z.string() }),
    )
    .optional(),
});

/** The manifests of a file, as they are written. Throws on what is no YAML or no manifest. */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return manifest.parse(document.toJS());
  });
}

export const readManifests = (path: string): Manifest[] => parseManifests(readFileSync(join(root, path), 'utf8'));

/**
 * What `kubectl kustomize <folder>` gives, but for the names of images and the order. Throws when a patch finds nothing to
 * change, which kubectl lets pass.
 */
export function buildFolder(folder: string): Manifest[] {
  const read = kustomization.parse(parse(readFileSync(join(root, folder, 'kustomization.yaml'), 'utf8')));
  const { resources, patches = [], namespace } = read;
  const built = resources.flatMap((name) => {
    const path = join(folder, name);
    return name.endsWith('.yaml') ? readManifests(path) : buildFolder(path);
  });
  for (const { target, patch } of patches) {
    const hit = built.filter(({ kind, metadata: { name } }) => kind === target.kind && name === (target.name ?? name));
    if (hit.length === 0) throw new Error(`${folder}: nothing is called ${target.kind} ${target.name ?? ''}`);
    for (const one of hit) for (const change of operations.parse(parse(patch))) apply(one, change);
  }
  if (namespace) for (const one of built) if (one.kind !== 'Namespace') one.metadata['namespace'] = namespace;
  return built;
}

/** Source: RFC 6902; `add` and `replace` of a member of an object are all that we use. */
function apply(target: Manifest, { op, path, value }: z.infer<typeof operations>[number]): void {
  const names = path.split('/').slice(1);
  const last = names.pop() ?? '';
  let at: unknown = target;
  for (const name of names) at = (at as Record<string, unknown> | undefined)?.[name];
  if (typeof at !== 'object' || at === null || (op === 'replace' && !(last in at))) {
    throw new Error(`${target.kind} ${target.metadata.name} has no ${path}`);
  }
  (at as Record<string, unknown>)[last] = value;
}

const official = z
  .looseObject({ kinds: z.record(z.string(), z.string()), $defs: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync(join(root, 'test/deploy/kubernetes.schema.json'), 'utf8')));

/** What Kubernetes would say against a manifest: unknown keys, wrong types, missing keys. Empty when it takes it. */
export function refusals(one: Manifest): string[] {
  const definition = official.kinds[`${one.apiVersion}/${one.kind}`];
  if (!definition) return [`${one.apiVersion} ${one.kind} is not known; see script/kubernetes-schema.mjs`];
  const { $schema, $defs } = official;
  const schema = z.fromJSONSchema({ $schema, $defs, $ref: `#/$defs/${definition}` } as never); // the file is a JSON Schema
  const issues = schema.safeParse(one).error?.issues ?? [];
  return issues.map(({ path, message }) => `${one.kind} ${one.metadata.name}: ${path.join('.')}: ${message}`);
}
