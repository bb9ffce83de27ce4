import type { PublishedCampaign, PublishFault } from './published.ts';

/** What is handed in to be published: a whole campaign, as it was changed from `base` (0 = the files). */
export type PublishOrder = Pick<PublishedCampaign, 'campaign' | 'file' | 'intake' | 'units' | 'note'> & {
  base: number;
  by: { id: string; name: string };
};

export type PublishResult =
  | { type: 'published'; version: number }
  /** Somebody published since `base`. */
  | { type: 'conflict'; latest: number }
  /** Nothing was saved. */
  | { type: 'refused'; faults: PublishFault[] };

/** The campaigns as those who edit them see them: in the files, as published last, and every version before. */
export type CampaignDesk = {
  /** Ids, in the order of the folders. */
  ids(): readonly string[];
  /** As in the files of this deployment, null for an unknown id. */
  inFiles(campaign: string): PublishedCampaign | null;
  /** As it is in force in this process: published last, else as in the files. Null for an unknown id. */
  current(campaign: string): PublishedCampaign | null;
  /** A version that was published (0 = the files), null when there is none. */
  version(campaign: string, version: number): Promise<PublishedCampaign | null>;
  /** Newest first, without the files. */
  versions(
    campaign: string,
  ): Promise<{ version: number; note: string; by: { id: string; name: string }; at: number }[]>;
  /** What would be refused; empty = it can be published. */
  check(order: Pick<PublishOrder, 'campaign' | 'file' | 'intake' | 'units'>): PublishFault[];
  /** Checks and publishes; at once in force in this process, within seconds in the others. */
  publish(order: PublishOrder): Promise<PublishResult>;
};
