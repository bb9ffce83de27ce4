import { setTimeout as delay } from 'node:timers/promises';
import { cutMongo, slowMongo, stallMongo, stopMongo } from './mongo-faults.ts';
import { between } from './random.ts';
import type { Scenario } from './scenario.ts';

const MINUTE_MS = 60_000;
/** Source: issue 3 §1. */
const DOWN_MS = 60_000;

export const mongoDown: Scenario = {
  name: 'mongo-down',
  claim:
    'MongoDB may be away for a minute: whoever needs it is told and waits, all others go on, each entry is kept once.',
  async run(world, { minutes, random }) {
    const until = performance.now() + minutes * MINUTE_MS;
    for (let n = 0; n < 1 || performance.now() < until; n++) {
      await delay(between(random, 2000, 10_000));
      await stopMongo(world, DOWN_MS);
    }
  },
};

export const mongoBroken: Scenario = {
  name: 'mongo-broken',
  claim: 'MongoDB may be slow, silent, or break connections after it wrote: each entry is kept once, under one code.',
  async run(world, { minutes, random }) {
    const until = performance.now() + minutes * MINUTE_MS;
    let cuts = 0;
    for (let n = 0; n < 3 || performance.now() < until; n++) {
      await delay(between(random, 500, 3000));
      if (n % 3 === 0) cuts += await cutMongo(world, random, 10);
      else if (n % 3 === 1) await slowMongo(world, random, 10_000);
      else await stallMongo(world, random, between(random, 3000, 15_000));
    }
    world.say(`${cuts} commands to MongoDB were cut off`);
  },
};
