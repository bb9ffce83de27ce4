import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { redisKeys } from '../../src/stores/redis/keys.ts';
import { repairAppendOnly } from '../support/redis.ts';
import { between, pick, type Random } from './random.ts';
import type { World } from './world.ts';

/** A send whose answer could not be written down is in doubt, and may be made again, so long after Redis is back. */
const AFTERWARDS_MS = 15_000;

/** Sends around a fault of Redis may come twice: it may be Redis that did not hear of their answer. */
export async function inDoubtWhile(world: World, fault: () => Promise<void>): Promise<void> {
  const from = Date.now();
  try {
    await fault();
  } finally {
    world.inDoubt(from - 5000, Date.now() + AFTERWARDS_MS);
  }
}

/** Redis is stopped in good order (SIGTERM) or killed, is away for `downMs`, and loads its append-only file. */
export function stopRedis(world: World, signal: 'SIGTERM' | 'SIGKILL', downMs: number): Promise<void> {
  return inDoubtWhile(world, async () => {
    await world.redis.runner.kill(signal);
    await delay(downMs);
    repairAppendOnly(world.redis.dir);
    await world.redis.start();
  });
}

/**
 * Redis has no memory for anything new for `fullMs` and until what it had taken in is worked off, which it must be although it is
 * full. Gives the number of webhooks that were refused meanwhile.
 */
export async function fillRedis(world: World, fullMs: number): Promise<number> {
  const before = refusals(world);
  await inDoubtWhile(world, () =>
    withRedis(world, async (client) => {
      await client.config('SET', 'maxmemory', '1mb'); // less than an empty one needs
      await delay(fullMs);
      const deadline = performance.now() + WORKED_OFF_MS;
      for (let rest = 1; rest > 0; await delay(100)) {
        rest = await waiting(client, world.options.partitions);
        if (performance.now() < deadline) continue;
        world.fault({
          who: 'redis',
          what: 'what was taken in is not worked off while Redis is full',
          facts: [String(rest)],
        });
        break;
      }
      await client.config('SET', 'maxmemory', '0');
    }),
  );
  return refusals(world) - before;
}

const WORKED_OFF_MS = 120_000;

/** Events not played and messages not sent. */
async function waiting(client: Redis, partitions: number): Promise<number> {
  const { partition } = redisKeys('skb');
  const keys = Array.from({ length: partitions }, (_, p) => [
    partition(p).in,
    ...Object.values(partition(p).out),
  ]).flat();
  const lengths = await Promise.all(keys.map((key) => client.xlen(key)));
  return lengths.reduce((sum, length) => sum + length, 0);
}

const refusals = (world: World): number => world.mail.refused.get(503) ?? 0;

async function withRedis(world: World, work: (client: Redis) => Promise<void>): Promise<void> {
  const client = new Redis(world.redisUrl);
  try {
    await work(client);
  } finally {
    client.disconnect();
  }
}

/** Every answer of Redis comes later by some 50 to 200 ms, for each process its own. */
export async function slowRedis(world: World, random: Random, forMs: number): Promise<void> {
  for (const product of world.products) product.redis.slow(between(random, 25, 100)); // each way
  await delay(forMs);
  for (const product of world.products) product.redis.slow(0);
}

/** The network between one process and Redis swallows everything for `forMs`, longer than time-outs and leases. */
export function stallRedis(world: World, random: Random, forMs: number): Promise<void> {
  const product = pick(random, world.products);
  world.say(`${product.name} hears nothing of Redis for ${forMs / 1000} s`);
  return inDoubtWhile(world, async () => {
    product.redis.stall(true);
    await delay(forMs);
    product.redis.stall(false);
  });
}

/** Connections of all processes to Redis break, some of them after Redis did what it was told and before its answer is heard. */
export function cutRedis(world: World, random: Random, times: number): Promise<void> {
  return inDoubtWhile(world, async () => {
    for (let n = 0; n < times; n++) {
      const product = pick(random, world.products);
      // a script sent by its digest: a commit, an outbox step, a lease
      const undo = product.redis.trap({ sees: 'evalsha', when: 'after', act: breakIt });
      await delay(between(random, 100, 600));
      undo();
      product.redis.cut();
    }
  });
}

function breakIt(): never {
  throw new Error('the connection breaks before the answer is heard');
}
