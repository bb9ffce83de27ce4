import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startProduct } from '../support/product.ts';
import { deliverEchoes, LINE_COUNT, repliesOf, talk } from './embedded-talk.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'skb-damage-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** The file that each store appends to. */
function files(): { redis: string; mongo: string } {
  const folder = join(dataDir, 'redis', 'appendonlydir');
  const name = readdirSync(folder).findLast((file) => file.endsWith('.incr.aof')) ?? '';
  return { redis: join(folder, name), mongo: join(dataDir, 'mongo', 'journal.bin') };
}

it('after kill -9 and damage at the end of both files every conversation goes on where it was', async () => {
  const product = await startProduct({ DATA_DIR: dataDir });
  try {
    const undisturbed = (await talk(product, 'first')).replies;
    const users = ['a0', 'a1'];
    const damages: ((path: string) => void)[] = [
      (path) => appendFileSync(path, Buffer.alloc(4096)), // a block that was set aside and never written
      (path) => appendFileSync(path, Buffer.from('00ff2a0d0a24ff7f00aa', 'hex')),
      (path) => appendFileSync(path, '*3\r\n$3\r\nSET\r\n$100\r\nhalf of it'),
    ];
    for (const [n, damage] of damages.entries()) {
      const [from, to] = [n, n + 1].map((part) => Math.floor((part * LINE_COUNT) / damages.length));
      await Promise.all(users.map((user) => talk(product, user, { from: from ?? 0, to: to ?? 0 })));
      await product.settled();
      await product.kill('SIGKILL');
      for (const path of Object.values(files())) damage(path);
      await product.start();
      await deliverEchoes(product);
      expect(product.output()).toContain('embedded redis: cut off the damaged end of the append-only file');
      expect(product.output()).toContain('embedded mongo cut off the damaged end of its journal');
    }
    await product.settled();
    for (const user of users) expect(repliesOf(product, user)).toEqual(undisturbed);
    const kept = (folder: string): string[] =>
      readdirSync(join(dataDir, folder)).filter((name) => name.includes('damaged'));
    expect([kept('redis').length, kept('mongo').length]).toEqual([damages.length, damages.length]);
  } finally {
    await product.close();
  }
}, 300_000);

it('a file that is damaged in its middle stops the start with what to do, and is left as it is', async () => {
  const product = await startProduct({ DATA_DIR: dataDir });
  try {
    await talk(product, 'first', { to: 4 });
    await product.settled();
    await product.kill('SIGKILL');
    for (const path of Object.values(files())) {
      const whole = readFileSync(path);
      // Redis's file has no checksums: only where it says how long a value is, never inside of one, can damage be seen
      const middle = whole.length >> 1;
      const at = path.endsWith('.aof') ? whole.indexOf('\r\n$', middle) : middle;
      const damaged = Buffer.from(whole).fill(0, at, at + 64);
      writeFileSync(path, damaged);
      await expect(product.start()).rejects.toThrow(/is damaged in its middle, at byte \d+ .* Restore a backup/);
      expect(readFileSync(path).equals(damaged)).toBe(true);
      truncateSync(path);
      writeFileSync(path, whole);
    }
    await product.start();
    await deliverEchoes(product);
    await talk(product, 'first', { from: 4, to: 6 });
  } finally {
    await product.close();
  }
}, 300_000);
