import { setTimeout as wait } from 'node:timers/promises';
import type { ChannelName } from '../core/contact.ts';
import type { Run } from '../core/run.ts';
import { handOut, type HandShell } from './hand.ts';
import { mayHandOut } from './quiet-hours.ts';

export type PumpShell = HandShell & {
  /** Messages per second on this channel at most. */
  perSecond(channel: ChannelName): number;
};

/** Between two looks. */
const STEP_MS = 100;
const MAX_BATCH = 200;
/** What was not used of the rate is made up for, up to so many seconds' worth. */
const SAVED_SECONDS = 2;
/** So many seconds' worth may be on its way: an answer in a conversation waits behind no more. */
const ON_THE_WAY_SECONDS = 5;
const ON_THE_WAY_MIN = 20;
/** What was handed out before and never heard of holds nothing up. */
const ON_THE_WAY_MS = 10 * 60_000;
/** What is in the outbox is sent or withdrawn by the end of the day: a platform that takes nothing is not handed ever more to be withdrawn. */
const IN_OUTBOX_MS = 16 * 3_600_000;

/** How many may be on their way at once. */
const mostOnTheWay = (perSecond: number): number => Math.max(ON_THE_WAY_MIN, perSecond * ON_THE_WAY_SECONDS);

function onTheWay({ stores, clock }: OnTheWayShell, channel: ChannelName): Promise<number> {
  const now = clock.now();
  return stores.deliveries.unsettled(channel, { handed: now - ON_THE_WAY_MS, said: now - IN_OUTBOX_MS });
}
type OnTheWayShell = Pick<PumpShell, 'clock'> & { stores: Pick<PumpShell['stores'], 'deliveries'> };

/** True where what is on its way must first arrive. */
export const isFull = async (
  shell: OnTheWayShell & Pick<PumpShell, 'perSecond'>,
  channel: ChannelName,
): Promise<boolean> => (await onTheWay(shell, channel)) >= mostOnTheWay(shell.perSecond(channel));

/**
 * Hands out what is planned on a channel, the most urgent run first, at its rate and no faster than it arrives, until there is
 * nothing more to hand out by day or `goOn` says no. Two at a time would hand out twice what is dropped once: no harm is done.
 */
export async function pump(shell: PumpShell, channel: ChannelName, goOn: () => boolean): Promise<void> {
  const { stores } = shell;
  const rate = shell.perSecond(channel);
  let filledAt = performance.now();
  let tokens = Math.max(1, rate * (STEP_MS / 1000));
  while (goOn()) {
    const run = await mostUrgent(shell, channel);
    if (!run) return;
    const now = performance.now();
    tokens = Math.min(tokens + ((now - filledAt) / 1000) * rate, Math.max(1, rate * SAVED_SECONDS));
    filledAt = now;
    const room = mostOnTheWay(rate) - (await onTheWay(shell, channel));
    const count = Math.min(Math.floor(tokens), Math.floor(room), MAX_BATCH);
    if (count > 0) tokens -= await handOut(shell, run, await stores.deliveries.next(run.id, channel, count));
    await wait(Math.max(1, STEP_MS - (performance.now() - now)));
  }
}

/** The run that is handed out from just now; null where there is nothing to hand out. */
async function mostUrgent({ stores, clock }: PumpShell, channel: ChannelName): Promise<Run | null> {
  const now = clock.now();
  const runs = (await stores.runs.inStates(['running'])).filter(
    (run) => run.notAfter > now && (run.kind === 'test' || mayHandOut(now)),
  );
  for (const run of runs.toSorted(byUrgency)) {
    if (await stores.deliveries.hasAny(run.id, ['planned'], channel)) return run;
  }
  return null;
}

const KIND_ORDER: Readonly<Record<Run['kind'], number>> = {
  test: 0,
  reminder: 1,
  result: 2,
  silentDraft: 3,
  broadcast: 4,
};

/** Tests, then reminders by their deadline, then the rest by kind and age. */
function byUrgency(a: Run, b: Run): number {
  if (a.kind !== b.kind) return KIND_ORDER[a.kind] - KIND_ORDER[b.kind];
  if (a.deadline && b.deadline && a.deadline.closesAt !== b.deadline.closesAt)
    return a.deadline.closesAt - b.deadline.closesAt;
  return a.createdAt - b.createdAt;
}
