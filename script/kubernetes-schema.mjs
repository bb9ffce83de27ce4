// Writes test/deploy/kubernetes.schema.json: what Kubernetes takes, for the kinds we use, as a strict JSON Schema. The official
// client for Node names every property with its type, made by Kubernetes' own generator from its OpenAPI; a whole client
// with its 17 packages is more than a test needs, so its tables are read once and kept. By hand, after a new release:
//
//   node script/kubernetes-schema.mjs && npx prettier --write test/deploy/kubernetes.schema.json
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLIENT = '@kubernetes/client-node@2.0.1';
const TARGET = new URL('../test/deploy/kubernetes.schema.json', import.meta.url);
/** `apiVersion` and `kind` of a manifest → the client's name for it. */
const KINDS = {
  'v1/Namespace': 'V1Namespace',
  'v1/ConfigMap': 'V1ConfigMap',
  'v1/Secret': 'V1Secret',
  'v1/Service': 'V1Service',
  'v1/ServiceAccount': 'V1ServiceAccount',
  'apps/v1/Deployment': 'V1Deployment',
  'policy/v1/PodDisruptionBudget': 'V1PodDisruptionBudget',
  'autoscaling/v2/HorizontalPodAutoscaler': 'V2HorizontalPodAutoscaler',
  'networking.k8s.io/v1/Ingress': 'V1Ingress',
  'networking.k8s.io/v1/NetworkPolicy': 'V1NetworkPolicy',
};
/** What only the server writes. */
const LEFT_OUT = { V1ObjectMeta: ['managedFields'] };

const folder = mkdtempSync(join(tmpdir(), 'kubernetes-schema-'));
try {
  execFileSync('npm', ['pack', CLIENT, '--pack-destination', folder, '--silent'], { stdio: 'ignore' });
  execFileSync('sh', ['-c', `tar xzf ${folder}/*.tgz -C ${folder}`]);
  writeFileSync(TARGET, toJson(readModels(join(folder, 'package/dist/gen/models'))));
} finally {
  rmSync(folder, { recursive: true });
}

function readModels(models) {
  const definitions = {};
  let release = '';
  const open = Object.values(KINDS);
  for (let name = open.shift(); name; name = open.shift()) {
    if (definitions[name]) continue;
    const code = readFileSync(join(models, `${name}.js`), 'utf8');
    release = /OpenAPI spec version: release-(\S+)/.exec(code)?.[1] ?? release;
    const needed = requiredOf(readFileSync(join(models, `${name}.d.ts`), 'utf8'));
    const rows = JSON.parse(/attributeTypeMap = (\[[\s\S]*?\n?\]);/.exec(code)[1]);
    const kept = rows.filter(({ baseName }) => baseName !== 'status' && !LEFT_OUT[name]?.includes(baseName));
    const properties = kept.map(({ baseName, type, format }) => [baseName, typeOf(type, format, open)]);
    definitions[name] = {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(needed.length > 0 && { required: needed }),
      additionalProperties: false,
    };
  }
  return { release, definitions };
}

/** Names of the properties that are declared without a question mark. */
function requiredOf(declaration) {
  return [...declaration.matchAll(/^ {4}'([^']+)': /gm)].map((match) => match[1]);
}

/** `open` gets the names of other definitions that are spoken of. */
function typeOf(type, format, open) {
  const list = /^Array<(.*)>$/.exec(type);
  if (list) return { type: 'array', items: typeOf(list[1], format, open) };
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return { type: 'object', additionalProperties: typeOf(map[1], format, open) };
  switch (type) {
    case 'string':
    case 'boolean':
      return { type };
    case 'number':
      return { type: format === 'double' ? 'number' : 'integer' };
    case 'IntOrString':
      return { anyOf: [{ type: 'integer' }, { type: 'string' }] };
    case 'Date':
    case 'V1MicroTime':
      return { type: 'string' };
    case 'any':
      return {};
    default:
      open.push(type);
      return { $ref: `#/$defs/${type}` };
  }
}

function toJson({ release, definitions }) {
  const names = Object.keys(definitions).sort();
  return JSON.stringify({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $comment: `Kubernetes ${release}, from ${CLIENT} (Apache-2.0, The Kubernetes Authors) by script/kubernetes-schema.mjs`,
    kinds: KINDS,
    $defs: Object.fromEntries(names.map((name) => [name, definitions[name]])),
  });
}
