import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startProduct, type Product } from '../support/product.ts';
import { LINE_COUNT, repliesOf, talk } from './embedded-talk.ts';

it('a copy of the folder, made as operations.md says, goes on elsewhere with every conversation and entry', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'skb-backup-'));
  const [original, copy] = [join(dir, 'data'), join(dir, 'backup')];
  const first = await startProduct({ DATA_DIR: original });
  let second: Product | null = null;
  try {
    const undisturbed = (await talk(first, 'first')).replies;
    await talk(first, 'half', { to: LINE_COUNT >> 1 });
    await first.settled();
    await first.kill('SIGTERM');
    expect(spawnSync('cp', ['-a', original, copy]).status).toBe(0);
    rmSync(original, { recursive: true });
    second = await startProduct({ DATA_DIR: copy, GRAPH_API_URL: first.platform.url });
    const moved = { messenger: second.messenger, heard: first.heard };
    await talk(moved, 'half', { from: LINE_COUNT >> 1 });
    expect(repliesOf(first, 'half')).toEqual(undisturbed);
    await second.settled();
    expect(await second.messenger('first', { message: { mid: 'first-again', text: 'trạng thái' } })).toBe(200);
    await expect.poll(() => repliesOf(first, 'first').length, { timeout: 60_000 }).toBe(undisturbed.length + 1);
    expect(repliesOf(first, 'first').at(-1)).toBe(undisturbed.at(-1));
  } finally {
    await second?.close();
    await first.close();
    rmSync(dir, { recursive: true, force: true });
  }
}, 300_000);
