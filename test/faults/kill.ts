import { setTimeout as delay } from 'node:timers/promises';
import { between, pick } from './random.ts';
import type { Scenario } from './scenario.ts';

/** `kill -9` of any process at any instant. */
export const kill: Scenario = {
  name: 'kill',
  claim: 'A process that is killed at any instant loses nothing that was answered 200, and no turn happens twice.',
  async run(world, { random, kills, minutes }) {
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
  },
};
