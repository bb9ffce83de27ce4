import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { CampaignDesk } from '../content/campaign-desk.ts';
import type { Broadcasts } from '../broadcasts/types.ts';
import type { ChannelName } from '../core/contact.ts';
import type { Templates } from '../core/template.ts';
import type { World } from '../engine/flow.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import type { RedisConnection } from '../stores/redis/connection.ts';
import type { SignInLimits } from '../stores/redis/sign-in-limits.ts';
import type { Accounts } from './auth/accounts.ts';
import type { Oidc } from './auth/oidc.ts';
import type { Sessions } from './auth/sessions.ts';
import type { QrChannels } from './api/qr-posters.ts';
import type { LiveHub } from './live/hub.ts';
import type { Acts } from '../handover/acts.ts';
import type { PresenceStore } from '../stores/redis/presence.ts';
import type { ConsoleTexts } from './texts.ts';

/** What the routes of the console are made of. Each file of routes takes the parts it needs. */
export type ConsoleParts = {
  world: World;
  /** To edit and publish campaigns. */
  campaigns: CampaignDesk;
  broadcasts: Broadcasts;
  /** Of the channels that have approved templates. */
  templates: ReadonlyMap<ChannelName, Templates>;
  stores: MongoStores;
  redis: RedisConnection;
  partitions: number;
  /** The product's clock. */
  clock: Clock;
  log: Log;
  /** Without a slash at the end. */
  publicUrl: string;
  texts: ConsoleTexts;
  /** Where people find the accounts. */
  channels: QrChannels;
  sessions: Sessions;
  accounts: Accounts;
  limits: SignInLimits;
  /** Null where no issuer is configured. */
  oidc: Oidc | null;
  /** The real one, by which sessions and presence end. */
  realClock: Clock;
  acts: Acts;
  live: LiveHub;
  presence: PresenceStore;
  /** Between two signs of life on a stream, where a test wants another than usual. */
  beatMs?: number | undefined;
  /** Tells every page that something beside the transcript changed in a conversation. */
  noteChanged(contact: string): void;
};
