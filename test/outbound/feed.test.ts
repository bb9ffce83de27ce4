import { expect, it } from 'vitest';
import { makeFeed } from '../../src/outbound/feed.ts';

const empty = (): Promise<null> => Promise.resolve(null);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('takes each row once, by hand or by reading, whichever comes first', () => {
  const feed = makeFeed(['messenger'], empty);
  expect(feed.hand('messenger', '1-0', true)).toBe(true);
  expect(feed.read('messenger', '1-0')).toBe(false);
  expect(feed.read('messenger', '2-0')).toBe(true);
  expect(feed.hand('messenger', '2-0', true)).toBe(false);
});

it('tells rows of two channels apart, though one commit gave them the same id', () => {
  const feed = makeFeed(['zalo', 'messenger'], empty);
  expect(feed.hand('zalo', '5-0', true)).toBe(true);
  expect(feed.hand('messenger', '5-0', true)).toBe(true);
  expect(feed.read('zalo', '5-0')).toBe(false);
  expect(feed.read('messenger', '5-0')).toBe(false);
});

it('takes nothing by hand while an earlier row waits to be read', () => {
  const feed = makeFeed(['messenger'], empty);
  expect(feed.hand('messenger', '9-0', false)).toBe(false); // no room
  expect(feed.hand('messenger', '10-0', true)).toBe(false);
  expect(feed.read('messenger', '9-0')).toBe(true);
  expect(feed.read('messenger', '10-0')).toBe(true);
  expect(feed.hand('messenger', '10-1', true)).toBe(true);
});

it('takes nothing by hand until what others wrote has been read', async () => {
  const feed = makeFeed(['messenger'], () => Promise.resolve('7-3'));
  feed.catchUp();
  expect(feed.isLevel('messenger')).toBe(false);
  await settled();
  expect(feed.isLevel('messenger')).toBe(false);
  feed.read('messenger', '7-3');
  expect(feed.isLevel('messenger')).toBe(true);
});

it('takes nothing by hand any more when it cannot be told what others wrote', async () => {
  const feed = makeFeed(['messenger'], () => Promise.reject(new Error('Redis is away')));
  feed.catchUp();
  await settled();
  expect(feed.hand('messenger', '7-0', true)).toBe(false);
});
