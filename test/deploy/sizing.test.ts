import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { workOut } from '../../script/sizing.ts';
import { evaluate } from '../../script/sizing/formula.ts';
import { root } from '../house/sources.ts';
import { buildFolder } from './manifests.ts';

const page = readFileSync(join(root, 'docs/scaling.md'), 'utf8');

describe('a formula', () => {
  const values = new Map([
    ['peak', 2000],
    ['cpu', 0.5],
  ]);

  it.each([
    ['1 + 2 × 3', 7],
    ['(1 + 2) × 3', 9],
    ['8 ÷ 2 ÷ 2 − 1', 1],
    ['max(2, ceil(peak × cpu ÷ 1000 ÷ 0.6))', 2],
    ['min(peak, 66.7 ÷ 1.07) + 0', 66.7 / 1.07],
  ])('%s comes to %d', (formula, expected) => {
    expect(evaluate(formula, values)).toBe(expected);
  });

  it.each(['peak ×', 'peek × 2', '(1 + 2', '1 2', 'ceil 2', '2 ^ 3', ''])('%s is refused', (formula) => {
    expect(() => evaluate(formula, values)).toThrow(`"${formula}"`);
  });
});

describe('docs/scaling.md', () => {
  it('shows what its formulas come to: else run npx tsx script/sizing.ts', () => {
    expect(workOut(page).text).toBe(page);
  });

  it('has a result in every setting, and no name that nothing gives', () => {
    for (const [setting, values] of workOut(page).settings) {
      expect(values.size, setting).toBeGreaterThan(20);
      for (const [name, value] of values) expect(Number.isFinite(value), `${name} of ${setting}`).toBe(true);
    }
  });

  it('a new measurement changes what is worked out from it', () => {
    const slower = page.replace(/(\| `workerCpu` \| )[\d.]+/, '$15');
    expect(slower).not.toBe(page);
    expect(workOut(slower).settings.get('country')?.get('worker')).toBe(21);
  });

  it('a table that asks for what is not there is refused', () => {
    expect(() => workOut('| result | formula | country |\n| --- | --- | --- |\n| `a` | `b × 2` | |')).toThrow(
      '"b × 2"',
    );
    expect(() => workOut('| name | value |\n| --- | --- |\n| `a` | many |')).toThrow('no number');
  });

  it.each([
    ['deploy/kubernetes/base', 'province'],
    ['deploy/kubernetes/national', 'country'],
  ])('%s has room for what a %s needs', (folder, setting) => {
    const needed = workOut(page).settings.get(setting);
    const shape = z.object({
      kind: z.enum(['Deployment', 'HorizontalPodAutoscaler']),
      metadata: z.object({ name: z.string() }),
      spec: z.object({ replicas: z.number().optional(), maxReplicas: z.number().optional() }),
    });
    const most = new Map<string, number>();
    for (const one of buildFolder(folder).flatMap((manifest) => shape.safeParse(manifest).data ?? [])) {
      const count = one.spec.maxReplicas ?? one.spec.replicas;
      if (count !== undefined) most.set(one.metadata.name, count);
    }
    const config = buildFolder(folder).find(({ kind }) => kind === 'ConfigMap');
    expect(config).toMatchObject({ data: { PARTITIONS: String(needed?.get('partitions')) } });
    expect([...most.keys()].sort()).toEqual(['jobs', 'sender', 'web', 'worker']);
    for (const [name, count] of most) expect(count, name).toBeGreaterThanOrEqual(needed?.get(name) ?? Infinity);
  });

  it('a pod may have the memory that a process needs, and the time it takes to start', () => {
    const measured = (name: string): number => Number(new RegExp(`\\| \`${name}\` \\| ([\\d.]+) \\|`).exec(page)?.[1]);
    const pod = z.object({
      startupProbe: z.object({ periodSeconds: z.number(), failureThreshold: z.number() }),
      resources: z.object({ requests: z.object({ memory: z.string() }), limits: z.object({ memory: z.string() }) }),
    });
    const shape = z.object({
      kind: z.literal('Deployment'),
      spec: z.object({ template: z.object({ spec: z.object({ containers: z.tuple([pod]) }) }) }),
    });
    const pods = buildFolder('deploy/kubernetes/base').flatMap((one) => shape.safeParse(one).data ?? []);
    expect(pods).toHaveLength(4);
    for (const { spec } of pods) {
      const [{ startupProbe, resources }] = spec.template.spec.containers;
      expect(mebibytes(resources.requests.memory)).toBeGreaterThan(measured('processMb'));
      expect(mebibytes(resources.limits.memory)).toBeGreaterThan(2 * measured('processMb'));
      expect(startupProbe.periodSeconds * startupProbe.failureThreshold * 1000).toBeGreaterThan(
        5 * measured('startMs'),
      );
    }
  });
});

const mebibytes = (quantity: string): number => Number(/^(\d+)Mi$/.exec(quantity)?.[1]);
