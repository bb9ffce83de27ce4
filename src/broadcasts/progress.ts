import type { Clock } from '../base/clock.ts';
import type { ChannelName } from '../core/contact.ts';
import { DELIVERY_STATES, type DeliveryState, type Run } from '../core/run.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import { priceOf } from './preview.ts';
import { isFull, type PumpShell } from './pump.ts';
import { mayHandOut } from './quiet-hours.ts';
import type { RunProgress } from './types.ts';

const MINUTE_MS = 60_000;
const UNSENT = ['failed', 'withdrawn', 'skipped', 'unreachable', 'lost'] as const;

export type ProgressShell = {
  stores: Pick<MongoStores, 'audiences' | 'runs' | 'deliveries' | 'templates'>;
  perSecond: PumpShell['perSecond'];
  clock: Clock;
};

/** Counted anew: each number by an index. */
export async function progressOf(shell: ProgressShell, run: Run): Promise<RunProgress> {
  const { deliveries, templates } = shell.stores;
  const now = shell.clock.now();
  const counts = await Promise.all(DELIVERY_STATES.map((state) => deliveries.countOf(run.id, state)));
  const states = Object.fromEntries(DELIVERY_STATES.map((state, n) => [state, counts[n] ?? 0])) as Record<
    DeliveryState,
    number
  >;
  const unsent = UNSENT.filter((state) => states[state] > 0);
  const why = await deliveries.whyOf(run.id, unsent, ['zalo', 'messenger']);
  const since = Math.max(now - MINUTE_MS, run.startedAt ?? now);
  const perSecond = (await deliveries.countSent(run.id, since)) / Math.max(1, (now - since) / 1000);
  // without an index: only where there may be any
  const charged = run.maxCharged > 0 ? await deliveries.countHow(run.id, 'charged') : 0;
  const mayUse = run.templates.zalo !== null || run.templates.messenger !== null;
  const byTemplate = mayUse ? await deliveries.countHow(run.id, 'template') : 0;
  const price = byTemplate === 0 ? 0 : priceOf(run.templates, 'zalo', await templates.list());
  const waiting = states.planned + states.handed + states.said;
  return {
    run,
    states,
    why: why.map((one) => ({ ...one, channel: one.channel as ChannelName })), // of a contact id
    perSecond: Math.round(perSecond * 10) / 10,
    leftMs: waiting === 0 ? 0 : perSecond > 0 ? Math.round((waiting / perSecond) * 1000) : null,
    charged,
    templates: byTemplate,
    costVnd: price === null ? null : price * byTemplate,
    waitsFor: await waitsFor(shell, run, states, now),
  };
}

async function waitsFor(
  shell: ProgressShell,
  run: Run,
  states: Readonly<Record<DeliveryState, number>>,
  now: number,
): Promise<RunProgress['waitsFor']> {
  if (run.state !== 'running' || states.planned === 0) return null;
  if (!mayHandOut(now)) return 'night';
  for (const channel of ['zalo', 'messenger'] as const) {
    if ((await shell.stores.deliveries.hasAny(run.id, ['planned'], channel)) && (await isFull(shell, channel)))
      return 'platform';
  }
  return null;
}
