import type { Clock } from '../base/clock.ts';
import type { Campaign, Localized } from '../core/campaign.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import type { Broadcasts } from './types.ts';

export type BroadcastsOptions = {
  stores: Pick<MongoStores, 'contacts' | 'entries' | 'erasures'>;
  /** As published now; null where there is none of this id. */
  campaignOf(id: string): Campaign | null;
  /** A sentence with its names in braces; null where there is none. */
  sentence(campaign: string, key: string): Localized | null;
  clock: Clock;
  /** Has the work go on at once instead of at the next look; what it rejects with is of no matter. */
  wake(): Promise<void>;
};

/** Broadcasts for the console: everything is written to MongoDB, and done by the processes of the role `jobs`. */
export function makeBroadcasts(options: BroadcastsOptions): Broadcasts {
  void options;
  throw new Error('not yet');
}
