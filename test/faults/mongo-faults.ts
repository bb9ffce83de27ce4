import { setTimeout as delay } from 'node:timers/promises';
import { between, pick, type Random } from './random.ts';
import type { World } from './world.ts';

/** MongoDB is killed and stays away for `downMs`. */
export async function stopMongo(world: World, downMs: number): Promise<void> {
  await world.mongo.runner.kill('SIGKILL');
  await delay(downMs);
  await world.mongo.start();
}

/** Every answer of MongoDB comes later by some 200 to 1,000 ms, for each process its own. */
export async function slowMongo(world: World, random: Random, forMs: number): Promise<void> {
  for (const product of world.products) product.mongo.slow(between(random, 100, 500)); // each way
  await delay(forMs);
  for (const product of world.products) product.mongo.slow(0);
}

/** The network between one process and MongoDB swallows everything for `forMs`, longer than its time-outs. */
export async function stallMongo(world: World, random: Random, forMs: number): Promise<void> {
  const product = pick(random, world.products);
  world.say(`${product.name} hears nothing of MongoDB for ${forMs / 1000} s`);
  product.mongo.stall(true);
  await delay(forMs);
  product.mongo.stall(false);
}

/**
 * Connections to MongoDB break in the middle of commands: `before` it sees them, or `after` it did what they say and
 * before its answer is heard, so that the same write is made again.
 */
export async function cutMongo(world: World, random: Random, times: number): Promise<number> {
  let cuts = 0;
  for (let n = 0; n < times; n++) {
    const when = random() < 0.7 ? 'after' : 'before';
    const sees = pick(random, ['insert', 'update', 'findAndModify']);
    const traps = world.products.map(({ mongo }) =>
      mongo.trap({
        sees,
        when,
        act() {
          cuts++;
          throw new Error('the connection breaks');
        },
      }),
    );
    await delay(between(random, 100, 400));
    for (const undo of traps) undo();
    await delay(between(random, 100, 400));
  }
  return cuts;
}
