import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { makeTurns } from '../../src/console/api/turns.ts';

it('so many have a turn at once, the next in the order in which they asked, and who has gone has none', async () => {
  const turn = makeTurns(2);
  const askers = Array.from({ length: 5 }, () => new EventEmitter());
  const begun: number[] = [];
  const turns = askers.map(async (asker, n) => {
    const end = await turn(asker);
    if (end) begun.push(n);
    return end;
  });
  const first = await turns[0];
  expect(begun).toEqual([0, 1]);
  askers[2]?.emit('close');
  expect(await turns[2]).toBeNull();
  first?.();
  first?.();
  (await turns[3])?.();
  (await turns[1])?.();
  (await turns[4])?.();
  expect(begun).toEqual([0, 1, 3, 4]);
  expect(askers.map((asker) => asker.listenerCount('close'))).toEqual([0, 0, 0, 0, 0]);
  expect(await turn(new EventEmitter())).not.toBeNull();
});
