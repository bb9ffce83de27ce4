import { setTimeout as delay } from 'node:timers/promises';
import { killBeforeAnswer, readAims, spring } from './aimed.ts';
import { pick } from './random.ts';
import { restartInTurn } from './rolling.ts';
import type { Scenario } from './scenario.ts';

const AIMED = ['commit on its way', 'entry written, not committed', 'transcript written, not removed'];

/** A minute's worth of all that kills: for `npm test`. */
export const short: Scenario = {
  name: 'short',
  claim: 'Killed at any and at the worst moments and replaced in turn, it loses nothing and does nothing twice.',
  world: {
    processes: { 'web,worker': 2, 'sender,jobs': 1 },
    partitions: 8,
    env: { DRAIN_SECONDS: '3' },
    zaloShare: 1, // a message in doubt waits 15 s for its echo there, a minute on Messenger
  },
  async run(world, { random }) {
    await delay(1000);
    const aims = await readAims(world.dist);
    for (const what of AIMED) {
      const aim = aims.find((one) => one.what === what);
      if (!aim) throw new Error(`no such aim: ${what}`);
      if (!(await spring(world, pick(random, world.having(aim.role)), aim)))
        world.fault({ who: 'harness', what: 'a moment never came', facts: [what] });
    }
    await killBeforeAnswer(world, true);
    await world.kill(pick(random, world.products));
    await world.allReady();
    await restartInTurn(world);
  },
};
