import { setTimeout as delay } from 'node:timers/promises';
import { between, pick } from './random.ts';
import type { Scenario } from './scenario.ts';
import { digestOf } from './script-names.ts';
import type { Product, World } from './world.ts';

/** Past every lease. Source: src/app.ts, LEASE_MS. */
const LEASE_MS = 10_000;

/** SIGSTOP past the lease, then SIGCONT: whatever it still writes must be refused. */
export const paused: Scenario = {
  name: 'paused',
  claim: 'A process that stood still past its lease is fenced off when it wakes: its late writes are refused.',
  world: { processes: { web: 2, worker: 2, sender: 2, jobs: 2 } },
  async run(world, { random, minutes }) {
    const rounds = Math.max(1, Math.round(minutes));
    for (let round = 0; round < rounds; round++) {
      for (const role of ['worker', 'sender', 'jobs'] as const) {
        const victim = pick(random, world.having(role));
        await pauseAnywhere(world, victim, LEASE_MS + between(random, 1000, 4000));
      }
      await holdCommit(world, pick(random, world.having('worker')));
    }
  },
};

async function pauseAnywhere(world: World, victim: Product, ms: number): Promise<void> {
  const from = Date.now();
  victim.runner.pause();
  await delay(ms);
  victim.runner.resume();
  // what it had sent when it stopped is answered, and it cannot say so any more
  if (victim.roles.includes('sender')) world.inDoubt(from, Date.now());
  world.say(`${victim.name} stood still for ${(ms / 1000).toFixed(1)} s`);
  await delay(2000);
}

/** A commit that is on its way while its process stands still and its lease goes to another. */
async function holdCommit(world: World, victim: Product): Promise<void> {
  const sees = await digestOf(world.dist, 'skbCommit');
  let held = false;
  let answer: string | null = null;
  const removeHold = victim.redis.trap({
    sees,
    when: 'before',
    async act() {
      if (held) return;
      held = true;
      victim.runner.pause();
      await delay(LEASE_MS * 1.5);
    },
  });
  const removeLook = victim.redis.trap({
    sees,
    when: 'after',
    act(bytes) {
      if (held) answer ??= bytes.toString('latin1');
    },
  });
  for (let waited = 0; answer === null && waited < 60_000; waited += 50) await delay(50);
  victim.runner.resume();
  removeHold();
  removeLook();
  const told = answer as string | null; // set by the trap
  world.say(`a commit of ${victim.name} came late and was answered ${JSON.stringify(told?.slice(0, 60) ?? 'nothing')}`);
  if (!told?.includes('lost'))
    world.fault({
      who: victim.name,
      what: 'a commit after the lease was not refused',
      facts: [told ?? 'no commit was seen'],
    });
  await delay(2000);
}
