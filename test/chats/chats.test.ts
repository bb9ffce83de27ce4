import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { playChat } from '../support/play.ts';
import { changedWorld, otherWorlds, theWorld } from '../support/world.ts';

const here = import.meta.dirname;
const worlds = { default: theWorld(), changed: changedWorld(), ...otherWorlds() };

// rewritten with `npx vitest run --config test/vitest.config.ts test/chats -u`
test.each(readdirSync(here).filter((file) => file.endsWith('.txt')))('chat %s', async (file) => {
  const path = join(here, file);
  await expect(playChat(worlds, readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
});
