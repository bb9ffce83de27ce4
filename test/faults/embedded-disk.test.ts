import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { processStart } from '../../src/embedded/lock.ts';
import { startProduct, type Product } from '../support/product.ts';
import { limitFiles, mountSmallDisk, pidsOf, type SmallDisk } from './embedded-disk.ts';
import { deliverEchoes, repliesOf, talk } from './embedded-talk.ts';

const PATIENCE = { timeout: 150_000 }; // a send in doubt waits 60 s for its echo
const disk = mountSmallDisk(48);
const noDisk = 'whyNot' in disk ? disk.whyNot : null;
if (noDisk !== null) console.warn(`skipped: ${noDisk}`);
const small = disk as SmallDisk; // not used where it is none
afterAll(() => (noDisk === null ? small.close() : undefined));

const people = (name: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${name}${n}`);
const readyStatus = (product: Product): Promise<number> => fetch(`${product.url}/readyz`).then(({ status }) => status);

/** All conversations are as the first one, which nothing disturbed: none lost anything, none heard anything twice. */
async function expectUndisturbed(product: Product, users: readonly string[], undisturbed: readonly string[]) {
  await product.settled();
  for (const user of users) expect(repliesOf(product, user), user).toEqual(undisturbed);
}

it.skipIf(noDisk !== null)(
  'a disk that fills under conversation refuses webhooks, says what to do, and goes on by itself once there is space',
  async () => {
    const product = await startProduct({ DATA_DIR: small.dir });
    try {
      const undisturbed = (await talk(product, 'first')).replies;
      const users = people('a', 4);
      const talks = Promise.all(users.map((user) => talk(product, user)));
      await expect.poll(() => users.some((user) => product.heard(user).length > 3), PATIENCE).toBe(true);
      small.fill();
      let others = 0;
      const asks = (): Promise<number> => {
        const message = { mid: `other-${++others}`, text: 'xin chào' };
        return product.messenger(`other-${others}`, { message }).catch(() => 0);
      };
      await expect.poll(asks, PATIENCE).toBe(503);
      await expect.poll(() => readyStatus(product), PATIENCE).toBe(503);
      // of Redis's guard, which says in the end that there is space again; the journal of MongoDB may say it sooner
      const advice = /"level":50.*"writeFailed".*disk full: .* free at least 20 MiB under DATA_DIR/;
      await expect.poll(() => advice.test(product.output()), PATIENCE).toBe(true);
      small.free();
      const told = await talks;
      expect(told.flatMap(({ refused }) => [...refused.keys()]).filter((status) => status !== 503)).toEqual([]);
      await expectUndisturbed(product, users, undisturbed);
      await expect.poll(() => readyStatus(product), PATIENCE).toBe(200);
      await expect.poll(() => product.output().includes('there is space on the disk again'), PATIENCE).toBe(true);
    } finally {
      await product.close();
      small.free();
    }
  },
  300_000,
);

// the harder of the two in `npm test`: Redis acknowledges before it knows
it.skipIf(noDisk !== null).each(process.env['FAULTS'] === 'full' ? ['everysec', 'always'] : ['everysec'])(
  'what was answered 200 while the disk filled outlives a kill on the full disk (appendfsync %s)',
  async (fsync) => {
    const product = await startProduct({ DATA_DIR: join(small.dir, fsync), REDIS_FSYNC: fsync });
    try {
      const taken: string[] = [];
      let refusals = 0;
      let full = false;
      const writers = people(fsync, 8).map(async (name) => {
        for (let n = 0; !full || refusals < 40; n += 1) {
          const user = `${name}-${n}`;
          const said = { message: { mid: user, text: 'xin chào' } };
          if ((await product.messenger(user, said).catch(() => 0)) === 200) taken.push(user);
          else refusals += 1;
          if (full) await delay(5);
        }
      });
      await expect.poll(() => taken.length, PATIENCE).toBeGreaterThan(20);
      small.fill();
      full = true;
      await Promise.all(writers);
      await expect.poll(() => product.output(), PATIENCE).toContain('disk full');
      const { redis } = pidsOf(product.output(), join(small.dir, fsync));
      await product.kill('SIGKILL');
      await expect.poll(() => processStart(redis), PATIENCE).toBe(''); // it ends on the full disk
      small.free();
      await product.start();
      await deliverEchoes(product);
      const unanswered = (): string[] => taken.filter((user) => product.heard(user).length < 2);
      await expect.poll(unanswered, PATIENCE).toEqual([]);
      await product.settled();
      expect(taken.filter((user) => product.heard(user).length > 2)).toEqual([]);
    } finally {
      await product.close();
      small.free();
    }
  },
  300_000,
);

it('a disk that refuses every write, though it has space, holds conversations up and takes nothing away', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'skb-limit-'));
  const product = await startProduct({ DATA_DIR: dataDir });
  try {
    const undisturbed = (await talk(product, 'first')).replies;
    const pids = pidsOf(product.output(), dataDir);
    // small enough that the next write of either store goes beyond it
    const limited = [pids.product, pids.redis].map((pid) => limitFiles(pid, 1000));
    if (limited.includes(false))
      return console.warn('not played: there is no `prlimit` here (util-linux on Linux has it)');
    let refusals = 0;
    const users = people('b', 3);
    const talks = Promise.all(users.map((user) => talk(product, user, { onRefused: () => void (refusals += 1) })));
    await expect.poll(() => refusals, PATIENCE).toBeGreaterThan(4);
    await expect.poll(() => readyStatus(product), PATIENCE).toBe(503);
    limitFiles(pids.product, 'unlimited'); // a server that is started again gets it from there
    limitFiles(pidsOf(product.output(), dataDir).redis, 'unlimited');
    await talks;
    await expectUndisturbed(product, users, undisturbed);
    await expect.poll(() => readyStatus(product), PATIENCE).toBe(200);
  } finally {
    await product.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 300_000);
