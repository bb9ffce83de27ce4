import { setTimeout as delay } from 'node:timers/promises';
import { between, pick } from './random.ts';
import type { Plan, Scenario } from './scenario.ts';
import type { World } from './world.ts';

/** `kill -9` of any process at any instant. */
export const kill: Scenario = {
  name: 'kill',
  claim: 'A process that is killed at any instant loses nothing that was answered 200, and no turn happens twice.',
  run: killAtRandom,
};

/** The same with all parts in each process, where a worker hands its rows to the sender beside it. */
export const killTogether: Scenario = {
  name: 'kill-together',
  claim: 'The same holds where every process has all roles.',
  world: { processes: { 'web,worker,sender,jobs': 3 } },
  run: killAtRandom,
};

async function killAtRandom(world: World, { random, kills, minutes }: Plan): Promise<void> {
  const pauseMs = (minutes * 60_000) / Math.max(1, kills);
  const down = new Set<string>();
  for (let n = 0; n < kills; n++) {
    await delay(between(random, 0, 2 * pauseMs));
    const up = world.products.filter(({ name }) => !down.has(name));
    if (up.length === 0) continue;
    const victim = pick(random, up);
    down.add(victim.name);
    void world.kill(victim, between(random, 0, 1000)).then(() => down.delete(victim.name));
    if (n % 10 === 9) world.say(`${n + 1} kills, ${world.people.finished()} people have finished`);
  }
  while (down.size > 0) await delay(50);
}
