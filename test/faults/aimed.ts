import { setTimeout as delay } from 'node:timers/promises';
import type { Role } from '../../src/config/variables.ts';
import { pick } from './random.ts';
import type { Scenario } from './scenario.ts';
import { ADD_TO_LOG, digestOf, INSERT_OF_ENTRY, INSERT_OF_LINES } from './script-names.ts';
import type { Product, World } from './world.ts';

/**
 * A moment at which a process is killed. `before`: the store never hears of it. `sent`: the store does it, nobody reads the
 * answer. `after`: the store has done it, its answer is on the way.
 */
type Aim = { what: string; role: Role; store: 'redis' | 'mongo'; sees: string; how: 'before' | 'sent' | 'after' };

/** In the build that lies in `dist`. */
export async function readAims(dist: string): Promise<Aim[]> {
  const commit = await digestOf(dist, 'skbCommit');
  const step = await digestOf(dist, 'skbOutbox');
  const task = await digestOf(dist, 'skbFinishTask');
  return [
    { what: 'commit not yet sent', role: 'worker', store: 'redis', sees: commit, how: 'before' },
    { what: 'commit on its way', role: 'worker', store: 'redis', sees: commit, how: 'sent' },
    { what: 'commit done', role: 'worker', store: 'redis', sees: commit, how: 'after' },
    { what: 'entry on its way', role: 'worker', store: 'mongo', sees: INSERT_OF_ENTRY, how: 'sent' },
    { what: 'entry written, not committed', role: 'worker', store: 'mongo', sees: INSERT_OF_ENTRY, how: 'after' },
    { what: 'send marked', role: 'sender', store: 'redis', sees: step, how: 'after' },
    { what: 'send not written down', role: 'sender', store: 'redis', sees: step, how: 'before' },
    { what: 'task done, not written down', role: 'jobs', store: 'redis', sees: task, how: 'before' },
    { what: 'task written down', role: 'jobs', store: 'redis', sees: task, how: 'after' },
    { what: 'transcript written, not removed', role: 'jobs', store: 'mongo', sees: INSERT_OF_LINES, how: 'after' },
    { what: 'event logged, not answered', role: 'web', store: 'redis', sees: ADD_TO_LOG, how: 'after' },
    { what: 'event not logged', role: 'web', store: 'redis', sees: ADD_TO_LOG, how: 'before' },
  ];
}

/** The moment comes in the traffic by itself; a rare one may take a while. */
const PATIENCE_MS = 60_000;

/** `kill -9` at the worst moments: inside the commit, between MongoDB and Redis, between a send and its answer. */
export const aimed: Scenario = {
  name: 'aimed',
  claim: 'A process may be killed inside a commit, between the entry and the commit, between a send and its answer.',
  async run(world, { random, kills }) {
    const all = await readAims(world.dist);
    const hits = new Map<string, number>();
    const count = (what: string): void => void hits.set(what, (hits.get(what) ?? 0) + 1);
    for (let n = 0; n < kills; n++) {
      // every moment has its turn; the last place is the platform's answer
      const aim = all[n % (all.length + 2)];
      if (!aim) count(await killBeforeAnswer(world, n % 4 !== 0));
      else if (await spring(world, pick(random, world.having(aim.role)), aim)) count(aim.what);
      await delay(200 + random() * 1500);
    }
    world.say([...hits].map(([what, times]) => `${what} ${times}`).join(', '));
    const missed = all.filter(({ what }) => kills >= 2 * all.length && !hits.has(what));
    for (const { what } of missed) world.fault({ who: 'harness', what: 'a moment never came', facts: [what] });
  },
};

/** Waits for the moment and kills in it. False when it did not come. */
export async function spring(world: World, product: Product, { store, sees, how }: Aim): Promise<boolean> {
  if (!product.runner.isUp()) return false;
  let sprung = false;
  let over: () => void = () => {};
  const done = new Promise<void>((resolve) => (over = resolve));
  const remove = product[store].trap({
    sees,
    when: how === 'after' ? 'after' : 'before',
    async act() {
      if (sprung) return;
      sprung = true;
      await world.kill(product);
      over();
      if (how === 'before') throw new Error('never sent');
    },
  });
  await Promise.race([done, delay(PATIENCE_MS)]);
  remove();
  return sprung;
}

/** The platform has taken a message; the sender dies before it hears so. Without an echo nothing proves that it arrived. */
export async function killBeforeAnswer(world: World, withEcho: boolean): Promise<string> {
  const [sender] = world.having('sender');
  if (!sender) return 'no sender';
  if (!withEcho) world.platforms.setEcho(null);
  const killed = new Promise<boolean>((resolve) => {
    world.hooks.beforeAnswer = async () => {
      world.hooks.beforeAnswer = null;
      await world.kill(sender);
      resolve(true);
    };
  });
  const came = await Promise.race([killed, delay(PATIENCE_MS).then(() => false)]);
  world.hooks.beforeAnswer = null;
  if (!came) world.fault({ who: 'harness', what: 'a moment never came', facts: ['message taken, not answered'] });
  if (withEcho) return 'message taken, not answered';
  world.platforms.setEcho(world.echo);
  return 'message taken, neither answered nor echoed';
}
