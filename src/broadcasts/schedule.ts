import type { Campaign } from '../core/campaign.ts';
import { dayTime, eveningOf, isDay } from './quiet-hours.ts';

/** A reminder of a deadline. Instants are epoch ms. */
export type Reminder = {
  /** The same whenever it is worked out: a run that is there is not made again. */
  run: string;
  phase: string;
  /** Whose own deadline it is, null = of all without one. Those that end at the same instant share a run. */
  unit: string | null;
  opensAt: number;
  closesAt: number;
  beforeMs: number;
  dueAt: number;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A reminder moved into the morning must leave so much time to act on it. */
const TO_ACT_MS = HOUR_MS;
/** From the evening's last reminders to the morning. */
const NIGHT_MS = 9 * HOUR_MS;
/** What could not be said in its time is still said so much later, but never later than half of what it was ahead. */
const LATE_MS = DAY_MS;

/** Every reminder of a campaign as it is published now. Nothing of it is stored: another deadline gives others. */
export function remindersOf({ id, phases, deadlines, reminders }: Campaign): Reminder[] {
  const all: Reminder[] = [];
  for (const phase of phases) {
    const ends = [
      { unit: null, opensAt: phase.opensAt, closesAt: phase.closesAt },
      ...deadlines
        .filter((own) => own.phase === phase.id)
        .map(({ unit, opensAt, closesAt }) => ({
          unit,
          opensAt: opensAt ?? phase.opensAt,
          closesAt: closesAt ?? phase.closesAt,
        })),
    ];
    for (const { unit, opensAt, closesAt } of ends) {
      for (const beforeMs of reminders.beforeMs) {
        const dueAt = dayTime(closesAt - beforeMs, closesAt - TO_ACT_MS);
        const run = `reminder/${id}/${phase.id}/${closesAt}/${beforeMs}`;
        if (dueAt >= opensAt) all.push({ run, phase: phase.id, unit, opensAt, closesAt, beforeMs, dueAt });
      }
    }
  }
  return all;
}

/** Soonest first. */
export const upcomingOf = (campaign: Campaign, now: number): Reminder[] =>
  remindersOf(campaign)
    .filter(({ dueAt }) => dueAt > now)
    .toSorted((a, b) => a.dueAt - b.dueAt);

/** What is due now: of each deadline the latest that has come, unless it is long past. One line a run. */
export function dueOf(campaign: Campaign, now: number): Reminder[] {
  const latest = new Map<string, Reminder>();
  for (const one of remindersOf(campaign)) {
    if (one.dueAt > now || now >= one.closesAt) continue;
    const key = `${one.phase} ${one.closesAt}`;
    const known = latest.get(key);
    if (!known || one.dueAt > known.dueAt || (one.dueAt === known.dueAt && one.beforeMs < known.beforeMs))
      latest.set(key, one);
  }
  return [...latest.values()].filter(({ dueAt, beforeMs }) => now - dueAt <= Math.min(LATE_MS, beforeMs / 2));
}

/**
 * Within which instants (epoch ms; after, up to) people were last seen whose draft became silent enough between two looks by day.
 * The first look of an evening also finds those for whom it would be too late in the morning.
 */
export function silentRange(silentMs: number, looked: number, now: number): { after: number; upTo: number } {
  const isEvening = isDay(now) && eveningOf(now) <= now && looked < eveningOf(now);
  return { after: looked - silentMs, upTo: now - silentMs + (isEvening ? NIGHT_MS : 0) };
}

/** When a draft is nudged in which nothing happened since `lastSeenAt`, by day and before the free window is over. */
export const silentDueAt = (silentMs: number, lastSeenAt: number, freeUntil: number): number =>
  dayTime(lastSeenAt + silentMs, freeUntil - TO_ACT_MS);
