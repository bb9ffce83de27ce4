import { expect, it } from 'vitest';
import { makeGate } from '../../src/outbound/gate.ts';

/** A gate that lets one send through, and no second within the life of a test unless `concurrency` and `perSecond` say so. */
function gateOf(options: { concurrency?: number; perSecond?: number; gone?: Set<string> } = {}) {
  const started: string[] = [];
  const gate = makeGate<string>({
    limits: { concurrency: options.concurrency ?? 1, perSecond: options.perSecond ?? 0.001 },
    probeMs: 1000,
    probeMaxMs: 1000,
    share: () => 1,
    isGone: (item) => options.gone?.has(item) ?? false,
    start: (item) => void started.push(item),
  });
  return { gate, started };
}

it('nothing of the rate goes to what nobody waits for any more', () => {
  const { gate, started } = gateOf({ gone: new Set(['old', 'older']) });
  gate.enqueue('old', 1);
  gate.enqueue('older', 1);
  gate.enqueue('new', 2);
  expect(started).toEqual(['new']);
  gate.close();
});

it('lets the row through first that was written first, whenever it was read', () => {
  const { gate, started } = gateOf({ perSecond: 100_000 });
  gate.enqueue('running', 0);
  for (let order = 10; order < 20; order++) gate.enqueue(`at ${order}`, order);
  gate.enqueue('said more', Infinity);
  gate.enqueue('newer', 25);
  gate.enqueue('at 12 too', 12);
  gate.enqueue('next part', -Infinity);
  const all = 15;
  while (started.length < all) gate.ended();
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `at ${from + i}`);
  const expected = ['running', 'next part', ...numbers(10, 13), 'at 12 too', ...numbers(13, 20), 'said more', 'newer'];
  expect(started).toEqual(expected);
  gate.close();
});

it('tells how many sends would go at once', () => {
  const { gate } = gateOf({ concurrency: 3, perSecond: 100_000 });
  expect(gate.room()).toBe(3);
  gate.enqueue('a', 1);
  expect(gate.room()).toBe(2);
  for (const item of ['b', 'c', 'd']) gate.enqueue(item, 1);
  expect(gate.room()).toBe(0);
  gate.close();
});
