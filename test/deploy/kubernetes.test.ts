import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApp, type App } from '../../src/app.ts';
import { silentLog } from '../../src/base/log.ts';
import { readConfig } from '../../src/config/config.ts';
import { ROLES, VARIABLE_NAMES } from '../../src/config/variables.ts';
import { root } from '../house/sources.ts';
import { buildFolder, parseManifests, readManifests, refusals, type Manifest } from './manifests.ts';

const FOLDERS = ['deploy/kubernetes/base', 'deploy/kubernetes/national'];
const EXAMPLE_SECRET = readManifests('deploy/kubernetes/base/secret.example.yaml');
/** No cluster needs them, or the default fits; who adds a variable decides whether it belongs here or into config.yaml. */
const HAVE_DEFAULTS = [
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'DATA_DIR',
  'REDIS_FSYNC',
  'FLOWS_DIR',
  'LOCALES_DIR',
  'SIMULATOR',
  'CLOCK_AT',
  'ZALO_BUTTONS',
  'ZALO_API_URL',
  'ZALO_OAUTH_URL',
  'ZALO_BUSINESS_URL',
  'GRAPH_API_URL',
  'GRAPH_API_VERSION',
  'ZALO_SENDS_PER_SECOND',
  'MESSENGER_SENDS_PER_SECOND',
  'ZALO_BROADCASTS_PER_SECOND',
  'MESSENGER_BROADCASTS_PER_SECOND',
];

const probe = z.object({
  httpGet: z.object({ path: z.string(), port: z.string() }),
  periodSeconds: z.number(),
  failureThreshold: z.number(),
});
const labels = z.record(z.string(), z.string());
const container = z.object({
  image: z.string(),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  envFrom: z.tuple([
    z.object({ configMapRef: z.object({ name: z.string() }) }),
    z.object({ secretRef: z.object({ name: z.string() }) }),
  ]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
  lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }) }) }).optional(),
  resources: z.object({ requests: labels, limits: z.object({ memory: z.string() }) }),
  securityContext: z.unknown(),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
});
const deployment = z.object({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    replicas: z.number().optional(),
    selector: z.object({ matchLabels: labels }),
    template: z.object({
      metadata: z.object({ labels }),
      spec: z.looseObject({ terminationGracePeriodSeconds: z.number(), containers: z.tuple([container]) }),
    }),
  }),
});

const ofKind = (all: Manifest[], kind: string): Manifest[] => all.filter((one) => one.kind === kind);
const stringsOf = (one: Manifest | undefined, key: string) => labels.parse(one?.[key]);

