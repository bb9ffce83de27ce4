import { systemClock, type Clock } from './base/clock.ts';
import { describeError } from './base/errors.ts';
import type { Log } from './base/log.ts';
import type { Config } from './config/config.ts';
import { openBroadcasts } from './app-broadcasts.ts';
import { dispatcher } from './console/api/dispatch.ts';
import type { ConsoleRoute } from './console/api/route.ts';
import { consoleRoutes } from './console/api/routes.ts';
import { makeAccounts } from './console/auth/accounts.ts';
import { firstAdmin } from './console/auth/admins.ts';
import { AWAY_MS, makeOidc } from './console/auth/oidc.ts';
import { makePasswords, type Passwords } from './console/auth/passwords.ts';
import { makeSessions, SESSION_IDLE_MS, SESSION_LIFETIME_MS } from './console/auth/sessions.ts';
import { reachOf } from './content/reach.ts';
import { makeLiveHub } from './console/live/hub.ts';
import { consoleHandler, type ConsoleHandler } from './console/handler.ts';
import type { ConsoleParts } from './console/parts.ts';
import { pageFiles } from './console/page-files.ts';
import { readConsoleTexts } from './console/texts.ts';
import type { AppStores } from './app-stores.ts';
import type { AppWorld } from './app-world.ts';
import { makeActs } from './handover/acts.ts';
import { consoleSessions, passingValues } from './stores/redis/console-sessions.ts';
import { inboundLog } from './stores/redis/inbound-log.ts';
import { listenLive, publishLive } from './stores/redis/live.ts';
import { presenceStore } from './stores/redis/presence.ts';
import { signInLimits, type SignInLimits } from './stores/redis/sign-in-limits.ts';

export type Console = {
  handler: ConsoleHandler;
  /** For the test that knows what each must allow. */
  routes: readonly ConsoleRoute[];
  /** Of the account that is sure to be there; `password` only when it was made up just now. */
  admin: { email: string; password: string | null };
  /** Ends the streams of pages, and tells who waits for an act that it will be done. */
  close(): void;
};

type About = { clock: Clock; log: Log; publicUrl: string; templates: ConsoleParts['templates'] };

/** What varies in tests. */
type Variants = { clock: Clock; passwords: Passwords; limits: SignInLimits; pageFolder: string; beatMs: number };

/** The page of the staff and what it asks. `variants.clock` is the real time, by which sessions and links end. */
export async function makeConsole(
  config: Config,
  { world, desk: campaigns }: Pick<AppWorld, 'world' | 'desk'>,
  { redis, stores }: Pick<AppStores, 'redis' | 'stores'>,
  { clock, log, publicUrl, templates }: About,
  variants: Partial<Variants> = {},
): Promise<Console> {
  const { trustProxy, oidc, admin, partitions, localesDir } = config;
  const passwords = variants.passwords ?? makePasswords();
  const limits = variants.limits ?? signInLimits(redis);
  // setting the clock of a demo signs nobody out
  const realClock = variants.clock ?? systemClock;
  const sessions = makeSessions({
    sessions: consoleSessions(redis, { idleMs: SESSION_IDLE_MS, lifetimeMs: SESSION_LIFETIME_MS }),
    staff: stores.staff,
    reachOf: (unit) => reachOf(world, unit),
    clock: realClock,
    publicUrl,
  });
  const presence = presenceStore(redis);
  const live = makeLiveHub({ world, inbox: stores.inbox, presence, clock, realClock, log });
  const acts = makeActs({ inboundLog: inboundLog(redis, partitions), clock });
  const listening = [
    listenLive(redis, {
      onNews(news) {
        acts.onNews(news);
        live.onNews(news.map(({ contact }) => contact));
      },
      onGap: live.onGap,
    }),
    presence.listen(live.onPresence),
  ];
  const broadcasts = openBroadcasts(config, world, { redis, stores }, { clock, log });
  const routes = consoleRoutes({
    world,
    campaigns,
    broadcasts: broadcasts.broadcasts,
    templates,
    stores,
    redis,
    partitions,
    clock,
    realClock,
    log,
    acts,
    live,
    presence,
    beatMs: variants.beatMs,
    noteChanged(contact) {
      publishLive(redis, [{ contact, acts: [] }]).catch((error: unknown) =>
        log.warn(describeError(error), 'a change could not be told to other pages'),
      );
    },
    publicUrl,
    texts: readConsoleTexts(localesDir),
    channels: { messengerPage: config.messenger?.pageId ?? null, zaloOa: config.zalo?.oaId ?? null },
    sessions,
    accounts: makeAccounts({ staff: stores.staff, passwords, limits, clock: realClock }),
    limits,
    oidc:
      oidc &&
      makeOidc(
        { ...oidc, clientSecret: oidc.clientSecret.reveal() },
        { away: passingValues(redis, AWAY_MS), publicUrl, log },
      ),
  });
  const { contacts, audit } = stores;
  const api = dispatcher(routes, { sessions, contacts, audit, clock, log, publicUrl });
  return {
    handler: consoleHandler({ api, page: pageFiles(variants.pageFolder), log, trustProxy, publicUrl }),
    routes,
    admin: await firstAdmin(
      { staff: stores.staff, passwords, clock: realClock },
      admin === 'generate' ? admin : { email: admin.email, password: admin.password.reveal() },
    ),
    close() {
      for (const one of listening) one.close();
      void broadcasts.close();
      acts.close();
      live.close();
    },
  };
}
