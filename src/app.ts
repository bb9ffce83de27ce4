import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from './base/log.ts';
import { startBroadcasts } from './app-broadcasts.ts';
import { makeChannels } from './app-channels.ts';
import { makeConsole, type Console } from './app-console.ts';
import { makeLanding, makeSimulatorOf } from './app-pages.ts';
import { appStats } from './app-stats.ts';
import { openStores, type AppStores } from './app-stores.ts';
import { taskDoer } from './app-tasks.ts';
import { templateNotices, templatesOf } from './app-templates.ts';
import { startWorld, type AppWorld } from './app-world.ts';
import type { Channel } from './channels/channel.ts';
import { makeClock, type AppClock } from './clock.ts';
import { publicUrlAt, type Config } from './config/config.ts';
import { readContent } from './content/world.ts';
import type { ChannelName } from './core/contact.ts';
import { makeEngine } from './engine/engine.ts';
import type { World } from './engine/flow.ts';
import { listen, makeHandler, type HttpOptions } from './http.ts';
import { startJobs } from './inbound/jobs.ts';
import { startUnanswered } from './inbound/unanswered.ts';
import { webhookHandler } from './inbound/webhooks.ts';
import { startWorker } from './inbound/worker.ts';
import { makeMetrics } from './metrics.ts';
import { startSender } from './outbound/sender.ts';
import { countSends } from './send-counts.ts';
import { answerRequests } from './stores/mongo/answer.ts';
import { archiveTo } from './stores/mongo/archive.ts';
import type { Mongo } from './stores/mongo/connect.ts';
import type { RedisConnection } from './stores/redis/connection.ts';
import { inboundLog } from './stores/redis/inbound-log.ts';
import { leasesHeld } from './stores/redis/leases-held.ts';
import { newsOf, publishLive } from './stores/redis/live.ts';

export type App = {
  port: number;
  /** Where people reach it. */
  url: string;
  clock: AppClock;
  world: World;
  /** Who can sign in to the console, null where this process does not serve it. `password` only when it was made up just now. */
  admin: Console['admin'] | null;
  /**
   * What runs is finished or handed over, then the stores are closed. Within 10 s. `drainMs`: for so long webhooks are still
   * taken, while `/readyz` says that they should go elsewhere; 0 when missing.
   */
  close(drainMs?: number): Promise<void>;
};

const HTTP_GRACE_MS = 2000;
/** A process that is killed keeps its partitions this long. Alone on an embedded store there is nobody to be fenced off. */
const LEASE_MS = 10_000;
const EMBEDDED_LEASE_MS = 3000;

