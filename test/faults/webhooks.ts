import { setTimeout as delay } from 'node:timers/promises';
import { untilTrue } from './processes.ts';
import type { Scenario } from './scenario.ts';

const BODY = 1000;
const PILE_MS = 4000;

/** Whatever a platform may do with its deliveries. */
export const webhooks: Scenario = {
  name: 'webhooks',
  claim:
    'A webhook may come again, twice at once, out of order, two hours late, or with a thousand events in one body.',
  world: { people: 1400, active: 1400, zaloShare: 0.2, mail: { redelivered: 0.5, doubled: 0.3, late: 0.2 } },
  async run(world, { minutes }) {
    // everybody's first words wait at the platform
    world.mail.hold(true);
    await untilTrue('a thousand people have written', () => world.mail.held() >= BODY, 120_000);
    world.mail.hold(false, BODY);
    const until = performance.now() + minutes * 60_000;
    while (performance.now() < until && world.people.finished() === 0) await delay(1000);
    for (let n = 0; n < 3; n++) {
      world.mail.hold(true);
      await delay(PILE_MS);
      world.mail.hold(false, BODY);
      await delay(PILE_MS);
    }
    world.say(`the largest body held ${world.mail.counts.largest} events`);
    if (world.mail.counts.largest < BODY && world.options.people > BODY)
      world.fault({
        who: 'harness',
        what: 'no body held a thousand events',
        facts: [String(world.mail.counts.largest)],
      });
  },
};
