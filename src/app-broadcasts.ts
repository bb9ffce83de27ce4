import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { makeBroadcasts } from './broadcasts/broadcasts.ts';
import type { Broadcasts } from './broadcasts/types.ts';
import type { CampaignView } from './broadcasts/people.ts';
import { openBroadcastQueue, startBroadcastWork } from './broadcasts/work.ts';
import type { AppStores } from './app-stores.ts';
import type { Config } from './config/config.ts';
import type { ChannelName } from './core/contact.ts';
import type { World } from './engine/flow.ts';
import { inboundLog } from './stores/redis/inbound-log.ts';
import type { RedisConnection } from './stores/redis/connection.ts';

/**
 * Messages a second that broadcasts get of a channel, below its own limit so that conversations go on beside them. Zalo: three
 * quarters of 60. Messenger: the pace for reminder runs; a Page's inbox may freeze above 40 a second. Source: messenger.md §8.1.
 */
const PER_SECOND: Readonly<Record<ChannelName, number>> = { zalo: 45, messenger: 20 };

const placeOf = ({ url, keys }: RedisConnection) => ({ url, prefix: keys.jobs });

function viewOf(world: World): CampaignView {
  const campaignOf: CampaignView['campaignOf'] = (id) => world.flows.get(id)?.campaign ?? null;
  return { campaignOf, reachOfUnit: (campaign, code) => campaignOf(campaign)?.units.reach(code) ?? [code] };
}

function ratesOf({ zalo, messenger }: Config): Map<ChannelName, number> {
  const rates = new Map<ChannelName, number>();
  if (zalo) rates.set('zalo', zalo.broadcastsPerSecond ?? PER_SECOND.zalo);
  if (messenger) rates.set('messenger', messenger.broadcastsPerSecond ?? PER_SECOND.messenger);
  return rates;
}

type Parts = { clock: Clock; log: Log };

/** What the console asks of broadcasts. */
export function openBroadcasts(
  config: Config,
  world: World,
  { redis, stores }: Pick<AppStores, 'redis' | 'stores'>,
  { clock, log }: Parts,
): { broadcasts: Broadcasts; close(): Promise<void> } {
  const queue = openBroadcastQueue(placeOf(redis), log);
  const rates = ratesOf(config);
  const perSecond = (channel: ChannelName) => rates.get(channel) ?? 1;
  const broadcasts = makeBroadcasts({ ...viewOf(world), stores, perSecond, clock, wake: () => queue.wake() });
  return { broadcasts, close: () => queue.close() };
}

/** The work behind them, for the role `jobs`. */
export const startBroadcasts = (
  config: Config,
  world: World,
  { redis, stores }: Pick<AppStores, 'redis' | 'stores'>,
  { clock, log }: Parts,
): { close(): Promise<void> } =>
  startBroadcastWork({
    ...viewOf(world),
    campaigns: () => [...world.flows.values()].map(({ campaign }) => campaign),
    stores,
    inboundLog: inboundLog(redis, config.partitions),
    rates: ratesOf(config),
    place: placeOf(redis),
    clock,
    log,
  });
