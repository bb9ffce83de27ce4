import { afterEach, expect, it } from 'vitest';
import { makeRoom, type Room } from '../../src/outbound/room.ts';

let late = 0;
let room: Room;
const open = (): Room => (room = makeRoom(() => late));
afterEach(() => {
  room.close();
  late = 0;
});

it('gives what is wanted at once while few replies wait', () => {
  expect(open().take(200, 0)).toBe(200);
  expect(room.take(200, 0)).toBe(56);
});

it('lets nobody in while replies wait to be sent, and goes on as soon as they went out', async () => {
  open();
  late = 300;
  const count = room.take(40, 0);
  expect(count).toBeInstanceOf(Promise);
  late = 250;
  room.eased(); // six would be too few to be worth a commit
  late = 200;
  room.eased();
  expect(await count).toBe(40);
});

it('counts those that are being played', async () => {
  open();
  expect(room.take(256, 0)).toBe(256);
  const next = room.take(30, 0);
  room.give(256);
  expect(await next).toBe(30);
});

it('who has waited longest goes first, whenever they asked', async () => {
  open();
  late = 300;
  const order: string[] = [];
  const asked = [
    Promise.resolve(room.take(20, 5)).then(() => order.push('later')),
    Promise.resolve(room.take(20, 9)).then(() => order.push('last')),
    Promise.resolve(room.take(20, 1)).then(() => order.push('first')),
  ];
  late = 0;
  room.eased();
  await Promise.all(asked);
  expect(order).toEqual(['first', 'later', 'last']);
});

it('someone who came later does not slip in before those who wait', async () => {
  open();
  late = 300;
  const first = room.take(20, 1);
  late = 0;
  const second = room.take(20, 2);
  expect(second).toBeInstanceOf(Promise);
  expect(await first).toBe(20);
  expect(await second).toBe(20);
});

it('a platform that takes nothing holds nobody up for ever', async () => {
  open();
  late = 10_000;
  expect(await room.take(200, 0)).toBe(16);
});

it('the end of the sender lets everybody go on', async () => {
  open();
  late = 10_000;
  const count = room.take(200, 0);
  room.close();
  expect(await count).toBe(200);
});
