import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';

const folder = mkdtempSync(join(tmpdir(), 'skb-env-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the environment stands over the file, and the file adds to it', () => {
  const file = join(folder, '.env');
  writeFileSync(file, '# a note\nPATH=/nowhere\nCAMPAIGN="75-nghin-sang-kien"\n');
  const env = readEnvironment(file);
  expect(env['CAMPAIGN']).toBe('75-nghin-sang-kien');
  expect(env['PATH']).toBe(process.env['PATH']);
});

it('a missing file is no mistake', () => {
  expect(readEnvironment(join(folder, 'none'))['PATH']).toBe(process.env['PATH']);
});
