import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the cost of a send can still be measured, beside the clients it was chosen over', async () => {
  const script = fileURLToPath(new URL('./send-cost.ts', import.meta.url));
  const env = { PATH: process.env['PATH'], SENDS: '32' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { env });
  expect(stdout.trim().split('\n')).toHaveLength(3);
});
