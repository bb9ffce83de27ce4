import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Campaign } from '../core/campaign.ts';
import type { ChannelName } from '../core/contact.ts';
import { openQueue, startQueueWorker, type QueuePlace } from '../jobs/queue.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import type { InboundLog } from '../stores/redis/inbound-log.ts';
import type { CampaignView } from './people.ts';
import { planRun } from './plan.ts';
import { pump } from './pump.ts';
import { tick } from './tick.ts';

/** `look`: what is due, what goes on. `plan`: the audience of the run `key`. */
type Work = 'look' | 'plan';
const WORK = 'broadcasts';
const PUMP = 'broadcast-pump';
const LOOK_MS = 15_000;
const PLANS = 3;

export type BroadcastWorkOptions = CampaignView & {
  stores: Pick<MongoStores, 'audiences' | 'runs' | 'deliveries' | 'templates' | 'erasures'>;
  inboundLog: Pick<InboundLog, 'append'>;
  campaigns(): Iterable<Campaign>;
  /** Those that are configured, and how many messages a second each may be handed. */
  rates: ReadonlyMap<ChannelName, number>;
  place: QueuePlace;
  clock: Clock;
  log: Log;
  /** Between two looks; 15 s unless told. */
  everyMs?: number;
};

/** Has the work behind broadcasts done at once instead of at the next look. */
export function openBroadcastQueue(place: QueuePlace, log: Log): { wake(): Promise<void>; close(): Promise<void> } {
  const queue = openQueue<Work>(WORK, place, log);
  return { wake: () => queue.add({ name: 'look', key: 'now' }), close: () => queue.close() };
}

/**
 * Does the work behind broadcasts: looks, plans, hands out. Several processes may: each job is done by one at a time, and what one
 * was doing when it was killed is begun again by another.
 */
export function startBroadcastWork(options: BroadcastWorkOptions): { close(): Promise<void> } {
  const { place, log, rates, everyMs = LOOK_MS } = options;
  const channels = [...rates.keys()];
  const work = openQueue<Work>(WORK, place, log);
  const pumps = openQueue<'pump'>(PUMP, place, log);
  const shell = {
    ...options,
    channels,
    looked: new Map<string, number>(),
    perSecond: (channel: ChannelName) => rates.get(channel) ?? 1,
    addPlan: (run: string) => work.add({ name: 'plan', key: run }),
    addPump: (channel: ChannelName) => pumps.add({ name: 'pump', key: channel }),
  };
  const workers = [
    startQueueWorker<Work>({
      name: WORK,
      place,
      log,
      concurrency: PLANS,
      every: { name: 'look', ms: everyMs },
      async work({ name, key }, goOn) {
        if (name === 'plan' && (await planRun(shell, key, goOn)) && goOn()) await tick(shell);
        if (name === 'look') await tick(shell);
      },
    }),
    startQueueWorker<'pump'>({
      name: PUMP,
      place,
      log,
      concurrency: Math.max(1, channels.length), // 0 is refused
      work: ({ key }, goOn) => pump(shell, key as ChannelName, goOn), // named by `addPump`
    }),
  ];
  // the queue's own clock is gone with the data of its Redis, and waits where that of the machine is set back
  const looking = setInterval(() => void work.add({ name: 'look', key: 'now' }).catch(() => {}), 4 * everyMs);
  return {
    async close() {
      clearInterval(looking);
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([work.close(), pumps.close()]);
    },
  };
}
