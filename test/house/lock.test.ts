import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './sources.ts';

type Lock = { packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }> };
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;

it('the lock file holds the packages of every machine: else npm ci refuses it (mended by node script/complete-lock.mjs)', () => {
  const wanted = Object.values(lock.packages).flatMap(({ optionalDependencies }) =>
    Object.keys(optionalDependencies ?? {}),
  );
  expect(wanted.filter((name) => !lock.packages[`node_modules/${name}`])).toEqual([]);
});
