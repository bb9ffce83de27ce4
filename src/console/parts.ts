import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { World } from '../engine/flow.ts';
import type { MongoStores } from '../stores/mongo/stores.ts';
import type { RedisConnection } from '../stores/redis/connection.ts';
import type { SignInLimits } from '../stores/redis/sign-in-limits.ts';
import type { Accounts } from './auth/accounts.ts';
import type { Oidc } from './auth/oidc.ts';
import type { Sessions } from './auth/sessions.ts';
import type { ConsoleTexts } from './texts.ts';

/** What the routes of the console are made of. Each file of routes takes the parts it needs. */
export type ConsoleParts = {
  world: World;
  stores: MongoStores;
  redis: RedisConnection;
  partitions: number;
  /** The product's clock. */
  clock: Clock;
  log: Log;
  /** Without a slash at the end. */
  publicUrl: string;
  texts: ConsoleTexts;
  sessions: Sessions;
  accounts: Accounts;
  limits: SignInLimits;
  /** Null where no issuer is configured. */
  oidc: Oidc | null;
};