/** What the pods run, with embedded stores. */
let product: App;
const dataDir = mkdtempSync(join(tmpdir(), 'skb-deploy-'));
beforeAll(async () => {
  const env = { PATH: process.env['PATH'], PORT: '0', DATA_DIR: dataDir, PARTITIONS: '2' };
  product = await startApp(readConfig(env), silentLog);
}, 120_000);
afterAll(async () => {
  await product.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe.each(FOLDERS)('%s', (folder) => {
  const all = buildFolder(folder);
  const parts = ofKind(all, 'Deployment').map((one) => deployment.parse(one));
  const config = stringsOf(ofKind(all, 'ConfigMap')[0], 'data');
  const secrets = stringsOf(EXAMPLE_SECRET[0], 'stringData');
  const labelsOf = (name: string) => parts.find((one) => one.metadata.name === name)?.spec.template.metadata.labels;

  it('is taken by Kubernetes as it stands', () => {
    expect([...all, ...EXAMPLE_SECRET].flatMap(refusals)).toEqual([]);
  });

  it('runs every role in a deployment of its own', () => {
    const roles = parts.map(({ metadata: { name }, spec: { template } }) => [name, template.spec.containers[0].env]);
    expect(roles).toEqual(ROLES.map((role) => [role, [{ name: 'ROLES', value: role }]]));
  });

  it('sets every variable that production needs and none that is not read', () => {
    const set = [...Object.keys(config), ...Object.keys(secrets), 'ROLES'];
    expect(VARIABLE_NAMES.filter((name) => !set.includes(name) && !HAVE_DEFAULTS.includes(name))).toEqual([]);
    expect(set.filter((name) => !(VARIABLE_NAMES as string[]).includes(name))).toEqual([]);
  });

  it.each(parts)('$metadata.name starts with the config and the secret, without an oddity', ({ spec }) => {
    const [bot] = spec.template.spec.containers;
    const [{ configMapRef }, { secretRef }] = bot.envFrom;
    expect(ofKind(all, 'ConfigMap').map((one) => one.metadata.name)).toEqual([configMapRef.name]);
    expect(EXAMPLE_SECRET.map((one) => one.metadata.name)).toEqual([secretRef.name]);
    const own = Object.fromEntries(bot.env.map(({ name, value }) => [name, value]));
    const read = readConfig({ ...config, ...secrets, ...own });
    expect(read).toMatchObject({ production: true, embedded: false, simulator: false, host: '0.0.0.0', warnings: [] });
    expect(bot.ports).toEqual([{ name: 'http', containerPort: read.port }]);
  });

  it.each(parts)('$metadata.name is asked at its own port, at paths that the product answers', async ({ spec }) => {
    const [{ startupProbe, readinessProbe, livenessProbe }] = spec.template.spec.containers;
    for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe]) {
      expect(httpGet.port).toBe('http');
      expect([200, 503]).toContain((await fetch(product.url + httpGet.path)).status); // a busy machine may not be ready
    }
  });

  it.each(parts)('$metadata.name is killed for its own silence only, never for a store that is away', ({ spec }) => {
    const [{ startupProbe, readinessProbe, livenessProbe }] = spec.template.spec.containers;
    expect(livenessProbe.httpGet.path).toBe('/healthz');
    expect(startupProbe.httpGet.path).toBe('/healthz');
    expect(readinessProbe.httpGet.path).toBe('/readyz');
  });

  it.each(parts)('$metadata.name gets longer to stop than it takes at most', ({ spec }) => {
    const { terminationGracePeriodSeconds, containers } = spec.template.spec;
    const preStopSeconds = containers[0].lifecycle?.preStop.sleep.seconds ?? 0;
    expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(preStopSeconds + stopLimitMs() / 1000 + 5);
  });

  it.each(parts)('$metadata.name has no rights, a read-only root and the user of the image', ({ spec }) => {
    const { containers, securityContext } = spec.template.spec;
    expect(containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    // `node` is 1000 in the official images. Source: docker-node, Dockerfile-slim.template
    expect(securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(containers[0].volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toContain('\nUSER node\n');
  });

  it('every selector finds the pods of its name and no other', () => {
    for (const { metadata, spec } of parts) {
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      expect(spec.selector.matchLabels['app.kubernetes.io/component']).toBe(metadata.name);
    }
    const budgets = ofKind(all, 'PodDisruptionBudget').map((one) =>
      z.object({ selector: z.object({ matchLabels: labels }) }).parse(one['spec']),
    );
    expect(budgets.map(({ selector }) => selector.matchLabels)).toEqual(
      parts.map(({ spec }) => spec.selector.matchLabels),
    );
    const services = ofKind(all, 'Service').map((one) =>
      z.object({ selector: labels, ports: z.array(z.object({ targetPort: z.literal('http') })) }).parse(one['spec']),
    );
    expect(services.map(({ selector }) => selector)).toEqual([labelsOf('web')]);
    const policies = ofKind(all, 'NetworkPolicy').map((one) =>
      z.object({ podSelector: z.object({ matchLabels: labels }) }).parse(one['spec']),
    );
    for (const { podSelector } of policies) expect(labelsOf('web')).toMatchObject(podSelector.matchLabels);
  });

  it('no role has more processes than there are partitions to work on', () => {
    const scalers = ofKind(all, 'HorizontalPodAutoscaler').map((one) =>
      z
        .object({ scaleTargetRef: z.object({ name: z.string() }), minReplicas: z.number(), maxReplicas: z.number() })
        .parse(one['spec']),
    );
    expect(scalers.map(({ scaleTargetRef }) => scaleTargetRef.name)).toEqual(['web', 'worker']);
    // what an autoscaler sets must not be set again by every apply
    expect(parts.filter(({ spec }) => spec.replicas === undefined).map(({ metadata }) => metadata.name)).toEqual([
      'web',
      'worker',
    ]);
    const counts = [...scalers.map(({ maxReplicas }) => maxReplicas), ...parts.map(({ spec }) => spec.replicas ?? 2)];
    expect(Math.max(...counts)).toBeLessThanOrEqual(Number(config['PARTITIONS']));
    expect(Math.min(...counts, ...scalers.map(({ minReplicas }) => minReplicas))).toBeGreaterThanOrEqual(2);
  });

  it('the ingress leads to the web service, at paths that the product answers, and to nothing of the operator', async () => {
    const backend = z.object({
      service: z.object({ name: z.literal('web'), port: z.object({ name: z.literal('http') }) }),
    });
    const rule = z.object({
      host: z.string(),
      http: z.object({ paths: z.array(z.object({ path: z.string(), backend })) }),
    });
    const [ingress] = ofKind(all, 'Ingress').map((one) => z.object({ rules: z.tuple([rule]) }).parse(one['spec']));
    const [{ host, http }] = ingress!.rules;
    expect(config['PUBLIC_URL']).toBe(`https://${host}`);
    expect(http.paths.map(({ path }) => path)).toEqual(['/webhooks/zalo', '/webhooks/messenger', '/q']);
    for (const { path } of http.paths) {
      const method = path === '/q' ? 'GET' : 'POST';
      const answer = await fetch(product.url + (path === '/q' ? '/q/1TR-84' : path), { method });
      expect([200, 401], path).toContain(answer.status);
    }
  });

  it('everything but the namespace stands in it', () => {
    const [namespace] = ofKind(all, 'Namespace');
    const others = all.filter((one) => one !== namespace);
    expect(new Set(others.map(({ metadata }) => metadata['namespace']))).toEqual(new Set([namespace?.metadata.name]));
  });
});

describe('the check itself', () => {
  const web = readFileSync(join(root, FOLDERS[0]!, 'web.yaml'), 'utf8');
  const told = (text: string): string[] => parseManifests(text).flatMap(refusals);

  it.each([
    ['a misspelt key, however deep', 'readinessProbe:', 'readinesProbe:'],
    ['a key in the wrong place', 'revisionHistoryLimit: 5', 'readOnlyRootFilesystem: true'],
    ['a word where a number belongs', 'failureThreshold: 60', 'failureThreshold: many'],
    ['a number where a word belongs', 'mountPath: /tmp', 'mountPath: 1'],
    ['something missing', '  maxReplicas: 4\n', ''],
    ['a kind that it does not know', 'policy/v1\n', 'policy/v1beta1\n'],
  ])('refuses %s', (_, written, broken) => {
    expect(told(web)).toEqual([]);
    expect(web).toContain(written);
    expect(told(web.replace(written, broken)).length).toBeGreaterThan(0);
  });
});

/** How long the program lets itself stop before it ends for good. */
function stopLimitMs(): number {
  const found = /STOP_LIMIT_MS = ([\d_]+)/.exec(readFileSync(join(root, 'src/main.ts'), 'utf8'))?.[1];
  return Number(found?.replaceAll('_', ''));
}
