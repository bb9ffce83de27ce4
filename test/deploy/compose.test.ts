import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config/config.ts';
import { ROLES } from '../../src/config/variables.ts';
import { root } from '../house/sources.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What may stand over compose.yaml, strict. Ports replace those of compose.yaml: two lists would be added up. */
const scaled = z
  .strictObject({
    services: z.record(
      z.string(),
      z.strictObject({
        ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+-\d+:3000$/)).optional(),
        deploy: z.strictObject({ replicas: z.number() }),
      }),
    ),
  })
  .parse(parse(read('deploy/compose.scaled.yaml'), { customTags: [{ tag: '!override', collection: 'seq' }] }));
const base = z
  .looseObject({
    services: z.record(
      z.string(),
      z.looseObject({
        environment: z.record(z.string(), z.string()).optional(),
        stop_grace_period: z.string().optional(),
      }),
    ),
  })
  .parse(parse(read('compose.yaml'), { merge: true }));

describe('deploy/compose.scaled.yaml', () => {
  it('says for each role how many there are, and nothing of the stores', () => {
    expect(Object.keys(scaled.services)).toEqual([...ROLES]);
    for (const name of ROLES) expect(base.services[name]?.environment?.['ROLES']).toBe(name);
  });

  it('has no more of a role than there are partitions to work on', () => {
    const { partitions } = readConfig({});
    for (const { deploy } of Object.values(scaled.services)) expect(deploy.replicas).toBeLessThanOrEqual(partitions);
  });

  it('gives every web process a port of its own, and takes the one port of compose.yaml away', () => {
    const { ports = [], deploy } = scaled.services['web'] ?? { deploy: { replicas: 0 } };
    const [, from, to] = /:(\d+)-(\d+):/.exec(ports[0] ?? '') ?? [];
    expect(Number(to) - Number(from) + 1).toBe(deploy.replicas);
    expect(read('deploy/compose.scaled.yaml')).toMatch(/ports: !override/);
  });
});

describe('compose.yaml', () => {
  it.each([...ROLES])('gives %s longer to stop than it takes at most', (name) => {
    const limit = /STOP_LIMIT_MS = ([\d_]+)/.exec(read('src/main.ts'))?.[1]?.replaceAll('_', '');
    const grace = /^(\d+)s$/.exec(base.services[name]?.stop_grace_period ?? '')?.[1];
    expect(Number(grace) * 1000).toBeGreaterThanOrEqual(Number(limit) + 5000);
  });
});
