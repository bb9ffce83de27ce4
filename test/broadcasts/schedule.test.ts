import { expect, it } from 'vitest';
import { dayEnd, dayTime, isDay, mayHandOut } from '../../src/broadcasts/quiet-hours.ts';
import { dueOf, remindersOf, silentDueAt, silentRange, upcomingOf } from '../../src/broadcasts/schedule.ts';
import type { Campaign } from '../../src/core/campaign.ts';
import { theWorld } from '../support/world.ts';

const at = (text: string): number => Date.parse(`${text}+07:00`);
const told = (instant: number): string => new Date(instant + 7 * 3_600_000).toISOString().slice(0, 16);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The 2021 campaign as the papers have it: until 24h00 of 20/4, and of 10/4 in one province. */
function campaign(changed: Partial<Campaign> = {}): Campaign {
  const [flow] = theWorld().flows.values();
  if (!flow) throw new Error('no campaign');
  return {
    ...flow.campaign,
    id: 'c',
    published: 1,
    phases: [
      {
        id: 'p1',
        name: { vi: 'Đợt 1', en: 'Phase 1' },
        opensAt: at('2021-03-10T00:00'),
        closesAt: at('2021-04-21T00:00'),
      },
    ],
    deadlines: [{ unit: '87', phase: 'p1', opensAt: null, closesAt: at('2021-04-11T00:00') }],
    reminders: { ...flow.campaign.reminders, beforeMs: [7 * DAY_MS, 3 * DAY_MS, DAY_MS, 3 * HOUR_MS], most: 2 },
    ...changed,
  };
}

it('nobody is written to between 22:00 and 06:00 of Viet Nam', () => {
  expect(['05:59', '06:00', '21:59', '22:00', '00:00'].map((time) => isDay(at(`2021-04-20T${time}`)))).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
  expect(mayHandOut(at('2021-04-20T21:56'))).toBe(false);
  expect(told(dayEnd(at('2021-04-20T21:00')))).toBe('2021-04-20T22:00');
  expect(told(dayEnd(at('2021-04-20T23:00')))).toBe('2021-04-21T22:00');
});

it.each([
  ['2021-04-20T00:00', '2021-04-20T23:00', '2021-04-20T06:00'],
  ['2021-04-20T23:30', '2021-04-21T23:00', '2021-04-21T06:00'],
  ['2021-04-20T04:00', '2021-04-20T05:00', '2021-04-19T21:00'],
  ['2021-04-20T23:30', '2021-04-21T02:00', '2021-04-20T21:00'],
  ['2021-04-20T15:00', '2021-04-20T16:00', '2021-04-20T15:00'],
  // the night would break it off
  ['2021-04-20T21:57', '2021-04-20T23:57', '2021-04-20T21:00'],
  ['2021-04-20T21:57', '2021-04-21T20:57', '2021-04-20T21:57'],
])('what is due at %s and of use until %s is said at %s', (due, before, expected) => {
  expect(told(dayTime(at(due), at(before)))).toBe(expected);
});

it('reminders go by the deadline of the own unit, by day', () => {
  const all = remindersOf(campaign()).map(({ unit, dueAt }) => `${unit ?? '*'} ${told(dueAt)}`);
  expect(all).toEqual([
    '* 2021-04-14T06:00',
    '* 2021-04-18T06:00',
    '* 2021-04-20T06:00',
    '* 2021-04-20T21:00',
    '87 2021-04-04T06:00',
    '87 2021-04-08T06:00',
    '87 2021-04-10T06:00',
    '87 2021-04-10T21:00',
  ]);
});

it('prolonged five minutes before its end, a phase has all its reminders again and none of the old ones', () => {
  const now = at('2021-04-20T23:55');
  const longer = campaign({
    deadlines: [],
    phases: [{ ...campaign().phases[0]!, closesAt: at('2021-06-01T00:00') }],
  });
  expect(dueOf(longer, now)).toEqual([]);
  expect(upcomingOf(longer, now).map(({ dueAt }) => told(dueAt))).toEqual([
    '2021-05-25T06:00',
    '2021-05-29T06:00',
    '2021-05-31T06:00',
    '2021-05-31T21:00',
  ]);
});

it('of a deadline only the latest reminder that has come is due, and not for long', () => {
  const due = (time: string) => dueOf(campaign({ deadlines: [] }), at(time)).map(({ beforeMs }) => beforeMs / HOUR_MS);
  expect(due('2021-04-20T05:59')).toEqual([]); // the one of three days is two days old
  expect(due('2021-04-20T06:00')).toEqual([24]);
  expect(due('2021-04-20T21:00')).toEqual([3]);
  expect(due('2021-04-20T22:31')).toEqual([]);
  expect(due('2021-04-21T00:00')).toEqual([]);
});

it('the run of a reminder has the same id however often it is worked out, and another one for another deadline', () => {
  const ids = (one: Campaign) => new Set(remindersOf(one).map(({ run }) => run));
  expect(ids(campaign())).toEqual(ids(campaign()));
  const moved = campaign({ deadlines: [{ unit: '87', phase: 'p1', opensAt: null, closesAt: at('2021-04-13T00:00') }] });
  expect([...ids(moved)].filter((id) => ids(campaign()).has(id))).toHaveLength(4); // those of the phase itself
});

it('a draft is nudged within the free window, the evening before where the morning would be too late', () => {
  const seen = at('2021-04-19T05:00');
  const zalo = silentDueAt(42 * HOUR_MS, seen, seen + 48 * HOUR_MS); // 23:00, window over at 05:00
  expect(told(zalo)).toBe('2021-04-20T21:00');
  const messenger = silentDueAt(20 * HOUR_MS, seen, seen + 23.5 * HOUR_MS);
  expect(told(messenger)).toBe('2021-04-19T21:00'); // 01:00 next, over at 04:30
  expect(told(silentDueAt(20 * HOUR_MS, at('2021-04-19T09:00'), at('2021-04-20T08:30')))).toBe('2021-04-20T06:00');
});

it('the looks of a day together find every silent draft in its time', () => {
  const silentMs = 20 * HOUR_MS;
  const looks = Array.from({ length: 3 * 96 }, (_, n) => at('2021-04-18T00:00') + n * 15 * 60_000).filter(isDay);
  for (let seen = at('2021-04-17T20:00'); seen < at('2021-04-18T20:00'); seen += 7 * 60_000) {
    const dueAt = silentDueAt(silentMs, seen, seen + 23.5 * HOUR_MS);
    const found = looks.filter((now, n) => {
      const looked = looks[n - 1] ?? now - 12 * HOUR_MS;
      const { after, upTo } = silentRange(silentMs, looked, now);
      return seen > after && seen <= upTo && dueAt > looked && dueAt <= now;
    });
    expect(found, `seen at ${told(seen)}`).toHaveLength(1);
  }
});
