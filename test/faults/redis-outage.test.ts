import { expect, it } from 'vitest';
import { playScenario, tellReport } from './play.ts';
import { cutRedis, fillRedis, slowRedis, stallRedis, stopRedis } from './redis-faults.ts';
import { DURABLE, expectRefusals } from './redis-outage.ts';

it('Redis restarted, killed, full, slow, silent and cut off in the midst of conversations loses nothing and doubles nothing', async () => {
  const report = await playScenario(
    {
      name: 'redis-short',
      claim: 'the short form of redis-restart, redis-kill, redis-full and redis-slow',
      world: { ...DURABLE, processes: { 'web,jobs': 1, worker: 2, sender: 1 } },
      async run(world, { random }) {
        await stopRedis(world, 'SIGTERM', 200);
        await stopRedis(world, 'SIGKILL', 200);
        expectRefusals(world, await fillRedis(world, 2000));
        await slowRedis(world, random, 2000);
        await cutRedis(world, random, 4);
        await stallRedis(world, random, 2500);
      },
    },
    { seed: 31, people: 14, active: 10, kills: 0, minutes: 0, keep: false, say: () => {} },
  );
  expect(report.faults, tellReport(report)).toEqual([]);
}, 300_000);
