import { expect, it } from 'vitest';
import { health, readiness } from '../src/health.ts';

const fine = { name: 'redis', check: () => Promise.resolve() };
const broken = {
  name: 'mongo',
  check: () => Promise.reject(new Error('mongodb://someone:password@mongo is not there')),
};
const silent = { name: 'leases', check: () => new Promise<void>(() => {}) };

it('a process that answers is alive', () => {
  expect(health()).toEqual({ status: 200, body: { status: 'alive' } });
});

it('a process whose probes all answer is ready', async () => {
  expect(await readiness([fine], 1000, () => {})).toEqual({
    status: 200,
    body: { status: 'ready', checks: { redis: 'ok' } },
  });
});

it('what fails or hangs is named without its reason, which goes to the log', async () => {
  const told: string[] = [];
  const answer = await readiness([fine, broken, silent], 20, (name) => told.push(name));
  expect(answer).toEqual({
    status: 503,
    body: { status: 'not ready', checks: { redis: 'ok', mongo: 'failed', leases: 'failed' } },
  });
  expect(told.sort()).toEqual(['leases', 'mongo']);
});

it('a probe that throws at once is a failed probe', async () => {
  const rude = {
    name: 'rude',
    check: () => {
      throw new Error('at once');
    },
  };
  expect((await readiness([rude], 20, () => {})).status).toBe(503);
});
