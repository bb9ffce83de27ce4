import { expect, it } from 'vitest';
import { cutMongo, slowMongo, stallMongo, stopMongo } from './mongo-faults.ts';
import { playScenario, tellReport } from './play.ts';

it('MongoDB away, slow, silent and cut off in the midst of its writes keeps each entry once, and everybody gets through', async () => {
  const report = await playScenario(
    {
      name: 'mongo-short',
      claim: 'the short form of mongo-down and mongo-broken',
      world: { processes: { 'web,jobs': 1, worker: 2, sender: 1 } },
      async run(world, { random }) {
        await cutMongo(world, random, 4);
        await stopMongo(world, 4000);
        await slowMongo(world, random, 2000);
        await stallMongo(world, random, 4000);
        const cuts = await cutMongo(world, random, 4);
        if (cuts === 0) world.fault({ who: 'mongo-short', what: 'no command was cut off', facts: [] });
      },
    },
    { seed: 32, people: 14, active: 10, kills: 0, minutes: 0, keep: false, say: () => {} },
  );
  expect(report.faults, tellReport(report)).toEqual([]);
}, 300_000);
