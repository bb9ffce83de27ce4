import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

const ROUNDS_PER_MINUTE = 0.5;

/** SIGTERM, wait, start, one process after the other, behind a balancer that sends each webhook once. */
export const rolling: Scenario = {
  name: 'rolling',
  claim: 'A rolling restart refuses no webhook, doubles no message, and every process ends with 0 within 10 seconds.',
  // longer than a balancer on a busy machine takes for its look; a webhook that is sent twice or late has scenarios of its own
  world: { env: { DRAIN_SECONDS: '6' } },
  async run(world, { minutes }) {
    const rounds = Math.max(1, Math.round(minutes * ROUNDS_PER_MINUTE));
    for (let round = 1; round <= rounds; round++) {
      await restartInTurn(world);
    }
  },
};

/** Each process once, the next when all are ready again. Every webhook of that time must be answered 200. */
export async function restartInTurn(world: World): Promise<void> {
  const before = new Map(world.mail.refused);
  for (const product of world.products) {
    const begunAt = performance.now();
    const code = await product.runner.kill('SIGTERM');
    const tookMs = Math.round(performance.now() - begunAt);
    if (code !== 0)
      world.fault({ who: product.name, what: 'did not end with 0', facts: [String(code), `${tookMs} ms`] });
    product.runner.start();
    await world.allReady();
    world.say(`${product.name} ended with ${code ?? 'a signal'} after ${tookMs} ms and is back`);
    await delay(500);
  }
  for (const [status, times] of world.mail.refused) {
    const more = times - (before.get(status) ?? 0);
    const what = `${more} webhooks were answered ${status || 'not at all'} in a rolling restart`;
    if (more > 0) world.fault({ who: 'balancer', what, facts: [] });
  }
}
