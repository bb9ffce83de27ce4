import { setTimeout as delay } from 'node:timers/promises';
import { between } from './random.ts';
import { cutRedis, fillRedis, slowRedis, stallRedis, stopRedis } from './redis-faults.ts';
import type { Plan, Scenario } from './scenario.ts';
import type { World } from './world.ts';

/** As docs/operations.md asks for it. */
export const DURABLE = { redisArgs: ['--appendfsync', 'always', '--aof-load-truncated', 'no'] };
const MINUTE_MS = 60_000;

/** About four times a minute, until the plan's time is over; twice at least. */
async function nowAndThen({ minutes, random }: Plan, fault: (n: number) => Promise<void>): Promise<void> {
  const until = performance.now() + minutes * MINUTE_MS;
  for (let n = 0; n < 2 || performance.now() < until; n++) {
    await delay(between(random, 1000, 15_000 * Math.min(1, minutes)));
    await fault(n);
  }
}

export const redisRestart: Scenario = {
  name: 'redis-restart',
  claim:
    'Redis may be restarted at any moment; webhooks are answered 503 meanwhile, and nothing is lost or done twice.',
  world: DURABLE,
  run: (world, plan) => nowAndThen(plan, () => stopRedis(world, 'SIGTERM', between(plan.random, 0, 5000))),
};

export const redisKill: Scenario = {
  name: 'redis-kill',
  claim: 'A Redis that is killed (`kill -9`, appendfsync always) comes back with everything it acknowledged.',
  world: DURABLE,
  run: (world, plan) => nowAndThen(plan, () => stopRedis(world, 'SIGKILL', between(plan.random, 0, 5000))),
};

export const redisFull: Scenario = {
  name: 'redis-full',
  claim:
    'While Redis is full, webhooks are answered 503 and what was taken in is worked off; with memory again all goes on, nothing lost or doubled.',
  world: DURABLE,
  async run(world, plan) {
    let refused = 0;
    await nowAndThen(plan, async () => {
      refused += await fillRedis(world, between(plan.random, 3000, 20_000 * Math.min(1, plan.minutes)));
    });
    expectRefusals(world, refused);
  },
};

/** A fault of which nobody felt anything proves nothing. */
export function expectRefusals(world: World, refused: number): void {
  world.say(`${refused} webhooks were answered 503 while Redis was full`);
  if (refused === 0) world.fault({ who: 'redis-full', what: 'no webhook was refused while Redis was full', facts: [] });
}

export const redisSlow: Scenario = {
  name: 'redis-slow',
  claim:
    'A Redis that is slow, silent for a while, or breaks connections after it did what it was told makes nothing happen twice.',
  world: DURABLE,
  run: (world, plan) =>
    nowAndThen(plan, async (n) => {
      if (n % 3 === 0) await slowRedis(world, plan.random, 10_000);
      else if (n % 3 === 1) await cutRedis(world, plan.random, 10);
      else await stallRedis(world, plan.random, between(plan.random, 2000, 15_000));
    }),
};
