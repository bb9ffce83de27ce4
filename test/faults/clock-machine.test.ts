import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startProduct } from '../support/product.ts';
import { run } from './embedded-disk.ts';
import { repliesOf, say, talk } from './embedded-talk.ts';

const PATIENCE = { timeout: 150_000 }; // a send in doubt waits 60 s for its echo
const SECOND = 1_000_000n; // in microseconds
const HOUR = 3600n * SECOND;

const dir = mkdtempSync(join(tmpdir(), 'skb-machine-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const library = join(dir, 'clock.so');
const built = run('gcc', ['-shared', '-fPIC', '-O1', '-o', library, 'test/faults/clock-machine.c']);
const whyNot =
  built.status === 0 ? null : `no gcc here (apt-get install -y gcc libc6-dev): ${built.stderr || String(built.error)}`;
if (whyNot !== null) console.warn(`skipped: ${whyNot}`);

const offsetFile = join(dir, 'offset');
function setBy(microseconds: bigint): void {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(microseconds);
  writeFileSync(offsetFile, bytes, { flag: 'r+' }); // in place: it is mapped
}

it.skipIf(whyNot !== null)(
  'when the clock of the whole machine is set, Redis included, every conversation goes on within the lease',
  async () => {
    writeFileSync(offsetFile, Buffer.alloc(8));
    const product = await startProduct({ LD_PRELOAD: library, CLOCK_OFFSET_FILE: offsetFile });
    try {
      const undisturbed = (await talk(product, 'first')).replies;
      const users = ['a0', 'a1'];
      const talks = Promise.all(users.map((user) => talk(product, user)));
      const steps = [SECOND, -SECOND, HOUR / 6n, -HOUR / 6n, 24n * HOUR, -2n * HOUR];
      for (const [n, shift] of steps.entries()) {
        setBy(shift);
        await expect.poll(() => product.heard('a0').length, PATIENCE).toBeGreaterThan(2 * n + 1);
        for (const user of users) if (n > 0) expect(await say(product, user, n - 1)).toBe(200);
      }
      await talks;
      // killed under a clock that was ahead, started under the right one: what it held must not be held for the difference
      setBy(2n * HOUR);
      await talk(product, 'late', { to: 3 });
      await product.settled();
      await product.kill('SIGKILL');
      setBy(0n);
      await product.start();
      await talk(product, 'late', { from: 3 });
      await product.settled();
      for (const user of [...users, 'late']) expect(repliesOf(product, user), user).toEqual(undisturbed);
    } finally {
      await product.close();
    }
  },
  300_000,
);