/** Makes every part that `config.roles` names and hands each what it needs. Ends what it started when a later part fails. */
export async function startApp(config: Config, log: Log): Promise<App> {
  const clock = makeClock(config.clockAt);
  const content = readContent(config);
  const server = await listen(config.host, config.port);
  let opened: AppStores;
  try {
    opened = await openStores(config, clock, log);
  } catch (error) {
    await server.close(0);
    throw error;
  }
  const { redis, mongo, stores } = opened;
  let campaigns: AppWorld;
  try {
    campaigns = await startWorld(content, opened, { clock, log });
  } catch (error) {
    await opened.close();
    await server.close(0);
    throw error;
  }
  const { world } = campaigns;
  const selfUrl = `http://${/^(0\.0\.0\.0|::|\[::\])$/.test(config.host) ? '127.0.0.1' : config.host}:${server.port}`;
  const url = publicUrlAt(config, server.port);
  const counted = [...makeChannels(config, mongo, selfUrl, clock, log).values()].map(countSends);
  const channels = new Map(counted.map(({ channel }) => [channel.name, channel] as const));
  const about = { clock, log, publicUrl: url, templates: templatesOf(channels) };
  const staffConsole = config.roles.has('web')
    ? await makeConsole(config, campaigns, opened, about).catch(async (error: unknown) => {
        campaigns.close();
        await opened.close();
        await server.close(0);
        throw error;
      })
    : null;
  const engine = makeEngine(world);
  const processId = randomUUID();
  const leaseMs = config.redis.type === 'embedded' ? EMBEDDED_LEASE_MS : LEASE_MS;
  const shared = { connection: redis, leaseMs, partitions: config.partitions, processId, clock, log };
  const random = Math.random;

  const metrics = makeMetrics(() => appStats(parts, redis, config.partitions, mongo, counted));
  const sender = config.roles.has('sender')
    ? startSender({ ...shared, random, channels, onSent: (channel, tookMs) => metrics.sent(channel, tookMs) })
    : null;
  const parts = {
    sender,
    worker: config.roles.has('worker')
      ? startWorker({
          ...shared,
          outlet: sender?.outlet,
          random,
          engine,
          channels,
          answer: answerRequests(stores, (id) => world.flows.get(id)?.campaign.receiptPrefix ?? 'SK'),
          onTurn: (tookMs) => metrics.turn(tookMs),
        })
      : null,
    jobs: config.roles.has('jobs')
      ? startJobs({
          ...shared,
          doTask: taskDoer(stores, clock, { log, allowedOrigins: config.simulator ? [selfUrl, url] : [] }),
          archive: archiveTo(stores, log),
          onArchived: (items) => publishLive(redis, newsOf(items)),
        })
      : null,
    unanswered: config.roles.has('jobs')
      ? startUnanswered({
          stores,
          inboundLog: inboundLog(redis, config.partitions),
          tellAfterMs: (id) =>
            (world.flows.get(id ?? '') ?? world.defaultFlow(clock.now())).campaign.support.tellWaitingAfterMs,
          clock,
          log,
        })
      : null,
    broadcasts: config.roles.has('jobs') ? startBroadcasts(config, world, opened, { clock, log }) : null,
  };
  const simulator = config.roles.has('web')
    ? makeSimulatorOf(config, world, clock, log, { self: selfUrl, public: url })
    : null;
  const landing = makeLanding(config, world, stores, { clock, log });

  const webhooks: HttpOptions['webhooks'] = config.roles.has('web')
    ? new Map([...channels].map(([name, channel]) => [`/webhooks/${name}`, webhook(name, channel)]))
    : new Map();
  function webhook(name: ChannelName, channel: Channel) {
    return webhookHandler({
      channel,
      log,
      clock,
      inboundLog: inboundLog(redis, config.partitions),
      onNotice: templateNotices(stores.templates, name, clock),
      onAnswer: (status, tookMs) => metrics.webhook(name, status, tookMs),
    });
  }
  const handler = makeHandler({
    log,
    metrics,
    trustProxy: config.trustProxy,
    webhooks,
    pages: staffConsole ? [staffConsole.handler, landing.handler, ...(simulator ? [simulator.handler] : [])] : [],
    home: simulator ? '/simulator' : null,
    probes: [
      { name: 'redis', check: () => redis.client.ping() },
      { name: 'leases', check: leaseCheck(redis, config, leaseMs) },
      // a process that takes webhooks and nothing else needs no MongoDB: while it is away a balancer must not turn them off
      ...(onlyWeb(config) ? [] : [{ name: 'mongo', check: () => checkMongo(mongo) }]),
    ],
  });
  server.use(handler);

  return {
    port: server.port,
    url,
    clock,
    world,
    admin: staffConsole?.admin ?? null,
    async close(drainMs = 0) {
      simulator?.close();
      staffConsole?.close();
      campaigns.close();
      server.use((req, res) => {
        // a balancer must not send its next request into a connection that is just being closed
        res.setHeader('connection', 'close');
        if (req.url !== '/readyz') return handler(req, res);
        res.writeHead(503, { 'content-type': 'application/json' }).end('{"status":"stopping"}');
      });
      const web = wait(config.roles.has('web') ? drainMs : 0).then(() => server.close(HTTP_GRACE_MS));
      await Promise.all([
        web,
        parts.broadcasts?.close(),
        parts.worker?.close(),
        parts.sender?.close(),
        parts.jobs?.close(),
        parts.unanswered?.close(),
      ]);
      await landing.close();
      for (const channel of channels.values()) await channel.close?.();
      await opened.close();
    },
  };
}

const onlyWeb = ({ roles }: Config): boolean => roles.size === 1 && roles.has('web');

async function checkMongo(mongo: Mongo): Promise<void> {
  if (!mongo.connection.db) throw new Error('no database');
  await mongo.connection.db.command({ ping: 1 });
}

/**
 * Rejects while some partition is worked on by nobody, in the roles that this process has: at first, and later when that lasts
 * longer than a lease that a killed process leaves behind. A handover is no reason to take webhooks nowhere.
 */
function leaseCheck(redis: RedisConnection, { partitions, roles }: Config, leaseMs: number): () => Promise<void> {
  const mine = (['worker', 'sender', 'jobs'] as const).filter((role) => roles.has(role));
  let heldAt = -Infinity;
  return async () => {
    const now = performance.now();
    if (await leasesHeld(redis, partitions, mine)) heldAt = now;
    else if (now - heldAt > 2 * leaseMs) throw new Error('a partition is worked on by nobody');
  };
}
